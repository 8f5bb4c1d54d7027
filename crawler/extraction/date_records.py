"""A date that was read, and what every reader of dates shares: Vietnam's time and the bounds of the possible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))
_EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date read from text: `raw` is `text[start:end]`, `iso` "YYYY-MM-DDTHH:MM:SS+07:00" or "YYYY-MM-DD".

    `relative` marks one counted back from the capture ("2 tháng trước"), which is never a publication date.
    Offsets are into the text's NFC form.
    """

    iso: str
    raw: str
    start: int
    end: int
    has_time: bool
    relative: bool = False


def vietnam_time(now: datetime) -> datetime:
    """`now` in Vietnam without its zone; a naive one is Vietnam's already."""
    return now.astimezone(VIETNAM).replace(tzinfo=None) if now.tzinfo else now


def real_day(year: int, month: int, day: int) -> date | None:
    """The day, or None when there is none such (31/02) or the web had no pages yet (before 1990)."""
    try:
        made = date(year, month, day)
    except ValueError:
        return None
    return made if made >= _EARLIEST else None


def moment_iso(day: date, at: time | None, now: datetime, *, east: int = 420) -> str | None:
    """The ISO form of a day and, unless None or midnight, its time; None when more than a day after `now`.

    `east` is the zone of `at` in minutes east of UTC; the result is Vietnam's.
    """
    horizon = vietnam_time(now) + timedelta(days=1)
    if at is None or (at.hour, at.minute, at.second) == (0, 0, 0):
        return day.isoformat() if day <= horizon.date() else None
    try:
        moment = datetime.combine(day, at) + timedelta(minutes=420 - east)
    except OverflowError:
        return None
    if moment > horizon:
        return None
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return moment.date().isoformat()
    return moment.isoformat(timespec="seconds") + "+07:00"
