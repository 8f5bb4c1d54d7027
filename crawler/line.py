"""One saved page as its JSON line: what a worker does for `danvan extract`."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from archive.records import Extraction, Outcome, Page, WarcPosition, article_json
from crawler.extraction import extract
from crawler.lines import plain_line
from crawler.profile import Site, load_site, site_for_url

if TYPE_CHECKING:
    from crawler.lines import Saved


def line(saved: Saved, name: str | None) -> tuple[str, bool]:
    """The page's JSON line by the profile of that name, else of its host; and whether it failed."""
    page = saved.page
    if saved.defect:
        return plain_line(page.url, Outcome.FAILED, saved.defect), True
    extraction = extract(page, _site(name, page.url), links=False)
    return line_of(page, extraction, saved.position), extraction.outcome is Outcome.FAILED


def line_of(page: Page, extraction: Extraction, position: WarcPosition | None) -> str:
    """The record's JSON, or {"url", "outcome", "reason"} for a page that gave none."""
    if extraction.article is None:
        return plain_line(page.url, extraction.outcome, extraction.reason)
    return json.dumps(article_json(replace(extraction.article, warc=position)), ensure_ascii=False)


@lru_cache(maxsize=512)
def _site_of_host(url: str) -> Site:
    return site_for_url(url)


def _site(name: str | None, url: str) -> Site:
    if name:
        return load_site(name)
    return _site_of_host("/".join(url.split("/", 3)[:3]))
