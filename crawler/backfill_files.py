"""The images and attachments of articles that `danvan backfill` brings: which are lacking, and their nearest captures.

An index is asked for each file's own address, since a host's whole list may be millions of pictures long.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from archive.urls import identity

if TYPE_CHECKING:
    from archive import Archive
    from crawler.cdx import Index, Listed
    from crawler.site import Site

# What a live crawl will bring is left to it: pending files of articles that it found itself, while the site stands.
_LACKING = """
SELECT pages.url, pages.kind, min(articles.captured_at) AS captured_at
FROM (SELECT page_id, article_id FROM attachments UNION ALL SELECT page_id, article_id FROM images) AS named
JOIN pages ON pages.id = named.page_id JOIN sites ON sites.id = pages.site_id
JOIN articles ON articles.id = article_id LEFT JOIN captures ON captures.id = articles.capture_id
WHERE sites.name = ? AND NOT EXISTS (SELECT 1 FROM files WHERE files.page_id = pages.id)
  AND (pages.outcome IN ('gone', 'failed') OR (pages.outcome = 'refused' AND pages.reason = 'http_4xx')
       OR (pages.outcome IS NULL AND (archive_url IS NOT NULL OR ended_at IS NOT NULL)))
GROUP BY pages.id ORDER BY pages.kind, pages.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LackingFile:
    """A file that an article names and the archive does not hold; `captured_at` is the article's."""

    url: str
    kind: str
    captured_at: str


def lacking_files(archive: Archive, site: Site) -> tuple[LackingFile, ...]:
    """The site's files that its own server no longer gives, or was never asked for; attachments first."""
    return tuple(LackingFile(**dict(row)) for row in archive.connection.execute(_LACKING, (site.name,)))


def captures_of_files(
    lacking: tuple[LackingFile, ...], site: Site, index: Index, absent: list[str]
) -> Iterator[tuple[Listed, str]]:
    """Of each file the capture nearest to its article's, with its kind; what there is none of goes to `absent`."""
    for file in lacking:
        moment = datetime.fromisoformat(file.captured_at)
        found = [one for one in index.captures_of(file.url, near=moment) if _is_of(one, file, site)]
        if found:
            yield min(found, key=lambda one: abs(datetime.fromisoformat(one.captured_at) - moment)), file.kind
        else:
            absent.append(file.url)


def _is_of(listed: Listed, file: LackingFile, site: Site) -> bool:
    """Whether it is that file, which a server that matches addresses loosely does not promise, and within its cap."""
    mine, its = (
        identity(url, keep_params=site.addresses.keep_params, hosts=site.hosts) for url in (file.url, listed.url)
    )
    return mine == its and (listed.size is None or listed.size <= site.files.max_bytes(file.kind))
