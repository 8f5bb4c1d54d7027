"""Scrapy started and stopped: settings of the run, signals, and the event loop."""

from __future__ import annotations

import gc
import logging
import signal
from typing import TYPE_CHECKING, Any

import scrapy.core.downloader.contextfactory  # noqa: F401 - reads the source of all frames above: few here, many later
from scrapy.crawler import CrawlerProcess
from scrapy.settings import Settings

import crawler.settings
from crawler.session import slots_of
from crawler.spiders.news import NewsSpider

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

    from crawler.session import Session

FORCED_STOP = 5.0  # seconds after Ctrl-C until requests under way are abandoned


def overrides(session: Session, contact: str | None) -> dict[str, Any]:
    """What the run's sites and the user's settings change of crawler.settings."""
    known: dict[str, Any] = {
        "DOWNLOAD_TIMEOUT": session.preferences.timeout_seconds,
        "DOWNLOAD_SLOTS": {
            slot: {
                "concurrency": site.politeness.concurrency,
                "delay": 0.0 if session.proxy else site.politeness.delay,
                "jitter": 0.0 if session.proxy else 0.3,
            }
            for site in session.sites
            for slot in slots_of(site)
        },
        "CONCURRENT_REQUESTS": max(16, sum(site.politeness.concurrency for site in session.sites)),
    }
    old = [host for site in session.sites if site.politeness.legacy_tls for host in site.hosts]
    if old:
        known["LEGACY_TLS_HOSTS"] = old
        known["DOWNLOAD_HANDLERS"] = {"https": "crawler.tls.HttpsHandler"}
    if session.log_file:
        known["LOG_FILE"] = session.log_file
    if contact:
        known["USER_AGENT"] = f"{crawler.settings.USER_AGENT} (+{contact})"
    if session.proxy:
        known["AUTOTHROTTLE_ENABLED"] = False
    if session.allow_private or session.proxy:
        known["TWISTED_DNS_RESOLVER"] = "scrapy.resolver.CachingThreadedResolver"
    return known


def scrapy_settings(session: Session, contact: str | None) -> Settings:
    """Our settings with the run's own."""
    settings = Settings()
    settings.setmodule(crawler.settings)
    settings.setdict(overrides(session, contact))
    if _has_uvloop():
        settings.set("ASYNCIO_EVENT_LOOP", "uvloop.Loop")
    return settings


def run_scrapy(session: Session, *, contact: str | None, on_interrupt: Callable[[], int]) -> None:
    """Crawl until nothing is due. The first SIGINT or SIGTERM stops gently, then within seconds for good."""
    settings = scrapy_settings(session, contact)
    process = CrawlerProcess(settings)
    logging.getLogger("scrapy").setLevel(settings["LOG_LEVEL"])  # else it makes records of two lines a page for nobody

    def interrupted(*_: Any) -> None:
        from twisted.internet import reactor  # noqa: PLC0415 - importing it installs one

        count = on_interrupt()
        session.stopping = True
        reactor.callFromThread(process.stop)
        wait = FORCED_STOP if count == 1 else 0.0
        reactor.callFromThread(reactor.callLater, wait, _stop_reactor)

    broken: list[BaseException] = []

    def failed(failure: Failure) -> None:
        broken.append(failure.value or RuntimeError(str(failure)))

    before = {number: signal.signal(number, interrupted) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        process.crawl(NewsSpider, session=session).addErrback(failed)
        session.stop = lambda: _ignore(process.stop())
        gc.freeze()  # what was loaded stays to the end: looking through it again cost a tenth of the processor time
        gc.set_threshold(10_000)  # objects; Scrapy makes some hundred a page that all go with it
        process.start(install_signal_handlers=False)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if broken:
        raise broken[0]


def _ignore(_: object) -> None:
    """The crawl ends by itself once its requests have; nobody waits for the Deferred."""


def _stop_reactor() -> None:
    from twisted.internet import reactor  # noqa: PLC0415

    if reactor.running:
        reactor.stop()  # type: ignore[misc]


def _has_uvloop() -> bool:
    try:
        import uvloop  # noqa: F401, PLC0415
    except ImportError:
        return False
    return True
