"""What a crawl would cost, from what the archive knows: `danvan crawl --dry-run`. Fetches nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from archive import Archive
from archive.errors import NotAnArchiveError
from crawler.preferences import use_preferences
from crawler.site import VIETNAM
from crawler.targets import enabled_sites, targets

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from crawler.profile import Site
    from crawler.targets import CrawlOrder

BYTES_A_PAGE = 12_000  # compressed, the mean of the pages measured, for a site that has none of its own yet
DAY, HISTORY = 86400, 30

_PAGES = """
SELECT sites.id, wait_until, wait_reason, wait_until > unixepoch() AS waiting, unixepoch() AS now, count(*) AS pages,
       count(*) FILTER (WHERE state <> 'done' AND due_at <= unixepoch()) AS due,
       unixepoch(min(discovered_at)) AS first, max(unixepoch(fetched_at)) AS last,
       count(*) FILTER (WHERE unixepoch(discovered_at) > unixepoch() - 30 * 86400 AND outcome IS NOT 'refused'
           AND discovered_run > (SELECT min(discovered_run) FROM pages WHERE site_id = sites.id)) AS later
FROM pages JOIN sites ON sites.id = site_id WHERE sites.name = ? GROUP BY sites.id
"""

# A record ends where the next one of its file begins; the last of a file is left out.
_SIZE = """
SELECT avg(size) FROM (
    SELECT lead(warc_offset) OVER (PARTITION BY warc_file ORDER BY warc_offset) - warc_offset AS size, page_id
    FROM captures WHERE id > (SELECT max(id) - 2000 FROM captures))
JOIN pages ON pages.id = page_id WHERE site_id = ?
"""


def estimate(order: CrawlOrder) -> Iterator[str]:
    """One line a site: pages due or to be discovered, hours at its delay, bytes."""
    try:
        archive = Archive.open(order.archive)
    except NotAnArchiveError:
        archive = None
    use_preferences(order.archive)
    sites = tuple(site for site, _ in targets(order))
    if archive and not order.targets:
        sites = enabled_sites(archive)
    if not sites:
        yield "no site named and none enabled: nothing would be fetched"
    for site in sites:
        yield _line(site, order, archive)
    if archive:
        archive.close()


def _line(site: Site, order: CrawlOrder, archive: Archive | None) -> str:
    known = _known(site, archive.connection) if archive else _Known()
    limit = order.limit or site.politeness.max_pages
    pages = min(limit, known.due + known.coming) if known.pages else limit
    hours = pages * max(site.politeness.delay, 0.1) / 3600
    what = f"never crawled: {len(site.sources) or 1} sources"
    if known.pages:
        what = f"{known.due} of {known.pages} known pages are due, about {known.coming} new ones to come"
    waits = f", asked only {site.politeness.window} (+07:00)" if site.politeness.window else ""
    if known.waits:
        waits += f", not before {datetime.fromtimestamp(known.waits, VIETNAM):%Y-%m-%d %H:%M} ({known.why})"
    return f"{site.name}: {what}; about {pages} pages, {hours:.1f} hours, {pages * known.size / 1e6:.1f} MB{waits}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A site's pages: due now, likely to come with this crawl, all; the bytes of one, and what it waits for."""

    due: int = 0
    coming: int = 0
    pages: int = 0
    size: float = BYTES_A_PAGE
    waits: int | None = None
    why: str | None = None


def _known(site: Site, connection: sqlite3.Connection) -> _Known:
    row = connection.execute(_PAGES, (site.name,)).fetchone()
    if row is None or not row["pages"]:
        return _Known()
    size = connection.execute(_SIZE, (row["id"],)).fetchone()[0]
    return _Known(
        due=row["due"], coming=_coming(row), pages=row["pages"], size=size or BYTES_A_PAGE,
        waits=row["wait_until"] if row["waiting"] else None, why=row["wait_reason"],
    )  # fmt: skip


def _coming(row: sqlite3.Row) -> int:
    """New pages by the mean of the last month, the first run's harvest left out, for the time since the last crawl."""
    if row["last"] is None:
        return 0
    days = min((row["last"] - row["first"]) / DAY, HISTORY)
    since = (row["now"] - row["last"]) / DAY
    return round(row["later"] / days * min(since, HISTORY)) if days >= 1 else 0
