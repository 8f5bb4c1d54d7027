"""Page bytes and a Site → a clean record, or the reason why the page gives none.

    extraction = extract(Page(url=..., body=..., captured_at=...), load_site("danvan_vn"))

A pure function: it never fetches, reads the clock, or touches the disk (profiles are read once).
docs/decisions/0006-extraction.md tells the order of its steps and why.
"""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import datetime

from archive.records import Extraction, Outcome, Page
from archive.text import nfc
from crawler.extraction import classify
from crawler.extraction.article import extract_article
from crawler.extraction.decode import decode
from crawler.extraction.details import links_of
from crawler.extraction.headline import similarity, title_of
from crawler.extraction.parse import parse
from crawler.extraction.reading import Reading, read_page
from crawler.extraction.states import article_page
from crawler.site import Site

__all__ = ["extract"]

MAX_TEXT = 16_000_000  # characters; the crawl fetches no more
_SAME = 0.5  # likeness of titles from which the JSON is of the article shown
_LITTLE = 400  # characters of text below which embedded JSON is looked for


def extract(page: Page, site: Site, *, links: bool = True) -> Extraction:
    """The article of the page (outcome saved), or its outcome and reason. Never raises for what a page holds.

    Without `links` none are gathered for discovery, which a page that is only read again does not need.
    """
    # A page makes thousands of objects that all go with it; passes of the collector meanwhile cost a seventh of the time.
    collects = gc.isenabled()
    gc.disable()
    try:
        return _extract(page, site, links=links)
    finally:
        if collects:
            gc.enable()


def _extract(page: Page, site: Site, *, links: bool) -> Extraction:
    decoded = decode(page.body, page.header("content-type"))
    if decoded is None or decoded.legacy:
        return Extraction(outcome=Outcome.FAILED, reason="charset")
    text = decoded.text
    if len(text) > MAX_TEXT:
        return Extraction(outcome=Outcome.REFUSED, reason="too_large")
    root = parse(text, decoded.source)
    if root is None:
        return Extraction(outcome=Outcome.NOT_ARTICLE, reason="empty")
    now = datetime.fromisoformat(page.captured_at)
    found, next_url = links_of(root, page.url) if links else ((), None)
    reading = read_page(root, text, page.url, site, now)
    if classify.blocked(text, reading.segments, title_of(root), page.status):
        return Extraction(outcome=Outcome.FAILED, reason="blocked", links=found)
    if sum(len(segment.text) for segment in reading.content) < _LITTLE:
        reading = _from_state(reading, page.url, site, now)
    return extract_article(reading, found, next_url)


def _from_state(reading: Reading, url: str, site: Site, now: datetime) -> Reading:
    """The same page read from the JSON it carries for its scripts, where that holds an article."""
    made = article_page(reading.root, reading.structured, reading.url)
    root = parse(nfc(made)) if made else None
    if root is None or made is None:
        return reading
    stated = read_page(root, made, url, site, now)
    if sum(len(s.text) for s in stated.content) <= sum(len(s.text) for s in reading.content):
        return reading
    shown = reading.headline
    if shown.place >= 0 and reading.place and similarity(shown.text or "", stated.headline.text or "") < _SAME:
        return reading  # a short article beside the data of other pages
    meta = {**reading.structured.meta, **stated.structured.meta}
    article = stated.structured.article or reading.structured.article
    return replace(stated, structured=replace(stated.structured, meta=meta, article=article))
