"""When a page is due again: pure functions of how its visits went. Times are UTC seconds."""

from __future__ import annotations

from datetime import datetime
from itertools import accumulate

from archive.records import FILE_KINDS, Lease, Outcome

HOUR, DAY = 3600, 86400
ARTICLE_INTERVALS = (1 * DAY, 7 * DAY, 30 * DAY, 180 * DAY)
SLACK = HOUR
"""Runs of one schedule drift by minutes: what was seen a day ago, less this, is due in today's run."""

SOURCE_FIRST, SOURCE_LONGEST = HOUR // 2, 5 * HOUR + HOUR // 2
"""A source that brings news is asked again after half an hour; a quiet one never waits longer than a
six-hourly schedule, less some slack, so that news is always found by the next run."""

PART_QUIET, PART_LONGEST = 8, 7 * DAY
"""A part of a sitemap index, or a feed that a page of feeds names, is polled as a source until it was quiet for so
many visits; then ever more seldom, for most are the months of years gone by."""

FAILURE_FIRST, FAILURE_LONGEST, FAILURES_GIVEN_UP = HOUR, 7 * DAY, 12
CRASHES_QUARANTINED = 3
FILE_FAILURES_GIVEN_UP = 8  # over five days


def next_visit(
    lease: Lease, outcome: Outcome, *, now: int, intervals: tuple[int, ...] = ARTICLE_INTERVALS
) -> int | None:
    """When the page should be asked for again after that outcome; None means never."""
    if lease.kind in FILE_KINDS and (outcome is not Outcome.FAILED or lease.attempts >= FILE_FAILURES_GIVEN_UP):
        return None  # a file once kept is not asked for again
    if outcome is Outcome.FAILED:
        if lease.attempts >= FAILURES_GIVEN_UP:
            return now + FAILURE_LONGEST * 4
        return now + int(min(FAILURE_FIRST * 2 ** max(0, lease.attempts - 1), FAILURE_LONGEST))
    if is_source(lease):
        return now + _pause(lease)
    if outcome is Outcome.SAVED or lease.has_article:
        return now + intervals[min(lease.visits, _passed(lease, now, intervals), len(intervals) - 1)] - SLACK
    return None


def _pause(source: Lease) -> int:
    """Seconds until a source is asked again, the longer the longer it brought nothing."""
    if source.depth and source.quiet_visits > PART_QUIET:
        return min(SOURCE_LONGEST << min(source.quiet_visits - PART_QUIET, 10), PART_LONGEST)
    return min(SOURCE_FIRST << min(source.quiet_visits + 1, 10), SOURCE_LONGEST)


def _passed(lease: Lease, now: int, intervals: tuple[int, ...]) -> int:
    """How many revisits the page's age has room for: one out of turn, for what a list told, uses none up."""
    if lease.discovered_at is None:
        return len(intervals)
    age = now - datetime.fromisoformat(lease.discovered_at).timestamp()
    return sum(due <= age for due in accumulate(interval - SLACK for interval in intervals))


def after_news(lease: Lease, *, now: int) -> int | None:
    """When to ask a source again that has just brought news; None for other pages."""
    return now + SOURCE_FIRST if is_source(lease) else None


def is_source(lease: Lease) -> bool:
    """Whether the page is polled: a feed, a sitemap or a part of one, or a listing's first page.

    Not the pages of past days that a profile's address with {date} names: nothing told of those.
    """
    if lease.kind not in ("feed", "sitemap", "listing"):
        return False
    return lease.depth == 0 or (lease.kind != "listing" and lease.told_by is not None)
