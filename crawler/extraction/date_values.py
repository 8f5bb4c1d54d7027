"""Dates as machines write them, however brokenly: meta, JSON-LD, `datetime=` and embedded JSON values."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from urllib.parse import unquote

from archive.text import one_line
from crawler.extraction.date_lines import read_date_line
from crawler.extraction.date_patterns import hour_of_day
from crawler.extraction.date_records import VIETNAM, FoundDate, moment_iso, real_day

_EPOCH = re.compile(r"(?:\\?/)?(?:Date\()?(?P<number>-?\d{9,13}(?:\.\d{1,6})?)(?:[+-]\d{4})?\)?(?:\\?/)?")
_ISO = re.compile(
    r"(?P<y>\d{4})(?P<sep>[-/.]?)(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})"
    r"(?:[T\s_,|-]{0,3}(?P<h>\d{2}|\d(?=\D))[:.hH]?(?P<i>[0-5]\d)(?:[:.]?(?P<s>[0-5]\d)(?:[.,]\d{1,9})?)?"
    r"\s?(?P<half>AM|PM|SA|CH)?)?"
    r"\s{0,3}(?P<zone>Z|(?:UTC|GMT|ICT)?\s?[+-]?\s?\d{1,2}(?::?\d{2})?|UTC|GMT|ICT)?"
    r"(?:\s?(?:UTC|ICT|Z|\([\w\s+:/]{1,40}\)|\[[\w\s+:/]{1,40}\]))?",
    re.IGNORECASE,
)
_JAVA = re.compile(
    r"[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) (?P<day>\d{1,2}) (?P<time>\d\d:\d\d:\d\d)"
    r" (?P<zone>[A-Z]{2,5}(?:[+-]\d\d:?\d\d)?|[+-]\d{4})"
    r" (?P<year>\d{4})"
)
_OFFSET = re.compile(r"(?P<sign>[+-]?)\s?(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?")


def read_iso(value: str, *, now: datetime) -> FoundDate | None:
    """The date of one machine value, or None. No offset means Vietnam's; midnight means no time.

    Understood besides ISO 8601: RFC 2822, epoch seconds and milliseconds, "/Date(…)/", JavaScript's and Java's
    toString, and what `read_date_line` reads ("16/06/2014 13:50"), month first only where day first is impossible.
    """
    value = one_line(unquote(value) if "%" in value else value).strip("\"' ")
    if not 6 <= len(value) <= 120:
        return None
    iso = _epoch(value, now) or _iso(value, now)
    if iso:
        return FoundDate(iso, value, 0, len(value), "T" in iso)
    if _ISO.fullmatch(value):
        return None
    found = read_date_line(_JAVA.sub(r"\g<day> \g<month> \g<year> \g<time> \g<zone>", value), now=now)
    if found is None or found.relative:
        return None
    return FoundDate(found.iso, value, 0, len(value), found.has_time)


def _epoch(value: str, now: datetime) -> str | None:
    found = _EPOCH.fullmatch(value)
    if not found:
        return None
    number = float(found["number"])
    seconds = number / 1000 if abs(number) > 99_999_999_999 else number
    local = datetime.fromtimestamp(0, UTC) + timedelta(seconds=int(seconds))
    local = local.astimezone(VIETNAM)
    day = real_day(local.year, local.month, local.day)
    return moment_iso(day, local.time(), now) if day else None


def _iso(value: str, now: datetime) -> str | None:
    found = _ISO.fullmatch(value)
    day = found and real_day(int(found["y"]), int(found["m"]), int(found["d"]))
    if not found or not day:
        return None
    if found["h"] is None:
        return moment_iso(day, None, now)
    hour = hour_of_day(int(found["h"]), found["half"] and found["half"].lower())
    if hour > 23:
        return moment_iso(day, None, now)
    at = time(hour, int(found["i"]), int(found["s"] or 0))
    east = _east(found["zone"])
    return moment_iso(day, at, now, east=east)


def _east(zone: str | None) -> int:
    """Minutes east of UTC. An offset without its sign lost the "+" when the value passed through an address."""
    if not zone or zone.upper() == "ICT":
        return 420
    found = _OFFSET.search(zone)
    if not found:
        return 0
    minutes = int(found["hours"]) * 60 + int(found["minutes"] or 0)
    return -minutes if found["sign"] == "-" else minutes
