"""From a fetched page to committed rows: a worker process, then the writer thread."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from archive import frontier
from archive.errors import DanvanError
from archive.raw import Exchange
from archive.records import Outcome, Visit
from crawler.job import Job, recognise
from crawler.revisit import CRASHES_QUARANTINED, DAY, next_visit

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from archive.records import Lease
    from crawler.session import Session
    from crawler.spiders.news import Fetched


class ArchivePipeline:
    """Waits for the page's commit, so Scrapy's own back-pressure holds the crawl to the archive's pace."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Built by Scrapy; the session is the spider's."""
        return cls(crawler.spider.session)  # type: ignore[union-attr]

    async def process_item(self, item: Fetched) -> Fetched:
        """Work, store, count."""
        session = self.session
        session.backlog[item.lease.site] += 1
        try:
            visit = await self._visit(item)
            if visit is None:
                await asyncio.wrap_future(session.writer.call(lambda db: frontier.release(db, [item.lease.page_id])))
            else:
                outcome = await asyncio.wrap_future(session.writer.submit(visit))
                session.count(item.lease.site, outcome, visit.reason)
                await session.heed(item.lease, outcome, visit.reason)
        except DanvanError as error:
            session.fail(error)
        finally:
            session.backlog[item.lease.site] -= 1
            if session.scheduler:
                session.scheduler.stored(item.lease.site)
        return item

    async def _visit(self, item: Fetched) -> Visit | None:
        """The page's Visit; None when it simply stays due."""
        if item.response is not None:
            job = self._job(item)
            visit = recognise(job) or await self.session.pool.run(job)
            if visit.crashed and item.lease.crashes + 1 >= CRASHES_QUARANTINED:
                return _later(visit, self.session.now() + 365 * DAY)
            return visit
        failed = item.failed
        assert failed is not None
        if failed.outcome is None:
            return None
        return self._without_answer(item.lease, failed.outcome, failed.reason)

    def _without_answer(self, lease: Lease, outcome: Outcome, reason: str) -> Visit:
        return Visit(
            lease=lease,
            outcome=outcome,
            reason=reason,
            url=lease.url,
            fetched_at=self.session.moment(),
            due_at=next_visit(lease, outcome, now=self.session.now()),
        )

    def _job(self, item: Fetched) -> Job:
        response, session = item.response, self.session
        assert response is not None
        request = response.request
        assert request is not None
        exchange = Exchange(
            url=item.lease.url,
            method=request.method,
            request_headers=_headers(request.headers),
            status=response.status,
            response_headers=_headers(response.headers),
            body=response.body,
            fetched_at=session.moment(),
            ip=str(response.ip_address) if response.ip_address and not session.proxy else None,
        )
        preferences = session.preferences
        return Job(
            lease=item.lease,
            exchange=exchange,
            now=session.now(),
            warcinfo_id=session.writer.warcinfo_id,
            topic_file=preferences.topic,
            keep_off_topic=preferences.keep_off_topic,
            intervals=tuple(days * DAY for days in preferences.revisit_days),
            since=session.since,
        )


def _later(visit: Visit, due_at: int) -> Visit:
    return replace(visit, due_at=due_at, reason="quarantined")


def _headers(headers: Any) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values
    )
