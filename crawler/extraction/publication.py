"""When the page says the article was published and changed, and where it says so.

Machine values win (JSON-LD, then meta); then a marked element beside the headline; then the last date in
the lines between headline and text, or just before the headline. A machine value that names another day
than the date standing beside the headline yields to it: CMSs stamp templates, imports and edits there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from archive.text import fold, one_line
from crawler.extraction.dates import FoundDate, find_dates, read_date_line, read_iso
from crawler.extraction.rules import Rule
from crawler.extraction.segments import Segment
from crawler.extraction.structured import Structured
from crawler.extraction.vocabulary import DATE_CLASS

_META = (
    "article:published_time", "datepublished", "og:article:published_time", "pubdate", "publishdate", "publish-date",
    "dc.date.issued", "dcterms.issued", "dc.date", "date", "sailthru.date", "parsely-pub-date", "published_time",
)  # fmt: skip
_META_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified", "lastmod")
_MODIFIED = re.compile(r"cap nhat|sua doi|chinh sua|updated|modified|last edit")
_FAR = 2  # days that a machine value may differ from the visible date before it yields


@dataclass(frozen=True, slots=True)
class Dates:
    """ISO dates, the text the publication date was read from, and where it stood."""

    published: str | None = None
    modified: str | None = None
    raw: str | None = None
    source: str | None = None


def find_published(
    root: Any, structured: Structured, rule: Rule, around: list[Segment], heading: Any, now: datetime
) -> Dates:
    """`around` are the segments from shortly before the headline to the first of the text, in order."""
    machine = _machine(structured, now)
    marked = _selected(root, rule, now) or _marked(root, heading, around, now)
    visible = marked or _visible(around, now)
    modified = _modified(root, structured, rule, now)
    best = machine
    if machine is None or (visible and _apart(machine[0], visible[0]) > _FAR):
        best = visible or machine
    elif visible and not machine[0].has_time and visible[0].has_time and machine[0].iso == visible[0].iso[:10]:
        best = visible
    if best is None:
        return Dates(modified=modified)
    found, source = best
    if modified == found.iso:
        modified = None
    return Dates(published=found.iso, modified=modified, raw=found.raw, source=source)


Found = tuple[FoundDate, str]


def _machine(structured: Structured, now: datetime) -> Found | None:
    values = [(structured.text("datePublished"), "json-ld"), (structured.text("dateCreated"), "json-ld")]
    values += [(structured.meta.get(name), "meta") for name in _META]
    for value, source in values:
        found = read_iso(value, now=now) if value else None
        if found:
            return found, source
    return None


def _modified(root: Any, structured: Structured, rule: Rule, now: datetime) -> str | None:
    values = [structured.text("dateModified"), *(structured.meta.get(name) for name in _META_MODIFIED)]
    values += [one_line(element.text_content()) for element in rule.elements(root, "date_modified")[:1]]
    for value in values:
        found = (read_iso(value, now=now) or read_date_line(value, now=now)) if value else None
        if found:
            return found.iso
    return None


def _selected(root: Any, rule: Rule, now: datetime) -> Found | None:
    for element in rule.elements(root, "date")[:3]:
        found = _of_element(element, now)
        if found:
            return found, "selector"
    return None


def _of_element(element: Any, now: datetime) -> FoundDate | None:
    value = element.get("datetime") or element.get("content")
    found = read_iso(value, now=now) if value else None
    text = one_line(element.text_content())
    shown = read_date_line(text, now=now) if len(text) < 200 else None
    if shown and shown.relative:
        shown = None
    if found and shown and not found.has_time and shown.has_time:
        return shown
    return found or shown


def _marked(root: Any, heading: Any, around: list[Segment], now: datetime) -> Found | None:
    """A <time> or an element marked as a date among the lines around the headline."""
    near = {segment.element for segment in around} | {segment.holder for segment in around}
    for element in root.iter("time"):
        if not _near(element, near):
            continue
        found = _of_element(element, now)
        if found and not _MODIFIED.search(fold(one_line(element.getparent().text_content())[:60])):
            return found, "time"
    for segment in around:
        if segment.marked(DATE_CLASS, 3) and len(segment.text) < 160:
            found = _last(segment.text, now)
            if found and not (_MODIFIED.search(segment.folded) and len(find_dates(segment.text, now=now)) > 1):
                return found, "visible"
    return None


def _near(element: Any, near: set[Any]) -> bool:
    for _ in range(4):
        if element is None:
            return False
        if element in near:
            return True
        element = element.getparent()
    return False


def _visible(around: list[Segment], now: datetime) -> Found | None:
    """The last date in the short lines around the headline: what stands nearest the text is the article's."""
    for segment in reversed(around):
        if len(segment.text) < 160 and segment.link_share < 0.5:
            found = _last(segment.text, now)
            if found:
                return found, "visible"
    return None


def _last(text: str, now: datetime) -> FoundDate | None:
    found = [each for each in find_dates(text, now=now) if not each.relative]
    if not found:
        line = read_date_line(text, now=now)
        return line if line and not line.relative else None
    return found[-1]


def _apart(one: FoundDate, other: FoundDate) -> int:
    return abs((date.fromisoformat(one.iso[:10]) - date.fromisoformat(other.iso[:10])).days)
