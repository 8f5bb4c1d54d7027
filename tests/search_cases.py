"""The articles that tests/test_search.py asks for, by short names, and 300 more that stand in the way."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from archive.records import Article, Attachment, Author
from tests.corpus import Corpus, compose

# name: (headline, body, date published, other fields)
ARTICLES: dict[str, tuple[str, str, str | None, dict[str, object]]] = {
    "kheo": ("Dân vận khéo ở xã Nà Mường", "Tổ công tác về từng nhà.", "2022-03-01", {}),
    "kheo_lead": ("Chuyện xóm Trại", "Bà con góp công.", "2022-02-01", {"description": "Một cách làm dân vận khéo."}),
    "kheo_body": ("Chuyện ở bản Pá Liềng", "Mô hình dân vận khéo được bà con hưởng ứng.", "2021-05-01", {}),
    "kheo_colon": ("Chuyện bến đò", "Ông bảo muốn làm dân vận: khéo mà thật lòng, đò đông khách hơn.", "2020-05-01", {}),
    "apart": ("Người dân Mường Thín đi chợ", "Xe vận tải chở hàng, tay lái thật khéo.", "2019-05-01", {}),
    "sound_alike": ("Giữ rừng ở Bản Chiềng", "Người dân vẫn khéo giữ rừng.", "2018-05-01", {}),
    "dang": ("Đảng ủy họp phiên thường kỳ", "Nghị quyết được thông qua.", "2022-04-01", {}),
    "dang_new": ("Đảng uỷ phường ra nghị quyết", "Phiên họp kéo dài một ngày.", "2022-04-02", {}),
    "dang_body": ("Ngày hội ở thôn Hạ", "Chi bộ kết nạp ba người vào Đảng.", "2022-04-03", {}),
    "hoa_old": ("Hòa giải viên kể chuyện", "Hai nhà bắt tay nhau.", "2021-01-01", {}),
    "hoa_new": ("Tổ hoà giải số ba", "Chuyện cái bờ rào.", "2021-01-02", {}),
    "nq": ("Triển khai Nghị quyết số 04-NQ/ĐUK", "Hội nghị diễn ra buổi sáng.", "2021-02-01", {}),
    "nq_body": ("Ba năm nhìn lại", "Thực hiện Nghị quyết 04-NQ/ĐUK, các chi bộ đã làm nhiều việc.", "2021-02-02", {}),
    "nq_other": ("Ra mắt sổ tay", "Theo Nghị quyết 05-NQ/ĐUK.", "2021-02-03", {}),
    "directive": ("Sổ tay cán bộ", "Căn cứ Chỉ thị số 18/2000/CT – TTg về nếp sống.", "2001-01-01", {}),
    "khcn": ("Bộ KH&CN tập huấn", "Lớp học hai ngày.", "2020-01-01", {}),
    "ubnd": ("UBND huyện tiếp công dân", "Mười lăm lượt người.", "2020-02-01", {}),
    "ubnd_long": ("Ủy ban nhân dân huyện mở hòm thư", "Hòm thư đặt ở chợ.", "2020-02-02", {}),
    "mttq": ("MTTQ xã giám sát thi công", "Con đường dài hai cây số.", "2020-03-01", {}),
    "mttq_long": ("Mặt trận Tổ quốc xã góp ý", "Mười ba ý kiến.", "2020-03-02", {}),
    "ky_y": ("Kỹ thuật trồng chè", "Chè búp xanh.", "2020-04-01", {}),
    "ky_i": ("Kĩ thuật ươm giống", "Cây con khoẻ.", "2020-04-02", {}),
    "my_y": ("Bà Mỹ nuôi ong", "Đàn ong hai mươi thùng.", "2020-05-02", {}),
    "my_i": ("Chị Mĩ bán vải", "Sạp vải đầu chợ.", "2020-05-03", {}),
    "quy": ("Quy định mới của thôn", "Họp bàn ba buổi.", "2020-06-01", {}),
    "qui": ("Qui định ở bến xe", "Bến xe gọn hơn.", "2020-06-02", {}),
    "tw": ("Công văn của TW Hội", "Văn bản gửi các tỉnh.", "2020-07-01", {}),
    "tw_dots": ("Báo cáo của T.Ư Đoàn", "Sáu trang.", "2020-07-02", {}),
    "tw_long": ("Hội nghị Trung ương bàn về đất", "Hội nghị kéo dài một tuần.", "2020-07-03", {}),
    "author": ("Bếp lửa nhà sàn", "Khói bếp bay lên.", "2019-01-01", {"authors": (Author(name="Thu Hà", name_raw="Thu Hà"),)}),
    "author_long": (
        "Con thuyền độc mộc", "Dòng sông lặng.", "2019-01-02",
        {"authors": (Author(name="Nguyễn Thu Hà", name_raw="NTH"), Author(name="Lò Văn Pản", name_raw="LVP"))},
    ),
    "author_named": ("Gặp chị Thu Hà", "Chị kể về nghề dệt.", "2019-01-03", {}),
    "section": ("Cánh đồng một giống", "Lúa trổ đều.", "2019-02-01", {"article_section": "Điển hình"}),
    "section_sub": ("Vườn hồng trên đá", "Hồng chín đỏ.", "2019-02-02", {"article_section": "Gương điển hình"}),
    "keyword": ("Giếng làng", "Giếng đào năm ngoái.", "2019-03-01", {"keywords": ("nước sạch", "nông thôn")}),
    "source": ("Mùa cá về", "Cá nhiều hơn.", "2019-03-02", {"source_name": "Báo Mẫu Sơn"}),
    "file": (
        "Kế hoạch phát quang", "Xem tệp kèm.", "2019-04-01",
        {"attachments": (Attachment(url="https://danvan.example/k.pdf", name="Kế hoạch"),)},
    ),
    "emoji": ("Niềm vui 😀 ngày mùa", "Sân phơi vàng óng.", "2019-05-05", {}),
    "script": ("<script>alert(1)</script> khuyến nông", "Cây khoai.", "2019-06-01", {}),
    "undated": ("Lúa nếp nương đầu vụ", "Gạo thơm.", None, {}),
    "sticky_old": ("Lúa nếp nương cuối vụ", "Gạo dẻo.", "2018-01-01T07:00:00+07:00", {}),
    "sticky_new": ("Lúa nếp nương giữa vụ", "Gạo trắng.", "2018-06-01T07:00:00+07:00", {}),
    "gone": ("Cầu treo qua suối Nhúng", "Cầu dài bốn mươi mét.", "2018-07-01", {}),
    "hidden": ("Cầu treo qua suối Ngà", "Cầu dài ba mươi mét.", "2018-07-02", {}),
    "science": ("Máy sấy của nông dân trẻ", "Máy sấy nhỏ gọn.", "2018-08-01", {}),
}  # fmt: skip
SITE = {"science": "most_gov_vn", "khcn": "most_gov_vn", "sticky_new": "baonghean_vn"}
FILLERS = 300

# query, the articles in order, how they match, whether as a fallback
CASES: list[tuple[str, list[str], str, bool]] = [
    # diacritics mean as written; none mean any spelling
    ("dân vận khéo", ["kheo", "kheo_lead", "kheo_body", "kheo_colon"], "exact", False),
    ("dan van kheo", ["kheo", "kheo_lead", "sound_alike", "kheo_body", "kheo_colon"], "folded", False),
    ("DÂN VẬN KHÉO", ["kheo", "kheo_lead", "kheo_body", "kheo_colon"], "exact", False),
    ("Dan Van Kheo", ["kheo", "kheo_lead", "sound_alike", "kheo_body", "kheo_colon"], "folded", False),
    (unicodedata.normalize("NFD", "dân vận khéo"), ["kheo", "kheo_lead", "kheo_body", "kheo_colon"], "exact", False),
    ("dân vẫn khéo", ["sound_alike"], "exact", False),
    ("dân vận: khéo", ["kheo", "kheo_lead", "kheo_body", "kheo_colon"], "exact", False),
    ("Đảng", ["dang_new", "dang", "dang_body"], "exact", False),
    ("đảng", ["dang_new", "dang", "dang_body"], "exact", False),
    # where a tone stands does not matter
    ("Đảng ủy", ["dang_new", "dang"], "exact", False),
    ("Đảng uỷ", ["dang_new", "dang"], "exact", False),
    ("ĐẢNG ỦY", ["dang_new", "dang"], "exact", False),
    (unicodedata.normalize("NFD", "Đảng uỷ"), ["dang_new", "dang"], "exact", False),
    ("dang uy", ["dang_new", "dang"], "folded", False),
    ("hoà giải", ["hoa_new", "hoa_old"], "exact", False),
    ("hòa giải", ["hoa_new", "hoa_old"], "exact", False),
    ("hoa giai", ["hoa_new", "hoa_old"], "folded", False),
    # what is shown when nothing matches as asked
    ("dân van khéo", ["kheo", "kheo_lead", "sound_alike", "kheo_body", "kheo_colon"], "folded", True),
    ("khéo vận", ["kheo", "kheo_lead", "kheo_body", "kheo_colon", "apart"], "all_words", True),
    ("lái khéo vận", ["apart"], "all_words", True),
    ("kheo lai tai", ["apart"], "all_words_folded", True),
    ("mường thín chở", ["apart"], "all_words", True),
    ("xin chào thế giới", [], "exact", False),
    # quotation marks
    ('"dân vận khéo"', ["kheo", "kheo_lead", "kheo_body", "kheo_colon"], "exact", False),
    ('"khéo vận"', [], "exact", False),
    ('"dân vận" "bà con"', ["kheo_lead", "kheo_body"], "exact", False),
    ('"bến đò" khéo', ["kheo_colon"], "exact", False),
    ("“bến đò”", ["kheo_colon"], "exact", False),
    ('"kỹ thuật"', ["ky_y"], "exact", False),
    # exclusion, alternatives
    ("dân vận khéo -xã", ["kheo_lead", "kheo_body", "kheo_colon"], "exact", False),
    ('dân vận khéo -"bà con"', ["kheo", "kheo_colon"], "exact", False),
    ("-khéo nương", ["sticky_new", "sticky_old", "undated"], "exact", False),
    ("bến đò OR bờ rào", ["kheo_colon", "hoa_new"], "exact", False),
    ("bến đò HOẶC bờ rào", ["kheo_colon", "hoa_new"], "exact", False),
    ("bến đò OR bờ rào -khách", ["hoa_new"], "exact", False),
    # fields
    ("tiêu đề: khéo", ["kheo"], "exact", False),
    ("tieu de: kheo", ["kheo"], "folded", False),
    ("headline:khéo", ["kheo"], "exact", False),
    ("tóm tắt: khéo", ["kheo_lead"], "exact", False),
    ("tác giả: Thu Hà", ["author", "author_long"], "exact", False),
    ("author: thu ha", ["author", "author_long"], "folded", False),
    ("Thu Hà", ["author_named", "author", "author_long"], "exact", False),
    ("từ khóa: nước sạch", ["keyword"], "exact", False),
    ("nguồn: Mẫu Sơn", ["source"], "exact", False),
    ("chuyên mục: điển hình", ["section_sub", "section"], "folded", False),
    ("chuyen muc: dien hinh lua", [], "folded", False),
    ('chuyên mục: "điển hình" lúa', ["section"], "exact", False),
    # prefix
    ("trổ đề*", ["section"], "exact", False),
    ("thuyề*", ["author_long"], "exact", False),
    ("thuye*", ["author_long"], "folded", False),
    # other ways of writing
    ("kỹ thuật", ["ky_i", "ky_y"], "exact", False),
    ("kĩ thuật", ["ky_i", "ky_y"], "exact", False),
    ("Mỹ", ["my_i", "my_y"], "exact", False),
    ("qui định", ["qui", "quy"], "exact", False),
    ("UBND huyện", ["ubnd", "ubnd_long"], "exact", False),
    ("ủy ban nhân dân huyện", ["ubnd", "ubnd_long"], "exact", False),
    ("uy ban nhan dan huyen", ["ubnd", "ubnd_long"], "folded", False),
    ("MTTQ", ["mttq_long", "mttq"], "folded", False),
    ("mặt trận tổ quốc", ["mttq_long", "mttq"], "exact", False),
    ("trung ương", ["tw_dots", "tw", "tw_long"], "exact", False),
    # numbers of documents, punctuation, syntax of other languages: all literal
    ("04-NQ/ĐUK", ["nq", "nq_body"], "exact", False),
    ("04-nq/duk", ["nq", "nq_body"], "folded", False),
    ("Nghị quyết số 04-NQ/ĐUK", ["nq"], "exact", False),
    ("18/2000/CT – TTg", ["directive"], "folded", False),
    ("18/2000/CT-TTg", ["directive"], "folded", False),
    ("KH&CN", ["khcn"], "folded", False),
    ("niềm vui 😀", ["emoji"], "exact", False),
    ("😀", [], "folded", False),
    ("?!…", [], "folded", False),
    ("<script>alert(1)</script>", ["script"], "folded", False),
    ('"; DROP TABLE', [], "folded", False),
    ("' OR 1=1 --", [], "folded", False),
    ("NEAR(khéo vận)", [], "exact", False),
    ("headline MATCH 'x'", [], "folded", False),
    ("khuyến AND nông", [], "exact", False),
    ("*", [], "folded", False),
    # hidden is out of sight
    ("cầu treo", ["gone"], "exact", False),
    ("suối Ngà", [], "exact", False),
]  # fmt: skip


def fill(corpus: Corpus) -> Corpus:
    """Store all of them, one of them gone from the web and one hidden."""
    for name, (headline, body, day, fields) in ARTICLES.items():
        corpus.add(_article(name, headline, body, day, fields), site=SITE.get(name, "danvan_vn"))
    for number in range(FILLERS):
        body = f"Trời đang {'nắng' if number % 2 else 'mưa'}, bà con đang gặt thửa ruộng số {number}."
        day = f"{2010 + number % 8}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        corpus.add(_article(f"tin-{number}", f"Bản tin mùa vụ số {number}", body, day, {}), site="baonghean_vn")
    corpus.set(key(corpus, "gone"), gone_at="2024-05-06T00:00:00+00:00")
    corpus.set(key(corpus, "hidden"), hidden_at="2024-05-06T00:00:00+00:00", hidden_why="Theo yêu cầu")
    return corpus


def key(corpus: Corpus, name: str) -> int:
    """The id of the article of that short name."""
    return corpus.ids[address(name)]


def address(name: str) -> str:
    """Its address."""
    return f"https://danvan.example/{name}"


def made(path: Path) -> Corpus:
    """A filled corpus in that directory."""
    return fill(Corpus(path))


def _article(name: str, headline: str, body: str, day: str | None, fields: dict[str, object]) -> Article:
    captured = {"captured_at": "2023-01-01T00:00:00+00:00"} if name == "keyword" else {}
    return compose(url=address(name), headline=headline, article_body=body, date_published=day, **(captured | fields))
