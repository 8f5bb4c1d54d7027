"""A few pages of a site, asked for as any crawl asks (robots, delay, contact address) and then forgotten."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from archive.errors import TooLargeError, TruncatedError, UsageError
from archive.raw import iter_records
from archive.records import Page
from archive.urls import host_of
from crawler.crawl import crawl
from crawler.media import file_kind
from crawler.preferences import FILE, Preferences, load_preferences
from crawler.profile import site_names
from crawler.targets import CrawlOrder


def glimpse(target: str, *, settings: Path, limit: int, allow_private: bool = False) -> tuple[Page, ...]:
    """At most `limit` pages of a site, from that address or, given a profile's name, from its sources on.

    Nothing is kept. `settings` is the archive directory whose settings.toml holds (the contact address among them).
    Raises what `crawl` raises when it cannot start; a site that does not answer gives no pages.
    """
    if host_of(target) is None and target not in site_names():
        raise UsageError(f"{target!r} is no web address; give one like https://host/")
    preferences = load_preferences(settings)
    preferences.require_contact(settings)
    with tempfile.TemporaryDirectory(prefix="danvan-") as folder:
        (Path(folder) / FILE).write_text(_settings(preferences), encoding="utf-8")
        crawl(CrawlOrder(archive=Path(folder), targets=(target,), limit=limit, allow_private=allow_private))
        return tuple(_pages(Path(folder) / "warc"))


def _settings(preferences: Preferences) -> str:
    """The user's settings as the glimpse needs them: off-topic pages too show what a site looks like."""
    lines = ["keep_off_topic = true", f"timeout_seconds = {preferences.timeout_seconds}"]
    if preferences.sites:
        lines.append(f"sites = {json.dumps(preferences.sites)}")
    if preferences.contact:
        lines.append(f"contact = {json.dumps(preferences.contact)}")
    return "\n".join(lines) + "\n"


def _pages(folder: Path) -> Iterator[Page]:
    for path in sorted(folder.glob("*.warc.gz")):
        for record in iter_records(path):
            kind = file_kind(record.url, (record.header("content-type") or "").lower(), lambda: b"")
            if record.type != "response" or kind:
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
