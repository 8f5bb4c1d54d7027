"""What a crawl is asked for: which sites, where each starts, and whether this archive and this disk can take it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from archive import Archive, facts
from archive.errors import AddressError, StorageError, UsageError
from archive.records import Child
from archive.urls import identity, is_private_host, parse_http_url
from crawler.preferences import Preferences
from crawler.profile import load_site, site_for_url
from crawler.site import Site

SAMPLE_MARK = "sample"
SAMPLE_STARTED = "2025-06-02T01:00:00+00:00"  # the sample's first morning; its records show no other time
_FIRST, _BACK = 100, 45
"""Urgency of sources, and of the pages of past days: after the articles already known, which are newer."""

Seeds = tuple[tuple[Site, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOrder:
    """What the user asked for. `targets` are profile names or addresses; none means the enabled sites."""

    archive: Path
    targets: tuple[str, ...] = ()
    limit: int | None = None
    since: str | None = None
    allow_private: bool = False
    sample_day: int | None = None
    clock: Callable[[], datetime] | None = None
    proxy: str | None = None


def day(text: str | None) -> str | None:
    """A day as a user writes it, YYYY-MM-DD; UsageError for another."""
    try:
        return text and date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"since: {text!r} is no day; write YYYY-MM-DD") from None


def positive(text: str | None) -> int | None:
    """A number of pages as a user writes it; UsageError unless it is 1 or more."""
    if text is None:
        return None
    if not text.isdecimal() or not int(text):
        raise UsageError(f"limit: {text!r} is no number of pages; write 1 or more")
    return int(text)


def targets(order: CrawlOrder) -> Seeds:
    """The named sites, each with the address to start from where one was given."""
    found: list[tuple[Site, str | None]] = []
    for target in order.targets:
        if "://" not in target:
            site = load_site(target)
            if site.status == "ended" and order.sample_day is None:
                raise UsageError(f"{target} has ended; its pages come from web archives: "
                                 f"danvan backfill {target} --from wayback")  # fmt: skip
            found.append((site, None))
            continue
        url = _address(target)
        if is_private_host(urlsplit(url).hostname or "") and not order.allow_private:
            raise UsageError(f"{target!r} is a private address; --allow-private crawls it all the same")
        found.append((site_for_url(url), url))
    return tuple(found)


def _address(target: str) -> str:
    """The address in the form that can be asked for; AddressError or UsageError for what is none or names a user."""
    url = parse_http_url(target)
    authority = re.split(r"[/?#]", target.partition("://")[2].lstrip("/"), maxsplit=1)[0]
    if re.search(r"\s", authority):
        raise AddressError("malformed", target)
    if "@" in authority:
        raise UsageError(f"{url!r} was given with a user name; leave it out: what members alone may read is not kept")
    return url


def enabled_sites(archive: Archive) -> tuple[Site, ...]:
    """The sites the user enabled, but those that have ended."""
    rows = archive.connection.execute("SELECT name FROM sites WHERE enabled AND ended_at IS NULL ORDER BY name")
    sites = [load_site(row[0]) for row in rows.fetchall()]
    return tuple(site for site in sites if site.status != "ended")


def check_space(path: Path, preferences: Preferences) -> None:
    """Refuse to start a crawl that would fill the disk."""
    free = shutil.disk_usage(path).free // 2**20
    if free < preferences.minimum_free_megabytes:
        raise StorageError(
            f"{path}: {free} MB free, a crawl wants at least {preferences.minimum_free_megabytes} MB: make room, "
            "or lower minimum_free_megabytes in settings.toml"
        )


def check_kind(archive: Archive, *, sample: bool) -> None:
    marked = archive.info(SAMPLE_MARK) is not None
    if sample and not marked:
        if archive.connection.execute("SELECT 1 FROM pages LIMIT 1").fetchone():
            raise UsageError(f"{archive.path} holds live pages; --sample wants an archive of its own (-a DIR)")
        facts.state(archive, facts.ARCHIVE, "archive", f"{SAMPLE_MARK}=1", at=SAMPLE_STARTED)
    if marked and not sample:
        raise UsageError(f"{archive.path} is a sample archive; live sites want one of their own (-a DIR)")


def seed_children(site: Site, url: str | None) -> tuple[Child, ...]:
    """Where the crawl of the site starts: the address given, else the profile's sources, else its home page."""
    if url:
        return (_seed(site, "page", url),)
    starts = tuple(_seed(site, one.kind, one.url, one.section) for one in site.sources if not one.dated)
    return starts or ((_seed(site, "listing", site.home),) if site.home and not site.sources else ())


def dated_children(site: Site, days: Iterable[date]) -> tuple[Child, ...]:
    """The pages that the site's dated sources have for those days. No page of a day is polled as a source is."""
    found = {
        source.address_on(day): _seed(site, source.kind, source.address_on(day), source.section, depth=1)
        for day in days
        for source in site.sources
        if source.dated
    }
    return tuple(found.values())


def _seed(site: Site, kind: str, url: str, section: str | None = None, *, depth: int = 0) -> Child:
    key = identity(url, keep_params=site.addresses.keep_params, hosts=site.hosts)
    return Child(identity=key, url=url, kind=kind, section=section, depth=depth, priority=_BACK if depth else _FIRST)
