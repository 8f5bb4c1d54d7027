"""Fifty people read the web view while a crawl writes.

    python -m bench.readers [--articles N] [--readers N] [--pages N] [--crawl N]

An archive of composed articles is served as `danvan serve` serves it; a process of its own stores further articles as a
crawl does, so many a second, and then, with --crawl, `danvan crawl` fetches pages from nginx as fast as it can. Every
reader asks for pages in turn, with a pause to read between. Prints the time of an answer with and without the writer;
fails on an answer that is none, on a database that was locked, and on a p99 of a second or more.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click
import httpx

from archive.errors import INTERRUPTED
from bench.articles import PHRASES
from bench.crawl import crawl_of
from bench.crawl import served as serving
from bench.search_ingest import ingest, keep_storing

PAUSE = 2.0  # seconds a reader looks at a page, on average
LIMIT = 1.0  # seconds of the p99
_ADDRESS = re.compile(r"http://\S+:\d+")


def paths(rng: random.Random, articles: int) -> str:
    """A page that a reader may ask for."""
    phrase = rng.choice(PHRASES)[0]
    return rng.choice(
        (
            "/",
            f"/search?q={phrase}",
            f"/search?q={phrase}&year={rng.randint(2004, 2025)}",
            f"/search?q={phrase}&sort=newest",
            f"/article/{rng.randint(1, articles)}",
            f"/article/{rng.randint(1, articles)}",
            f"/site/trang{rng.randint(0, 15)}",
            "/coverage",
            "/search.atom?q=hiến đất làm đường",
        )
    )


async def read(address: str, *, readers: int, pages: int, articles: int) -> tuple[list[float], list[str]]:
    """(seconds of each answer, what went wrong)."""
    times: list[float] = []
    wrong: list[str] = []

    async def one(number: int) -> None:
        rng = random.Random(number)  # noqa: S311 - the same readers every run
        await asyncio.sleep(rng.uniform(0, PAUSE))
        for _ in range(pages):
            path = paths(rng, articles)
            started = time.perf_counter()
            answer = await client.get(path)
            times.append(time.perf_counter() - started)
            if answer.status_code != 200 or "database is locked" in answer.text:
                wrong.append(f"{answer.status_code} {path}")
            await asyncio.sleep(rng.uniform(0, 2 * PAUSE))

    limits = httpx.Limits(max_connections=readers)
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
        await asyncio.gather(*(one(number) for number in range(readers)))
    return sorted(times), wrong


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """`danvan serve` in a process of its own; gives its address."""
    command = [sys.executable, "-m", "crawler", "-a", str(folder), "serve", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr
        line = process.stderr.readline()
        found = _ADDRESS.search(line)
        if not found:
            raise SystemExit(f"danvan serve: {line}{process.stderr.read()}")
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield found[0]
    finally:
        process.terminate()
        process.wait()


@contextmanager
def crawling(folder: Path, pages: int) -> Iterator[Callable[[], int]]:
    """`danvan crawl` of so many pages into the archive meanwhile; gives how many it stored. It must not have ended."""
    before = _stored(folder)
    with serving(pages) as (root, _, port):
        command, env = crawl_of(root, folder, "bench_readers", port, layout=True)
        process = subprocess.Popen(command, env={**os.environ, **env}, stderr=subprocess.PIPE, text=True)
        try:
            yield lambda: _stored(folder) - before
            if process.poll() is not None:
                raise SystemExit(f"the crawl ended too soon, with {process.returncode}: give it more pages")
        finally:
            process.send_signal(signal.SIGINT)
            errors = process.communicate()[1]
        if process.returncode != INTERRUPTED or "locked" in errors:
            raise SystemExit(f"the crawl ended with {process.returncode}: {errors[-2000:]}")


def _stored(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])


def report(name: str, times: list[float], wrong: list[str]) -> bool:
    """Print one line; whether all is well."""
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    click.echo(f"{name}: {len(times)} answers, p50 {p50:.3f} s, p99 {p99:.3f} s, the longest {times[-1]:.3f} s")
    for line in wrong[:10]:
        click.echo(f"  {line}")
    return not wrong and p99 < LIMIT


@click.command(help="Measure the web view's answers while a crawl writes.")
@click.option("--articles", default=20_000, show_default=True, help="In the archive at the start.")
@click.option("--readers", default=50, show_default=True)
@click.option("--pages", default=10, show_default=True, help="That each reader asks for.")
@click.option("--rate", default=30, show_default=True, help="Articles a second that the writer stores.")
@click.option("--crawl", "crawled", default=0, help="Then read while `danvan crawl` fetches pages, of so many.")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep the archive here, and take what is here.")
def main(articles: int, readers: int, pages: int, rate: int, crawled: int, keep: Path | None) -> None:
    """Fill, serve, read without and with a writer."""
    with tempfile.TemporaryDirectory(prefix="danvan-bench-") as work:
        folder = keep or Path(work) / "archive"
        if not (folder / "archive.db").is_file():
            ingest(folder, articles)
        with served(folder) as address:
            asked = read(address, readers=readers, pages=pages, articles=articles)
            well = report("nobody writes", *asyncio.run(asked))
            with keep_storing(folder, first=articles, rate=rate) as stored:
                asked = read(address, readers=readers, pages=pages, articles=articles)
                well &= report(f"a crawl writes {rate} articles/s", *asyncio.run(asked))
            click.echo(f"written meanwhile: {stored()} articles")
            if crawled:
                with crawling(folder, crawled) as stored:
                    asked = read(address, readers=readers, pages=pages, articles=articles)
                    well &= report("danvan crawl writes", *asyncio.run(asked))
                    click.echo(f"written meanwhile: {stored()} articles")
        if not well:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
