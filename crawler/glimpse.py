"""A few pages of a site, asked for as any crawl asks (robots, delay, contact address) and then forgotten."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from archive.errors import TooLargeError, TruncatedError, UsageError
from archive.raw import iter_records
from archive.records import Page
from archive.urls import host_of
from crawler.crawl import CrawlOrder, crawl
from crawler.preferences import FILE


def glimpse(url: str, *, settings: Path, limit: int, allow_private: bool = False) -> tuple[Page, ...]:
    """At most `limit` pages of the site of `url`, that address first; nothing is kept.

    `settings` is the archive directory whose settings.toml holds (the contact address among them). Raises what
    `crawl` raises when it cannot start; a site that does not answer gives no pages.
    """
    if host_of(url) is None:
        raise UsageError(f"{url!r} is no web address; give one like https://host/")
    with tempfile.TemporaryDirectory(prefix="danvan-") as folder:
        own = settings / FILE
        if own.is_file():
            shutil.copy(own, Path(folder) / FILE)
        crawl(CrawlOrder(archive=Path(folder), targets=(url,), limit=limit, allow_private=allow_private))
        return tuple(_pages(Path(folder) / "warc"))


def _pages(folder: Path) -> Iterator[Page]:
    for path in sorted(folder.glob("*.warc.gz")):
        for record in iter_records(path):
            if record.type != "response":
                continue
            try:
                body = record.body
            except (TruncatedError, TooLargeError):
                continue  # half a page says nothing of the site's layout
            yield Page(
                url=record.url,
                body=body,
                captured_at=record.date,
                headers=record.http_headers,
                status=record.http_status,
            )
