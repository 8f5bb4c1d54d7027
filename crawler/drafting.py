"""A first draft of a site's profile, guessed from a few of its pages: `danvan sites new URL`.

Pure: pages in, TOML text out. The draft says what it was guessed from; a person checks it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml import html
from lxml.etree import ParserError

from archive.errors import UsageError
from archive.records import Extraction, Page
from archive.text import one_line
from archive.urls import host_of, identity
from crawler.extraction import extract
from crawler.extraction.decode import decode
from crawler.profile import Site, generic_site, load_families
from crawler.selectors import ReadPage, select_tables

if TYPE_CHECKING:
    from lxml.html import HtmlElement

PROBES = ("/robots.txt", "/rss", "/rss.xml", "/rss/home.rss", "/feed", "/sitemap.xml")
"""Paths worth asking for beside the address itself and the pages it links to."""

_FEED = re.compile(
    rb"\A[\s\xef\xbb\xbf]*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(rss|feed|rdf:RDF|urlset|sitemapindex)\b", re.DOTALL
)
_SITEMAP_LINE = re.compile(r"^\s*sitemap:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml")
_PAGE_NUMBER = re.compile(
    r"(?P<before>[?&](?:page|p|trang|Page|PageIndex)=|/(?:trang|page|p)[-/])(?P<number>[2-9])(?!\d)"
)
_NUMBERED = re.compile(r"(?P<slug>.*-)?(?P<word>[a-z]*)(?P<id>\d+)(?P<tail>\.\w+)?", re.IGNORECASE)
_SLUG = "[^/?]+"
_ID_DIGITS = 3  # fewer may number the pages of a list
_ID, _NUMBER = rf"\d{{{_ID_DIGITS},}}", r"\d+"
_EXTENSION = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)
_TITLE_END = re.compile(r".*\s[|–-]\s+(\S.*)", re.DOTALL)


@dataclass(slots=True)
class _Evidence:
    """What the pages gave."""

    articles: list[tuple[Page, ReadPage]] = field(default_factory=list)
    others: list[tuple[Page, HtmlElement, Extraction]] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    names: Counter[str] = field(default_factory=Counter)
    families: Counter[str] = field(default_factory=Counter)


def draft_profile(url: str, pages: Sequence[Page]) -> str:
    """The TOML text of a profile for the site of `url`, guessed from those of its pages that are given.

    Pages may be articles, listings, feeds, sitemaps and robots.txt in any order; pages of other hosts are passed
    over. Raises UsageError when `url` is no web address or no page of its host is among them.
    """
    if host_of(url) is None:
        raise UsageError(f"{url!r} is no web address; give one like https://host/")
    site = generic_site(url)
    own = [page for page in pages if host_of(page.url) in site.hosts]
    if not own:
        raise UsageError(f"no page of {host_of(url)} to draft from; give some of its articles and lists")
    seen = _read(site, own)
    if not (seen.articles or seen.others or seen.feeds or seen.sitemaps):
        raise UsageError(f"none of the {len(own)} pages of {host_of(url)} could be read; give some of its articles")
    return "\n".join([*_head(url, site, seen), *_sources(url, site, seen), *_addresses(seen), *_layout(seen)]) + "\n"


def _read(site: Site, pages: Iterable[Page]) -> _Evidence:
    seen = _Evidence()
    families = load_families()
    for page in pages:
        kind = _FEED.match(page.body)
        if page.status != 200:
            continue
        if urlsplit(page.url).path == "/robots.txt":
            seen.sitemaps += _SITEMAP_LINE.findall(page.body.decode("utf-8", "replace"))
        elif kind and urlsplit(page.url).path.strip("/"):  # a saved feed does not tell where it came from
            (seen.sitemaps if kind[1] in (b"urlset", b"sitemapindex") else seen.feeds).append(page.url)
        elif not kind and (tree := _tree(page)) is not None:
            _read_page(site, page, tree, seen)
            seen.families.update(f.name for f in families if _is_of(f, page, tree))
    return seen


def _tree(page: Page) -> HtmlElement | None:
    read = decode(page.body, page.header("content-type"))
    if read is None or "<" not in read.text:
        return None
    try:
        return html.document_fromstring(read.text.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except ParserError:  # nothing but comments
        return None


def _read_page(site: Site, page: Page, tree: HtmlElement, seen: _Evidence) -> None:
    for link in tree.xpath("//link[@rel='alternate'][@href]"):
        if (link.get("type") or "").lower() in _FEED_TYPES:
            seen.feeds.append(urljoin(page.url, link.get("href")))
    names = tree.xpath("//meta[@property='og:site_name']/@content") or _TITLE_END.findall(
        tree.findtext(".//title") or ""
    )
    seen.names.update(one_line(name) for name in names)
    result = extract(page, site)
    if result.article is not None and _numbered(page, tree, result) is None:
        seen.articles.append((page, ReadPage(tree=tree, article=result.article)))
    else:
        seen.others.append((page, tree, result))


def _is_of(family: Site, page: Page, tree: HtmlElement) -> bool:
    generators = " ".join(tree.xpath("//meta[translate(@name,'GENRATO','genrato')='generator']/@content")).lower()
    named = any(name.lower() in generators for name in family.detect.generator)
    return named or any(marker.encode() in page.body for marker in family.detect.markers)


def _head(url: str, site: Site, seen: _Evidence) -> Iterator[str]:
    home = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/"
    bare = (host_of(url) or "").removeprefix("www.")
    title = seen.names.most_common(1)[0][0] if seen.names else bare
    name = site.name.removeprefix("www_")
    yield f"# Drafted from {len(seen.articles)} article pages and {len(seen.others)} others. Check every line, then try"
    yield f"#   danvan extract --site {name} SAVED-PAGE.html"
    yield f"name = {_quoted(name)}"
    yield f"title = {_quoted(title)}"
    yield 'body = ""  # the organisation that publishes it'
    yield f"hosts = {_listed([bare, f'www.{bare}'])}"
    yield f"home = {_quoted(home)}"
    yield 'status = "unverified"'
    if seen.families:
        yield f"family = {_quoted(seen.families.most_common(1)[0][0])}"
    yield 'topic = "match"  # "all" for a site wholly about the topic'


def _sources(url: str, site: Site, seen: _Evidence) -> Iterator[str]:
    told: set[str] = set()
    found = [("feed", one) for one in seen.feeds] + [("sitemap", one) for one in seen.sitemaps]
    for kind, address in found:
        key = identity(address, hosts=site.hosts)
        if host_of(address) in site.hosts and key not in told:
            told.add(key)
            yield from ("", "[[sources]]", f"kind = {_quoted(kind)}", f"url = {_quoted(address)}")
    others = [(page.url, _numbered(page, tree, result), result.reason) for page, tree, result in seen.others]
    lists = [(address, pages) for address, pages, reason in others if pages or reason in ("listing", "home")]
    # A saved page that does not name its address stands at the root: so does the list it shows.
    lists = [(address if urlsplit(address).path.strip("/") else urljoin(url, "/"), pages) for address, pages in lists]
    for address, pages in lists or [(urljoin(url, "/"), None)]:
        key = identity(address, hosts=site.hosts)
        if key in told:
            continue
        told.add(key)
        yield from ("", "[[sources]]", 'kind = "listing"', f"url = {_quoted(address)}")
        if pages:
            yield f"pages = {_quoted(pages)}"


def _numbered(page: Page, tree: HtmlElement, result: Extraction) -> str | None:
    """The template of the listing's further pages, from its link to the second."""
    links = [urljoin(page.url, href) for href in tree.xpath("//a/@href") if href.strip()]
    for link in [*([result.next_url] if result.next_url else []), *links]:
        number = _PAGE_NUMBER.search(link)
        if number and urlsplit(link).hostname == urlsplit(page.url).hostname:
            before = link[: number.start("number")]
            if before.startswith(re.sub(r"(\.\w+)?([/?].*)?$", "", page.url)):
                return f"{before}{{page}}{link[number.end('number') :]}"
    return None


