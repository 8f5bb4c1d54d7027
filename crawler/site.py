"""What is known of one site, or of one CMS family: frozen data that crawling and extraction are given.

docs/adding-a-site.md explains every key; crawler/profile.py finds the files, crawler/profile_file.py checks them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from urllib.parse import urlsplit

VIETNAM = timezone(timedelta(hours=7))


_DATE = re.compile(r"\{date(?::([^{}]+))?\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where new addresses come from. `pages` is a template with {page} for listings numbered so.

    A `url` with {date}, or {date:%d-%m-%Y}, is a page for each day (or month), as strftime writes it.
    """

    kind: str
    url: str
    section: str | None = None
    pages: str | None = None
    first_page: int = 2
    next: str | None = None
    items: str | None = None

    @property
    def dated(self) -> bool:
        """Whether the source has an address for each day."""
        return _DATE.search(self.url) is not None

    @property
    def stem(self) -> str:
        """What the addresses of all its pages begin with."""
        return (self.pages or self.url).partition("{page}")[0].partition("{date")[0]

    def address_on(self, day: date) -> str:
        """The source's address for that day."""
        return _DATE.sub(lambda found: day.strftime(found[1] or "%Y-%m-%d"), self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Which addresses are what: regular expressions searched in path + query, and the identity rules."""

    article: tuple[str, ...] = ()
    listing: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    keep_params: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Politeness:
    """Seconds between requests, requests at once, and when asking is welcome ("22:00-05:00", +07:00)."""

    delay: float = 1.0
    concurrency: int = 2
    autothrottle: bool = True
    window: str | None = None
    legacy_tls: bool = False
    max_pages: int = 500
    max_listing_pages: int = 50

    def welcome(self, moment: datetime) -> bool:
        """Whether the site may be asked at that aware moment; a window may reach over midnight."""
        if self.window is None:
            return True
        start, end = self.window.split("-")
        now = f"{moment.astimezone(VIETNAM):%H:%M}"
        return start <= now < end if start <= end else now >= start or now < end


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Which files of an article are kept, from which hosts beside the site's own, and up to what size and number."""

    images: bool = True
    attachments: bool = True
    hosts: tuple[str, ...] = ()
    max_image_mb: int = 4
    max_attachment_mb: int = 16
    max_files: int = 40

    def max_bytes(self, kind: str) -> int:
        """The size cap of that kind, as sent."""
        return (self.max_image_mb if kind == "image" else self.max_attachment_mb) * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """CSS selectors of the record's fields, best first; the first that finds text wins."""

    headline: tuple[str, ...] = ()
    description: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    date_modified: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    view_count: tuple[str, ...] = ()
    caption: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One look of the site. `since` and `until` (publication or capture date) bound its validity."""

    name: str = "current"
    since: date | None = None
    until: date | None = None
    select: Select = field(default_factory=Select)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detect:
    """How a family is recognised: its generator meta, or byte strings of which any one gives it away."""

    generator: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Everything the crawler knows of one site, or of one CMS family (which has no hosts)."""

    name: str
    title: str = ""
    body: str = ""
    hosts: tuple[str, ...] = ()
    home: str | None = None
    status: str = "unverified"
    checked: date | None = None
    predecessor: str | None = None
    successor: str | None = None
    family: str | None = None
    layout: str | None = None
    topic: str = "match"
    language: str = "vi"
    sources: tuple[Source, ...] = ()
    addresses: Addresses = field(default_factory=Addresses)
    politeness: Politeness = field(default_factory=Politeness)
    files: Files = field(default_factory=Files)
    layouts: tuple[Layout, ...] = ()
    detect: Detect = field(default_factory=Detect)
    notes: str = ""

    @property
    def file_hosts(self) -> tuple[str, ...]:
        """The hosts that images and attachments may be asked of."""
        return (*self.hosts, *self.files.hosts)

    def layouts_on(self, day: date | None) -> tuple[Layout, ...]:
        """The layouts valid on that day, in file order; all of them when the day is unknown."""
        if day is None:
            return self.layouts
        return tuple(
            layout
            for layout in self.layouts
            if (layout.since is None or layout.since <= day) and (layout.until is None or day <= layout.until)
        )


def generic_site(url: str) -> Site:
    """A site nobody wrote a profile for: the host alone, every article, no images, generic extraction."""
    host = (urlsplit(url).hostname or "").lower()
    name = re.sub(r"[^a-z0-9]+", "_", host).strip("_") or "unknown"
    if not name[0].isalpha():
        name = f"host_{name}"
    bare = host.removeprefix("www.")
    hosts = tuple(dict.fromkeys((host, bare, f"www.{bare}")))
    return Site(name=name, title=host, hosts=hosts, home=url, topic="all", files=Files(images=False))
