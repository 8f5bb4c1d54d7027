"""Sitemaps (sitemaps.org 0.9): urlset, index, news, gzip and plain text, and what is left of broken ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice

from lxml import etree

from archive.errors import TooLargeError, TruncatedError
from archive.raw import decode_content
from crawler.discovery.feeds import GZIP, read_feed
from crawler.discovery.found import Found, Kind, absolute, line, merge, moment, text_of

MAX_BYTES = 32 * 2**20  # of XML, unpacked; the protocol's 50,000 addresses take a third
MAX_ADDRESSES = 50_000  # the protocol's own limit for one file
_HEAD = 65536
_ROOT = re.compile(r"<(?:\w+:)?(urlset|sitemapindex|url|sitemap|rss|feed|rdf|html|body)[\s/>]", re.IGNORECASE)
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_CLOSED = re.compile(r"</(?:\w+:)?(?:urlset|sitemapindex)\s*>\s*$", re.IGNORECASE)
_LAST_WHOLE = re.compile(r".*</(?:\w+:)?loc\s*>", re.DOTALL | re.IGNORECASE)
_ROW = re.compile(r"<(?:\w+:)?(?:url|sitemap)\s*>", re.IGNORECASE)
_ROW_END = re.compile(r"</(?:\w+:)?(?:url|sitemap)\s*>", re.IGNORECASE)
_SITEMAP_FILE = re.compile(r"\.xml(?:\.gz)?$", re.IGNORECASE)
_PICTURES = ("image", "video", "thumbnail")
_LOCAL_NAME = re.compile(r"^.*[}:]", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """Pages and further sitemaps it names. `error` is None, "too_large", "truncated", "charset" or "not_sitemap"."""

    entries: tuple[Found, ...] = ()
    children: tuple[Found, ...] = ()
    error: str | None = None


def read_sitemap(body: bytes, url: str, content_type: str | None = None) -> Sitemap:
    """The sitemap in `body`, which may be a .gz file. External and own entities are never expanded."""
    try:
        for _ in range(2):  # a .gz file that the server packs once more
            body = decode_content(body, "gzip" if body.startswith(GZIP) else None, limit=MAX_BYTES)
    except TooLargeError:
        return Sitemap(error="too_large")
    except TruncatedError:
        return Sitemap(error="truncated")
    text = text_of(body, content_type)
    if text is None:
        return Sitemap(error="not_sitemap" if not body.strip() else "charset")
    root = _ROOT.search(text, 0, _HEAD)
    if root is None:
        return _from_lines(text, url)
    name = root[1].lower()
    if name in ("rss", "feed", "rdf"):
        feed = read_feed(body, url, content_type)
        return Sitemap(entries=feed.entries, error="not_sitemap" if feed.error else None)
    if name in ("html", "body"):
        return Sitemap(error="not_sitemap")
    # Without what stands before the root, entities have no declaration.
    return _from_xml(text[root.start() :], Kind.SITEMAP if name.startswith("sitemap") else Kind.ARTICLE, url)


def _from_lines(text: str, url: str) -> Sitemap:
    """One address a line, the protocol's plain-text form."""
    found = (absolute(row, url) for row in text.splitlines()[:MAX_ADDRESSES] if row.strip().startswith("http"))
    entries = merge(Found(url=address) for address in found if address)
    return Sitemap(entries=entries, error=None if entries else "not_sitemap")


def _from_xml(text: str, kind: Kind, url: str) -> Sitemap:
    text = _BARE_AMPERSAND.sub("&amp;", text)
    if not _CLOSED.search(text[-200:]):
        whole = _LAST_WHOLE.match(text)  # an address cut in half would be another address
        text = whole[0] if whole else ""
    if len(_ROW.findall(text)) != len(_ROW_END.findall(text)):
        text = _ROW_END.sub("", _ROW.sub("", text))  # rows left open would nest; the addresses tell them apart
    rows = islice(_rows(text.encode("utf-8", "replace")), MAX_ADDRESSES)
    found = merge(row for values in rows if (row := _row(kind, values, url)))
    return Sitemap(
        entries=tuple(one for one in found if one.kind is Kind.ARTICLE),
        children=tuple(one for one in found if one.kind is Kind.SITEMAP and one.url != url),
    )


def _rows(body: bytes) -> Iterator[dict[str, str]]:
    """The values that stand with each address, by local name."""
    events = etree.iterparse(
        BytesIO(body), events=("end",), recover=True, resolve_entities=False, no_network=True, load_dtd=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    values: dict[str, str] = {}
    try:
        for _, element in events:
            name = _name(element)
            if name == "loc" and _name(element.getparent()) in _PICTURES:
                continue
            if name == "loc" and "loc" in values:
                yield values
                values = {}
            values.setdefault(name, (element.text or "").strip())
            if name in ("url", "sitemap"):
                yield {**values, "row": name}
                values = {}
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError:
        pass  # what came before the break stands
    yield values


def _name(element: etree._Element | None) -> str:
    if element is None or not isinstance(element.tag, str):
        return ""
    return _LOCAL_NAME.sub("", element.tag).lower()


def _row(kind: Kind, values: dict[str, str], url: str) -> Found | None:
    address = absolute(values.get("loc", "").replace("&amp;", "&"), url)
    if address is None:
        return None
    if "row" in values:  # what a row is called goes before its root's name, and a sitemap's ending before both
        kind = Kind.SITEMAP if values["row"] == "sitemap" else Kind.ARTICLE
    if _SITEMAP_FILE.search(address):
        kind = Kind.SITEMAP
    return Found(
        url=address,
        text=line(values.get("title")),
        kind=kind,
        published=moment(values.get("publication_date")),
        modified=moment(values.get("lastmod")),
    )
