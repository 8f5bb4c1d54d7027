"""Three pages of a site asked for now, as any crawl asks, to see whether its profile still reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.records import Outcome
from crawler.extraction import extract
from crawler.glimpse import glimpse
from crawler.preferences import use_preferences
from crawler.profile import load_site

if TYPE_CHECKING:
    from pathlib import Path

    from archive.records import Article, Extraction, Page
    from crawler.site import Site

PAGES = 3
PARTS = 10  # of a sitemap index, asked for before the articles they name
_XML_LIST = re.compile(rb"\A\x1f\x8b|<(?:\w+:)?(?:urlset|sitemapindex|rss|feed|rdf)[\s>]", re.IGNORECASE)
_NEEDED = ("headline", "date", "body")


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePage:
    """One page and its fields: what was found, shortened, or None. `fields` is empty when it is no article."""

    url: str
    outcome: str
    reason: str | None
    misses: tuple[str, ...]
    fields: dict[str, str | None]

    @property
    def complete(self) -> bool:
        """An article with headline, date and text, read by the profile's own selectors."""
        return bool(self.fields) and all(self.fields[name] for name in _NEEDED) and "layout" not in self.misses


def live(name: str, *, settings: Path, allow_private: bool = False) -> tuple[LivePage, ...]:
    """The newest articles its sources tell of, at most three; fewer when it shows fewer or does not answer."""
    use_preferences(settings)
    site = load_site(name)
    parts = PARTS * any(source.kind == "sitemap" for source in site.sources)
    limit = max(1, len(site.sources)) + parts + PAGES
    pages = glimpse(name, settings=settings, limit=limit, allow_private=allow_private)
    read = [_read(page, site) for page in pages if not _is_source(page, site)]
    return tuple(read[:PAGES])


def _is_source(page: Page, site: Site) -> bool:
    if _XML_LIST.search(page.body[:2000]):
        return True  # a part of an index
    return page.url in {source.url for source in site.sources} | ({site.home} if not site.sources else set())


def _read(page: Page, site: Site) -> LivePage:
    if page.status != 200:
        return LivePage(url=page.url, outcome=Outcome.FAILED, reason=str(page.status), misses=(), fields={})
    extraction = extract(page, site)
    return LivePage(
        url=page.url, outcome=str(extraction.outcome), reason=extraction.reason, misses=extraction.selector_misses,
        fields=_fields(extraction),
    )  # fmt: skip


def _fields(extraction: Extraction) -> dict[str, str | None]:
    article: Article | None = extraction.article
    if article is None:
        return {}
    return {
        "headline": article.headline,
        "date": article.date_published,
        "description": article.description,
        "author": ", ".join(author.name for author in article.authors) or None,
        "section": article.article_section,
        "body": f"{len(article.article_body)} characters" if article.article_body else None,
    }
