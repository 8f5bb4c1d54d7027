"""Who wrote, took or lent a text: byline, credit and source lines, and an author field's value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.records import Author
from archive.text import fold, one_line
from crawler.extraction.captions import split_caption
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
    r"tin|bai|bai viet|bai va @nh|tin va @nh|@nh va bai|text|noi dung|thuc hien|to chuc thuc hien|nhom thuc hien|tac gia|nhom tac gia"
    r"|nguoi viet|viet bai|nguoi dua tin|dua tin|nguoi thuc hien|phong vien|nhom phong vien|nhom pv|pv|ctv|btv|dich|nguoi dich|bien dich"
    r"|luoc dich|tong hop|bien soan|luoc ghi|ghi|ghi chep|suu tam|tin bai|chum tin|bao cao|kich ban|author|by|written by|phong van|phong su"
    r"|bai du thi|cong tac vien|ky su|luoc thuat|bai noi|tong thuat|nguoi ghi|bien tap va tong hop|nguoi cung cap tin|nguoi gui bai"
)
_SHOWS = (
    r"@nh|hinh|hinh anh|video|clip|do hoa|infographic|thiet ke|trinh bay|ky thuat|quay phim|dung phim|minh hoa|photo|photos|audio|"
    r"nguoi chup|chup @nh|am thanh|dung|nguon @nh|@nh tu lieu|e-?magazine|longform"
)
_EDITS = r"bien tap|bien tap vien|nguoi dang|dang boi|nguoi duyet|duyet|chiu trach nhiem.{0,40}|nguoi nhap|nguoi dang tin|hieu dinh|kiem duyet"
_ROLE = rf"(?:{_WRITES}|{_SHOWS}|{_EDITS})"
_LABEL = re.compile(rf"(?P<roles>{_ROLE}(?:\s?(?:,|;|&|\+|/|-|–|va|and)\s?{_ROLE}){{0,4}})\s?(?:[:：]|(?<=by)\s)\s?")
_NOBODY = re.compile(
    r"admin(?:istrator)?\d{0,3}|quan tri(?: vien| mang| he thong| website)?|(?:ban|to|bo phan) bien tap.{0,40}|bbt|ban quan tri.{0,30}|editor"
    r"|toa soan.{0,20}|webmaster|host|superuser(?: account)?|super user|system account|bien tap vien|portal.{0,20}|root|user|guest|test"
    r"|khuyet danh|n/a|none|null|unknown|dang cap nhat|tong hop|suu tam|st|s\.t|t/h|th|internet|no author|anonymous|thu ky toa soan"
)
_NOTE = re.compile(
    r"\((?:t/h|th|tong hop|st|s/t|suu tam|ghi|thuc hien|luoc ghi|luoc dich|dich|bien soan|ghi chep|luoc thuat|tong thuat|bien dich|ct)\.?\)"
)
_POSITION = re.compile(
    r"(?:uy vien|pho|truong|bi thu|chu tich|giam doc|tong|vien truong|hieu truong|chanh|thu truong|bo truong|can bo|chuyen vien|cong tac vien"
    r"|nguyen|nhan vien|giang vien|dai bieu|phong vien|thanh vien|doi truong|chi huy|chinh uy|tu lenh|ctv|pv|thu ky|bien tap|staff|reporter"
    r"|editor|writer|correspondent|phd|jr|sr|md)\b"
)
_OFFICE = re.compile(
    r"(?:ban|phong|so|vu|cuc|van phong|hoi|doan|tinh|thanh|huyen|xa|phuong|quan|thi|mat tran|ubmttq|mttq|ubnd|hdnd|uy ban|truong|vien"
    r"|trung tam|cong an|bo|dang|khoa|hoc vien|chi|lien doan|cong doan|tp|to|cong ty|tong|benh vien|don|lu|su|trung|tieu doan)\b"
)
_EMAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,60}(?:\.[\w\-]{1,20}){1,4}")
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
    if text[0] in "([" and text[-1] in ")]" and text.count("(") <= 1:
        inner = read_source(text)
        if inner:
            return Byline(source_name=inner)
        text = text.strip("()[] ")
    labelled = _labelled(text, raw, publishers)
    if labelled:
        return labelled
    if _NOBODY.fullmatch(fold(text)) or _is_one_of(text, publishers):
        return Byline()
    theo = re.fullmatch(r"(?:Theo|THEO):?\s(?P<who>[^/()]{2,60}?)\s?(?:/\s?(?P<of>[^/]{2,60})|\((?P<by>[^()]{2,60})\))", text)
    if theo and is_name(theo["who"], expected=True) and not is_publisher(theo["who"]):
        return Byline((Author(name=theo["who"], name_raw=raw),), bare(theo["of"] or theo["by"]))
    source = read_source(text)
    if source:
        return Byline(source_name=source)
    return _names_line(text, raw, expected=marked, publishers=publishers)


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


def _is_one_of(name: str, publishers: tuple[str, ...]) -> bool:
    return fold(name).strip() in {fold(each).strip() for each in publishers}


def _fold_keeping_pictures(text: str) -> str:
    """`fold`, with "ảnh" (a picture) as "@nh": folded, it would be "anh", which half of all names contain."""
    return "".join("@" if low == "ả" and text[at + 1 : at + 3].lower() == "nh" else c for at, (low, c) in enumerate(zip(text.lower(), fold(text), strict=False)))


def _labelled(text: str, raw: str, publishers: tuple[str, ...]) -> Byline | None:
    """A line of one or more "role: names" parts: "Bài: A - Ảnh: B"."""
    plain = _fold_keeping_pictures(text)
    first = _LABEL.match(plain)
    if not first:
        return None
    authors: list[Author] = []
    source = credit = None
    labels = [first, *(each for each in _LABEL.finditer(plain, first.end()) if not plain[each.start() - 1].isalnum())]
    ends = [*(each.start() for each in labels[1:]), len(text)]
    for label, end in zip(labels, ends, strict=True):
        value = text[label.end() : end].strip(" -–—;,.|/()")
        if not value or len(value) > 100:
            return None
        if re.fullmatch(rf"(?:{_EDITS})", label["roles"]):
            continue
        read = _names_line(value, raw, expected=True, publishers=publishers, desk=True)
        if read is None:
            return None
        if all(re.fullmatch(_SHOWS, role) for role in re.split(r"\s?(?:[,;&+/]|\bva\b)\s?", label["roles"])):
            credit = value
            continue
        authors += read.authors
        source = source or read.source_name
    return Byline(tuple(authors), source, credit)


def _names_line(text: str, raw: str, *, expected: bool, publishers: tuple[str, ...], desk: bool = False) -> Byline | None:
    """A line of names with what may follow them: "/TTXVN", "(t/h)", "(Ban Dân vận)", ", Phó Trưởng ban"."""
    note = _NOTE.search(fold(text))
    text = (text[: note.start()] + text[note.end() :]).strip() if note else text
    source = None
    bracket = re.fullmatch(r"(?P<names>[^()]{2,100}?)\s?\((?P<inside>[^()]{2,80})\)", text)
    if bracket:
        text, inside = bracket["names"], bracket["inside"]
        source = read_source(inside) or (bare(inside) if is_publisher(inside) else None)
    parts = [part.strip(" .") if part.count(".") < 2 else part.strip() for part in _SPLIT.split(text) if part and part.strip(" .")]
    authors: list[Author] = []
    for place, part in enumerate(parts):
        plain = fold(part)
        if _NOBODY.fullmatch(plain) or _is_one_of(part, publishers):
            continue
        if is_publisher(part):
            source = source or bare(part)
        elif place and authors and (_POSITION.match(plain) or (_OFFICE.match(plain) and not is_name(part))):
            break
        elif is_name(part, expected=expected or bool(note or bracket and source)):
            authors.append(Author(name=part, name_raw=raw))
        elif desk and len(parts) == 1 and part[0].isupper() and len(part.split()) <= 10:
            authors.append(Author(name=part, name_raw=raw))
        else:
            return None
    if not authors and source and not desk and not expected:
        return None
    return Byline(tuple(authors), source) if parts else None
