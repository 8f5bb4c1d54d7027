"""Records that are already here, sent the way of a live page: import, backfill and rebuild share it.

Each record becomes a job for a worker and a Visit for the writer, in the order given, so versions come
out as a crawl would have made them.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from archive import frontier
from archive.errors import INTERRUPTED, DanvanError, TooLargeError, TruncatedError
from archive.raw import SOURCE_URI, StoredRecord, WarcWriter, recover
from archive.records import Child, Lease, WarcPosition
from archive.urls import identity
from archive.writer import Writer
from crawler.chunks import in_order
from crawler.job import Job, give_up
from crawler.media import file_kind
from crawler.pool import work_on, worker_pool

if TYPE_CHECKING:
    import sqlite3
    from concurrent.futures import Future

    from pebble import ProcessPool

    from archive import Archive
    from archive.records import Outcome, Visit
    from crawler.preferences import Preferences
    from crawler.site import Site

BATCH = 32  # records claimed at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One capture on its way in. `held` says that its record already stands in this archive's WARCs.

    `record` has the payload, also of a revisit; `position` and `record_type` are of the record itself.
    """

    record: StoredRecord
    site: Site
    kind: str
    held: bool = False
    position: WarcPosition | None = None
    record_type: str = "response"


@dataclass(slots=True)
class ReplayResult:
    """What came of it: pages by outcome, and how many were here already."""

    outcomes: Counter[str] = field(default_factory=Counter)
    skipped: int = 0


class Replay:
    """A run that takes captures in, over `jobs` workers; `batch` of them are claimed, and may be lost, at a time."""

    def __init__(
        self,
        archive: Archive,
        preferences: Preferences,
        verb: str,
        *,
        jobs: int | None = None,
        batch: int = BATCH,
        on_page: Callable[[str, Outcome, str | None], None] | None = None,
    ) -> None:
        self.archive = archive
        self.preferences = preferences
        self.verb = verb
        self.jobs = jobs or os.cpu_count() or 1
        self.result = ReplayResult()
        self._batch = batch
        self._on_page = on_page
        self._now = lambda: int(datetime.now(UTC).timestamp())
        self.run_id = archive.start_run(verb, started_at=_moment(), pid=os.getpid())

    def run(self, incoming: Iterable[Incoming]) -> ReplayResult:
        """Take all in; what the writer could not store raises its StorageError."""
        recover(self.archive.warc_directory)
        warc = WarcWriter(self.archive.warc_directory, prefix=f"{self.verb}-{self.run_id}")
        writer = Writer(self.archive, warc, self.run_id, now=self._now)
        writer.start()
        try:
            try:
                with worker_pool(self.jobs) as pool:
                    self._pump(writer, pool, iter(incoming))
            finally:
                writer.close()
            if writer.failure:
                raise writer.failure
        except (DanvanError, KeyboardInterrupt) as error:
            with suppress(DanvanError):  # a full disk takes no row either
                self._end(getattr(error, "exit_code", INTERRUPTED), note=str(error) or "interrupted")
            raise
        self._end(0)
        return self.result

    def _end(self, exit_code: int, note: str | None = None) -> None:
        self.archive.end_run(self.run_id, ended_at=_moment(), exit_code=exit_code, note=note)

    def _pump(self, writer: Writer, pool: ProcessPool, incoming: Iterator[Incoming]) -> None:
        storing: deque[tuple[Job, Visit, Future[Outcome]]] = deque()
        for job, made in in_order(pool, work_on, self._jobs(writer, incoming), ahead=2 * self._batch):
            visit = give_up(job, made) if isinstance(made, str) else made
            storing.append((job, visit, writer.submit(visit)))
            if len(storing) > self._batch * 4:
                self._settle(storing)
        while storing:
            self._settle(storing)

    def _settle(self, storing: deque[tuple[Job, Visit, Future[Outcome]]]) -> None:
        job, visit, stored = storing.popleft()
        outcome = stored.result()
        self.result.outcomes[str(outcome)] += 1
        if self._on_page:
            self._on_page(job.lease.site, outcome, visit.reason)

    def _jobs(self, writer: Writer, incoming: Iterator[Incoming]) -> Iterator[Job]:
        while batch := tuple(islice(incoming, self._batch)):
            new = [one for one in batch if one.held or not self._known(one)]
            self.result.skipped += len(batch) - len(new)
            leases = writer.claim(partial(self._claim_all, new)).result()
            yield from (self._job(writer, lease, one) for lease, one in zip(leases, new, strict=True))

    def _claim_all(self, new: list[Incoming], connection: sqlite3.Connection) -> list[Lease]:
        return [self._claim(connection, one) for one in new]

    def _known(self, one: Incoming) -> bool:
        record = one.record
        return bool(
            self.archive.connection.execute(
                "SELECT 1 FROM captures WHERE url = ? AND captured_at = ? AND digest = ?",
                (record.url, record.date, record.digest),
            ).fetchone()
        )

    def _claim(self, connection: sqlite3.Connection, one: Incoming) -> Lease:
        site = one.site
        site_id = self.archive.site_id(site.name, title=site.title, body=site.body, status=site.status)
        url = one.record.url
        child = Child(
            identity=identity(url, keep_params=site.addresses.keep_params, hosts=site.hosts), url=url, kind=one.kind
        )
        return frontier.claim(connection, site_id, child, run_id=self.run_id, discovered_at=one.record.date)

    def _job(self, writer: Writer, lease: Lease, one: Incoming) -> Job:
        return Job(
            lease=lease,
            exchange=one.record.exchange(),
            now=int(datetime.fromisoformat(one.record.date).timestamp()),
            warcinfo_id=writer.warcinfo_id,
            topic_file=self.preferences.topic,
            keep_off_topic=True,
            stored=one.position if one.held else None,
            record_type=one.record_type,
            archive_url=one.record.warc_header(SOURCE_URI),
        )


def kind_of(site: Site, record: StoredRecord) -> str:
    """What a captured address is: one of the profile's sources, a feed or sitemap by its type, else a page."""
    key = identity(record.url, keep_params=site.addresses.keep_params, hosts=site.hosts)
    for source in site.sources:
        if identity(source.url, keep_params=site.addresses.keep_params, hosts=site.hosts) == key:
            return source.kind
    content_type = (record.header("content-type") or "").lower()
    if kind := file_kind(record.url, content_type, lambda: _start(record)):
        return kind
    if "xml" in content_type and "xhtml" not in content_type:
        start = _start(record).lower()
        return "sitemap" if b"<urlset" in start or b"<sitemapindex" in start else "feed"
    return "article"


def _start(record: StoredRecord) -> bytes:
    try:
        return record.body[:2000]
    except (TooLargeError, TruncatedError):
        return b""


def _moment() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