def _addresses(seen: _Evidence) -> Iterator[str]:
    urls = [page.url for page, _ in seen.articles]
    patterns = Counter(_pattern(url, urls) for url in urls)
    known = [pattern for pattern, _ in patterns.most_common(3) if pattern]
    if known:
        yield from ("", "[addresses]", f"article = {_listed(known)}  # searched in path and query")


def _pattern(url: str, urls: Sequence[str]) -> str | None:
    """What the address shares with the other articles', numbers and slugs left open; None where that says nothing."""
    segments = _segments(url)
    alike = [other for other in map(_segments, urls) if len(other) == len(segments)]
    pieces = [_piece(segment, [other[n] for other in alike]) for n, segment in enumerate(segments)]
    numbers = [name for name, value in parse_qsl(urlsplit(url).query) if value.isdigit()]
    if not numbers and all(piece == _SLUG for piece in pieces):
        return None
    if numbers:
        return rf"^/{'/'.join(pieces)}\?(.*&)?{_literal(numbers[0])}=\d+"
    end = "" if _EXTENSION.search(segments[-1]) else "/?"
    return rf"^/{'/'.join(pieces)}{end}($|\?)"


def _segments(url: str) -> list[str]:
    return [segment for segment in urlsplit(url).path.split("/") if segment]


def _piece(segment: str, values: Sequence[str]) -> str:
    """One path segment as a pattern; `values` are what stands in its place in the articles' addresses."""
    if len(values) > 1 and len(set(values)) == 1:
        return _literal(segment)
    found = [_NUMBERED.fullmatch(value) for value in values]
    kinds = {(bool(n["slug"]), n["word"], n["tail"]) if n else None for n in found}
    if len(kinds) == 1 and (kind := kinds.pop()):
        slug, word, tail = kind
        short = any(n and len(n["id"]) < _ID_DIGITS for n in found)
        return rf"{_SLUG + '-' if slug else ''}{word}{_NUMBER if short else _ID}{_literal(tail or '')}"
    extension = _EXTENSION.search(segment)
    return _SLUG + (_literal(extension[0]) if extension else "")


def _literal(text: str) -> str:
    return re.escape(text).replace(r"\-", "-")


def _layout(seen: _Evidence) -> Iterator[str]:
    tables = select_tables([read for _, read in seen.articles])
    if tables:
        yield from ("", "[[layouts]]", 'name = "current"', "[layouts.select]")
        yield from (f"{key} = {_listed([selector])}" for key, selector in tables.items())


def _quoted(text: str) -> str:
    """A TOML string; a literal one where backslashes are many."""
    if "\\" in text and "'" not in text:
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _listed(texts: Iterable[str]) -> str:
    return f"[{', '.join(_quoted(text) for text in texts)}]"
