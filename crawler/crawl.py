"""One crawl from start to end: targets, lock, seeds, Scrapy, ledger, exit code."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from scrapy.crawler import Crawler

from archive import Archive, frontier
from archive.errors import DanvanError, UsageError
from archive.raw import WarcWriter, recover
from archive.records import Outcome
from archive.writer import Writer
from crawler.ended import refuse_ended
from crawler.pool import WorkerPool
from crawler.preferences import Preferences, use_preferences
from crawler.session import Session
from crawler.site import VIETNAM, Site
from crawler.targets import (
    CrawlOrder,
    Seeds,
    check_kind,
    check_space,
    dated_children,
    day,
    enabled_sites,
    positive,
    seed_children,
    targets,
)  # fmt: skip

OnPage = Callable[[str, Outcome, str | None], None]


@dataclass(slots=True, kw_only=True)
class CrawlResult:
    """How it went: pages by outcome and reason of each site, as the run's ledger has them, and the exit code.

    `waits` says of sites that were left alone, or asked no more, why.
    """

    run: str = ""
    counts: Mapping[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    exit_code: int = 0
    failure: str | None = None
    waits: Mapping[str, str] = field(default_factory=dict)


def crawl(order: CrawlOrder, on_page: OnPage | None = None) -> CrawlResult:
    """Run one crawl in this process; raises DanvanError for what keeps it from starting."""
    preferences = use_preferences(order.archive)
    seeds = targets(order)
    with Archive.open_writer(order.archive) as archive:
        seeds = _allowed(order, preferences, archive, seeds)
        return _Run(order, preferences, archive, order.clock or _utc_now, on_page).go(seeds)


def _allowed(order: CrawlOrder, preferences: Preferences, archive: Archive, seeds: Seeds) -> Seeds:
    """The sites to crawl, the enabled ones where none was named; DanvanError for what stands against it."""
    check_kind(archive, sample=order.sample_day is not None)
    if order.sample_day is None:
        preferences.require_contact(order.archive)
    if not order.targets and order.sample_day is None:
        seeds = tuple((site, None) for site in enabled_sites(archive))
    refuse_ended(archive.connection, tuple(site.name for site, _ in seeds))
    if not seeds:
        raise UsageError("no site to crawl: name one, or enable some with `danvan sites enable NAME`")
    check_space(order.archive, preferences)
    recover(archive.warc_directory)
    return seeds


def _utc_now() -> datetime:
    return datetime.now(UTC)


def session_for_scrapy(
    crawler: Crawler,
    site: str = "",
    archive: str | None = None,
    limit: str | None = None,
    since: str | None = None,
    **unknown: str,
) -> Session:
    """`scrapy crawl news -a site=NAME[,NAME]`: the same run, with Scrapy's own command in charge of the process.

    It ends as `danvan crawl` ends, notifications included, but for the exit code, which is Scrapy's.
    """
    from scrapy import signals  # noqa: PLC0415 - only where Scrapy runs already

    from crawler.aftermath import look_after  # noqa: PLC0415
    from crawler.engine import overrides  # noqa: PLC0415

    if unknown:
        raise UsageError(f"-a {next(iter(unknown))}: no such argument; known are site, archive, limit and since")
    path = archive_path(archive)
    order = CrawlOrder(
        archive=path, targets=tuple(filter(None, site.split(","))), limit=positive(limit), since=day(since)
    )
    preferences = use_preferences(path)
    seeds = targets(order)
    with ExitStack() as stack:
        opened = stack.enter_context(Archive.open_writer(path))
        seeds = _allowed(order, preferences, opened, seeds)
        session, finish = _Run(order, preferences, opened, _utc_now, None).begin(seeds)
        stack.pop_all()
    crawler.settings.setdict(overrides(session, preferences.contact), priority="spider")

    def closed() -> None:
        result = finish()
        opened.close()
        for line in look_after(path, run=result.run, exit_code=result.exit_code, failure=result.failure):
            print(line, file=sys.stderr)

    crawler.signals.connect(closed, signals.spider_closed, weak=False)
    return session


def archive_path(named: str | None) -> Path:
    """The archive directory where the command line is not ours: the one named, $DANVAN_ARCHIVE, or data."""
    return Path(named or os.environ.get("DANVAN_ARCHIVE", "data"))


class _Run:
    """The parts of one run, from the first lease to the ledger."""

    def __init__(
        self,
        order: CrawlOrder,
        preferences: Preferences,
        archive: Archive,
        clock: Callable[[], datetime],
        on_page: OnPage | None,
    ) -> None:
        self.order, self.preferences, self.archive, self.clock, self.on_page = (
            order, preferences, archive, clock, on_page,
        )  # fmt: skip
        self.interrupts = 0
        self.run_id = archive.start_run("crawl", started_at=clock().isoformat(timespec="seconds"), pid=os.getpid())
        self.name = str(archive.connection.execute("SELECT name FROM runs WHERE id = ?", (self.run_id,)).fetchone()[0])

    def go(self, seeds: Seeds) -> CrawlResult:
        """Fetch what is due; always ends the run's row."""
        session, finish = self.begin(seeds)
        try:
            self._scrape(session)
        except DanvanError as error:
            session.fail(error)
        finally:
            result = finish()
        return result

    def begin(self, seeds: Seeds) -> tuple[Session, Callable[[], CrawlResult]]:
        """The session, its sites seeded, and what ends the run."""
        writer = self.open_writer()
        pool = WorkerPool()
        session = self.session(tuple(dict(seeds)), writer, pool)
        session.log_file = str(self.archive.path / "logs" / f"{self.name}.log")

        def finish() -> CrawlResult:
            pool.close()
            writer.close()
            session.failure = session.failure or writer.failure
            result = CrawlResult(
                run=self.name, counts=session.counts, failure=str(session.failure) if session.failure else None,
                exit_code=exit_code(session, interrupted=self.interrupts > 0), waits=session.waits(),
            )  # fmt: skip
            if not session.failure:
                self._end(result)
            return result

        try:
            self._seed(session, seeds)
        except BaseException:
            finish()
            raise
        return session, finish

    def open_writer(self) -> Writer:
        """The run's WARC and the thread that writes."""
        warc = WarcWriter(
            self.archive.warc_directory,
            prefix=self.name,
            max_bytes=self.preferences.warc_megabytes * 2**20,
            contact=self.preferences.contact or "",
            now=self.clock,
        )
        writer = Writer(self.archive, warc, self.run_id, now=lambda: int(self.clock().timestamp()))
        writer.start()
        return writer

    def session(self, sites: tuple[Site, ...], writer: Writer, pool: WorkerPool) -> Session:
        """What the Scrapy parts share."""
        return Session(
            sites=sites, writer=writer, pool=pool, clock=self.clock, preferences=self.preferences,
            limit=self.order.limit, since=self._since(), proxy=self.order.proxy,
            allow_private=self.order.allow_private, on_page=self.on_page,
        )  # fmt: skip

    def _since(self) -> str | None:
        """The day before which dated entries are left alone; the sample is small enough to have it all."""
        if self.order.since or self.order.sample_day is not None:
            return self.order.since
        return (self.clock() - timedelta(days=self.preferences.first_run_days)).date().isoformat()

    def _days(self) -> list[date]:
        """The days to look at where a site has a page for each, today's first."""
        today = self.clock().astimezone(VIETNAM).date()
        first = date.fromisoformat(self._since() or today.isoformat())
        return [today - timedelta(days=n) for n in range((today - first).days + 1)]

    def _seed(self, session: Session, seeds: Seeds) -> None:
        moment = self.clock().isoformat(timespec="seconds")
        days = self._days()

        def add(_: Any) -> None:
            for site, url in seeds:
                site_id = self.archive.site_id(site.name, title=site.title, body=site.body, status=site.status)
                children = seed_children(site, url)
                latest = dated_children(site, days[:2]) if not url else ()
                past = dated_children(site, days[2:]) if not url else ()
                frontier.add(
                    self.archive.connection, site_id, (*children, *latest, *past), run_id=self.run_id,
                    discovered_at=moment,
                )  # fmt: skip
                if self.order.since:
                    frontier.reopen(self.archive.connection, site_id)
                for child in children if url else latest:
                    self.archive.connection.execute(
                        "UPDATE pages SET state = 'due', due_at = ? WHERE identity = ? AND state <> 'leased'",
                        (frontier.AT_ONCE, child.identity),
                    )

        session.writer.call(add).result()

    def _scrape(self, session: Session) -> None:
        from crawler.engine import run_scrapy  # noqa: PLC0415 - installs the reactor, once a process

        run_scrapy(session, contact=self.preferences.contact, on_interrupt=self._interrupted)

    def _interrupted(self) -> int:
        self.interrupts += 1
        return self.interrupts

    def _end(self, result: CrawlResult) -> None:
        self.archive.end_run(
            self.run_id, ended_at=self.clock().isoformat(timespec="seconds"), exit_code=result.exit_code,
            note=result.failure,
        )  # fmt: skip
        rows = self.archive.connection.execute(
            "SELECT name, outcome, reason, pages FROM run_counts JOIN sites ON sites.id = site_id WHERE run_id = ?",
            (self.run_id,),
        )
        ledger: dict[str, Counter[tuple[str, str]]] = {site: Counter() for site in result.counts}
        for name, outcome, reason, pages in rows:
            ledger.setdefault(name, Counter())[outcome, reason] = pages
        result.counts = ledger


def exit_code(session: Session, *, interrupted: bool) -> int:
    """architecture.md's exit codes: the highest that applies."""
    codes = {0}
    for counts in session.counts.values():
        failed = sum(n for (outcome, _), n in counts.items() if outcome == Outcome.FAILED)
        blocked = counts[(Outcome.FAILED, "blocked")]
        if failed:
            codes.add(1)
        if blocked and blocked == sum(counts.values()):
            codes.add(4)
    if session.put_off:
        codes.add(1)
    if session.failure:
        codes.add(3)
    if interrupted:
        codes.add(130)
    return max(codes)
