"""Page bytes and a Site → a clean record, or the reason why the page gives none.

    extraction = extract(Page(url=..., body=..., captured_at=...), load_site("danvan_vn"))

A pure function: it never fetches, reads the clock, or touches the disk (profiles are read once).
"""

from __future__ import annotations

from datetime import datetime

from archive.records import Extraction, Outcome, Page
from crawler.extraction import classify
from crawler.extraction.article import Read, extract_article, read_page
from crawler.extraction.decode import decode
from crawler.extraction.details import links_of
from crawler.extraction.parse import parse
from crawler.extraction.states import article_page
from crawler.site import Site

__all__ = ["extract"]

MAX_TEXT = 16_000_000  # characters; the crawl fetches no more
_ASKED_FOR_STATE = 400  # characters of text below which embedded JSON is looked for


def extract(page: Page, site: Site) -> Extraction:
    """The article of the page (outcome saved), or its outcome and reason. Never raises for what a page holds."""
    decoded = decode(page.body, page.header("content-type"))
    if decoded is None or decoded.legacy:
        return Extraction(outcome=Outcome.FAILED, reason="charset")
    text = decoded.text
    if len(text) > MAX_TEXT:
        return Extraction(outcome=Outcome.REFUSED, reason="too_large")
    root = parse(text)
    if root is None:
        return Extraction(outcome=Outcome.NOT_ARTICLE, reason="empty")
    now = datetime.fromisoformat(page.captured_at)
    links, next_url = links_of(root, page.url)
    read = read_page(root, text, page.url, site, now)
    if classify.blocked(text, read.segments, classify.title_of(root)):
        return Extraction(outcome=Outcome.FAILED, reason="blocked", links=links)
    if sum(len(segment.text) for segment in read.article_segments) < _ASKED_FOR_STATE:
        read = _from_state(read, page.url, site, now)
    return extract_article(read, links, next_url)


def _from_state(read: Read, url: str, site: Site, now: datetime) -> Read:
    """The same page read from the JSON it carries for its scripts, where that holds an article."""
    made = article_page(read.root)
    root = parse(made) if made else None
    if root is None or made is None:
        return read
    stated = read_page(root, made, url, site, now)
    stated.structured.meta.update({k: v for k, v in read.structured.meta.items() if k not in stated.structured.meta})
    if not stated.structured.article:
        stated.structured.article.update(read.structured.article)
    return stated
