"""The dateline that opens a lead: "(Baonghean.vn) -", "TCCS -", "Hà Nội (TTXVN) -"."""

from __future__ import annotations

import re

from archive.text import fold, one_line
from crawler.extraction.sources import is_publisher

_CAPITAL = "[A-ZĐÂÊÔƠƯĂ]"
_BRACKETED = re.compile(
    r"(?P<line>\((?P<name>[^()]{2,40})\))(?P<dash>\s{0,3}(?:[-–—‒−:]|&ndash;){1,2}\s{0,3}|\s{0,3}\.?\s{0,3})(?=\S)"
)
_BARE = re.compile(
    rf"(?P<line>{_CAPITAL}[A-ZĐÂÊÔƠƯĂ&]{{1,8}}(?:\s?(?:Online|online|ONLINE|điện tử|Điện tử|News))?"
    r"(?:\.(?:vn|VN|com|net))?"
    r"|\w[\w\-]{1,24}\.(?:(?:com|gov|org|dcs)\.)?(?:vn|VN|com|net)"
    r"|(?:Bao|Tapchi|Kinhte|Thanhuy|Tinhuy|Huyenuy|Mattran|Tuyengiao|Danvan|Congthong)[a-z]{2,20})"
    r"(?:\s{1,3}[-–—‒−]{1,2}\s{0,3}|[–—]\s{0,3}|-\s{1,3}|-(?=[A-ZĐ][^\W\d_]*\s))(?=[^\W_]|[\"“(])"
)
_WIRE = re.compile(
    r"(?P<line>[A-ZĐ][^\W\d_]{0,6}(?:\s[A-ZĐ]?[^\W\d_]{1,6}){0,3}(?:,?\s(?:ngày\s)?\d{1,2}/\d{1,2}(?:/\d{4})?)?"
    r"\s?\((?P<name>[^()]{2,24})\))\s{0,3}[-–—‒−]{1,2}\s{0,3}(?=\S)"
)
_SHORT_FORM = re.compile(
    rf"{_CAPITAL}[A-ZĐÂÊÔƠƯĂ&]{{1,8}}(?:\s?(?:Online|online|ĐT|điện tử))?"
    r"|[A-ZĐ][\w\-]{1,30}(?:\.[\w\-]{2,12}){1,3}"
)
# Short forms of bodies and things that begin sentences: "HĐND - UBND tỉnh", "KT - XH".
_BODIES = frozenset(
    (
        "UBND", "HĐND", "MTTQ", "UBMTTQ", "TW", "BCH", "BTV", "BCĐ", "BTG", "BDV", "THPT", "THCS", "CLB",
        "HTX", "GS", "PGS", "TS", "ĐH", "KT", "QH", "LĐLĐ", "CCB", "HND", "HPN", "ĐTN", "COVID", "SARS",
        "TAND", "VKSND", "BHXH", "BHYT", "KHKT", "KCN", "NTM", "ATGT", "PCCC", "GD", "CSGT", "CSĐT", "BĐBP",
        "LLVT", "ANTT", "QPAN", "QP", "AN", "ASEAN", "APEC", "WTO", "EU", "LHQ", "PV", "TM",
    )
)  # fmt: skip
_OPENS_SENTENCE = frozenset(("ket", "so", "anh", "phan", "ky", "bai", "tiep", "trich", "cap", "tin", "video", "clip"))


def split_dateline(text: str) -> tuple[str | None, str]:
    """(dateline, rest): the dateline as on the page without its dash, brackets kept, or (None, text)."""
    text = one_line(text)
    found = _BRACKETED.match(text)
    if found and _is_outlet(found["name"].strip(), dashed=bool(found["dash"].strip(" ."))):
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
    if name in _BODIES:
        return False
    if _SHORT_FORM.fullmatch(name) or is_publisher(name):
        return True
    words = fold(name).split()
    named = 0 < len(words) <= 5 and words[0] not in _OPENS_SENTENCE and not re.search(r"\d|[,;:!?]", name)
    return dashed and named
