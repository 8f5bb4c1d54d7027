"""Whether a short text is a person's name, as Vietnamese pages credit people: names, pen names, initials.

The lists are common knowledge of Vietnamese naming (surnames of the 54 peoples, syllables of given names);
a name outside them passes where the page's layout or a label says that a name stands there.
"""

from __future__ import annotations

import re

from crawler.extraction.syllables import is_syllable

_SURNAMES = frozenset(
    """nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đoàn vương trịnh trương đinh lâm phùng
    mai tô hà cao chu châu tạ thái lương lưu tăng tống kiều quách la nghiêm thạch nông hứa hầu giàng vàng lò lường quàng cà
    vi lô lữ sùng thào mùa hạng cầm tòng bế triệu ma đàm đồng ninh khổng khúc doãn thân từ viên văn ông mạc tôn bạch cù
    cung diệp đường giang hàn kim liễu lục mã ngụy nhâm ôn phí quản sơn tiêu trà ung âu phương đậu đới thiều thi phó hán
    hồng hạ kha khương lại lã lầu và vừ ly thò chảo tẩn phàn lù lèng chẩu điểu đái danh giáp giản hoa khuất khưu lương mẫn mông
    nhữ ngọ nhan nhâm ninh ông phù quan quang sầm sử thẩm thang thành thân thiệu tiết tiền tào tất trang trầm tưởng ứng vạn
    xa xã xuân y ksor siu rơ kpă nay rmah bàn chăng hờ lỳ mào lồ mua phừ pờ poòng cụt hủng moong quế lương xeo""".split()  # noqa: SIM905
)
_GIVEN = frozenset(
    """ai an anh ánh ân ấn âu bá bạch bách bảo bào bằng băng bắc bế bích biên bình bính bội bửu cẩm cần cảnh cao cát chánh châu
    chi chí chiến chinh chính chuẩn chung chương chức công cúc cương cường dân danh dao diễm diệu diệp dinh doanh dung dũng duy
    duyên duyệt dư dương đài đại đàm đan đạo đào đạt đăng đằng điền điệp điệu đình định đoan đoàn độ đô đông đồng đức được
    gấm gia giang giao giáp hà hạ hải hàm hán hạnh hào hảo hằng hân hậu hiên hiến hiền hiển hiếu hiệp hiệu hoa hoà hòa hoài
    hoan hoàn hoàng hoạt hoằng học hồ hồng hợp huấn huân huệ hùng huy huyên huyền huynh hưng hứng hương hường hữu kha khang khải
    khánh khoa khoát khôi khuê khương kiên kiều kiệt kiểm kim kính kỳ kỷ lam lan lài lạc lâm lân lập lê lệ liêm liên liễu linh
    lĩnh loan long lộc lợi luân luận lục lụa luyến lực lương lượng lưu lý mai mạnh mẫn mận mây mến mi minh mùi mỹ my na nam nga
    ngà ngạn ngân nghi nghị nghĩa nghiêm ngoan ngọ ngọc nguyên nguyệt nga nhã nhài nhàn nhân nhất nhật nhi nhiên nhung như nhựt
    nhường ninh nở nương oanh phát phấn phi phong phú phúc phục phụng phương phước phượng quảng quang quân quế quốc quy quý quyên
    quyến quyền quyết quỳnh sa san sang sáng sắc sâm sen sinh song sơn sỹ sĩ sử sự tá tài tám tâm tân tấn tần thái thạch thám
    thanh thành thạnh thao thảo thạo thân thăng thắm thắng thập thế thi thì thị thiên thiện thiệp thìn thịnh thoa thoại thọ thông
    thống thơ thơm thời thu thuần thuận thục thùy thuỷ thuý thúy thủy thuyên thuyết thư thứ thương thường thực thức tiên tiến tiền
    tín tiệp tình tỉnh toàn toán toản tố tôn tôn tộ trà trác trai trang tranh trầm trâm trân trí trị triết triệu trinh trình trọng
    trúc trung truyền trực trường trưởng tú tuân tuấn tuệ tùng tuy tuyên tuyến tuyền tuyết tư từ tường tưởng tứ tý ty uy uyên
    út vạn vân văn vi vĩ vị viên viễn việt vinh vĩnh võ vọng vũ vui vượng vương vy xuân xuyến xuyên ý yên yến""".split()  # noqa: SIM905
)
# Capitalised words that open or make names of offices, places and headings rather than of people.
_NO_NAME = frozenset(
    """ban bộ sở phòng hội nghị quyết chương phần mục điều khoản đảng nhà nước huyện xã phường quận thôn xóm bản ủy uỷ viện trường
    trung_tâm cục vụ tổng báo đài tạp chi_bộ công_an tòa toà kho bạc cơ quan thông tư luật pháp ảnh tin bài hình bảng biểu phụ
    nơi nhận kính gửi hết trân ngày tháng năm thứ khối liên đoàn_thể cổng trang website nội số kỳ tập kết đề án dự quỹ giải
    chủ_tịch đại_hội việt_nam hà_nội theo nguồn các những và của là được không khi trong với để cho tại từ_khóa bác cụ ông bà
    anh_hùng chị em đồng_chí vì đã đang sẽ có này đó một hai ba bốn quá khứ vẫn hãy xin cùng về trên dưới""".split()  # noqa: SIM905
)
_PLACES = frozenset(
    """an giang|bà rịa|vũng tàu|bắc giang|bắc kạn|bạc liêu|bắc ninh|bến tre|bình định|bình dương|bình phước|bình thuận|cà mau
    |cao bằng|đà nẵng|đắk lắk|đắk nông|điện biên|đồng nai|đồng tháp|gia lai|hà giang|hà nam|hà nội|hà tĩnh|hải dương|hải phòng
    |hậu giang|hòa bình|hoà bình|hưng yên|khánh hòa|khánh hoà|kiên giang|kon tum|lai châu|lâm đồng|lạng sơn|lào cai|long an
    |nam định|nghệ an|ninh bình|ninh thuận|phú thọ|phú yên|quảng bình|quảng nam|quảng ngãi|quảng ninh|quảng trị|sóc trăng
    |sơn la|tây ninh|thái bình|thái nguyên|thanh hóa|thanh hoá|thừa thiên huế|tiền giang|trà vinh|tuyên quang|vĩnh long
    |vĩnh phúc|yên bái|cần thơ|hồ chí minh|việt nam|trung quốc|liên xô|hoàng sa|trường sa|đông nam á|quốc hội|chính phủ
    |trung ương|bác hồ|đông dương|tây nguyên|trường sơn|hà tây|sài gòn|vinh|huế|phú quốc|côn đảo|điện biên phủ|việt bắc
    |đảng ủy|dân vận|tuyên giáo|nhân dân|hạnh phúc|tự do|độc lập|chủ tịch|thủ tướng|quân đội|thông báo""".replace("\n", "")
    .replace("    ", "").split("|")
)  # fmt: skip
TITLE = re.compile(
    r"(?:(?:GS|PGS|TSKH|TS|Ths|ThS|Th\.S|BS|BSCKI{1,2}|DS|KS|KTS|LS|CN|NSND|NSƯT|NGƯT|NGND|CCB|Dr|Prof|GS,|PGS,)(?:[.,]\s?|\s)"
    r"|(?:Giáo sư|Phó Giáo sư|Phó giáo sư|Tiến sĩ|Tiến sỹ|Thạc sĩ|Thạc sỹ|Bác sĩ|Bác sỹ|Kỹ sư|Cử nhân|Luật sư|Kiến trúc sư"
    r"|Nhà báo|Nhà văn|Nhà thơ|Nhạc sĩ|Họa sĩ|(?:Đại|Thượng|Trung|Thiếu) (?:tướng|tá|úy|uý)|Linh mục|Hòa thượng|Thượng tọa"
    r"|Đại đức|Nghệ nhân)[.:,]?\s){1,4}"
)
_INITIALS = re.compile(r"[A-ZĐÂÊÔƠƯĂ][a-zđ]?(?:[.\s]{1,2}[A-ZĐÂÊÔƠƯĂ]){1,3}\.?")
_STAFF = frozenset({"pv", "p.v", "p.v.", "ctv", "btv", "nhóm pv", "nhóm phóng viên", "phóng viên", "nhóm tác giả"})
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*\.?")
_PARTICLES = frozenset("de da di del der den van von bin al el la le du".split())  # noqa: SIM905


