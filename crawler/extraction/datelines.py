"""The dateline that opens a lead: "(Baonghean.vn) -", "TCCS -", "Hà Nội (TTXVN) -"."""

from __future__ import annotations

import re

from archive.text import fold, one_line
from crawler.extraction.sources import is_publisher

_DASH = r"\s{0,3}(?:[-–—‒−:]|&ndash;){1,2}\s{0,3}"
_BRACKETED = re.compile(rf"(?P<line>\((?P<name>[^()]{{2,40}})\))(?P<dash>{_DASH}|\s{{0,3}}\.?\s{{0,3}})(?=\S)")
_BARE = re.compile(
    r"(?P<line>[A-ZĐÂÊÔƠƯĂ][A-ZĐÂÊÔƠƯĂ&]{1,8}(?:\s?(?:Online|online|ONLINE|điện tử|Điện tử))?(?:\.(?:vn|VN"
    r"|com\.vn|net|com))?"
    r"|[A-ZĐ][\w\-]{1,24}\.(?:vn|VN|com\.vn|gov\.vn|org\.vn|dcs\.vn|com|net))"
    r"(?:\s{1,3}[-–—‒−]{1,2}\s{0,3}|[–—]\s{0,3}|-\s{1,3}|-(?=[A-ZĐ][^\W\d_]*\s))(?=[^\W_]|[\"“(])"
)
_WIRE = re.compile(
    r"(?P<line>[A-ZĐ][^\W\d_]{0,6}(?:\s[A-ZĐ]?[^\W\d_]{1,6}){0,3}(?:,?\s(?:ngày\s)?\d{1,2}/\d{1,2}(?:/\d{4})?)?\s?\((?P<name>[^()]{2,24})\))\s{0,3}[-–—‒−]{1,2}\s{0,3}(?=\S)"
)
_ACRONYM = re.compile(
    r"[A-ZĐÂÊÔƠƯĂ&]{2,9}(?:\s?(?:Online|online|ĐT|điện tử))?|[A-ZĐ][\w\-]{1,30}(?:\.[\w\-]{2,12}){1,3}"
)
_BODIES = frozenset(
    [
        "UBND",
        "HĐND",
        "MTTQ",
        "TP",
        "TW",
        "BCH",
        "BTV",
        "THPT",
        "THCS",
        "CLB",
        "HTX",
        "GS",
        "PGS",
        "TS",
        "ĐH",
        "KT",
        "QH",
        "LĐLĐ",
        "CCB",
        "BTG",
        "BDV",
        "HND",
        "HPN",
        "ĐTN",
        "COVID",
        "SARS",
        "UBMTTQ",
        "TAND",
        "VKSND",
        "BHXH",
        "BHYT",
        "KHKT",
        "KCN",
        "NTM",
        "ATGT",
        "PCCC",
        "GD",
        "CSGT",
        "CSĐT",
        "BĐBP",
        "LLVT",
        "ANTT",
        "QPAN",
        "BCĐ",
        "ASEAN",
        "APEC",
        "WTO",
        "EU",
        "LHQ",
    ]
)


def split_dateline(text: str) -> tuple[str | None, str]:
    """(dateline, rest): the dateline as on the page without its dash, brackets kept; (None, text) when there is "
    "none."""
    text = one_line(text)
    found = _BRACKETED.match(text)
    if found and _is_outlet(found["name"], dashed=bool(found["dash"].strip(" ."))):
        return found["line"], text[found.end() :]
    found = _WIRE.match(text)
    if found and is_publisher(found["name"]):
        return found["line"], text[found.end() :]
    found = _BARE.match(text)
    if found and found["line"] not in _BODIES:
        return found["line"], text[found.end() :]
    return None, text


def _is_outlet(name: str, *, dashed: bool) -> bool:
    """Whether what stands in brackets before the first sentence is an outlet's name or short form."""
    if name.strip() in _BODIES:
        return False
    if _ACRONYM.fullmatch(name.strip()) or is_publisher(name):
        return True
    words = name.split()
    return (
        dashed
        and len(words) <= 5
        and not re.search(r"\d|[,;:!?]", name)
        and fold(words[0]) not in ("ket", "so", "anh", "phan", "ky")
    )
