"""Downloader middlewares: which requests may be sent, and when a site must be left alone."""

from __future__ import annotations

import asyncio
import logging
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from archive.errors import TooLargeError, TruncatedError
from archive.raw import decode_content
from archive.urls import host_of, is_private_host, same_site
from crawler.failures import FileHostError, RefusedError, SiteWaitsError, failed_of
from crawler.robots import RobotsRules

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.session import Session

logger = logging.getLogger(__name__)

ROBOTS_WAIT = 3600  # seconds a site is left alone when its robots.txt cannot be had (RFC 9309 2.3.1.4)
SHORT_WAIT = 60  # a Retry-After up to this is waited for in the run; a longer one puts the site off
LONGEST_WAIT = 86400  # no Retry-After keeps us away for longer
ROBOTS_REDIRECTS = 5
ROBOTS_BYTES = 4 * 2**20  # decoded; RFC 9309 asks for 500 KiB at least


class _SessionMiddleware:
    """Built by Scrapy; the session is the spider's."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def session(self) -> Session:
        session: Session = self.crawler.spider.session  # type: ignore[union-attr]
        return session


class AddressMiddleware(_SessionMiddleware):
    """Refuses what must never be asked: other schemes, private addresses, hosts that are not the site's."""

    def process_request(self, request: Request) -> None:
        """Every request, robots.txt and redirects included; DNS answers are checked by the resolver."""
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https"):
            raise RefusedError("scheme")
        session = self.session
        if not (session.allow_private or session.proxy) and is_private_host(parts.hostname or ""):
            raise RefusedError("private_address")
        site = session.site_by_name[request.meta["site"]]
        if not same_site(request.url, site.file_hosts if request.meta.get("file") else site.hosts):
            raise RefusedError("offsite")
        if request.meta.get("file") and session.gives_no_files(parts.hostname or ""):
            raise FileHostError("connection")


class RobotsMiddleware(_SessionMiddleware):
    """robots.txt by RFC 9309: 4xx allows all; 5xx, time-outs and lost hosts put the whole site off."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._rules: dict[tuple[str, str], asyncio.Future[RobotsRules]] = {}

    async def process_request(self, request: Request) -> None:
        """Refused when a rule disallows; the site waits when its rules cannot be had."""
        if request.meta.get("robots"):
            return
        parts = urlsplit(request.url)
        host = f"{parts.scheme}://{parts.netloc}"
        key = request.meta["download_slot"], host  # each slot obeys the host's Crawl-delay
        if key not in self._rules:
            self._rules[key] = asyncio.ensure_future(self._fetch(host, request))
        rules = await asyncio.shield(self._rules[key])
        site = self.session.site_by_name[request.meta["site"]]
        if rules.wait and not same_site(request.url, site.hosts):
            raise FileHostError("robots")
        if rules.wait:
            await self.session.leave_alone(site.name, ROBOTS_WAIT, "robots")
            raise SiteWaitsError("robots.txt cannot be had")
        agent = self.crawler.settings["USER_AGENT"]
        if not rules.allowed(request.url, agent):
            raise RefusedError("robots")

    async def _fetch(self, host: str, request: Request) -> RobotsRules:
        url, engine = f"{host}/robots.txt", self.crawler.engine
        assert engine
        meta = {"robots": True, "handle_httpstatus_all": True, "site": request.meta["site"]}
        meta |= {key: request.meta[key] for key in ("download_slot", "proxy", "file") if key in request.meta}
        for _ in range(ROBOTS_REDIRECTS + 1):
            try:
                response = await engine.download_async(Request(url, meta=dict(meta), dont_filter=True))
            except IgnoreRequest:
                return RobotsRules.from_response(404, b"")
            except Exception as error:  # whatever kept the answer away, RFC 9309 says wait
                logger.info("robots.txt of %s: %s", host, error)
                site = self.session.site_by_name[request.meta["site"]]
                if same_site(request.url, site.hosts):
                    await self.session.leave_alone(site.name, ROBOTS_WAIT, failed_of(error).reason)
                raise
            location = response.headers.get(b"Location")
            if not (300 <= response.status < 400 and location):
                break
            url = response.urljoin(location.decode("latin-1"))
        rules = RobotsRules.from_response(response.status, _decoded(response))
        self._obey_delay(request.meta["download_slot"], rules)
        return rules

    def _obey_delay(self, slot_name: str, rules: RobotsRules) -> None:
        delay = rules.crawl_delay(self.crawler.settings["USER_AGENT"])
        engine = self.crawler.engine
        slot = engine.downloader.slots.get(slot_name) if engine else None
        if delay:
            self.session.crawl_delays[slot_name] = min(delay, LONGEST_WAIT)
        if slot and delay and delay > slot.delay:
            slot.delay, slot.concurrency, slot.jitter = min(delay, LONGEST_WAIT), 1, 0.0


class RetryAfterMiddleware(_SessionMiddleware):
    """429 and 503 that name a time: waited for when short, else the site, or a host of its files, is put off."""

    async def process_response(self, request: Request, response: Response) -> Response:
        """The response itself, once what it asks for is arranged."""
        value = response.headers.get(b"Retry-After")
        if response.status not in (429, 503) or not value or request.meta.get("robots"):
            return response
        seconds = self._seconds(value.decode("latin-1"))
        if seconds is None:
            return response
        if seconds <= SHORT_WAIT:
            await asyncio.sleep(seconds)
            return response
        site = self.session.site_by_name[request.meta["site"]]
        if not same_site(request.url, site.hosts):
            self.session.ask_no_files(host_of(request.url) or "")
            return response
        await self.session.leave_alone(site.name, min(seconds, LONGEST_WAIT), "retry_after")
        raise SiteWaitsError(f"Retry-After: {seconds}")

    def _seconds(self, value: str) -> int | None:
        """Seconds from "120" or an HTTP date; None when it says nothing."""
        if value.strip().isdigit():
            return int(value.strip()[:9])
        try:
            return max(0, int(parsedate_to_datetime(value).timestamp()) - self.session.now())
        except (ValueError, TypeError):
            return None


def _decoded(response: Response) -> bytes:
    """The body of a robots.txt; one that cannot be decoded holds no rules."""
    encoding = response.headers.get(b"Content-Encoding")
    try:
        return decode_content(response.body, encoding.decode("latin-1") if encoding else None, limit=ROBOTS_BYTES)
    except (TooLargeError, TruncatedError):
        return b""