def is_name(text: str, *, expected: bool = False) -> bool:
    """Whether `text` is one person's name. `expected`: a label or the layout says so, and the shape is enough."""
    text = TITLE.sub("", text, count=1).strip() if TITLE.match(text) else text
    if _INITIALS.fullmatch(text) or text.lower() in _STAFF:
        return True
    words = text.split()
    if not 1 <= len(words) <= 6 or not all(_is_name_word(word) for word in words):
        return False
    lower = [word.lower() for word in words]
    if " ".join(lower) in _PLACES and not expected:
        return False
    if expected:
        return len(text) > 1
    return _is_known(lower, shouted=text.isupper())


def _is_known(lower: list[str], *, shouted: bool) -> bool:
    """Whether a line that nothing else marks is a name: by its surname, by its syllables, or a foreign name's shape."""
    if not 2 <= len(lower) <= 5:
        return False
    known = [word in _GIVEN or word in _SURNAMES or len(word.rstrip(".")) == 1 for word in lower]
    if all(known):
        return True
    if shouted or any(word in _NO_NAME for word in lower):
        return False
    return (lower[0] in _SURNAMES and sum(known) * 2 >= len(known)) or (known[-1] and is_syllable(lower[0]) and len(lower) == 2)


def _is_name_word(word: str) -> bool:
    """A capitalised syllable or foreign word, an initial, or a particle."""
    if word in _PARTICLES:
        return True
    return word[0].isupper() and _WORD.fullmatch(word) is not None and (word[1:].islower() or word.isupper() or "'" in word or "-" in word)
