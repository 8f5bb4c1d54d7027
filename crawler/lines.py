"""Pages in, JSON lines out, over killable workers: the work behind `danvan extract`. Stores nothing."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pebble import ProcessExpired

from archive.errors import NotFoundError, StorageError
from archive.raw import iter_records
from archive.records import Extraction, Outcome, Page, WarcPosition, article_json
from crawler.extraction import extract
from crawler.pool import SECONDS, worker_pool
from crawler.profile import Site, load_site, site_for_url

if TYPE_CHECKING:
    from concurrent.futures import Future

AHEAD = 8  # pages in flight for each worker
_WARC = re.compile(r"\.warc(\.gz|\.zst)?(\.open)?$")
_OWN_ADDRESS = re.compile(
    rb"""<link[^>]{0,200}rel=["']?canonical["']?[^>]{0,200}href=["']?(https?://[^"'>\s]{4,2000})""", re.I
)


def pages_of(path: Path, url: str | None) -> Iterator[tuple[Page, WarcPosition | None]]:
    """The pages of one file: a saved HTML page, or every HTML response of a WARC."""
    if not path.exists():
        raise NotFoundError(f"{path}: no such file")
    if _WARC.search(path.name):
        yield from _warc_pages(path)
        return
    try:
        body = path.read_bytes()
        moment = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
    own = _OWN_ADDRESS.search(body[:65536])
    address = url or (own[1].decode("ascii", "replace") if own else path.resolve().as_uri())
    yield Page(url=address, body=body, captured_at=moment.isoformat(timespec="seconds")), None


def _warc_pages(path: Path) -> Iterator[tuple[Page, WarcPosition | None]]:
    for record in iter_records(path):
        if record.type != "response" or "html" not in (record.header("content-type") or "html").lower():
            continue
        page = Page(
            url=record.url, body=record.body, captured_at=record.date, headers=record.http_headers,
            status=record.http_status,
        )  # fmt: skip
        yield page, WarcPosition(file=path.name, offset=record.offset, digest=record.digest)


def extract_lines(
    pages: Iterable[tuple[Page, WarcPosition | None]], *, site: str | None = None, jobs: int = 1
) -> Iterator[tuple[str, bool]]:
    """(JSON line, whether the page failed) for every page, in order, `jobs` at a time."""
    if site:
        load_site(site)
    with worker_pool(jobs) as pool:
        waiting: deque[tuple[Page, Future[tuple[str, bool]]]] = deque()
        for page, position in pages:
            waiting.append((page, pool.schedule(_line, args=[page, position, site], timeout=SECONDS)))
            if len(waiting) >= AHEAD * jobs:
                yield _answer(*waiting.popleft())
        while waiting:
            yield _answer(*waiting.popleft())


def _answer(page: Page, future: Future[tuple[str, bool]]) -> tuple[str, bool]:
    try:
        return future.result()
    except FutureTimeoutError:
        reason = "extract_timeout"
    except MemoryError:
        reason = "extract_memory"
    except ProcessExpired:
        reason = "extract_crash"
    return _plain(page.url, Outcome.FAILED, reason), True


def _line(page: Page, position: WarcPosition | None, name: str | None) -> tuple[str, bool]:
    extraction = extract(page, _site(name, page.url))
    return line_of(page, extraction, position), extraction.outcome is Outcome.FAILED


def line_of(page: Page, extraction: Extraction, position: WarcPosition | None) -> str:
    """The record's JSON, or {"url", "outcome", "reason"} for a page that gave none."""
    if extraction.article is None:
        return _plain(page.url, extraction.outcome, extraction.reason)
    return json.dumps(article_json(replace(extraction.article, warc=position)), ensure_ascii=False)


def _plain(url: str, outcome: Outcome, reason: str | None) -> str:
    return json.dumps({"url": url, "outcome": str(outcome), "reason": reason}, ensure_ascii=False)


@lru_cache(maxsize=512)
def _site_of_host(url: str) -> Site:
    return site_for_url(url)


def _site(name: str | None, url: str) -> Site:
    if name:
        return load_site(name)
    return _site_of_host("/".join(url.split("/", 3)[:3]))
