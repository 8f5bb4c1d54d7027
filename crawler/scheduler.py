"""Scrapy's Scheduler over the frontier in SQLite: no queue of its own on disk, no JOBDIR.

Each site has a short queue of leases in memory, refilled by the writer thread before it runs dry, and
hands out no more at once than the site's profile allows, so one slow host cannot fill the downloader.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from typing import TYPE_CHECKING, Self

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler

from archive import frontier

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from scrapy import Spider
    from scrapy.crawler import Crawler

    from archive.records import Lease
    from crawler.profile import Site
    from crawler.session import Session

LEASE = 64  # pages a refill
LOW_WATER = 16  # refill when a site's queue is shorter
MOST_ELSEWHERE = 4 * LEASE
BACKLOG = 96  # pages being processed; more are not asked for until some are stored
SITE_BACKLOG = 8  # a site may have so many among them, or its part of the whole


class SiteQueue:
    """One site's leases in hand, and how many of its pages are on the wire."""

    def __init__(self, site: Site, budget: int) -> None:
        self.site = site
        self.budget = budget
        self.waiting: deque[Request] = deque()
        self.elsewhere: deque[Request] = deque()  # files on hosts with a pace of their own
        self.on_wire: Counter[str] = Counter()  # by download slot
        self.refilling = False
        self.dry = False
        self.stopped = False

    @property
    def exhausted(self) -> bool:
        """Nothing in hand, and nothing to get until a page of the site is stored."""
        in_hand = self.waiting or self.elsewhere
        return not in_hand and not self.refilling and (self.dry or self.budget <= 0)

    @property
    def low(self) -> bool:
        """Whether more should be leased; a slow host's files are not heaped up without end."""
        return len(self.waiting) < LOW_WATER and len(self.elsewhere) < MOST_ELSEWHERE

    def put(self, request: Request) -> None:
        """One more page in hand."""
        (self.waiting if request.meta["download_slot"] == self.site.name else self.elsewhere).append(request)

    def take(self) -> Request | None:
        """The next page that may go on the wire, if its host is not busy with as many as the profile allows."""
        most = self.site.politeness.concurrency
        request: Request | None = None
        if self.waiting and self.on_wire[self.site.name] < most:
            request = self.waiting.popleft()
        elif self.elsewhere:
            request = next((one for one in self.elsewhere if self.on_wire[one.meta["download_slot"]] < most), None)
            if request:
                self.elsewhere.remove(request)
        if request:
            self.on_wire[request.meta["download_slot"]] += 1
        return request

    def empty(self) -> list[Lease]:
        """Everything in hand, which is given back."""
        leases = [request.meta["lease"] for request in (*self.waiting, *self.elsewhere)]
        self.waiting.clear()
        self.elsewhere.clear()
        return leases


class FrontierScheduler(BaseScheduler):
    """Leases due pages from the frontier as Requests, in turn over the sites."""

    def __init__(self, crawler: Crawler, session: Session) -> None:
        self._crawler = crawler
        self._session = session
        self._queues = {site.name: SiteQueue(site, session.budget(site)) for site in session.sites}
        self._turn = deque(self._queues.values())
        self._site_backlog = max(SITE_BACKLOG, BACKLOG // max(1, len(self._queues)))
        session.scheduler = self

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Built by Scrapy; the session is the spider's."""
        return cls(crawler, crawler.spider.session)  # type: ignore[union-attr]

    def open(self, spider: Spider) -> None:  # noqa: ARG002 - Scrapy's signature
        """Prime every site, so that the first next_request() finds work."""
        self._session.loop = asyncio.get_running_loop()
        for queue in self._queues.values():
            if self._welcome(queue):
                self._refill(queue, wait=True)

    def close(self, reason: str) -> None:
        """Nothing to write: what is still leased is given back when the run ends."""

    def has_pending_requests(self) -> bool:
        """Whether any site has, or may get, another page."""
        return not self._session.stopping and any(not queue.exhausted for queue in self._queues.values())

    def enqueue_request(self, request: Request) -> bool:
        """A request that Scrapy's retry gave back goes first."""
        queue = self._queues[request.meta["lease"].site]
        slot = request.meta["download_slot"]
        queue.on_wire[slot] -= 1
        (queue.waiting if slot == queue.site.name else queue.elsewhere).appendleft(request)
        return True

    def next_request(self) -> Request | None:
        """The next page of the next site that may be asked now."""
        backlog = self._session.backlog
        if self._session.stopping or backlog.total() >= BACKLOG:
            return None
        for _ in range(len(self._turn)):
            queue = self._turn[0]
            self._turn.rotate(-1)
            if not self._welcome(queue):
                continue
            if queue.low:
                self._refill(queue)
            if backlog[queue.site.name] >= self._site_backlog:
                continue
            if request := queue.take():
                return request
        return None

    def left_wire(self, request: Request) -> None:
        """A page was answered, or failed for good."""
        self._queues[request.meta["site"]].on_wire[request.meta["download_slot"]] -= 1
        self._wake()

    def stored(self, site: str) -> None:
        """A page of the site was committed: it may have told of new addresses."""
        self._queues[site].dry = False
        self._wake()

    def stop_site(self, site: str) -> None:
        """No more of this site in this run (its robots.txt says wait, or it blocks us)."""
        queue = self._queues[site]
        queue.stopped, queue.budget = True, 0
        self._give_back(queue.empty())

    def _welcome(self, queue: SiteQueue) -> bool:
        """Whether the site's night window is open; once it has closed, what is due waits for another run."""
        if queue.site.politeness.welcome(self._session.clock()):
            return True
        self.stop_site(queue.site.name)
        return False

    def _refill(self, queue: SiteQueue, *, wait: bool = False) -> None:
        limit = min(LEASE, queue.budget)
        if queue.refilling or queue.dry or limit <= 0:
            return
        queue.refilling = True
        future = self._session.writer.lease(queue.site.name, limit=limit)
        if wait:
            self._leased(queue, future)
        else:
            future.add_done_callback(lambda done: self._session.call_soon(lambda: self._leased(queue, done)))

    def _leased(self, queue: SiteQueue, future: Future[list[Lease]]) -> None:
        queue.refilling = False
        if error := future.exception():
            self._session.fail(error)
            return
        leases = future.result()
        if queue.stopped:
            self._give_back(leases)
            return
        queue.budget -= len(leases)
        queue.dry = not leases
        for lease in leases:
            queue.put(self._session.request(lease))
        self._wake()

    def _give_back(self, leases: Sequence[Lease]) -> None:
        pages = [lease.page_id for lease in leases]
        if pages:
            self._session.writer.call(lambda connection: frontier.release(connection, pages))

    def _wake(self) -> None:
        """Have the engine ask again now: without it, it would wait for its 5 s heartbeat."""
        engine = self._crawler.engine
        slot = engine._slot if engine else None  # noqa: SLF001 - Scrapy has no public name for it
        if slot is not None:
            slot.nextcall.schedule()
