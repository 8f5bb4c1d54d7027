"""Publishers and agencies in credits: whom a text was taken from ("Theo TTXVN", "(dukcqtw.dcs.vn)").

Words are compared with their diacritics: without them "Bảo Ngọc" would be a newspaper (báo).
"""

from __future__ import annotations

import re

from archive.text import fold, nfc, one_line
from crawler.extraction.byline_patterns import any_of

_DOMAIN = re.compile(
    r"(?:https?://)?(?:www\.)?(?P<host>(?:[\w\-]{1,40}\.){1,4}(?:vn|com|net|org|edu|gov|info|tv|example|int|asia|news))"
    r"(?:/\S{0,300})?/?",
    re.IGNORECASE,
)
# Short names, folded. A person is never called so, with or without diacritics.
_AGENCY = re.compile(
    r"(?:bao )?"
    + any_of(
        r"""
        ttxvn|thong tan xa(?: viet nam)?|vna|vnanet|vov\d?(?:-[\w. ]{2,20})?|vtv\d{0,2}|vtc(?: news)?|vgp(?: news)?|dcsvn|cpv|ndo|nddt
        qdnd|cand|bna|tccsd?t?|sggpo?|hnmo?|plo|plvn|nldo?|tto|tno|ldo|lddt|afp|ap|reuters|xinhua|tan hoa xa|bbc|cnn
        kyodo|yonhap|sputnik|tass|ria novosti|vnexpress|vietnamnet(?: news)?|vietnam\+|vietnamplus|dan tri|dan viet
        tuoi tre|thanh nien|tien phong|lao dong|lao dong thu do|zing|znews|soha|kenh\s?14|cafef|cafebiz|infonet|vietq
        vneconomy|nguoi lao dong|nhan dan|quan doi nhan dan|dai doan ket|ha noi moi|sai gon giai phong
        cong an nhan dan|viet nam news|vietnam news|giao duc (?:va|&) thoi dai|gd&td|doi song (?:va|&) phap luat
        an ninh thu do|kinh te do thi|bnews|ictnews|nguoi dua tin|phap luat tp\.? ?hcm
        """
    )
    + r"(?: online| dien tu| news)?"
)
_SEVERAL = re.compile(r"\s?[/,;+](?!\Z)\s?|\s[-–&]\s|\svà\s")
_JOINED = frozenset(("giao duc va thoi dai", "doi song va phap luat", "doi song & phap luat"))
_PUBLICATION = re.compile(
    any_of(
        r"""
        báo(?! cáo| động| hiếu| chí\b)|tạp chí|thời báo|tuần báo|nhật báo|tập san|bản tin|chuyên trang|đặc san
        thông tấn xã|hãng tin|fanpage|website|web|truyền hình|kênh (?:truyền hình|vtv)
        (?:trang|cổng) (?:tin|thông tin|tttđt|ttđt|tt|web|điện tử|giao tiếp|chính phủ|fanpage)
        đài (?:phát thanh|truyền hình|tiếng nói|ptth|pt-th|pt|ttth|tt-th|tt|th-th|th|tnvn|truyền thanh)
        """
    )
    + r"(?:\s\S|\Z)"
)
_LABEL = re.compile(
    r"(?P<label>nguồn(?:\s(?:tin|tin bài|bài|bài viết|dẫn|trích|tham khảo|gốc))?\s?[:：]|source\s?:|via\s?:"
    r"|nguồn\s(?=https?://|www\.)|theo(?:\s?[:：]|\snguồn\s?[:：]?|(?=\s))|(?:trích|dẫn|tổng hợp)\s(?:nguồn|từ|theo)\s?[:：]?)"
    r"\s?(?P<name>\S.{0,120})",
    re.IGNORECASE,
)
_NO_SOURCE = re.compile(
    any_of(
        """
        đó|đây|dõi|kế hoạch|nghị|quyết|chỉ thị|kết luận|luật|thông tư|công văn|thống kê|báo cáo|quy|ông|bà|các|những
        anh|chị|ý kiến|đồng chí|đánh giá|số liệu|dự án|dự kiến|dự báo|dự thảo|kết quả|chương trình|nguồn|yêu cầu|điều
        tinh thần|phản ánh|hướng dẫn|đề án|đề nghị|đề xuất|thông báo|hiến pháp|tư tưởng|lời|gương|chân|bước|bác|đảng
        phương pháp|thông lệ|truyền thuyết|thời gian|từng|như|dòng|em|tôi|chúng|cụ|thầy|cô|chủ trương|lịch
        """
    )
    + r"\b"
)
_TELLS = re.compile(r"[:?!]|\d{3}|\s(?:đã|sẽ|đang|được|là|cho biết|không|phải|thì)\s")
_GOES_ON = re.compile(r"[,;]|\svà\s")
_ISSUE = re.compile(r"[\s,;(\-–]{1,4}(?:số\s|ngày\s|ra ngày\s|lúc\s)?\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}.{0,12}\Z")


def is_publisher(text: str) -> bool:
    """Whether `text` names a publication, an agency or a site, and so neither an author nor a place."""
    text = nfc(text).strip(" .()")
    parts = _SEVERAL.split(text) if "://" not in text else [text]
    if len(parts) > 1 and fold(text) not in _JOINED:
        return all(is_publisher(part) for part in parts)
    return bool(_AGENCY.fullmatch(fold(text)) or _PUBLICATION.match(text.lower()) or _DOMAIN.fullmatch(text))


def read_source(line: str) -> str | None:
    """The bare source a whole line names, or None: "dukcqtw.dcs.vn" of "(dukcqtw.dcs.vn)", "TTXVN" of "Theo TTXVN"."""
    line = re.sub(r"\A[-–—*•]\s?", "", one_line(line)).strip()
    bracketed = line[:1] in ("(", "[") and line.rstrip(".")[-1:] in (")", "]")
    inner = line.rstrip(".").strip("()[] ") if bracketed else line
    if not 1 < len(inner) <= 140:
        return None
    found = _LABEL.fullmatch(inner)
    if found:
        return _after_label(found["name"], colon=found["label"].rstrip()[-1] in ":：")
    if _DOMAIN.fullmatch(inner) or (bracketed and is_publisher(inner)):
        return bare(inner)
    return None


def bare(name: str) -> str:
    """A source's name without brackets, end marks, the issue's date behind it, or the rest of a web address."""
    name = _ISSUE.sub("", name.strip()).strip(' .,;:()[]"“”')
    found = _DOMAIN.fullmatch(name)
    return found["host"] if found and ("/" in name or name.lower().startswith("www.")) else name


def _after_label(value: str, *, colon: bool) -> str | None:
    name = bare(value)
    words = len(name.split())
    if not name or words > 14:
        return None
    if is_publisher(name) and words <= 10 and not _TELLS.search(name.lower()):
        return name
    if colon:
        return name if words <= 10 and not re.search(r"[?!]", name) else None
    lower = name.lower()
    sentence = _NO_SOURCE.match(lower) or _TELLS.search(lower) or _GOES_ON.search(lower)
    return name if name[0].isupper() and words <= 8 and not sentence else None
