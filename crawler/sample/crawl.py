"""`danvan crawl --sample`: the sample sites' server as the crawl's proxy, and their calendar as its clock."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from archive.errors import StorageError
from crawler.crawl import CrawlResult, OnPage, crawl
from crawler.profile import SAMPLE_SITES
from crawler.targets import CrawlOrder

from .clock import sample_clock

if TYPE_CHECKING:
    from collections.abc import Callable


def crawl_sample(order: CrawlOrder, day: int, on_page: OnPage | None = None) -> CrawlResult:
    """Crawl the sample sites as they stand on that day; the server is a process of its own and ends with us."""
    names = order.targets or tuple(sorted(path.stem for path in SAMPLE_SITES.glob("*.toml")))
    command = [sys.executable, "-m", "crawler.sample.server", "--day", str(day), "--follow-stdin"]
    with subprocess.Popen(  # noqa: S603 - our own server
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout
            port = server.stdout.readline().strip()
            if not port:
                raise StorageError("the sample sites' server did not start")
            sample = replace(
                order, targets=names, sample_day=day, clock=running_clock(sample_clock(day)),
                proxy=f"http://127.0.0.1:{port}",
            )  # fmt: skip
            return crawl(sample, on_page)
        finally:
            server.terminate()


def running_clock(start: datetime) -> Callable[[], datetime]:
    """A clock that shows `start` now and runs on from there."""
    begun = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - begun)
