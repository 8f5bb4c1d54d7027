"""Pages a second: a bare Scrapy spider, one with trafilatura inline, and `danvan crawl` storing everything.

    python -m bench.crawl --pages 2000

All three fetch the same composed pages (about 48 KB each) from nginx on loopback in one run, each in a
process of its own. Ratios are what counts: single figures move with the machine.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template

from rich.console import Console
from rich.table import Table

from crawler.sample.bulletins import bulletins

PAGE_BYTES = 48_000
CONCURRENCY = 16

PAGE = Template(
    """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>$title | Báo mẫu</title>
<meta property="og:title" content="$title"><meta property="article:published_time" content="$iso">
<script type="application/ld+json">{"@type":"NewsArticle","headline":"$title","datePublished":"$iso"}</script>
<style>$style</style></head><body><header><div class="top"><span class="clock">Thứ Hai, 02/06/2025</span></div>
<nav><ul>$menu</ul></nav></header>
<div class="l-content"><article class="article"><h1 class="article__title cms-title">$title</h1>
<div class="article__meta"><time datetime="$iso">$date</time></div>
<div class="article__sapo cms-desc">$lead</div>
<div class="article__body cms-body" itemprop="articleBody">$body</div>
<div class="article__author"><strong>$author</strong></div></article>
<aside><h3>Tin mới</h3><ul>$related</ul></aside>$boxes</div>
<footer><p>Giấy phép số 12/GP-BTTTT cấp ngày 19/5/2021.</p></footer><script>$script</script></body></html>"""
)

PROFILE = """name = "$name"
title = "Bench"
hosts = ["127.0.0.1"]
topic = "all"
[[sources]]
kind = "sitemap"
url = "http://127.0.0.1:$port/sitemap.xml"
[addresses]
article = ["-post[0-9]+\\\\.html$$"]
[politeness]
delay = 0.0
concurrency = $concurrency
autothrottle = false
max_pages = 1000000
"""

LAYOUT = """[[layouts]]
name = "bench"
[layouts.select]
headline = [".article__title"]
description = [".article__sapo"]
body = [".article__body"]
date = [".article__meta time"]
author = [".article__author"]
"""

NGINX = Template(
    """worker_processes 1; daemon off; pid $root/nginx.pid; error_log $root/error.log;
events { worker_connections 512; }
http { access_log off; types { text/html html; text/xml xml; } charset utf-8;
 client_body_temp_path $root/t1; proxy_temp_path $root/t2; fastcgi_temp_path $root/t3; uwsgi_temp_path $root/t4;
 scgi_temp_path $root/t5;
 server { listen 127.0.0.1:$port; root $root/www; } }"""
)


@contextmanager
def served(pages: int) -> Iterator[tuple[Path, list[str], int]]:
    """nginx on loopback with that many pages; a folder for the run, their addresses and the port."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not nginx:
        raise SystemExit("nginx is needed to serve the pages (Debian: apt-get install nginx-light)")
    with tempfile.TemporaryDirectory(prefix="danvan-bench-") as folder:
        root, port = Path(folder), free_port()
        root.chmod(0o755)
        urls = compose(root, pages, port)
        (root / "nginx.conf").write_text("user root;\n" * (os.getuid() == 0) + NGINX.substitute(root=root, port=port))
        server = subprocess.Popen([nginx, "-c", str(root / "nginx.conf"), "-p", str(root)])
        try:
            time.sleep(0.5)
            yield root, urls, port
        finally:
            server.terminate()
            server.wait()


def compose(root: Path, pages: int, port: int) -> list[str]:
    """Write the pages, robots.txt and the sitemap; returns the addresses."""
    www = root / "www"
    www.mkdir()
    articles = [a for a in bulletins(120) if len(a.blocks) >= 2]
    rng = random.Random(7)  # noqa: S311 - the same pages every run
    names = [f"tin-dan-van-so-post{n}.html" for n in range(pages)]
    for n, name in enumerate(names):
        (www / name).write_text(compose_page(articles, n, names, rng), encoding="utf-8")
    base = f"http://127.0.0.1:{port}"
    urls = [f"{base}/{name}" for name in names]
    (www / "robots.txt").write_text("User-agent: *\nDisallow: /rieng/\n")
    locs = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    (www / "sitemap.xml").write_text(
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locs}</urlset>', encoding="utf-8"
    )
    return urls


