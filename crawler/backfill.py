"""`danvan backfill`: articles that web archives captured, under their original address and at their own time.

What is held (same page, and same time or same content) is never asked for again, so a run that was cut short
is finished by the next. The files of those articles follow, where the site's profile keeps files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from archive import Archive
from archive.errors import UsageError
from archive.urls import identity
from crawler.backfill_files import captures_of_files, lacking_files
from crawler.discovery import Kind, classify
from crawler.preferences import use_preferences
from crawler.profile import SAMPLE_SITES, load_site
from crawler.replay import Incoming, Replay, ReplayResult
from crawler.targets import SAMPLE_MARK, check_space

if TYPE_CHECKING:
    from datetime import date

    from archive.records import Outcome
    from crawler.cdx import Index, Listed
    from crawler.site import Site

_FAILURES = 5  # captures in a row that a web archive may fail to give before it is left alone
_TRIES = "3"  # connections before an archive counts as down; cdx_toolkit waits a minute after each


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillOrder:
    """What to bring back. `source` is "wayback", "commoncrawl" or a CDX server's address; days are inclusive, UTC."""

    archive: Path
    site: str
    source: str
    replay: str | None = None
    limit: int | None = None
    since: date | None = None
    until: date | None = None


@dataclass(slots=True)
class BackfillResult:
    """Captures of article addresses: how many the web archive lists, are held or say the same, and what failed.

    `files` is what came of the articles' files, `absent` those that the web archive has not. `asked` counts captures
    asked for, `stopped` says that too many of them failed.
    """

    replay: ReplayResult = field(default_factory=ReplayResult)
    files: ReplayResult = field(default_factory=ReplayResult)
    listed: int = 0
    held: int = 0
    asked: int = 0
    stopped: bool = False
    failed: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


def backfill(
    order: BackfillOrder, *, on_page: Callable[[str, Outcome, str | None], None] | None = None
) -> BackfillResult:
    """List, fetch and store; each capture is committed before the second after it is asked for."""
    if order.since and order.until and order.since > order.until:
        raise UsageError(f"--since {order.since} is later than --until {order.until}: nothing lies between")
    preferences = use_preferences(order.archive)
    site = load_site(order.site)
    index = _index(order)
    result = BackfillResult()
    with Archive.open_writer(order.archive) as archive:
        if archive.info(SAMPLE_MARK) and not (SAMPLE_SITES / f"{site.name}.toml").is_file():
            raise UsageError(f"{order.archive} is a sample archive; live sites want one of their own (-a DIR)")
        check_space(order.archive, preferences)
        replay = Replay(archive, preferences, "backfill", batch=1, on_page=on_page)
        wanted = ((listed, "article") for listed in _wanted(archive, site, index, order, result))
        result.replay = replay.run(_fetched(wanted, site, index, result, limit=order.limit))
        lacking = () if result.stopped or order.limit == result.asked else lacking_files(archive, site)
        if lacking:
            replay = Replay(archive, preferences, "backfill", batch=1, on_page=on_page)
            named = captures_of_files(lacking, site, index, result.absent)
            result.files = replay.run(_fetched(named, site, index, result, limit=order.limit))
    return result


def _index(order: BackfillOrder) -> Index:
    os.environ.setdefault("CDXT_MAX_ERRORS", _TRIES)
    try:
        from crawler.cdx import Index  # noqa: PLC0415 - an extra that not everyone installs
    except ModuleNotFoundError as error:
        raise UsageError(
            f"backfill needs {error.name}, which is not installed: pip install 'danvan-archive[backfill]'"
        ) from error
    return Index(order.source, replay=order.replay)


def _wanted(
    archive: Archive, site: Site, index: Index, order: BackfillOrder, result: BackfillResult
) -> Iterator[Listed]:
    """The captures of article addresses that say something new, one a content and page."""
    seen: set[tuple[str, str]] = set()
    for host in dict.fromkeys(host.removeprefix("www.") for host in site.hosts):
        for listed in index.captures(host, since=order.since, until=order.until):
            if classify(listed.url, site) is not Kind.ARTICLE:
                continue
            result.listed += 1
            key = identity(listed.url, keep_params=site.addresses.keep_params, hosts=site.hosts)
            content = (key, listed.digest or listed.captured_at)
            if content in seen or _held(archive, key, listed):
                result.held += 1
            else:
                yield listed
            seen.add(content)


def _held(archive: Archive, key: str, listed: Listed) -> bool:
    return bool(
        archive.connection.execute(
            "SELECT 1 FROM captures JOIN pages ON pages.id = page_id "
            "WHERE identity = ? AND status = 200 AND (captured_at = ? OR captures.digest = ?)",
            (key, listed.captured_at, listed.digest),
        ).fetchone()
    )


def _fetched(
    wanted: Iterator[tuple[Listed, str]], site: Site, index: Index, result: BackfillResult, *, limit: int | None
) -> Iterator[Incoming]:
    from crawler.cdx import FetchError  # noqa: PLC0415 - an extra that not everyone installs

    in_a_row = 0
    for listed, kind in islice(wanted, None if limit is None else limit - result.asked):
        result.asked += 1
        try:
            record = index.fetch(listed)
        except FetchError as error:
            result.failed.append(str(error))
            in_a_row += 1
            if in_a_row == _FAILURES:
                result.failed.append(f"{_FAILURES} captures in a row failed: the rest is left for another run")
                result.stopped = True
                return
            continue
        in_a_row = 0
        yield Incoming(record=record, site=site, kind=kind)
