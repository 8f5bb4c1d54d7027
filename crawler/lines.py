"""Pages in, JSON lines out, over killable workers: the work behind `danvan extract`. Stores nothing."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pebble import ProcessExpired

from archive.errors import NotFoundError, StorageError, TooLargeError, TruncatedError
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
    rb"""<link[^>]{0,200}rel=["']?canonical["']?[^>]{0,200}href=["']?(https?://[^"'>\s]{4,2000})""", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A page out of a file; `defect` says why its body cannot be had, else None."""

    page: Page
    position: WarcPosition | None = None
    defect: str | None = None


def pages_of(path: Path, url: str | None) -> Iterator[Saved]:
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
    yield Saved(page=Page(url=address, body=body, captured_at=moment.isoformat(timespec="seconds")))


def _warc_pages(path: Path) -> Iterator[Saved]:
    for record in iter_records(path):
        if record.type != "response" or "html" not in (record.header("content-type") or "html").lower():
            continue
        body, defect = b"", None
        try:
            body = record.body
        except TruncatedError:
            defect = "truncated"
        except TooLargeError:
            defect = "too_large"
        page = Page(
            url=record.url, body=body, captured_at=record.date, headers=record.http_headers,
            status=record.http_status,
        )  # fmt: skip
        position = WarcPosition(file=path.name, offset=record.offset, digest=record.digest)
        yield Saved(page=page, position=position, defect=defect)


def extract_lines(pages: Iterable[Saved], *, site: str | None = None, jobs: int = 1) -> Iterator[tuple[str, bool]]:
    """(JSON line, whether the page failed) for every page, in order, `jobs` at a time."""
    if site:
        load_site(site)
    with worker_pool(jobs) as pool:
        waiting: deque[tuple[Page, Future[tuple[str, bool]]]] = deque()
        for saved in pages:
            waiting.append((saved.page, pool.schedule(_line, args=[saved, site], timeout=SECONDS)))
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


def _line(saved: Saved, name: str | None) -> tuple[str, bool]:
    page = saved.page
    if saved.defect:
        return _plain(page.url, Outcome.FAILED, saved.defect), True
    extraction = extract(page, _site(name, page.url))
    return line_of(page, extraction, saved.position), extraction.outcome is Outcome.FAILED


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
