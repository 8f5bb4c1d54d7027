"""Dates in visible text, as Vietnamese pages write them. Day first; +07:00; no clock: `now` is the page's capture time.

A weekday is a checksum that chooses between two readings of a date, never a veto: pages print wrong ones.
Not dates: what `date_context` knows, impossible days, days before 1990 and more than a day after `now`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from archive.text import fold, nfc
from crawler.extraction import date_context as context
from crawler.extraction.date_patterns import (
    DATE,
    TIME_AFTER,
    TIME_BEFORE,
    WEEKDAY_AFTER,
    WEEKDAY_BEFORE,
    YEAR,
    hour_of_day,
    is_english,
    month_number,
    weekday_number,
    zone_minutes,
)
from crawler.extraction.date_records import FoundDate, moment_iso, real_day, vietnam_time
from crawler.extraction.date_relative import relative_dates

__all__ = ["find_dates", "month_day", "read_date_line"]

_BEFORE, _AFTER = 110, 60
_LABELLED = re.compile(r"(?:ngay|cap nhat|dang|date|luc|posted|published|update[sd]?)\b[\s:.\-]{0,5}\Z")
_UPDATED = re.compile(r"ngay (?:gui|hoi)\b(?! bai)|cap nhat|chinh sua|sua (?:luc|doi)|updated|modified|hieu luc")
_DATE_FOLLOWS = re.compile(r"[\s,|\-–]{0,6}\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}")


@dataclass(frozen=True, slots=True)
class _Clock:
    """A time of day beside a date: where it stands in the text, and its zone in minutes east of UTC."""

    start: int
    end: int
    at: time
    east: int
    half: str | None


@dataclass(frozen=True, slots=True)
class _Weekday:
    """A weekday printed beside a date (Monday is 0): where it stands in the text, and in which language."""

    start: int
    end: int
    number: int
    english: bool


@dataclass(slots=True)
class _Scan:
    """What the dates before tell of the next one: where the last ended, and whether it was of a licence or a range."""

    text: str
    now: datetime
    alone: bool
    end: int = 0
    licence: bool = False
    range: bool = False


def find_dates(text: str, *, now: datetime) -> tuple[FoundDate, ...]:
    """Every trustworthy full date in visible `text`, in order; those counted back from `now` are marked relative."""
    text = nfc(text)
    found = [*_absolute_dates(_Scan(text, now, alone=False)), *relative_dates(text, now=now)]
    return tuple(sorted(found, key=lambda each: each.start))


def read_date_line(text: str, *, now: datetime) -> FoundDate | None:
    """The best reading of a short date line: the publication's before the update's, an absolute before a relative."""
    text = nfc(text)
    found = tuple(_absolute_dates(_Scan(text, now, alone=True))) or relative_dates(text, now=now, alone=True)
    ends = (0, *(each.end for each in found))
    for each, last in zip(found, ends, strict=False):
        if not _UPDATED.search(fold(text[last : each.start])):
            return each
    return found[0] if found else None


_PART_OF_DAY = r"(?:sáng|chiều|trưa|tối|đêm|ngày|hôm|từ|đến|vào)"
_MONTH_DAY = re.compile(
    rf"(?:(?<!\w){_PART_OF_DAY}(?:\s(?:sớm|nay|qua|mai|thứ\s\w{{2,4}}|chủ nhật),?)?(?:\s(?:ngày|mùng))?\s{{0,2}}\(?"
    r"|\A\s{0,3}\(?(?=\d{1,2}[/.]\d{1,2}\s?(?:[,:;)–-]|\Z)))"
    r"(?P<d>\d{1,2})\s?(?:[/.\-]|\s?tháng\s)\s?(?P<m>\d{1,2})(?![\w/]|[.\-–]\d|\s?[-–]\s?\d)(?!,?\s{0,2}năm\s{0,2}\d)",
    re.IGNORECASE,
)


def month_day(text: str) -> tuple[int, int] | None:
    """(month, day) of the first day that `text` names without its year: "Sáng 27/8" is (8, 27)."""
    for found in _MONTH_DAY.finditer(nfc(text)):
        month, day = int(found["m"]), int(found["d"])
        if real_day(2000, month, day):
            return month, day
    return None


def _absolute_dates(scan: _Scan) -> Iterator[FoundDate]:
    for core in _cores(scan.text):
        found = _read(core, scan)
        if found:
            yield found
            scan.end = max(scan.end, found.end)
        elif scan.licence or scan.range:
            scan.end = core.end()


def _cores(text: str) -> Iterator[re.Match[str]]:
    """The matches of DATE, searched for only where a year or two separators stand."""
    first = last = 0
    for hint in YEAR.finditer(text):
        if hint.start() - 48 > last:
            yield from DATE.finditer(text, first, last)
            first = hint.start() - 48
        last = hint.end() + 48
    yield from DATE.finditer(text, max(first, 0), last)


def _read(core: re.Match[str], scan: _Scan) -> FoundDate | None:
    text = scan.text
    start, end = core.span()
    raw_before = text[max(scan.end, start - _BEFORE) : start]
    raw_after = text[end : end + _AFTER]
    before, after = fold(raw_before), fold(raw_after)
    clock = _clock_beside(before, after, start, end)
    was_licence, was_range = scan.licence, scan.range
    scan.licence, scan.range = context.is_licence(before, after_licence=was_licence), context.opens_range(after)
    behind = "" if clock and clock.start >= end else raw_after
    if (
        scan.licence
        or scan.range
        or was_range
        or (clock is None and context.closes_range(before))
        or context.is_document(raw_before, before, raw_after)
        or context.is_other_number(raw_before, before, behind)
    ):
        return None
    weekday = _weekday_beside(before, after, start, end)
    day = _day(core, weekday, clock, before, scan)
    if day is None:
        return None
    iso = moment_iso(day, clock.at, scan.now, east=clock.east) if clock else moment_iso(day, None, scan.now)
    if iso is None:
        return None
    beside = [each for each in (clock, weekday) if each]
    start, end = min([start, *(each.start for each in beside)]), max([end, *(each.end for each in beside)])
    return FoundDate(iso, text[start:end], start, end, "T" in iso)


def _day(core: re.Match[str], weekday: _Weekday | None, clock: _Clock | None, before: str, scan: _Scan) -> date | None:
    """The day a match of DATE means: day first, unless that is impossible or the weekday fits the other reading."""
    form = core.lastgroup[-1] if core.lastgroup else ""
    year, month, day = (core[part + form] for part in "ymd")
    number = int(year)
    if len(year) == 2:
        number += 2000 if 2000 + number <= vietnam_time(scan.now).year else 1900
        known = weekday is not None or clock is not None or _LABELLED.search(before)
        if not (known or (scan.alone and core.group() == scan.text.strip())):
            return None
    first = real_day(number, month_number(month), int(day))
    if form != "2":
        return first
    second = real_day(number, int(day), int(month))
    if second is None:
        return first
    fits = weekday is not None and second.weekday() == weekday.number
    if first is None:
        return second if fits or scan.alone or (clock and clock.half in ("am", "pm")) else None
    # "06/03" is never month first beside a Vietnamese weekday, which many templates print wrongly; "6/3" may be.
    month_first = weekday is not None and (weekday.english or len(day) == 1 or len(month) == 1)
    return second if fits and month_first and first.weekday() != second.weekday() else first


def _clock_beside(before: str, after: str, start: int, end: int) -> _Clock | None:
    """The time that belongs to a date at `start`…`end`: after it, unless that one belongs to a date that follows."""
    leading, trailing = TIME_BEFORE.search(before), TIME_AFTER.match(after)
    if trailing and (not leading or not _DATE_FOLLOWS.match(after, trailing.end())):
        clock = _clock(trailing, end)
        if clock:
            return clock
    return _clock(leading, start - len(before)) if leading else None


def _clock(found: re.Match[str], offset: int) -> _Clock | None:
    hour = hour_of_day(int(found["h"]), found["half"])
    if hour > 23:
        return None
    last = max(found.end(name) for name in ("h", "m", "s", "m2", "half", "zone"))
    at = time(hour, int(found["m"] or found["m2"] or 0), int(found["s"] or 0))
    return _Clock(offset + found.start("h"), offset + last, at, zone_minutes(found["zone"]), found["half"])


def _weekday_beside(before: str, after: str, start: int, end: int) -> _Weekday | None:
    leading = TIME_BEFORE.search(before)
    if not (leading and leading["weekday"]):
        leading = WEEKDAY_BEFORE.search(before)
    for found, offset in ((leading, start - len(before)), (WEEKDAY_AFTER.match(after), end)):
        if found:
            word = found["weekday"]
            first, last = found.span("weekday")
            return _Weekday(first + offset, last + offset, weekday_number(word), is_english(word))
    return None
