"""Whether a short text is a person's name, as Vietnamese pages credit people: names, pen names, initials.

A name outside `name_lists` passes where the page's layout or a label says that a name stands there.
"""

from __future__ import annotations

import re

from crawler.extraction.byline_patterns import any_of
from crawler.extraction.name_lists import GIVEN, NO_NAME, NOT_PEOPLE, OFFICES, SURNAMES
from crawler.extraction.syllables import is_syllable

TITLE = re.compile(
    "(?:"
    + any_of(
        r"""
        (?:GS|PGS|TSKH|TS|Ths|ThS|Th\.S|BS|BSCKI{1,2}|CKI{1,2}|DS|KS|KTS|LS|CN|NSND|NSƯT|NGƯT|NGND|CCB|Dr|Prof)(?:[.,]\s?|\s)
        (?:GS|PGS),\s
        """
    )
    + "|"
    + any_of(
        """
        Giáo sư|Phó Giáo sư|Phó giáo sư|Tiến sĩ|Tiến sỹ|Thạc sĩ|Thạc sỹ|Bác sĩ|Bác sỹ|Kỹ sư|Cử nhân|Luật sư|Kiến trúc sư
        Đ/c|Nhà báo|Nhà văn|Nhà thơ|Nhạc sĩ|Họa sĩ|Nghệ nhân|Linh mục|Hòa thượng|Thượng tọa|Đại đức
        (?:Đại|Thượng|Trung|Thiếu) (?:tướng|tá|úy|uý)|CTV|PV|BTV|Phóng viên|Cộng tác viên|Biên tập viên
        """
    )
    + r"[.:,]?\s){1,4}"
)
"""Degrees, ranks and callings before a name, each with what parts it from the next."""

_INITIALS = re.compile(r"[A-ZĐÂÊÔƠƯĂ][a-zđ]?(?:[.\s]{1,2}[A-ZĐÂÊÔƠƯĂ]){1,3}\.?")
_INITIAL = re.compile(r"\A[A-ZĐ]\.(?=[^\W\d_]{2})")
_STAFF = frozenset({"pv", "p.v", "p.v.", "ctv", "btv", "nhóm pv", "nhóm phóng viên", "phóng viên", "nhóm tác giả"})
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*\.?")
_PARTICLES = frozenset(("de", "da", "di", "del", "der", "den", "van", "von", "bin", "al", "el", "la", "le", "du"))


def is_name(text: str, *, expected: bool = False) -> bool:
    """Whether `text` is one person's name. `expected`: a label or the layout says so, and the shape is enough."""
    text = without_title(text)
    if _INITIALS.fullmatch(text) or text.lower() in _STAFF:
        return True
    words = text.split()
    if not 1 <= len(words) <= 6 or not all(_is_name_word(word) for word in words):
        return False
    lower = [word.lower() for word in words]
    if " ".join(lower) in NOT_PEOPLE or " ".join(lower[:2]) in OFFICES:
        return False
    if expected:
        odd = [word in NO_NAME and word not in GIVEN and word not in SURNAMES for word in lower]
        return len(text) > 1 and not (text.isupper() and any(odd))
    return _is_known(lower, shouted=text.isupper())


def without_title(name: str) -> str:
    """A name without the degrees, ranks and callings before it: "Nguyễn Văn An" of "PGS, TS. Nguyễn Văn An"."""
    found = TITLE.match(name)
    return name[found.end() :].strip() or name if found else name


def _is_known(lower: list[str], *, shouted: bool) -> bool:
    """Whether a line that nothing else marks is a name: by its surname, by its syllables, or a foreign name's shape."""
    if not 2 <= len(lower) <= 5:
        return False
    known = [word in GIVEN or word in SURNAMES or len(word.rstrip(".")) == 1 or word[1:2] == "'" for word in lower]
    if lower[0] in NO_NAME and lower[0] not in SURNAMES:
        return False
    if all(known):
        return True
    if any(word in NO_NAME for word in lower):
        return False
    if lower[0] in SURNAMES:
        return sum(known) * 2 >= len(known)
    return not shouted and known[-1] and is_syllable(lower[0]) and len(lower) == 2


def _is_name_word(word: str) -> bool:
    """A capitalised syllable or foreign word, an initial, both ("H.Mây"), or a particle."""
    word = _INITIAL.sub("", word)
    if word in _PARTICLES:
        return True
    return (
        word[0].isupper()
        and _WORD.fullmatch(word) is not None
        and (word[1:].islower() or word.isupper() or "'" in word or "-" in word)
    )
