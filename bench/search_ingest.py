"""The composed articles into an archive, as a crawl stores them, and how fast that goes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from archive import frontier
from archive.records import Child, Outcome, Visit, WarcPosition
from archive.store import DATABASE, Archive
from bench.articles import SITES, compose, text_bytes

GROUP = 50  # articles a transaction, as the writer of a crawl commits


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
        with archive.transaction():
            sites = [archive.site_id(f"trang{n}", title=f"Trang {n}", body=f"Cơ quan {n}") for n in range(SITES)]
        for start in range(0, articles, GROUP):
            group = list(compose(range(start, min(start + GROUP, articles))))
            raw += sum(text_bytes(article) for _, article in group)
            begun, spent = time.perf_counter(), time.process_time()
            with archive.transaction() as connection:
                for number, (site, article) in enumerate(group, start):
                    child = Child(identity=article.url, url=article.url, kind="page")
                    moment = article.captured_at or ""
                    lease = frontier.claim(connection, sites[site], child, run_id=run, discovered_at=moment)
                    visit = Visit(
                        lease=lease, outcome=Outcome.SAVED, url=article.url, fetched_at=moment, status=200,
                        article=article,
                        stored=WarcPosition(file="bench.warc.gz", offset=number * 16_000, digest=f"sha1:{number:032}"),
                    )  # fmt: skip
                    archive.record(visit, visit.stored, run)
            seconds, cpu = seconds + time.perf_counter() - begun, cpu + time.process_time() - spent
        archive.end_run(run, ended_at="2026-01-02T12:00:00+00:00", exit_code=0)
        archive.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    stored = (folder / DATABASE).stat().st_size
    return Ingest(articles=articles, seconds=seconds, cpu=cpu, raw=raw, stored=stored)
