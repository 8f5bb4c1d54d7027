"""Dates counted back from the capture: "2 tháng trước", "Hôm qua, 14:20", "vừa xong"."""

from __future__ import annotations

import calendar
import re
from datetime import datetime, time, timedelta

from archive.text import nfc
from crawler.extraction.date_patterns import hour_of_day
from crawler.extraction.date_records import FoundDate, vietnam_time

_AGO = re.compile(
    r"(?<![\w.,/])(?:khoảng\s|cách đây\s|hơn\s|about\s)?(?P<n>\d{1,3}|một|an?|hai|ba)\s{0,2}"
    r"(?P<unit>giây|phút|giờ|tiếng|ngày|tuần|tháng|năm|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?)"
    r"\s{1,2}(?:trước|ago)(?!\w)",
    re.IGNORECASE,
)
_TIME = r"(?P<h{0}>\d{{1,2}})\s?(?:[:h]|giờ)\s?(?P<m{0}>[0-5]\d)"
_DAY_BACK = re.compile(
    rf"(?<!\w)(?:{_TIME.format(1)}[\s,|\-–]{{1,5}})?(?P<day>hôm\s(?:nay|qua|kia)|yesterday|today)(?!\w)"
    rf"(?:[\s,|\-–:]{{1,5}}(?:lúc\s|at\s)?{_TIME.format(2)})?(?:\s?(?P<half>AM|PM|SA|CH)\b)?",
    re.IGNORECASE,
)
_JUST_NOW = re.compile(r"\s{0,9}(?:vừa xong|vừa mới|mới đây|just now|mới cập nhật)\.?\s{0,9}", re.IGNORECASE)
_SECONDS = {
    "giây": 1,
    "sec": 1,
    "phút": 60,
    "min": 60,
    "giờ": 3600,
    "tiếng": 3600,
    "hou": 3600,
    "hrs": 3600,
    "hr": 3600,
}
_DAYS = {"ngày": 1, "day": 1, "tuần": 7, "wee": 7}
_MONTHS = {"tháng": 1, "mon": 1, "năm": 12, "yea": 12}
_NUMBERS = {"một": 1, "a": 1, "an": 1, "hai": 2, "ba": 3}
_BACK = {"hôm nay": 0, "today": 0, "hôm qua": 1, "yesterday": 1, "hôm kia": 2}


def relative_dates(text: str, *, now: datetime, alone: bool = False) -> tuple[FoundDate, ...]:
    """The relative dates of NFC `text`; `alone` when it is a date line, where "hôm qua" needs no time beside it."""
    if len(text) < 400 and _JUST_NOW.fullmatch(text):
        return (_found(text, re.compile(r"\S.*\S", re.DOTALL).search(text), vietnam_time(now), has_time=True),)
    lower = text.lower()
    if not any(word in lower for word in ("trước", "ago", "hôm", "today", "yesterday")):
        return ()
    found: list[FoundDate] = []
    for match in _AGO.finditer(text):
        moment, has_time = _before(vietnam_time(now), match["n"].lower(), match["unit"].lower())
        if moment:
            found.append(_found(text, match, moment, has_time=has_time))
    found += [each for match in _DAY_BACK.finditer(text) if (each := _day_back(text, match, now, alone=alone))]
    return tuple(found)


def _found(text: str, match: re.Match[str] | None, moment: datetime, *, has_time: bool) -> FoundDate:
    start, end = match.span() if match else (0, len(text))
    iso = moment.isoformat(timespec="seconds") + "+07:00" if has_time else moment.date().isoformat()
    return FoundDate(iso, text[start:end], start, end, has_time, relative=True)


def _before(now: datetime, amount: str, unit: str) -> tuple[datetime | None, bool]:
    """`now` less so many units, and whether that tells a time of day; None when the calendar ends before."""
    count = _NUMBERS.get(amount) or int(amount)
    short = unit if nfc(unit) in (*_SECONDS, *_DAYS, *_MONTHS) else unit[:3]
    try:
        if short in _SECONDS:
            return now - timedelta(seconds=count * _SECONDS[short]), True
        if short in _DAYS:
            return now - timedelta(days=count * _DAYS[short]), False
        months = now.year * 12 + now.month - 1 - count * _MONTHS[short]
        year, month = divmod(months, 12)
        day = min(now.day, calendar.monthrange(year, month + 1)[1])
        return now.replace(year=year, month=month + 1, day=day), False
    except (ValueError, OverflowError, calendar.IllegalMonthError):
        return None, False


def _day_back(text: str, match: re.Match[str], now: datetime, *, alone: bool) -> FoundDate | None:
    hour, minute = match["h1"] or match["h2"], match["m1"] or match["m2"]
    if hour is None and not alone:
        return None
    day = vietnam_time(now) - timedelta(days=_BACK[" ".join(match["day"].lower().split())])
    if hour is None:
        return _found(text, match, day, has_time=False)
    at = hour_of_day(int(hour), match["half"] and match["half"].lower())
    if at > 23:
        return None
    return _found(text, match, datetime.combine(day, time(at, int(minute))), has_time=True)
