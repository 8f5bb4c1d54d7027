"""`danvan crawl --sample`: the sample sites' server as the crawl's proxy, and their calendar as its clock."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from archive.errors import StorageError, UsageError
from crawler.crawl import CrawlResult, OnPage, crawl
from crawler.profile import SAMPLE_SITES
from crawler.targets import CrawlOrder, targets

from .clock import sample_clock

if TYPE_CHECKING:
    from collections.abc import Callable


def crawl_sample(order: CrawlOrder, day: int, on_page: OnPage | None = None) -> CrawlResult:
    """Crawl the sample sites as they stand on that day; the server is a process of its own and ends with us."""
    order = sample_order(order, day)
    command = [sys.executable, "-m", "crawler.sample.server", "--day", str(day), "--follow-stdin"]
    with subprocess.Popen(  # noqa: S603 - our own server
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout
            port = server.stdout.readline().strip()
            if not port:
                raise StorageError("the sample sites' server did not start")
            sample = replace(order, clock=running_clock(sample_clock(day)), proxy=f"http://127.0.0.1:{port}")
            return crawl(sample, on_page)
        finally:
            server.terminate()


def sample_order(order: CrawlOrder, day: int) -> CrawlOrder:
    """The order as one of the sample sites, of all where it names none; UsageError where it names another."""
    names = tuple(sorted(path.stem for path in SAMPLE_SITES.glob("*.toml")))
    for site, _ in targets(order):
        if site.name not in names:
            raise UsageError(f"{site.name} is no sample site; with --sample name one of {', '.join(names)}, or none")
    return replace(order, targets=order.targets or names, sample_day=day)


def running_clock(start: datetime) -> Callable[[], datetime]:
    """A clock that shows `start` now and runs on from there."""
    begun = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - begun)
