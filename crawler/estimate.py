"""What a crawl would cost, from what the archive knows: `danvan crawl --dry-run`. Fetches nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import Archive
from archive.errors import NotAnArchiveError
from crawler.preferences import use_preferences
from crawler.targets import enabled_sites, targets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.profile import Site
    from crawler.targets import CrawlOrder

BYTES_A_PAGE = 12_000  # compressed, the mean of the pages measured before this site has pages of its own


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
    due, known, size = _known(site, archive)
    limit = order.limit or site.politeness.max_pages
    pages = min(limit, due) if known else limit
    hours = pages * max(site.politeness.delay, 0.1) / 3600
    what = f"{due} of {known} known pages are due" if known else f"never crawled: {len(site.sources) or 1} sources"
    window = f", asked only {site.politeness.window} (+07:00)" if site.politeness.window else ""
    return f"{site.name}: {what}; at most {pages} pages, {hours:.1f} hours, {pages * size / 1e6:.1f} MB{window}"


def _known(site: Site, archive: Archive | None) -> tuple[int, int, int]:
    if archive is None:
        return 0, 0, BYTES_A_PAGE
    row = archive.connection.execute(
        "SELECT count(*) FILTER (WHERE state <> 'done' AND due_at <= unixepoch()), count(*) FROM pages "
        "JOIN sites ON sites.id = site_id WHERE sites.name = ?",
        (site.name,),
    ).fetchone()
    return int(row[0]), int(row[1]), BYTES_A_PAGE