def compose_page(articles: list, n: int, names: list[str], rng: random.Random) -> str:
    chosen = [articles[(n * 7 + k * 13) % len(articles)] for k in range(5)]
    paragraphs = [p for article in chosen for p in article.blocks]
    body = "".join(f"<p>{paragraph} (số {n})</p>" for paragraph in paragraphs)
    related = "".join(
        f'<li><a href="/{names[(n + k * 31) % len(names)]}">Tin liên quan số {k} về dân vận</a></li>' for k in range(20)
    )
    menu = "".join(f'<li><a href="/muc-{k}/">Chuyên mục {k}</a></li>' for k in range(40))
    boxes = "".join(
        f'<section class="box-{k}"><h3><a href="/muc-{k}/">Chuyên mục {k}</a></h3><ul>'
        + "".join(
            _item(articles[(n + k * 5 + i) % len(articles)].title, names[(n + k + i) % len(names)]) for i in range(9)
        )
        + "</ul></section>"
        for k in range(8)
    )
    day = f"{n % 27 + 1:02}/{n % 11 + 1:02}/2024"
    iso = f"2024-{n % 11 + 1:02}-{n % 27 + 1:02}T08:30:00+07:00"
    html = PAGE.substitute(
        title=f"{chosen[0].title} (bài {n})", iso=iso, date=f"{day} 08:30", lead=chosen[0].lead or "", body=body,
        author="Thu Hà", related=related, menu=menu, boxes=boxes, style=".a{margin:0}" * 200, script="",
    )  # fmt: skip
    missing = max(0, PAGE_BYTES - len(html.encode()))
    words = "".join(f"var v{rng.randrange(10**6)}={rng.random()};" for _ in range(missing // 32))
    return html.replace("<script></script>", f"<script>{words}</script>")


def _item(title: str, name: str) -> str:
    return (
        f'<li class="item"><a class="thumb" href="/{name}"><img src="/media/{name}.jpg" alt="{title}" width="120"></a>'
        f'<h4 class="t"><a href="/{name}" title="{title}">{title}</a></h4><span class="time">12/05/2025</span></li>'
    )


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def timed(command: list[str], env: dict[str, str] | None = None) -> tuple[float, list[int]]:
    """Wall seconds of a command that must succeed, and its main process's resident KB, twice a second."""
    started = time.monotonic()
    process = subprocess.Popen(command, env={**os.environ, **(env or {})}, stderr=subprocess.PIPE, text=True)
    samples: list[int] = []

    def watch() -> None:
        while process.poll() is None:
            try:
                status = Path(f"/proc/{process.pid}/status").read_text()
                samples.append(int(status.split("VmRSS:")[1].split()[0]))
            except (OSError, IndexError):
                return
            time.sleep(0.5)

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, errors = process.communicate()
    seconds = time.monotonic() - started
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{errors[-3000:]}")
    return seconds, samples


def crawl_of(root: Path, archive: Path, name: str, port: int, *, layout: bool) -> tuple[list[str], dict[str, str]]:
    """The command that crawls all pages into the archive, and its environment."""
    sites = root / f"sites-{name}"
    sites.mkdir()
    text = Template(PROFILE).substitute(name=name, port=port, concurrency=CONCURRENCY)
    (sites / f"{name}.toml").write_text(text + (LAYOUT if layout else ""), encoding="utf-8")
    command = [sys.executable, "-m", "crawler", "-a", str(archive), "crawl", name, "--allow-private", "--quiet"]
    command += ["--limit", str(10**6)]
    return command, {"DANVAN_SITES": str(sites), "DANVAN_CONTACT": "bench@danvan.example"}


def danvan(root: Path, name: str, port: int, pages: int, *, layout: bool) -> tuple[float, list[int]]:
    """One full crawl into a new archive; every page must be a stored article."""
    archive = root / f"archive-{name}"
    command, env = crawl_of(root, archive, name, port, layout=layout)
    seconds, samples = timed(command, env)
    stored = sqlite3.connect(archive / "archive.db").execute("SELECT count(*) FROM articles").fetchone()[0]
    if stored != pages:
        raise SystemExit(f"{name}: {stored} articles stored of {pages}")
    return seconds, samples


def scrapy_spider(kind: str, urls: Path) -> float:
    """The peer spiders, see bench/spiders.py; they fail unless every page was a 200."""
    return timed([sys.executable, "-m", "bench.spiders", kind, str(urls), str(CONCURRENCY)])[0]


def main() -> None:
    """Serve, run all, print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=2000)
    options = parser.parse_args()
    with served(options.pages) as (root, urls, port):
        (root / "urls").write_text("\n".join(urls))
        size = sum(path.stat().st_size for path in (root / "www").glob("*.html")) // len(urls)
        bare = scrapy_spider("bare", root / "urls")
        inline = scrapy_spider("inline", root / "urls")
        known, memory = danvan(root, "bench_known", port, len(urls), layout=True)
        unknown, _ = danvan(root, "bench_unknown", port, len(urls), layout=False)
        report(len(urls), size, bare=bare, inline=inline, known=known, unknown=unknown, memory=memory)


def report(
    pages: int, size: int, *, bare: float, inline: float, known: float, unknown: float, memory: list[int]
) -> None:
    """The table, with what the issue asks beside what was measured."""
    table = Table(title=f"{pages} composed pages of {size / 1000:.0f} KB from nginx on loopback, {CONCURRENCY} at once")
    for heading in ("what", "seconds", "pages/s", "× (b)", "× (a)"):
        table.add_column(heading, justify="right" if heading != "what" else "left")
    rows = {
        "(a) bare Scrapy spider, fetch only": bare,
        "(b) Scrapy spider, trafilatura inline with metadata": inline,
        "(c) danvan crawl, profile (≥ 4 × b)": known,
        "(c) danvan crawl, no profile (≥ 2.3 × b)": unknown,
    }
    for name, seconds in rows.items():
        table.add_row(
            name, f"{seconds:.1f}", f"{pages / seconds:.0f}", f"{inline / seconds:.2f}", f"{bare / seconds:.2f}"
        )
    console = Console()
    console.print(table)
    half = memory[len(memory) // 2 :]
    if len(half) > 2:
        growth = (half[-1] - half[0]) / 1024 / (pages / 2 / 1000)
        console.print(
            f"main process: {half[-1] / 1024:.0f} MB at the end, {growth:+.2f} MB per 1,000 pages in the second half"
        )


if __name__ == "__main__":
    main()
