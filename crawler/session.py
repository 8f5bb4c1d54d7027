"""One crawl's state in the main process: what the Scrapy parts share, beside Scrapy's own settings."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC
from typing import TYPE_CHECKING, Any

from scrapy import Request

from archive import frontier
from archive.hosts import bare_host
from archive.records import FILE_KINDS
from archive.urls import host_of, same_site

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from archive.records import Lease, Outcome
    from archive.writer import Writer
    from crawler.pool import WorkerPool
    from crawler.preferences import Preferences
    from crawler.profile import Site
    from crawler.scheduler import FrontierScheduler

STRIKES = 5
"""Pages of a site in a row that failed for want of a proper answer, after which it is left alone."""
BACKOFF = 3600  # seconds; each page's own wait grows beside it
_UNANSWERED = frozenset(("timeout", "connection", "dns", "tls", "truncated", "http_5xx", "blocked"))

_WAITS = {
    "robots": "its robots.txt cannot be had",
    "retry_after": "it asked for patience (Retry-After)",
}


class Session:
    """The run's sites, writer, workers and counters."""

    def __init__(  # noqa: PLR0913 - the run's parts, named once
        self,
        *,
        sites: tuple[Site, ...],
        writer: Writer,
        pool: WorkerPool,
        clock: Callable[[], datetime],
        preferences: Preferences,
        limit: int | None = None,
        since: str | None = None,
        proxy: str | None = None,
        allow_private: bool = False,
        on_page: Callable[[str, Outcome, str | None], None] | None = None,
    ) -> None:
        self.sites = sites
        self.site_by_name: Mapping[str, Site] = {site.name: site for site in sites}
        self.writer = writer
        self.pool = pool
        self.clock = clock
        self.preferences = preferences
        self.limit = limit
        self.since = since
        self.proxy = proxy
        self.allow_private = allow_private
        self.backlog: Counter[str] = Counter()
        self.stopping = False
        self.failure: BaseException | None = None
        self.put_off: dict[str, str] = {}
        self.crawl_delays: dict[str, float] = {}
        self.log_file: str | None = None
        self.counts: dict[str, Counter[tuple[str, str]]] = {site.name: Counter() for site in sites}
        self.scheduler: FrontierScheduler | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        self.stop: Callable[[], None] = lambda: None
        self.errback: Callable[..., Any] | None = None
        self._strikes: Counter[str] = Counter()
        self._file_strikes: Counter[str] = Counter()
        self._on_page = on_page

    def now(self) -> int:
        """UTC seconds by the run's clock."""
        return int(self.clock().timestamp())

    def moment(self) -> str:
        """The run's clock as records show it: ISO 8601, UTC, whole seconds, as WARC-Date has it."""
        return self.clock().astimezone(UTC).isoformat(timespec="seconds")

    def floor(self, name: str) -> float:
        """The least seconds between two requests of the slot: its profile's, or its robots.txt's if more."""
        site = self.site_by_name.get(name.partition("@")[0])
        return max(self.crawl_delays.get(name, 0.0), site.politeness.delay if site else 0.0)

    def budget(self, site: Site) -> int:
        """How many pages of the site this run may ask for."""
        return self.limit if self.limit is not None else site.politeness.max_pages

    def request(self, lease: Lease) -> Request:
        """The Scrapy request of a lease: conditional where an earlier answer gave a validator."""
        headers: dict[str, str] = {}
        if lease.etag:
            headers["If-None-Match"] = lease.etag
        if lease.last_modified:
            headers["If-Modified-Since"] = lease.last_modified
        site = self.site_by_name[lease.site]
        meta: dict[str, Any] = {
            "lease": lease,
            "site": lease.site,
            "download_slot": slot_of(lease, site),
            "autothrottle_dont_adjust_delay": not site.politeness.autothrottle,
            "handle_httpstatus_all": True,
        }
        if lease.kind in FILE_KINDS:
            meta |= {"file": True, "download_maxsize": site.files.max_bytes(lease.kind)}
        if self.proxy:
            meta["proxy"] = self.proxy
        return Request(lease.url, headers=headers, meta=meta, errback=self.errback, dont_filter=True)

    def call_soon(self, work: Callable[[], None]) -> None:
        """Run on the event loop, from any thread."""
        assert self.loop is not None
        self.loop.call_soon_threadsafe(work)

    def count(self, site: str, outcome: Outcome, reason: str | None) -> None:
        """One more page stored, for the progress display and the summary."""
        self.counts[site][(str(outcome), reason or "")] += 1
        if self._on_page:
            self._on_page(site, outcome, reason)

    async def heed(self, lease: Lease, outcome: Outcome, reason: str | None) -> None:
        """Leave a site alone whose pages fail one after the other, and a host whose files do, without the site."""
        site = lease.site
        struck = self._file_strikes if lease.kind in FILE_KINDS else self._strikes
        key = host_of(lease.url) or "" if lease.kind in FILE_KINDS else site
        if outcome != "failed" or reason not in _UNANSWERED:
            struck[key] = 0
            return
        struck[key] += 1
        if self._strikes[site] >= STRIKES and site not in self.put_off:
            await self.leave_alone(site, BACKOFF, reason)

    def gives_no_files(self, host: str) -> bool:
        """Whether the host failed to give so many files that the rest is left for another run."""
        return self._file_strikes[host] >= STRIKES

    def ask_no_files(self, host: str) -> None:
        """The host gives no more files in this run."""
        self._file_strikes[host] = STRIKES

    async def leave_alone(self, site: str, seconds: int, reason: str) -> None:
        """The site is not asked again in this run, nor before that many seconds."""
        until = self.now() + seconds
        self.put_off[site] = reason

        def wait(connection: sqlite3.Connection) -> None:
            row = connection.execute("SELECT id FROM sites WHERE name = ?", (site,)).fetchone()
            frontier.wait(connection, row[0], until=until, reason=reason)

        if self.scheduler:
            self.scheduler.stop_site(site)
        await asyncio.wrap_future(self.writer.call(wait))

    def waits(self) -> dict[str, str]:
        """Why sites are left alone for now."""
        closed = {
            site.name: f"asked only {site.politeness.window} (+07:00)"
            for site in self.sites
            if not site.politeness.welcome(self.clock())
        }
        return closed | {
            site: _WAITS.get(reason, f"no proper answer ({reason})") for site, reason in self.put_off.items()
        }

    def fail(self, error: BaseException) -> None:
        """Storage failed: stop asking, let what is on the wire end."""
        self.failure = self.failure or error
        self.stopping = True
        self.stop()


def slot_of(lease: Lease, site: Site) -> str:
    """The name of the download slot: the site's, or one of its own for each other host that its files come from."""
    if lease.kind not in FILE_KINDS or same_site(lease.url, site.hosts):
        return site.name
    return f"{site.name}@{bare_host(host_of(lease.url) or '')}"


def slots_of(site: Site) -> tuple[str, ...]:
    """Every download slot of the site, each with a pace of its own."""
    return (site.name, *(f"{site.name}@{bare_host(host)}" for host in site.files.hosts))
