"""The sample's calendar: day 1 is a fixed morning, so that every run sees the same pages."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))
FIRST_DAY = datetime(2025, 6, 2, 8, 0, tzinfo=VIETNAM)

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")


def sample_clock(day: int) -> datetime:
    """08:00 (+07:00) of the sample's day, counted from 1."""
    return FIRST_DAY + timedelta(days=day - 1)


def weekday(moment: datetime) -> str:
    """The day's Vietnamese name, "Thứ Hai" to "Chủ Nhật"."""
    return _WEEKDAYS[moment.weekday()]


def ago(moment: datetime, now: datetime) -> str:
    """How Vietnamese portals round an age: "3 ngày trước", "2 tháng trước", "1 năm trước"."""
    days = max((now - moment).days, 0)
    if days < 31:
        return f"{days} ngày trước"
    return f"{days // 30} tháng trước" if days < 365 else f"{days // 365} năm trước"
