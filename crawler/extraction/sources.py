"""Publishers and agencies in credits: who a text was taken from ("Theo TTXVN", "(dukcqtw.dcs.vn)")."""

from __future__ import annotations

import re

from archive.text import fold, one_line

_DOMAIN = re.compile(
    r"(?:https?://)?(?:www\.)?((?:[\w\-]{1,40}\.){1,4}(?:vn|com|net|org|edu|gov|info|tv|example|int|asia|news))(?:/\S{0,300})?/?",
    re.IGNORECASE,
)
_AGENCY = re.compile(
    r"ttxvn|thong tan xa.{0,20}|vna|vov\d?|vov\.vn|vtv\d{0,2}|vtc|vgp|dcsvn|cpv|ndo|nddt|qdnd|cand|bna|tccs|sggpo?|hnmo?|plo|plvn"
    r"|nld|nldo|tto|ndt|lddt|afp|ap|reuters|xinhua|tan hoa xa|bbc|cnn|kyodo|yonhap|sputnik|tass|ria novosti|internet"
    r"|vnexpress|vietnamnet|vietnam\+|vietnamplus|dan tri|dan viet|tuoi tre(?: online)?|thanh nien(?: online)?|tien phong|lao dong"
    r"|zing(?: news)?|znews|soha|kenh\s?14|cafef|cafebiz|infonet|vietq|vneconomy|nguoi lao dong|nhan dan(?: dien tu)?"
    r"|quan doi nhan dan|dai doan ket|ha noi moi|sai gon giai phong|phap luat viet nam|cong an nhan dan|vietnam news"
    r"|giao duc (?:va|&) thoi dai|doi song (?:va|&) phap luat|an ninh thu do|kinh te do thi|bnews|bao tin tuc"
)
_PUBLICATION = re.compile(
    r"(?:bao|tap chi|dai|cong|trang|website|web|ban tin|chuyen trang|dac san|thoi bao|tuan bao|nhat bao|tap san|fanpage|kenh"
    r"|truyen hinh|thong tan xa|hang tin)\s\S"
)
_LABEL = re.compile(
    r"(?:(?:Nguồn|NGUỒN)(?:\s(?:tin|tin bài|bài|bài viết|dẫn|trích|tham khảo|gốc))?\s?[:：]|(?:Theo|THEO)(?:\s?:\s?|\s(?:nguồn\s?:?\s?)?)"
    r"|(?:Trích|Dẫn)\s(?:nguồn|từ|theo)\s?:?\s?|(?:Source|Via)\s?:\s?)\s?(?P<name>\S.{0,120})",
)
_NO_SOURCE = re.compile(
    r"(?:do|doi|nhu|ke hoach|nghi|quyet|chi thi|ket luan|luat|thong tu|cong van|thong ke|bao cao|quy|ong|ba|cac|nhung|anh|chi|y kien"
    r"|dong chi|danh gia|so lieu|du |ket qua|chuong trinh|nguon|yeu cau|dieu|tinh than|phan |huong dan|de |thong bao (?:so|cua)"
    r"|hien phap|tu tuong|loi |guong|chan |buoc |bac|dang|phuong phap|thong le|truyen|tap|chu|thoi gian|tung|muc|mot|hai|ban)\b"
)


def is_publisher(text: str) -> bool:
    """Whether `text` names a publication, an agency or a site, and so neither an author nor a place."""
    plain = fold(text).strip(" .()")
    return bool(_AGENCY.fullmatch(plain) or _PUBLICATION.match(plain) or _DOMAIN.fullmatch(text.strip(" .()")))


def read_source(line: str) -> str | None:
    """The bare source a whole line names: "dukcqtw.dcs.vn" of "(dukcqtw.dcs.vn)", "TTXVN" of "Theo TTXVN"; else None."""
    line = one_line(line).strip("-–—* \t")
    inner = line.strip("() []")
    bracketed = inner != line
    if not inner or len(inner) > 140:
        return None
    found = _LABEL.fullmatch(inner)
    if found:
        return _after_label(found)
    if _DOMAIN.fullmatch(inner) or (bracketed and is_publisher(inner)):
        return bare(inner)
    return None


def bare(name: str) -> str:
    """A source's name without brackets, end marks, a date behind it, or the rest of a web address."""
    name = re.sub(r"[\s,;(\-–]{1,4}(?:số\s|ngày\s|ra ngày\s|lúc\s)?\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}.{0,12}\Z", "", name.strip())
    name = name.strip(" .,;:()[]\"“”")
    found = _DOMAIN.fullmatch(name)
    return found.group(1) if found and "/" in name else name


def _after_label(found: re.Match[str]) -> str | None:
    name = bare(found["name"])
    plain = fold(name)
    if not name or len(name.split()) > 14:
        return None
    if is_publisher(name) and len(name.split()) <= 10:
        return name
    labelled = ":" in found.group()[: found.start("name")]
    if not labelled and (not name[0].isupper() or _NO_SOURCE.match(plain) or len(name.split()) > 8):
        return None
    if re.search(r"[,;:?!]|\d{3}|\s(?:da|se|dang|duoc|la|cho biet|khong|phai)\s", plain):
        return name if labelled and len(name.split()) <= 8 else None
    return name
