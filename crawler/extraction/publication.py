"""When the page says the article was published and changed, and where it says so.

Machine values come first (JSON-LD, then meta), then a marked element beside the headline, then the last date in the lines
between headline and text, then one just before the headline. A machine value that is far from the date standing
beside the headline yields to it: CMSs stamp templates, imports and edits there, readers are shown the article's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from archive.text import fold
from crawler.extraction import marks
from crawler.extraction.dates import FoundDate, find_dates, read_date_line, read_iso
from crawler.extraction.segments import Segment, Span, text_of
from crawler.extraction.structured import Structured

_META = (
    "article:published_time", "datepublished", "og:article:published_time", "og:published_time", "pubdate", "publishdate",
    "publish-date", "publish_date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date", "dc.date.created",
    "date", "sailthru.date", "parsely-pub-date", "published_time", "article.published", "published-date", "cxenseparse:recs:publishtime",
)  # fmt: skip
_META_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "last-modified",
    "dcterms.modified",
    "lastmod",
    "dc.date.modified",
)
_MODIFIED = re.compile(r"cap nhat|sua doi|sua lan cuoi|chinh sua|updated|modified|last edit")
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?:/|-)")
_FAR = 3  # days that a machine value may differ from the date shown before it yields
_LINE = 200
_CLOCKS = ("hom nay", "bay gio", "today", "tim theo ngay", "tim theo", "xem theo ngay", "chon ngay", "lich")


@dataclass(frozen=True, slots=True)
class Dates:
    """ISO dates, the text the publication date was read from, and where it stood."""

    published: str | None = None
    modified: str | None = None
    raw: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """Where a page shows dates: lines before the headline, between headline and text, and after the text."""

    above: Sequence[Segment]
    between: Sequence[Segment]
    below: Sequence[Segment]


Found = tuple[FoundDate, str]


def find_dates_of(
    structured: Structured,
    segments: Sequence[Segment],
    spans: Sequence[Span],
    times: Sequence[tuple[Any, int]],
    lines: Lines,
    now: datetime,
    url: str,
) -> Dates:
    """The dates of the article whose lines are given."""
    machine = _machine(structured, now)
    shown = _selected(segments, spans, now) or _time(times, lines, now) or _shown(lines, now)
    best = _choose(machine, shown)
    modified = _modified(structured, segments, spans, lines, now)
    if best is None:
        found = _in_address(url, now)
        return Dates(found.iso if found else None, modified, found.raw if found else None, "url" if found else None)
    found, source = best
    if modified and (modified == found.iso or modified < found.iso[: len(modified)]):
        modified = None
    return Dates(published=found.iso, modified=modified, raw=found.raw, source=source)


def _choose(machine: Found | None, shown: Found | None) -> Found | None:
    if machine is None or shown is None:
        return machine or shown
    apart = _days_apart(machine[0], shown[0])
    if apart > _FAR:
        return shown
    if shown[0].has_time and (not machine[0].has_time and machine[0].iso[:10] == shown[0].iso[:10]):
        return shown
    return machine


def _machine(structured: Structured, now: datetime) -> Found | None:
    values = [(structured.text("datePublished"), "json-ld"), (structured.text("dateCreated"), "json-ld")]
    values += [(structured.meta.get(name), "meta") for name in _META]
    dated: Found | None = None
    for value, source in values:
        found = read_iso(value, now=now) if value else None
        if found and found.has_time:
            return found, source
        dated = dated or ((found, source) if found else None)
    return dated


def _modified(
    structured: Structured, segments: Sequence[Segment], spans: Sequence[Span], lines: Lines, now: datetime
) -> str | None:
    values = [structured.text("dateModified"), *(structured.meta.get(name) for name in _META_MODIFIED)]
    for value in values:
        found = read_iso(value, now=now) if value else None
        if found:
            return found.iso
    for span in spans:
        if span.named == "date_modified":
            found = read_date_line(_text(span, segments), now=now)
            if found:
                return found.iso
    return _shown_modified(lines, now)


def _shown_modified(lines: Lines, now: datetime) -> str | None:
    """The second date of a line that gives both, or a line of its own that speaks of the update."""
    dated = [
        (s, [d for d in find_dates(s.text, now=now) if not d.relative])
        for s in (*lines.above[-2:], *lines.between, *lines.below)
        if _may_date(s)
    ]
    dated = [(segment, found) for segment, found in dated if found]
    several = len(dated) > 1 or any(len(found) > 1 for _, found in dated)
    for segment, found in dated:
        for n, each in enumerate(found):
            before = fold(segment.text[found[n - 1].end if n else 0 : each.start])
            if several and _MODIFIED.search(before[-40:]):
                return each.iso
    return None


def _may_date(segment: Segment) -> bool:
    return (
        segment.src is None
        and len(segment.text) < _LINE
        and any(map(str.isdigit, segment.text))
        and (segment.link_share < 0.7 or bool(segment.roles & marks.DATE))
    )


def _selected(segments: Sequence[Segment], spans: Sequence[Span], now: datetime) -> Found | None:
    for span in spans:
        if span.named == "date" and not any(_is_other(s) for s in segments[span.start : span.end]):
            found = _of_element(span.element, _text(span, segments), now)
            if found:
                return found, "selector"
    return None


def _text(span: Span, segments: Sequence[Segment]) -> str:
    return " ".join(s.text for s in segments[span.start : span.end]) or text_of(span.element)


def _of_element(element: Any, text: str, now: datetime) -> FoundDate | None:
    value = element.get("datetime") or element.get("content")
    found = read_iso(value, now=now) if value else None
    shown = read_date_line(text, now=now) if 6 <= len(text) < _LINE else None
    if shown and shown.relative:
        shown = None
    if found and shown and shown.has_time and (not found.has_time or _days_apart(found, shown) > 1):
        return shown
    return found or shown


def _time(times: Sequence[tuple[Any, int]], lines: Lines, now: datetime) -> Found | None:
    """A <time> element among the lines, one that speaks of the update last."""
    held = {s.place for s in (*lines.above[-6:], *lines.between, *lines.below)}
    update: Found | None = None
    for element, place in times:
        if place not in held and place - 1 not in held:
            continue
        found = _of_element(element, text_of(element), now)
        if found is None:
            continue
        names = f"{element.get('class') or ''} {element.get('itemprop') or ''}".lower()
        if "updat" in names or "modif" in names:
            update = update or (found, "time")
            continue
        return found, "time"
    return update


def _shown(lines: Lines, now: datetime) -> Found | None:
    """A line marked as a date, else the last date between headline and text, before the headline, after the text."""
    for segment in lines.between:
        told = segment.roles & marks.DATE and _may_date(segment) and not segment.folded.startswith(_CLOCKS)
        if told and (found := _of_line(segment, now)):
            return found, "visible"
    # Drupal's <footer> with writer and date stands above the text
    for group, own in ((lines.between[::-1], "foot"), (lines.above[::-1], None), (lines.below, None)):
        for segment in group:
            if _may_date(segment) and not _is_other(segment, own) and (found := _of_line(segment, now)):
                return found, "visible"
    return None


def _is_other(segment: Segment, own: str | None = None) -> bool:
    """Whether the line is of the site or of another page, where no mark of a date speaks for it. `own` is a zone to trust."""
    zone = segment.zone
    if segment.folded.startswith(_CLOCKS):
        return True
    return (
        zone is not None
        and zone.mark.zone != own
        and zone.mark.zone
        in (
            "related",
            "side",
            "foot",
            "head",
            "nav",
            "comment",
            "dropped",
            "ad",
            "meta-nav",
        )
    )


def _of_line(segment: Segment, now: datetime) -> FoundDate | None:
    found = read_date_line(segment.text, now=now)
    return found if found and not found.relative else None


def _in_address(url: str, now: datetime) -> FoundDate | None:
    found = _IN_ADDRESS.search(url)
    if not found:
        return None
    return read_iso(f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}", now=now)


def _days_apart(one: FoundDate, other: FoundDate) -> int:
    return abs((date.fromisoformat(one.iso[:10]) - date.fromisoformat(other.iso[:10])).days)
