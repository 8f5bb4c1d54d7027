"""RSS, RDF, Atom and JSON feeds, however malformed; and the pages that only list a site's feeds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from typing import Any

import feedparser
from lxml import html

from archive.errors import TooLargeError, TruncatedError
from archive.raw import decode_content
from crawler.discovery.found import Found, Kind, absolute, line, merge, moment, text_of
from crawler.discovery.json_lists import entry_of, json_of, parts_of

MAX_BYTES = 8 * 2**20  # a feed holds the newest hundred articles; what is larger is none
MAX_PARSED = 2 * 2**20  # characters, and entries, that feedparser is given: past these it takes minutes
MAX_ENTRIES = 2_000
_HEAD = 65536
GZIP = b"\x1f\x8b"
_ROOT = re.compile(r"<(?:\w+:)?(rss|rdf|feed|channel|item|entry|html|body)[\s>]", re.IGNORECASE)
_ITEM = re.compile(r"<(?:item|entry)[\s>]", re.IGNORECASE)
_LINK = re.compile(r"<link[^>]{0,500}?\shref=[\"']([^\"']+)|<link>\s*(?:<!\[CDATA\[)?\s*([^<\s\]]+)", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>\s*(?:<!\[CDATA\[)?([^<\]]*)", re.IGNORECASE)
_DATE = re.compile(r"<(?:pubDate|published|dc:date)>\s*([^<]+)", re.IGNORECASE)
_FEED_ADDRESS = re.compile(
    r"\.rss($|\?)|/rss/[^?]|rss\.(aspx|php|html?)\?|/feed/?($|\?)|/atom\b|rss[^/]*\.xml($|\?)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Entries newest as listed; `feeds` are other feeds, where the page is only a list of them.

    `error` is None, "too_large", "truncated", "charset" or "not_feed".
    """

    entries: tuple[Found, ...] = ()
    feeds: tuple[Found, ...] = ()
    title: str | None = None
    error: str | None = None


def read_feed(body: bytes, url: str, content_type: str | None = None) -> Feed:
    """The feed in `body`, content-decoded, that `url` answered with. Entities of its own are never expanded."""
    if len(body) > MAX_BYTES:
        return Feed(error="too_large")
    try:
        body = decode_content(body, "gzip" if body.startswith(GZIP) else None, limit=MAX_BYTES)
    except (TooLargeError, TruncatedError) as error:
        return Feed(error="too_large" if isinstance(error, TooLargeError) else "truncated")
    text = text_of(body, content_type)
    if text is None:
        return Feed(error="not_feed" if not body.strip() else "charset")
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        return _json_feed(text, url)
    root = _ROOT.search(text, 0, _HEAD)
    if root is None or root[1].lower() in ("html", "body"):
        return _list_of_feeds(text, url)
    # Without what stands before the root, entities have no declaration; an address cut in half would be another.
    text = text[root.start() : text.rfind(">") + 1]
    entries, title = _entries_and_title(text, url)
    return Feed(entries=entries, title=title)


def _entries_and_title(text: str, url: str) -> tuple[tuple[Found, ...], str | None]:
    parts = _ITEM.findall(text)
    if len(text) > MAX_PARSED or len(parts) > MAX_ENTRIES:
        return merge(_salvaged(text, url)), None
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        parsed = feedparser.parse(
            BytesIO(text.encode("utf-8", "replace")), response_headers=headers, sanitize_html=False,
            resolve_relative_uris=False,
        )  # fmt: skip
    except (LookupError, ValueError, TypeError, AttributeError, AssertionError, ArithmeticError, RecursionError):
        return merge(_salvaged(text, url)), None  # feedparser trips over tags closed where none is open
    entries = merge(_entries(parsed, url))
    if len(parts) > len(parsed.entries):
        entries = merge((*entries, *_salvaged(text, url)))
    return entries, line(parsed.feed.get("title")) or None


def _entries(parsed: Any, url: str) -> Iterator[Found]:
    for entry in parsed.entries:
        address = next((good for link in _links(entry) if (good := absolute(link, url))), None)
        if address is None:
            continue
        tags = (line(tag.get("term")) for tag in entry.get("tags") or ())
        yield Found(
            url=address,
            text=line(_plain(entry.get("title"))),
            section=next((tag for tag in tags if tag), None),
            published=moment(entry.get("published")) or moment(entry.get("dc_date")),
            modified=moment(dict.get(entry, "updated")),
        )


def _links(entry: Any) -> Iterator[str]:
    """The article's own address first, then what may stand in for it."""
    if isinstance(original := entry.get("feedburner_origlink"), str):
        yield original  # the link counts clicks on another host
    for link in entry.get("links") or ():
        if link.get("rel", "alternate") == "alternate" and "html" in link.get("type", "text/html"):
            yield link.get("href") or ""
    for name in ("link", "id"):
        value = entry.get(name)
        if isinstance(value, str) and (name == "link" or value.startswith("http")):
            yield value


def _salvaged(text: str, url: str) -> Iterator[Found]:
    """What stands in entries too broken for feedparser: tags left open swallow each other there."""
    for part in _ITEM.split(text)[1:]:
        link = _LINK.search(part)
        address = absolute(unescape(link[1] or link[2]), url) if link else None
        if address:
            title, date = _TITLE.search(part), _DATE.search(part)
            yield Found(
                url=address,
                text=line(_plain(title[1])) if title else "",
                published=moment(date[1]) if date else None,
            )


def _plain(title: object) -> str:
    text = title if isinstance(title, str) else ""
    if "<" not in text and "&" not in text:
        return text
    try:
        return str(html.fragment_fromstring(text, create_parent=True).text_content())
    except (ValueError, html.etree.LxmlError):
        return text


def _json_feed(text: str, url: str) -> Feed:
    """https://www.jsonfeed.org/version/1.1/, or a bare list of posts as WordPress answers with."""
    data = json_of(text)
    items = data.get("items") if isinstance(data, dict) else data
    if not isinstance(items, list):
        return Feed(error="not_feed")
    entries = (_json_entry(item, url) for item in items if isinstance(item, dict))
    title = line(data.get("title")) if isinstance(data, dict) else ""
    return Feed(entries=merge(one for one in entries if one), title=title or None)


def _json_entry(item: dict[str, Any], url: str) -> Found | None:
    own = str(item.get("id") or "")
    address = absolute(str(item.get("url") or item.get("external_url") or (own if "/" in own else "")), url)
    if address is None:
        return next(
            (found for part in parts_of(item) if isinstance(part, dict) and (found := entry_of(part, url))), None
        )
    return Found(
        url=address,
        text=line(item.get("title")),
        published=moment(item.get("date_published")),
        modified=moment(item.get("date_modified")),
    )


def _list_of_feeds(text: str, url: str) -> Feed:
    """Many portals answer /rss with a page that links to a feed for each section."""
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except (ValueError, html.etree.LxmlError):
        return Feed(error="not_feed")
    links = [
        (link.get("href"), link.get("title"))
        for link in tree.iter("link")
        if re.search(r"application/(rss|atom)\+xml", link.get("type") or "")
    ]
    links += [(a.get("href"), a.text_content()) for a in tree.iter("a") if _FEED_ADDRESS.search(a.get("href") or "")]
    feeds = merge(
        Found(url=address, text=line(text), kind=Kind.FEED)
        for href, text in links
        if (address := absolute(href or "", url)) and address != url
    )
    return Feed(feeds=feeds, error=None if feeds else "not_feed")
