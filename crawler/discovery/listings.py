"""Listing pages asked for as such: HTML by a profile's selectors, fragments and JSON that AJAX lists answer with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from lxml import html

from archive.records import Link
from archive.text import fold
from crawler.discovery.found import Found, Kind, absolute, line, merge, text_of
from crawler.discovery.json_lists import MAX_ITEMS, JsonTree, entry_of, json_of, next_of, parts_of
from crawler.discovery.links import MAX_LINKS, classify, select_links
from crawler.discovery.paging import next_page

if TYPE_CHECKING:
    from crawler.site import Site, Source

_MORE = (
    "data-url",
    "data-href",
    "data-next",
    "data-next-page",
    "data-next-url",
    "data-link",
    "data-ajax-url",
)
_HIDDEN = f"//*[self::option or {' or '.join('@' + name for name in _MORE)}]"
_MORE_WORD = re.compile(r"more|next|them|tiep|ajax", re.IGNORECASE)
_NEXT_WORD = re.compile(r"(?:^|[\s_-])next(?:$|[\s_-])", re.IGNORECASE)


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
    data = json_of(text)
    if data is None:
        return Listing(error="not_listing")
    if isinstance(data, str):
        return _from_html(data, url, site, source)
    return _from_json(data, url, site, source)


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
        Link(url=address, text=line(_text(a))) for a in elements if (address := absolute(a.get("href") or "", base))
    ]


def _text(a: html.HtmlElement) -> str:
    """What the link says; an arrow that is a picture or an icon says it in an attribute."""
    text = str(a.text_content() or "")
    if text.strip():
        return text
    said = a.get("title") or a.get("aria-label") or next((i.get("alt") for i in a.iter("img") if i.get("alt")), None)
    if said:
        return str(said)
    parent = a.getparent()
    classes = f"{a.get('class') or ''} {parent.get('class') or '' if parent is not None else ''}"
    return "next" if _NEXT_WORD.search(classes) else ""


def _shown(tree: html.HtmlElement, base: str) -> list[Link]:
    """Next pages that are no plain links: the address of a "load more" button, the choices of a menu of pages."""
    found = []
    for element in tree.xpath(_HIDDEN):
        if element.tag == "option":
            value = element.get("value") or ""
            if "?" in value or "/" in value:
                found.append((value, element.text_content()))
            continue
        word = f"{element.get('class') or ''} {element.get('id') or ''} {fold(_text(element)[:40])}"
        value = next((element.get(name) for name in _MORE if element.get(name)), "")
        if value and _MORE_WORD.search(word):
            found.append((value, "next"))
    return [Link(url=address, text=line(text)) for value, text in found if (address := absolute(value, base))]


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
    return next_page(url, source, links) or next_page(url, source, _shown(tree, base))


def _from_json(data: JsonTree, url: str, site: Site, source: Source | None) -> Listing:
    found: list[Found] = []
    for part in parts_of(data):
        if isinstance(part, str):
            tree = _tree(part)
            if tree is not None:
                found += select_links(_links(tree.iter("a"), _base(tree, url)), site, url)
        elif len(found) < MAX_ITEMS and (entry := entry_of(part, url)):
            found.append(entry)
    entries = merge(one for one in found if classify(one.url, site) is not Kind.SKIP)
    if not entries:
        return Listing()
    return Listing(entries=entries, next_url=next_of(data, url) or next_page(url, source, ()))
