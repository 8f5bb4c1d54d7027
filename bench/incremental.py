"""A crawl with nothing new against the first: bytes and CPU seconds of the main process, its workers and all.

    python -m bench.incremental --pages 500

A composed site on loopback names its articles in a feed with an ETag, a sitemap with Last-Modified, and a list with
neither; half the articles have validators. It is crawled, then again six hours later by the crawl's own clock, and a
day later, when every article is asked for again. Bytes are what the server wrote; CPU is the kernel's account of
every process that the crawl started.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template

from rich.console import Console
from rich.table import Table

from bench.crawl import compose_page
from crawler.sample.bulletins import bulletins

BYTES_ALLOWED, CPU_ALLOWED = 5.0, 10.0  # percent of the first crawl
LISTED = 40  # entries of the feed and of the list
MODIFIED = "Mon, 02 Jun 2025 01:00:00 GMT"
_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
_CRAWL = """
import sys
from datetime import datetime
from pathlib import Path
from crawler.crawl import CrawlOrder, crawl
from crawler.sample.crawl import running_clock
archive, moment, limit = sys.argv[1:]
order = CrawlOrder(archive=Path(archive), targets=("bench_site",), limit=int(limit), allow_private=True,
                   clock=running_clock(datetime.fromisoformat(moment)))
sys.exit(crawl(order).exit_code)
"""

PROFILE = Template("""name = "bench_site"
title = "Bench"
hosts = ["127.0.0.1"]
topic = "all"
[[sources]]
kind = "feed"
url = "http://127.0.0.1:$port/tin.rss"
[[sources]]
kind = "sitemap"
url = "http://127.0.0.1:$port/sitemap.xml"
[[sources]]
kind = "listing"
url = "http://127.0.0.1:$port/tin-moi"
[addresses]
article = ["-post[0-9]+\\\\.html$$"]
[politeness]
delay = 0.0
concurrency = 16
autothrottle = false
max_pages = 1000000
[[layouts]]
name = "bench"
[layouts.select]
headline = [".article__title"]
description = [".article__sapo"]
body = [".article__body"]
date = [".article__meta time"]
author = [".article__author"]
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one crawl cost, and the answers it was given by status."""

    requests: int
    bytes: int
    cpu: float
    unchanged: int


class Site(ThreadingHTTPServer):
    """The composed site; counts what it writes."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, pages: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests = self.written = self.not_modified = 0
        self.base = f"http://127.0.0.1:{self.server_address[1]}"
        self.names = [f"tin-dan-van-so-post{n}.html" for n in range(pages)]
        self._articles = [a for a in bulletins(120) if len(a.blocks) >= 2]
        self.answers = {"/tin.rss": self._feed(), "/sitemap.xml": self._sitemap(), "/tin-moi": self._list()}
        rng = random.Random(7)  # noqa: S311 - the same pages every run
        for n, name in enumerate(self.names):
            self.answers[f"/{name}"] = compose_page(self._articles, n, self.names, rng).encode()

    def validators(self, path: str) -> dict[str, str]:
        """ETag for the feed and every fourth article, Last-Modified for the sitemap and every fourth; else none."""
        digits = path.rpartition("-post")[2].removesuffix(".html")
        number = int(digits) % 4 if digits.isdigit() else -1
        if path == "/tin.rss" or number == 0:
            return {"ETag": f'"{hashlib.sha256(self.answers[path]).hexdigest()[:16]}"'}
        return {"Last-Modified": MODIFIED} if path == "/sitemap.xml" or number == 1 else {}

    def _feed(self) -> bytes:
        items = "".join(f"<item><title>Dân vận khéo {n}</title><link>{self.base}/{name}</link></item>"
                        for n, name in enumerate(self.names[:LISTED]))  # fmt: skip
        return f'<rss version="2.0"><channel><title>Tin</title>{items}</channel></rss>'.encode()

    def _sitemap(self) -> bytes:
        rows = "".join(f"<url><loc>{self.base}/{name}</loc></url>" for name in self.names)
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()

    def _list(self) -> bytes:
        rows = "".join(f'<li><a href="/{name}">Dân vận khéo {n}</a></li>' for n, name in enumerate(self.names[:LISTED]))
        return f"<html><body><h1>Tin mới</h1><ul>{rows}</ul></body></html>".encode()


