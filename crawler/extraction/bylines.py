"""Who wrote, took or lent a text: byline, credit and source lines, and an author field's value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.records import Author
from archive.text import fold, one_line
from crawler.extraction.captions import is_credit, split_caption
from crawler.extraction.datelines import split_dateline
from crawler.extraction.names import is_name
from crawler.extraction.sources import bare, is_publisher, read_source

__all__ = ["Byline", "read_byline", "read_source", "split_authors", "split_caption", "split_dateline"]


@dataclass(frozen=True, slots=True)
class Byline:
    """What a line that is wholly a byline tells: authors as credited, the reprint's source, the pictures' credit.

    All empty means a line that names nobody ("Admin", "Ban Biên tập"): still no text of the article.
    """

    authors: tuple[Author, ...] = ()
    source_name: str | None = None
    credit: str | None = None


_WRITES = (
    r"tin|bài|bài viết|tin bài|chùm tin|text|thực hiện|tổ chức thực hiện|(?:nhóm|người) thực hiện|tác giả"
    r"|nhóm tác giả|(?:người )?viết"
    r"|viết bài|(?:người )?đưa tin|phóng viên|nhóm phóng viên|nhóm pv|pv|ctv|btv|cộng tác viên|(?:người |biên "
    r"|lược )?dịch|tổng hợp"
    r"|biên soạn|(?:người |lược )?ghi|ghi chép|sưu tầm|nội dung|author|by|written by|phỏng vấn|phóng sự|ký sự"
    r"|(?:lược|tổng) thuật"
    r"|người cung cấp tin|người gửi bài|bài dự thi|biên tập và tổng hợp"
)
_SHOWS = (
    r"ảnh|hình|hình ảnh|video|clip|đồ h[ọo][ạa]|infographics?|thiết kế|trình bày|kỹ thuật|(?:quay|dựng) phim"
    r"|minh h[ọo][ạa]|photos?|audio"
    r"|(?:người )?chụp|chụp ảnh|âm thanh|dựng|nguồn ảnh|ảnh tư liệu|e-?magazine|longform"
)
_EDITS = r"biên tập(?: viên)?|người đăng(?: tin)?|đăng bởi|(?:người )?duyệt|chịu trách nhiệm.{0,40}|người nhập"
r"|hiệu đính|kiểm duyệt|cập nhật bởi"
_ROLE = rf"(?:{_WRITES}|{_SHOWS}|{_EDITS})"
_LABEL = re.compile(
    rf"(?<!\w)(?P<roles>{_ROLE}(?:\s?(?:,|;|&|\+|/|-|–|\svà|\sand)\s?{_ROLE}){{0,4}})(?:\s?[:：]\s?|(?<=by)\s"
    rf"|(?<=đăng bởi)\s)"
)
_ROLES_APART = re.compile(r"\s?[,;&+/\-–]\s?|\s(?:và|and)\s")
_NAMES_ONLY = re.compile(r"pv|phóng viên|ctv|btv|nội dung|phỏng vấn|ghi|hình|dựng|dịch|by|ảnh|video|clip")
_NOBODY = re.compile(
    r"admin(?:istrator)?\d{0,3}|quan tri(?: vien| mang| he thong| website)?|(?:ban|to|bo phan"
    r"|hoi dong) bien tap.{0,40}|bbt|ban quan tri.{0,30}"
    r"|editor|toa soan.{0,20}|webmaster|host|superuser(?: account)?|super user|system account|bien tap vien"
    r"|portal.{0,20}|root|user|guest|test"
    r"|khuyet danh|n/a|none|null|unknown|dang cap nhat|tong hop|suu tam|st|s\.t|t/h|th|internet|no author"
    r"|anonymous|thu ky toa soan"
)
_NOTE = re.compile(
    r"\((?:t/h|th|tổng hợp|st|s/t|sưu tầm|ghi|thực hiện|lược ghi|lược dịch|dịch|biên soạn|ghi chép|lược thuật"
    r"|tổng thuật|biên dịch|ct)\.?\)"
    r"|\s(?:tổng hợp|lược ghi|lược thuật|\(?t/h\)?|sưu tầm|ghi|thực hiện|biên soạn|lược dịch|biên dịch)\Z",
    re.IGNORECASE,
)
_POSITION = re.compile(
    r"(?:(?:nguyên )?(?:ủy viên|uỷ viên|phó|trưởng|bí thư|chủ tịch|giám đốc|tổng|viện trưởng|hiệu trưởng|chánh"
    r"|thứ trưởng|bộ trưởng|đại biểu"
    r"|đội trưởng|chỉ huy|chính (?:ủy|uỷ|trị)|tư lệnh|thư ký)|cán bộ|chuyên viên|cộng tác viên|nhân viên"
    r"|giảng viên|phóng viên|thành viên|ctv|pv"
    r"|biên tập|staff|reporter|editor|writer|correspondent|ph\.?d|jr|sr|md|the)\b"
)
_OFFICE = re.compile(
    r"(?:ban|phòng|sở|vụ|cục|văn phòng|hội|đoàn|tỉnh|thành|huyện|xã|phường|quận|thị|mặt trận|ubmttq|mttq|ubnd"
    r"|hđnd|ủy ban|uỷ ban|trường|viện"
    r"|trung tâm|công an|bộ|đảng|khoa|học viện|chi|liên đoàn|công đoàn|tp|tổ|công ty|tổng|bệnh viện|đồn|lữ|sư"
    r"|trung|tiểu đoàn|nhà|thôn|tiểu ban)\b"
)
_EMAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,60}(?:\.[\w\-]{1,20}){1,4}")
_LENT = re.compile(r"(?:Theo|THEO):?\s(?P<who>[^/()]{2,60}?)\s?(?:/\s?(?P<of>[^/]{2,60})|\((?P<by>[^()]{2,60})\))")
_BRACKET = re.compile(r"(?P<names>[^()]{2,100}?)\s?\((?P<inside>[^()]{2,80})\)\.?")
_SPLIT = re.compile(r"\s?[,;&+|\n•]\s?|\s[-–—]\s?|\s?[–—]\s|\s(?:và|VÀ|and|cùng)\s|(?<=\w)\s?/\s?(?=\w)")


def read_byline(line: str, *, marked: bool = False, publishers: tuple[str, ...] = ()) -> Byline | None:
    """What `line` credits when the whole of it is a byline, a credit or a source line; else None.

    `marked`: the layout sets the line apart (right-aligned, bold, last), so a name's shape is enough.
    `publishers` are names of the site and its owner, which are nobody's byline. A credit shared with the
    text ("Tin, ảnh: Thu Hà") is the author's; `credit` is of lines that speak of pictures alone.
    """
    raw = one_line(line).strip("*•_ ")
    text = re.sub(r"\A[-–—]\s?|\s?\./?\.?\Z", "", raw) if not raw.endswith("..") else raw
    if not 1 < len(text) <= 160:
        return None
    source = read_source(text) if text[0] in "([" else None
    if source:
        return Byline(source_name=source)
    if text[0] in "([" and text[-1] in ")]" and text.count("(") <= 1:
        text = text.strip("()[] ")
    return (
        _labelled(text, raw, publishers)
        or (Byline() if _is_nobody(text, publishers) else None)
        or _lent(text, raw)
        or _names_line(text, raw, expected=marked, publishers=publishers)
    )


def _lent(text: str, raw: str) -> Byline | None:
    """A line that names a source: "Theo TTXVN", and with an author "Theo Thu Hà/dangcongsan.vn"."""
    found = _LENT.fullmatch(text)
    if found and is_name(found["who"], expected=True) and not is_publisher(found["who"]):
        return Byline((Author(name=found["who"], name_raw=raw),), bare(found["of"] or found["by"]))
    source = read_source(text)
    return Byline(source_name=source) if source else None


def split_authors(text: str, *, publishers: tuple[str, ...] = ()) -> tuple[Author, ...]:
    """The authors in a value known to be an author field; empty when it names a publisher, a desk or a source."""
    raw = one_line(text)
    text = re.sub(r"https?://\S{1,400}", "", _EMAIL.sub("", raw)).strip(" ()[]<>-–—|,;:*•.")
    if not 1 < len(text) <= 300 or read_source(text):
        return ()
    labelled = _labelled(text, raw, publishers)
    if labelled:
        return labelled.authors
    read = _names_line(text, raw, expected=True, publishers=publishers)
    return read.authors if read else ()


def _is_nobody(name: str, publishers: tuple[str, ...]) -> bool:
    """Whether a credit names no one: an account, an editorial office, or the site itself."""
    plain = fold(name).strip()
    return bool(_NOBODY.fullmatch(plain)) or plain in {fold(each).strip() for each in publishers}


def _labelled(text: str, raw: str, publishers: tuple[str, ...]) -> Byline | None:
    """A line of one or more "role: names" parts: "Bài: A - Ảnh: B"."""
    lower = text.lower()
    labels = list(_LABEL.finditer(lower)) if len(lower) == len(text) else []
    if not labels or labels[0].start() > 0:
        return None
    authors: list[Author] = []
    source = credit = None
    ends = [*(each.start() for each in labels[1:]), len(text)]
    for label, end in zip(labels, ends, strict=True):
        roles = _ROLES_APART.split(label["roles"])
        value = text[label.end() : end].strip(" -–—;,.|/()")
        if all(re.fullmatch(_EDITS, role) for role in roles):
            continue
        if all(re.fullmatch(_SHOWS, role) for role in roles):
            if not is_credit(value):
                return None
            credit = value
            continue
        desk = not any(_NAMES_ONLY.fullmatch(role) for role in roles[:1])
        read = _names_line(value, raw, expected=True, publishers=publishers, desk=desk) if value else None
        if read is None:
            return None
        authors += read.authors
        source = source or read.source_name
    return Byline(tuple(authors), source, credit)


def _names_line(
    text: str, raw: str, *, expected: bool, publishers: tuple[str, ...], desk: bool = False
) -> Byline | None:
    """A line of names with what may follow them: "/TTXVN", "(t/h)", "(Ban Dân vận)", ", Phó Trưởng ban".

    `desk`: an office may stand where a person does ("Tác giả: Phòng Tuyên truyền").
    """
    text, notes = _NOTE.subn("", text)
    text, source = _without_bracket(text.strip())
    expected = expected or bool(notes or source)
    parts = [each for each in map(_trim_name, _SPLIT.split(text)) if each]
    authors: list[Author] = []
    for part in parts:
        lower = part.lower()
        if _is_nobody(part, publishers):
            continue
        if is_publisher(part):
            source = source or bare(part)
        elif authors and (_POSITION.match(lower) or (_OFFICE.match(lower) and not is_name(part))):
            break
        elif is_name(part, expected=expected) or (desk and _is_desk(part, parts)):
            authors.append(Author(name=part, name_raw=raw))
        else:
            return None
    return Byline(tuple(authors), source) if authors or (source and expected) or (parts and expected) else None


def _without_bracket(text: str) -> tuple[str, str | None]:
    """The text without what its last brackets hold, and the source if they name one; an affiliation is dropped."""
    found = _BRACKET.fullmatch(text)
    if not found:
        return text, None
    inside = found["inside"]
    return found["names"], read_source(inside) or (bare(inside) if is_publisher(inside) else None)


def _trim_name(part: str | None) -> str:
    part = (part or "").strip()
    return part.strip(" .") if part.count(".") < 2 else part


def _is_desk(part: str, parts: list[str]) -> bool:
    return len(parts) == 1 and part[0].isupper() and len(part.split()) <= 12 and not re.search(r"[?!:;]|\d{4}", part)
