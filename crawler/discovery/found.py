"""What discovery finds, and the few readings that feeds, sitemaps and lists share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urljoin

from archive.errors import AddressError
from archive.text import one_line
from archive.urls import identity, parse_http_url
from crawler.extraction.decode import decode

VIETNAM = timezone(timedelta(hours=7))
MAX_TEXT = 500  # characters of a link's text; a headline has no more


class Kind(StrEnum):
    """What an address is taken for until it is fetched; the frontier's kinds."""

    ARTICLE = "article"
    LISTING = "listing"
    FEED = "feed"
    SITEMAP = "sitemap"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An address fit to ask for, with what was said of it. Dates are ISO 8601 in +07:00, or the date alone."""

    url: str
    text: str = ""
    kind: Kind = Kind.ARTICLE
    section: str | None = None
    published: str | None = None
    modified: str | None = None


def absolute(url: str, base: str) -> str | None:
    """The address fit to ask for, or None when it is none (mailto:, #top, broken)."""
    url = url.strip()
    if not url or url.startswith("#"):
        return None
    try:
        return parse_http_url(urljoin(base, url))
    except (AddressError, ValueError):
        return None


def merge(found: Iterable[Found]) -> tuple[Found, ...]:
    """Each address once, in first order, with the longest text: a picture's link comes before its headline's."""
    kept: dict[str, Found] = {}
    for one in found:
        key = identity(one.url)
        earlier = kept.get(key)
        if earlier is None:
            kept[key] = one
        elif len(one.text) > len(earlier.text):
            kept[key] = replace(earlier, text=one.text)
    return tuple(kept.values())


def line(text: object) -> str:
    """Any value as one clean line of at most MAX_TEXT characters."""
    return _clean_line(text[: 4 * MAX_TEXT]) if isinstance(text, str) else ""


@lru_cache(maxsize=8192)  # menus repeat on every page of a site
def _clean_line(text: str) -> str:
    return one_line(text)[:MAX_TEXT]


def text_of(body: bytes, content_type: str | None) -> str | None:
    """The bytes as text, the bytes believed before the label; None when they are no text."""
    decoded = decode(body, content_type)
    return decoded.text if decoded else None


_ZONE = re.compile(r"\s*(?:GMT|UTC)\s*([+-])\s*(\d{1,2})(?::?(\d\d))?\s*$", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_LOCAL = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})"
    r"(?:\D{1,4}(?P<hour>\d{1,2})[:h](?P<minute>\d\d)(?::(?P<second>\d\d))?\s*(?P<half>[AP]M)?)?",
    re.IGNORECASE,
)


def moment(text: object) -> str | None:
    """A feed's or sitemap's date as ISO 8601 in +07:00, the date alone where no time is given; else None.

    Reads RFC 822 and ISO 8601 with their offsets ("GMT+7" too), and what ASP.NET portals print in their place:
    day first, unless the second number can only be a day. Without an offset the time is Vietnam's.
    """
    if not isinstance(text, str) or not text.strip():
        return None
    text = _ZONE.sub(lambda z: f" {z[1]}{z[2]:0>2}{z[3] or '00'}", text.strip()[:100])
    try:
        if _ISO.match(text):
            return _iso(text)
        found = _LOCAL.search(text)
        return _local(found) if found else _stamp(parsedate_to_datetime(text))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _iso(text: str) -> str | None:
    if _ISO.fullmatch(text):
        return datetime.fromisoformat(text).date().isoformat()
    text = re.sub(r"\s+([+-]\d)", r"\1", text.replace(",", "."))
    return _stamp(datetime.fromisoformat(re.sub(r"([+-]\d\d)$", r"\1:00", text)))


def _local(found: re.Match[str]) -> str | None:
    day, month = int(found["day"]), int(found["month"])
    if month > 12:
        day, month = month, day
    if found["hour"] is None:
        return datetime(int(found["year"]), month, day, tzinfo=VIETNAM).date().isoformat()
    hour = int(found["hour"])
    if found["half"] and hour <= 12:
        hour = hour % 12 + (12 if found["half"].upper() == "PM" else 0)
    second = int(found["second"] or 0)
    return _stamp(datetime(int(found["year"]), month, day, hour, int(found["minute"]), second, tzinfo=VIETNAM))


def _stamp(when: datetime) -> str | None:
    if when.tzinfo is None:
        when = when.replace(tzinfo=VIETNAM)
    when = when.astimezone(VIETNAM)
    return when.isoformat(timespec="seconds") if 1990 <= when.year <= 2200 else None
