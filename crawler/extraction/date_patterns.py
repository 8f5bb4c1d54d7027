"""How dates and times stand in Vietnamese and English text: the patterns, and what their words mean.

Every repetition is bounded, so a search takes time in proportion to the text. `DATE` is searched in the text as it is;
the others in short windows that `archive.text.fold` has made plain (lower case, no diacritics, same length).
"""

from __future__ import annotations

import re

_VN_MONTHS = {
    "giêng": 1, "gieng": 1, "mười một": 11, "muoi mot": 11, "mười hai": 12, "muoi hai": 12, "mười": 10, "muoi": 10,
    "một": 1, "mot": 1, "hai": 2, "ba": 3, "tư": 4, "tu": 4, "bốn": 4, "bon": 4, "năm": 5, "nam": 5, "sáu": 6, "sau": 6,
    "bảy": 7, "bẩy": 7, "bay": 7, "tám": 8, "tam": 8, "chín": 9, "chin": 9, "chạp": 12, "chap": 12,
}  # fmt: skip
_EN_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FR_MONTHS = {
    "janvier": 1, "février": 2, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "août": 8, "aout": 8,
    "septembre": 9, "octobre": 10, "novembre": 11, "décembre": 12, "decembre": 12,
}  # fmt: skip
_FR = "(?:" + "|".join(_FR_MONTHS) + ")"
_EN = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_VN = r"(?:\d{1,2}|" + "|".join(re.sub(" ", r"\\s{1,2}", name) for name in _VN_MONTHS) + ")"
_S = r"\s{0,3}"

DATE = re.compile(
    rf"""
    (?P<y1>\d{{4}})\s?(?P<s1>[-/.])\s?(?P<m1>\d{{1,2}})\s?(?P=s1)\s?(?P<d1>\d{{1,2}}) (?!\d)
  | (?P<d2>\d{{1,2}})\s{{0,2}}(?P<s2>[/.\-–—])\s{{0,2}}(?P<m2>\d{{1,2}})\s{{0,2}}(?P=s2)\s{{0,2}}(?P<y2>\d{{4}}|\d{{2}})
      (?: (?!\d) | (?=\d{{1,2}}[:hH]\d{{2}}) )
  | (?P<d3>\d{{1,2}}){_S},?{_S}[-/]?\s?(?:tháng|thang|thg\.?|th\.?){_S}(?P<m3>{_VN}){_S}[,.\-/]?{_S}(?:(?:năm|nam){_S})?
      (?P<y3>\d{{4}}) (?!\d)
  | (?P<d4>\d{{1,2}})\s?[/.\-]\s?(?P<m4>\d{{1,2}}){_S},?{_S}năm{_S}(?P<y4>\d{{4}}) (?!\d)
  | (?<!\w)(?:tháng|thang|thg\.?|th\.?){_S}(?P<m5>{_VN})[\s,]{{1,3}}(?P<d5>\d{{1,2}})[\s,]{{1,3}}(?P<y5>\d{{4}}) (?!\d)
  | (?P<d6>\d{{1,2}})(?:st|nd|rd|th)?[\s\-.,/]{{0,3}}(?P<m6>{_EN})[\s\-,/]{{1,3}}(?P<y6>\d{{4}}) (?!\d)
  | (?<!\w)(?P<m7>{_EN})\s{{0,3}}(?P<d7>\d{{1,2}})(?:st|nd|rd|th)?[\s,]{{1,3}}(?P<y7>\d{{4}}) (?!\d)
  | (?P<d8>\d{{1,2}})(?:er)?\s(?P<m8>{_FR})\s(?P<y8>\d{{4}}) (?!\d)
  | (?P<y9>\d{{4}})\s?年\s?(?P<m9>\d{{1,2}})\s?月\s?(?P<d9>\d{{1,2}})\s?日
    """,
    re.IGNORECASE | re.VERBOSE,
)

YEAR = re.compile(r"(?:19|20)\d\d|\d\s{0,2}[/.\-–—]\s{0,2}\d{1,2}\s{0,2}[/.\-–—]\s{0,2}\d")
"""Every match of DATE has one within 48 characters of its start; searching for it first is ten times as fast."""