class _Handler(BaseHTTPRequestHandler):
    server: Site
    protocol_version = "HTTP/1.1"
    wbufsize = 65536

    def do_GET(self) -> None:
        site = self.server
        site.requests += 1
        body, status = site.answers.get(self.path), 200
        headers = site.validators(self.path) if body is not None else {}
        if body is None:
            body, status = b"", 404
        asked = {"ETag": self.headers.get("If-None-Match"), "Last-Modified": self.headers.get("If-Modified-Since")}
        if headers and any(asked[name] == value for name, value in headers.items()):
            body, status = b"", 304
            site.not_modified += 1
        kind = "text/html" if self.path.endswith("html") or self.path == "/tin-moi" else "application/xml"
        lines = {"Content-Type": f"{kind}; charset=utf-8", "Content-Length": str(len(body)), **headers}
        if status == 304:
            del lines["Content-Length"]
        head = f"HTTP/1.1 {status} x\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
        self.wfile.write(head.encode() + body)
        site.written += len(head) + len(body)

    def log_message(self, *_: object) -> None:
        pass


def crawl_at(site: Site, root: Path, moment: str) -> Cost:
    """One crawl in processes of its own; all of them have ended, and are accounted for, when this returns."""
    site.requests = site.written = site.not_modified = 0
    env = {**os.environ, "DANVAN_SITES": str(root / "sites"), "DANVAN_CONTACT": "bench@danvan.example"}
    command = [sys.executable, "-c", _CRAWL, str(root / "archive"), moment, str(2 * len(site.names))]
    process = subprocess.Popen(command, env=env)
    cpu = 0.0
    while True:
        try:
            pid, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            break
        cpu += usage.ru_utime + usage.ru_stime
        if pid == process.pid:
            process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the crawl at {moment} ended with {process.returncode}")
    return Cost(requests=site.requests, bytes=site.written, cpu=cpu, unchanged=site.not_modified)


def main() -> None:
    """Crawl three times, print, and fail when the second cost more than is allowed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=500)
    options = parser.parse_args()
    if not sys.platform.startswith("linux"):
        raise SystemExit("bench.incremental: needs Linux, to account for every process of a crawl")
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    with tempfile.TemporaryDirectory(prefix="danvan-bench-") as folder, Site(options.pages) as site:
        root = Path(folder)
        (root / "sites").mkdir()
        text = PROFILE.substitute(port=site.server_address[1])
        (root / "sites" / "bench_site.toml").write_text(text, encoding="utf-8")
        threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        moments = {
            "the first crawl": "2025-06-02T01:00:00+00:00",
            "six hours later": "2025-06-02T07:00:00+00:00",
            "a day later, every article asked again": "2025-06-03T07:00:00+00:00",
        }
        costs = {what: crawl_at(site, root, moment) for what, moment in moments.items()}
        site.shutdown()
    report(options.pages, costs)


def report(pages: int, costs: dict[str, Cost]) -> None:
    """The table; an exit code of 1 when the crawl with nothing new was too dear."""
    first, later, _ = costs.values()
    table = Table(title=f"{pages} articles, three sources, nothing new after the first crawl")
    for heading in ("crawl", "requests", "304", "KB", "% of bytes", "CPU s", "% of CPU"):
        table.add_column(heading, justify="left" if heading == "crawl" else "right")
    for what, cost in costs.items():
        table.add_row(what, str(cost.requests), str(cost.unchanged), f"{cost.bytes / 1000:.0f}",
                      f"{cost.bytes / first.bytes:.1%}", f"{cost.cpu:.2f}", f"{cost.cpu / first.cpu:.1%}")  # fmt: skip
    Console().print(table)
    if later.bytes > first.bytes * BYTES_ALLOWED / 100 or later.cpu > first.cpu * CPU_ALLOWED / 100:
        raise SystemExit(f"asked: ≤ {BYTES_ALLOWED:.0f} % of the bytes and ≤ {CPU_ALLOWED:.0f} % of the CPU")


if __name__ == "__main__":
    main()
