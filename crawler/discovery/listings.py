"""Listing pages asked for as such: HTML by a profile's selectors, fragments and JSON that AJAX lists answer with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from lxml import html

from archive.records import Link
from crawler.discovery.found import Found, Kind, absolute, line, merge, moment, text_of
from crawler.discovery.links import MAX_LINKS, classify, select_links
from crawler.discovery.paging import next_page

if TYPE_CHECKING:
    from crawler.site import Site, Source

_ADDRESS = (
    "url", "link", "href", "permalink", "canonicalurl", "shareurl", "newsurl", "fullurl", "detailurl", "path", "slug",
    "alias",
)  # fmt: skip
_TITLE = ("title", "headline", "name", "subject", "newstitle", "tieude", "caption")
_PUBLISHED = (
    "publishedat", "datepublished", "publishdate", "publisheddate", "published", "publishtime", "date", "createdat",
    "createddate", "ngaydang", "distributiondate", "pubdate",
)  # fmt: skip
_NEXT = ("next", "nexturl", "nextpageurl", "nextpage", "nextlink")
_DEPTH = 30
MAX_ITEMS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list's entries in its order, and its next page. `error` is None, "charset" or "not_listing"."""

    entries: tuple[Found, ...] = ()
    next_url: str | None = None
    error: str | None = None


def read_listing(
    body: bytes, url: str, site: Site, source: Source | None = None, content_type: str | None = None
) -> Listing:
    """The list in `body`, content-decoded: JSON, or HTML whole or in part.

    The source's `items` and `next` selectors are used where they find something; what they select is an article
    unless the profile's patterns say otherwise.
    """
    text = text_of(body, content_type)
    if text is None:
        return Listing(error="not_listing" if not body.strip() else "charset")
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        return _from_json(text, url, site, source)
    return _from_html(text, url, site, source)


def _tree(text: str) -> html.HtmlElement | None:
    parser = html.HTMLParser(encoding="utf-8", no_network=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (ValueError, html.etree.LxmlError):
        return None


def _base(tree: html.HtmlElement, url: str) -> str:
    base = next((b.get("href") for b in tree.iter("base") if b.get("href")), None)
    try:
        return urljoin(url, base) if base else url
    except ValueError:
        return url


def _links(elements: Iterator[html.HtmlElement], base: str) -> list[Link]:
    return [
        Link(url=address, text=line(a.text_content() or a.get("title") or ""))
        for a in elements
        if (address := absolute(a.get("href") or "", base))
    ]


def _from_html(text: str, url: str, site: Site, source: Source | None) -> Listing:
    tree = _tree(text)
    if tree is None:
        return Listing(error="not_listing")
    base = _base(tree, url)
    links = _links(islice(tree.iter("a"), MAX_LINKS), base)
    picked = _links(_anchors(tree, source.items), base) if source and source.items else []
    entries = tuple(one for one in select_links(links, site, url))
    if picked:
        entries = merge(
            Found(url=link.url, text=link.text) for link in picked if _may_be_article(link.url, site)
        ) + tuple(one for one in entries if one.kind is Kind.LISTING)
    return Listing(entries=entries, next_url=_next(tree, base, url, source, links))


def _may_be_article(url: str, site: Site) -> bool:
    kind = classify(url, site)
    return kind is Kind.ARTICLE or (kind is Kind.LISTING and not site.addresses.listing)


def _anchors(tree: html.HtmlElement, selector: str) -> Iterator[html.HtmlElement]:
    for element in tree.cssselect(selector):
        if element.tag == "a":
            yield element
        else:
            yield from element.iter("a")


def _next(tree: html.HtmlElement, base: str, url: str, source: Source | None, links: list[Link]) -> str | None:
    shown: list[Link] = []
    if source and source.next:
        shown = _links(_anchors(tree, source.next), base)
    if not shown and not (source and source.pages):
        marked = (e for e in tree.iter("a", "link") if "next" in (e.get("rel") or "").lower().split())
        shown = _links(marked, base)
    if shown and shown[0].url != url:
        return shown[0].url
    return next_page(url, source, links)


def _from_json(text: str, url: str, site: Site, source: Source | None) -> Listing:
    try:
        data = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return Listing(error="not_listing")
    found: list[Found] = []
    following: str | None = None
    for item in _objects(data):
        following = following or _following(item, url)
        entry = _entry(item, url)
        if entry and len(found) < MAX_ITEMS:
            found.append(entry)
        found += _fragments(item, url, site)
    entries = merge(one for one in found if classify(one.url, site) is not Kind.SKIP)
    if not entries:
        return Listing()
    return Listing(entries=entries, next_url=following or next_page(url, source, ()))


def _objects(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every JSON object, in order, keys in lower case without separators."""
    if depth > _DEPTH:
        return
    if isinstance(data, dict):
        yield {str(key).lower().replace("_", "").replace("-", ""): value for key, value in data.items()}
    if isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from _objects(value, depth + 1)


def _entry(item: dict[str, Any], url: str) -> Found | None:
    title = next((item[key] for key in _TITLE if isinstance(item.get(key), str) and item[key].strip()), None)
    named = next(((key, item[key]) for key in _ADDRESS if isinstance(item.get(key), str) and item[key].strip()), None)
    if title is None or named is None:
        return None
    key, value = named
    if key in ("slug", "alias", "path") and not value.startswith(("/", "http")):
        value = f"/{value}"
    address = absolute(value, url)
    if address is None:
        return None
    dates = (moment(item.get(key)) for key in _PUBLISHED)
    return Found(url=address, text=line(title), published=next((date for date in dates if date), None))


def _fragments(item: dict[str, Any], url: str, site: Site) -> list[Found]:
    """Links of HTML that a JSON value holds, as "load more" buttons fetch it."""
    found: list[Found] = []
    for value in item.values():
        tree = _tree(value) if isinstance(value, str) and "<a " in value else None
        if tree is not None:
            found += select_links(_links(tree.iter("a"), _base(tree, url)), site, url)
    return found


def _following(item: dict[str, Any], url: str) -> str | None:
    for key in _NEXT:
        value = item.get(key)
        if isinstance(value, str) and value.startswith(("/", "http", "?")) and (address := absolute(value, url)):
            return address if address != url else None
    return None