_CLOCK = (
    r"(?P<h>\d{1,2})(?:\s?:\s?(?P<m>[0-5]\d)(?:\s?:\s?(?P<s>[0-5]\d)(?:[.,]\d{1,7})?)?"
    r"|\s?(?:gio|h(?![a-z])|g(?![a-z]))\s?(?::\s?)?(?:(?P<m2>[0-5]\d|\d(?=\s?phut))(?:\s?(?:phut|p(?!m)|'))?)?)(?!\d)(?!\s?truoc)"
    r"(?:\s?(?P<half>am|pm|sa|ch|a\.m\.?|p\.m\.?|sang|chieu|toi|trua|dem)(?![a-z]))?"
    r"(?P<zone>\s{0,2}[(\[]?\s?(?:(?:gmt|utc)\s?(?:[+-]\s?\d{1,2}(?::?\d{2})?)?|ict|\+\d{2}:?\d{2}|-\d{2}:\d{2}"
    r"|(?<=:\d\d:\d\d )-\d{4}(?!\d)|z(?![a-z]))"
    r"\s?[)\]]?)?"
)
_GAP = r"[\s,|;:•·–—\-()\[\]/.'\"@]"
_WEEKDAY = (
    r"(?P<weekday>thu\s?(?:hai|ba|tu|nam|sau|bay|[2-7])|t[2-7]|chu\s?nhat|c\.?n"
    r"|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
_LABEL = r"(?:(?:vao\s)?ngay|hom|on|date)?"

TIME_AFTER = re.compile(rf"(?:t|{_GAP}{{0,8}}(?:(?:vao\s)?(?:luc|hoi)|at|vao)?\s{{0,2}}:?\s{{0,2}}){_CLOCK}")
TIME_BEFORE = re.compile(
    rf"(?<!\d)(?<!\d[:/]){_CLOCK}{_GAP}{{0,8}}(?:(?<![a-z]){_WEEKDAY}{_GAP}{{0,5}})?{_LABEL}{_GAP}{{0,4}}\Z"
)
WEEKDAY_BEFORE = re.compile(rf"(?<![a-z]){_WEEKDAY}\.?{_GAP}{{0,5}}{_LABEL}{_GAP}{{0,4}}\Z")
WEEKDAY_AFTER = re.compile(rf"{_GAP}{{0,4}}{_WEEKDAY}(?![a-z0-9])")

_WEEKDAYS = {
    "hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5, "2": 0, "3": 1, "4": 2, "5": 3, "6": 4, "7": 5,
    "mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip


def month_number(word: str) -> int:
    """The month a matched word or number means, 0 when none."""
    word = " ".join(word.lower().rstrip(".").split())
    if word.isdecimal():
        return int(word)
    if word in _VN_MONTHS:
        return _VN_MONTHS[word]
    if word in _FR_MONTHS:
        return _FR_MONTHS[word]
    return _EN_MONTHS.index(word[:3]) + 1 if word[:3] in _EN_MONTHS else 0


def weekday_number(folded: str) -> int:
    """Monday is 0; `folded` is what the weekday patterns match ("thu nam", "t5", "cn", "sun")."""
    if folded[0] == "c":
        return 6
    if folded[0] == "t" and folded[1:].isdecimal():
        return int(folded[1:]) - 2
    tail = folded[3:].strip() if folded.startswith("thu") else ""
    return _WEEKDAYS[tail] if tail in _WEEKDAYS else _WEEKDAYS[folded[:3]]


def is_english(folded_weekday: str) -> bool:
    """Whether a matched weekday is an English one: "thu" is Thursday, "thu hai" Monday."""
    return folded_weekday.isalpha() and folded_weekday[3:] not in _WEEKDAYS and folded_weekday[:3] in _WEEKDAYS


def hour_of_day(hour: int, half: str | None) -> int:
    """The hour in 0…23 (24 and over when impossible). "15 AM" is a 24-hour clock with a mark too many."""
    if half is None or hour > 12:
        return hour
    if half in ("am", "sa", "a.m", "a.m.", "sang"):
        return hour % 12
    if half == "dem" and hour < 6:
        return hour
    if half == "trua" and hour > 3:
        return hour
    return hour % 12 + 12


def zone_minutes(zone: str | None) -> int:
    """Minutes east of UTC that a matched zone means; Vietnam's 420 when there is none."""
    if not zone or "ict" in zone:
        return 420
    digits = re.sub(r"[^\d+-]", "", zone)
    if not digits:
        return 0
    hours, minutes = (digits[1:3], digits[3:5]) if len(digits) > 3 else (digits[1:], "")
    return (-1 if digits[0] == "-" else 1) * (int(hours or 0) * 60 + int(minutes or 0))
