"""Pages in, JSON lines out, over killable workers: the work behind `danvan extract`. Stores nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from archive.errors import NotFoundError, StorageError, TooLargeError, TruncatedError, UsageError
from archive.raw import MAX_BODY, iter_records
from archive.records import Outcome, Page, WarcPosition
from crawler.chunks import in_order
from crawler.pool import worker_pool

AHEAD = 8  # pages in flight for each worker
WORKER = ("crawler.line",)
"""What the workers load, for `crawler.forks.start_server`."""
_WARC = re.compile(r"\.warc(\.gz|\.zst)?(\.open)?$")
_WARC_MAGIC = (b"WARC/1.", b"\x1f\x8b", b"\x28\xb5\x2f\xfd")  # as it is, gzip, zstd
_ZIP_MAGIC = b"PK\x03\x04"
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
        yield from _warc_pages(path, url)
        return
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BODY + 1)
        moment = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
    if body.startswith(_WARC_MAGIC):
        yield from _warc_pages(path, url)
        return
    if body.startswith(_ZIP_MAGIC):
        raise UsageError(f"{path}: is a zip file; if it is WACZ, `danvan import` takes it")
    own = _OWN_ADDRESS.search(body[:65536])
    address = url or (own[1].decode("ascii", "replace") if own else path.resolve().as_uri())
    page = Page(url=address, body=body[:MAX_BODY], captured_at=moment.isoformat(timespec="seconds"))
    yield Saved(page=page, defect="too_large" if len(body) > MAX_BODY else None)


def _warc_pages(path: Path, url: str | None) -> Iterator[Saved]:
    if url:
        raise UsageError(f"--url is for an HTML file; {path} is a WARC and carries its pages' own addresses")
    if not path.is_file():
        raise UsageError(f"{path}: is a pipe, and a WARC's records are read by their place; save it to a file first")
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
        from crawler.profile import load_site  # noqa: PLC0415 - else the workers alone need the profiles

        load_site(site)
    with worker_pool(jobs, preload=WORKER) as pool:
        for saved, made in in_order(pool, partial(_line_of, site=site), pages, ahead=AHEAD * jobs):
            yield (plain_line(saved.page.url, Outcome.FAILED, made), True) if isinstance(made, str) else made


def plain_line(url: str, outcome: Outcome, reason: str | None) -> str:
    """The line of a page that gave no record."""
    return json.dumps({"url": url, "outcome": str(outcome), "reason": reason}, ensure_ascii=False)


def _line_of(saved: Saved, site: str | None) -> tuple[str, bool]:
    from crawler.line import line  # noqa: PLC0415 - extraction is loaded in the workers alone

    return line(saved, site)
