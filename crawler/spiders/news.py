"""The one spider: every address comes from the frontier, every answer goes to the archive pipeline."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, Spider

from archive.errors import DanvanError
from crawler.failures import Failed, failed_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from archive.records import Lease
    from crawler.session import Session


# Scrapy's lists are replaced, not amended: naming a component in order to switch it off would import it, and
# what some of them import takes longer than a crawl with nothing new.
COMPONENTS: dict[str, Any] = {
    "SCHEDULER": "crawler.scheduler.FrontierScheduler",
    "ITEM_PIPELINES": {"crawler.pipelines.ArchivePipeline": 100},
    "DOWNLOADER_MIDDLEWARES_BASE": {
        "crawler.middlewares.AddressMiddleware": 10,
        "crawler.middlewares.RobotsMiddleware": 20,  # Scrapy's allows all when robots.txt fails
        "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
        "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
        "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
        "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
        "crawler.middlewares.RetryAfterMiddleware": 560,
        "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
        "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
        # None for redirects: each hop is a page of its own. None for compression: workers decode, the WARC keeps.
    },
    "SPIDER_MIDDLEWARES_BASE": {
        "scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25,
        # None for errors: any status is an answer to judge. None for depth: the frontier knows it.
    },
    "EXTENSIONS_BASE": {
        "scrapy.extensions.corestats.CoreStats": 0,
        "crawler.throttle.PoliteAutoThrottle": 0,
    },
}
"""The spider's own settings, for these parts need its session: `scrapy shell` and `scrapy fetch` run without them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What asking for one page gave: a response with its body as sent, or why there is none."""

    lease: Lease
    response: Response | None = None
    failed: Failed | None = None


class NewsSpider(Spider):
    """Fetches what is due of the session's sites.

    `scrapy crawl news -a site=danvan_vn` opens an archive of its own (see crawler.crawl); `danvan crawl`
    hands its session over.
    """

    name = "news"
    custom_settings = COMPONENTS

    def __init__(self, *, session: Session, **kwargs: Any) -> None:
        super().__init__(self.name, **kwargs)
        self.session = session
        session.errback = self.failed

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """With a session, or with the arguments of `scrapy crawl`: site, archive, limit, since."""
        if "session" not in kwargs:
            kwargs = {"session": _own_session(crawler, kwargs)}
        return super().from_crawler(crawler, *args, **kwargs)

    async def start(self) -> AsyncIterator[Any]:
        """Nothing: the scheduler leases every page."""
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    def parse(self, response: Response) -> Iterator[Fetched]:
        """Any answer, whatever its status: the worker judges it."""
        yield Fetched(lease=self._left(response.request), response=response)

    def failed(self, failure: Failure) -> Iterator[Fetched]:
        """No answer: the reason is the page's outcome."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        error = failure.value or RuntimeError("unknown")
        yield Fetched(lease=self._left(request), failed=failed_of(error))

    def _left(self, request: Request | None) -> Lease:
        assert self.session.scheduler
        assert request is not None
        self.session.scheduler.left_wire(request)
        lease: Lease = request.meta["lease"]
        return lease


def _own_session(crawler: Crawler, arguments: dict[str, str]) -> Session:
    """What `scrapy crawl` runs on; ends the process with one line where it cannot start."""
    from crawler.aftermath import tell_unstarted  # noqa: PLC0415
    from crawler.crawl import archive_path, session_for_scrapy  # noqa: PLC0415 - crawl imports this module

    try:
        return session_for_scrapy(crawler, **arguments)
    except DanvanError as error:
        for line in (f"Error: {error}", *tell_unstarted(archive_path(arguments.get("archive")), error)):
            print(line, file=sys.stderr)
        raise SystemExit(error.exit_code) from None
