"""The composed articles into an archive, as a crawl stores them, and how fast that goes."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive import frontier
from archive.records import Article, Child, Outcome, Visit, WarcPosition
from archive.store import DATABASE, Archive
from bench.articles import SITES, compose, text_bytes

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

GROUP = 50  # articles a transaction, as the writer of a crawl commits
LINGER = 0.2  # seconds between the transactions of a writer that is not in a hurry


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingest:
    """What storing took: seconds of the clock and of the processor, without composing; sizes in bytes."""

    articles: int
    seconds: float
    cpu: float
    raw: int
    stored: int


def ingest(folder: Path, articles: int) -> Ingest:
    """Store that many into a new archive at `folder`."""
    raw, seconds, cpu = 0, 0.0, 0.0
    with Archive.open_writer(folder) as archive:
        run = archive.start_run("bench", started_at="2026-01-02T00:00:00+00:00", pid=1)
        sites = _sites(archive)
        for start in range(0, articles, GROUP):
            group = list(compose(range(start, min(start + GROUP, articles))))
            raw += sum(text_bytes(article) for _, article in group)
            begun, spent = time.perf_counter(), time.process_time()
            store(archive, run, sites, group, start)
            seconds, cpu = seconds + time.perf_counter() - begun, cpu + time.process_time() - spent
        archive.end_run(run, ended_at="2026-01-02T12:00:00+00:00", exit_code=0)
        archive.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    stored = (folder / DATABASE).stat().st_size
    return Ingest(articles=articles, seconds=seconds, cpu=cpu, raw=raw, stored=stored)


def _sites(archive: Archive) -> list[int]:
    with archive.transaction():
        return [archive.site_id(f"trang{n}", title=f"Trang {n}", body=f"Cơ quan {n}") for n in range(SITES)]


def store(archive: Archive, run: int, sites: Sequence[int], group: Sequence[tuple[int, Article]], first: int) -> None:
    """One transaction of articles numbered from `first`."""
    with archive.transaction() as connection:
        for number, (site, article) in enumerate(group, first):
            child = Child(identity=article.url, url=article.url, kind="page")
            moment = article.captured_at or ""
            lease = frontier.claim(connection, sites[site], child, run_id=run, discovered_at=moment)
            position = WarcPosition(file="bench.warc.gz", offset=number * 16_000, digest=f"sha1:{number:032}")
            visit = Visit(
                lease=lease, outcome=Outcome.SAVED, url=article.url, fetched_at=moment, status=200, article=article,
                stored=position,
            )  # fmt: skip
            archive.record(visit, position, run)


def _store_at(folder: Path, first: int, rate: int, ended: Event, stored: Any) -> None:
    """Store articles from that number on, so many a second, until told to end."""
    with Archive.open_writer(folder) as archive:
        run = archive.start_run("bench", started_at="2026-01-03T00:00:00+00:00", pid=1)
        sites = _sites(archive)
        while not ended.wait(LINGER):
            start = first + stored.value
            count = max(1, round(rate * LINGER))
            store(archive, run, sites, list(compose(range(start, start + count))), start)
            stored.value += count


@contextmanager
def keep_storing(folder: Path, *, first: int, rate: int) -> Iterator[Callable[[], int]]:
    """Another process stores articles meanwhile; gives a way to ask how many."""
    context = multiprocessing.get_context("spawn")
    ended, stored = context.Event(), context.Value("i", 0)
    process = context.Process(target=_store_at, args=(folder, first, rate, ended, stored))
    process.start()
    try:
        yield lambda: int(stored.value)
    finally:
        ended.set()
        process.join()
    if process.exitcode:
        raise SystemExit(f"the writer ended with {process.exitcode}")
