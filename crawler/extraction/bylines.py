"""Who wrote, took or lent a text: byline, credit and source lines, and an author field's value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from archive.records import Author
from archive.text import fold, one_line
from crawler.extraction.byline_patterns import (
    BRACKET,
    EDITED,
    EDITS,
    EMAIL,
    FIELD_LABEL,
    FIELD_NOISE,
    LABEL,
    LENDS,
    LENT,
    NOBODY,
    NOTE,
    OF_ANYONE,
    OFFICE,
    POSITION,
    ROLES_APART,
    SHOWS,
    SPLIT,
)  # fmt: skip
from crawler.extraction.captions import is_credit, split_caption
from crawler.extraction.datelines import split_dateline
from crawler.extraction.names import is_name, without_title
from crawler.extraction.sources import bare, is_publisher, read_source

__all__ = ["Byline", "read_byline", "read_source", "split_authors", "split_caption", "split_dateline"]


_LINE = 400  # characters, spaces and marks around a line of 160 included


@dataclass(frozen=True, slots=True)
class Byline:
    """What a line that is wholly a byline tells: authors as credited, the reprint's source, the pictures' credit.

    All empty means a line that names nobody ("Admin", "Ban Biên tập"): still no text of the article.
    """

    authors: tuple[Author, ...] = ()
    source_name: str | None = None
    credit: str | None = None


def read_byline(line: str, *, marked: bool = False, publishers: tuple[str, ...] = ()) -> Byline | None:
    """What `line` credits when the whole of it is a byline, a credit or a source line; else None.

    `marked`: the layout sets the line apart (right-aligned, bold, last), so a name's shape is enough.
    `publishers` are names of the site and its owner, which are nobody's byline. A credit shared with the
    text ("Tin, ảnh: Thu Hà") is the author's; `credit` is of lines that speak of pictures alone. An author's
    `name` is without degrees, ranks and positions; `name_raw` is the whole line.
    """
    return _read_byline(line, marked, publishers) if len(line) <= _LINE else None


@lru_cache(maxsize=256)  # the first and last lines of a text are asked about several times
def _read_byline(line: str, marked: bool, publishers: tuple[str, ...]) -> Byline | None:
    raw = one_line(line).strip("*•_ ")
    text = re.sub(r"\A[-–—]\s?|\s?\./?\.?\Z", "", raw) if not raw.endswith("..") else raw
    text = (EDITED.sub("", text) or text).removeprefix("Đ/c ")
    if not 1 < len(text) <= 160:
        return None
    if text[0] in "([" and text[-1] in ")]" and text.count("(") <= 1:
        inner = text.strip("()[] ")
        source = None if LENT.fullmatch(inner) else read_source(text)
        if source:
            return Byline(source_name=source)
        text = inner
    return (
        _labelled(text, raw, publishers)
        or (Byline() if _is_nobody(text, publishers) else None)
        or _lent(text, raw)
        or _names_and_credit(text, raw, marked, publishers)
        or _names_line(text, raw, expected=marked, publishers=publishers)
    )


def _names_and_credit(text: str, raw: str, marked: bool, publishers: tuple[str, ...]) -> Byline | None:
    """Names that need no label before a credit that has one: "Hải Yến - Ảnh: Minh Anh"."""
    names, credit = split_caption(text)
    if not names or credit is None or "nguồn" in text[len(names) :].lower():
        return None
    read = _names_line(names.strip(" ."), raw, expected=marked, publishers=publishers)
    return Byline(read.authors, read.source_name, credit) if read and read.authors else None


def _lent(text: str, raw: str) -> Byline | None:
    """A line that names a source: "Theo TTXVN", and with an author "Theo Thu Hà/dangcongsan.vn"."""
    found = LENT.fullmatch(text)
    if found and is_name(found["who"], expected=True) and not is_publisher(found["who"]):
        return Byline((Author(name=without_title(found["who"]), name_raw=raw),), bare(found["of"] or found["by"]))
    source = read_source(text)
    return Byline(source_name=source) if source else None


def split_authors(text: str, *, publishers: tuple[str, ...] = ()) -> tuple[Author, ...]:
    """The authors in a value known to be an author field; empty when it names a publisher, a desk or a source."""
    if "\n" in text.strip():
        return tuple(author for line in text.splitlines() for author in split_authors(line, publishers=publishers))
    raw = one_line(text)
    text = FIELD_NOISE.sub("", EMAIL.sub("", raw)).strip(" <>-–—|,;:*•.")
    text = FIELD_LABEL.sub("", text, count=1).removesuffix("./").rstrip(" ./")
    if text[:1] in "([" and text[-1:] in ")]":
        text = text[1:-1].strip()
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
    return bool(NOBODY.fullmatch(plain)) or plain in {fold(each).strip() for each in publishers}


def _labelled(text: str, raw: str, publishers: tuple[str, ...]) -> Byline | None:
    """A line of one or more "role: names" parts: "Bài: A - Ảnh: B"."""
    lower = text.lower()
    labels = list(LABEL.finditer(lower)) if len(lower) == len(text) else []
    if not labels or labels[0].start() > 0:
        return None
    authors: list[Author] = []
    source = credit = None
    ends = [*(each.start() for each in labels[1:]), len(text)]
    for label, end in zip(labels, ends, strict=True):
        roles = ROLES_APART.split(label["roles"])
        value = text[label.end() : end].strip(" -–—;,.|/(")
        value = value if "(" in value else value.rstrip(")")
        if all(EDITS.fullmatch(role) for role in roles):
            continue
        if all(SHOWS.fullmatch(role) for role in roles):
            if not is_credit(value):
                return None
            credit = value
            continue
        if all(LENDS.fullmatch(role) for role in roles):
            source = read_source(f"Nguồn: {value}")
            if source is None:
                return None
            continue
        desk = OF_ANYONE.fullmatch(roles[0]) is not None or OFFICE.match(value.lower()) is not None
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
    if "/" in text and is_publisher(text):
        return Byline(source_name=bare(text)) if expected or " " not in text else None
    text, notes = NOTE.subn("", text)
    text, source = _without_bracket(text.strip())
    expected = expected or bool(notes or source)
    parts = [each for each in map(_trim_name, _split(text)) if each]
    authors: list[Author] = []
    for part in parts:
        lower = part.lower()
        if _is_nobody(part, publishers):
            continue
        if is_publisher(part):
            source = source or bare(part)
        elif authors and (lent := read_source(part)):
            source = source or lent
        elif authors and (POSITION.match(lower) or (OFFICE.match(lower) and not is_name(part))):
            if len(part) > 90 or ":" in part or part[-1] in "?!":
                return None  # "Lê Thị Mận, thôn 7 hỏi: …"
            break
        elif (is_name(part, expected=expected) and not OFFICE.fullmatch(lower)) or (desk and _is_desk(part, parts)):
            authors.append(Author(name=without_title(part), name_raw=raw))
        else:
            return None
    named = authors or expected or (source and " " not in text)
    return Byline(tuple(authors), source) if named and parts else None


def _split(text: str) -> list[str]:
    """The parts of a line of names; a hyphen without spaces parts them only between two names of two words or more."""
    parts = SPLIT.split(text)
    glued = text.split("-")
    if len(parts) == 1 and len(glued) > 1 and all(" " in name and is_name(name) for name in glued):
        return glued
    return parts


def _without_bracket(text: str) -> tuple[str, str | None]:
    """The text without what its last brackets hold, and the source if they name one; an affiliation is dropped."""
    found = BRACKET.fullmatch(text)
    if not found:
        return text, None
    inside = found["inside"]
    return found["names"], read_source(inside) or (bare(inside) if is_publisher(inside) else None)


def _trim_name(part: str | None) -> str:
    part = (part or "").strip(" -–—")
    return part.strip(" .") if part.count(".") < 2 else part


def _is_desk(part: str, parts: list[str]) -> bool:
    return len(parts) == 1 and part[0].isupper() and len(part.split()) <= 12 and not re.search(r"[?!:;]|\d{4}", part)
