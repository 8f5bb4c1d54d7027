"""The smaller fields: view count, related links, canonical address, links, next page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from archive.records import Link
from archive.urls import identity, same_site
from crawler.extraction import marks
from crawler.extraction.segments import Segment, Span, absolute, line, text_of
from crawler.extraction.structured import Structured
from crawler.extraction.vocabulary import RELATED_HEADING, view_count_in
from crawler.site import Site

MAX_LINKS = 10_000
_NEXT = frozenset(
    ["trang sau", "trang tiếp", "trang kế", "trang kế tiếp", "trang tiếp theo", "tiếp", "tiếp theo", "sau", "kế tiếp", "next", "next page",
     "older", "older posts", "xem tiếp", "cũ hơn", "tin cũ hơn", "bài cũ hơn", ">", "»", "›", "→", ">>", "››", "»»"]
)  # fmt: skip
_NEXT_CLASS = frozenset(
    ("next", "page-next", "pagination-next", "next-page", "nextpage", "pagenext", "page-link-next", "nav-next")
)
_DIGIT = re.compile(r"\d")
_EYE = re.compile(r"(?:^|[\s-])eye(?:-open|-fill|-o)?(?:\s|$)")


def view_count_of(
    structured: Structured, segments: Sequence[Segment], spans: Sequence[Span], start: int, end: int
) -> int | None:
    """How often the page says the article was read; the site's own visitor counter is another number."""
    for span in spans:
        if span.named == "view_count":
            number = _number(re.search(r"\d[\d.,]*", text_of(span.element)))
            if number is not None:
                return number
    told = structured.first("view-count")
    if told:
        return _number(re.search(r"\d[\d.,]*", told))
    for segment in segments[max(0, start - 14) : end + 25]:
        text = segment.text
        if segment.src is not None or len(text) > 160 or not _DIGIT.search(text):
            continue
        if segment.zone is not None and segment.zone.mark.zone in ("related", "foot"):
            continue
        found = view_count_in(segment.folded)
        if found and "truy cap" not in segment.folded:
            return _number(re.search(r"\d[\d.,]*", next(group for group in found.groups() if group)))
        if (counted := _beside_eye(segment.block)) is not None:
            return counted
        if segment.roles & marks.VIEWS and (bare := re.fullmatch(r"\D{0,12}?(\d[\d.,]*)\D{0,12}", text)):
            return _number(re.search(r"\d[\d.,]*", bare[1]))
    return None


def _beside_eye(block: Any) -> int | None:
    """The number behind the drawing of an eye, as icon fonts name it."""
    for icon in block.iter("i"):
        if _EYE.search(icon.get("class") or ""):
            return _number(re.fullmatch(r"\s*\d[\d.,]*\s*", icon.tail or ""))
    return None


def _number(found: re.Match[str] | None) -> int | None:
    digits = re.sub(r"\D", "", found[0]) if found else ""
    return int(digits) if digits and len(digits) < 12 else None


def related_of(links: Iterable[Link], segments: Sequence[Segment], base: str, end: int) -> tuple[Link, ...]:
    """Other pages the article's surroundings list: those pruned from the text, then marked lists behind it."""
    found = {link.url: link for link in links}
    headed = False  # under a line that heads such a list
    for segment in segments[end:]:
        if segment.src is not None:
            continue
        if len(segment.text) < 60 and RELATED_HEADING.match(segment.folded):
            headed = True
            continue
        headed = headed and (segment.link_share > 0.3 or len(segment.text) < 4 or _is_dated(segment.text))
        marked = segment.zone is not None and segment.zone.mark.zone == "related"
        if (marked or headed) and segment.link_share > 0.3:
            for url, text in segment.links(base):
                if len(text) > 12:
                    found.setdefault(url, Link(url=url, text=text))
    return tuple(found.values())[:60]


def _is_dated(text: str) -> bool:
    """Whether a line is no more than the date beside a title of a list."""
    return len(text) < 25 and bool(_DIGIT.search(text))


def canonical_of(root: Any, url: str, site: Site) -> str | None:
    """The address the page names as its own, when it is another page of the same site."""
    for link in root.iter("link"):
        if "canonical" not in (link.get("rel") or "").lower().split():
            continue
        try:
            target = urljoin(url, (link.get("href") or "").strip())
            parts = urlsplit(target)
        except ValueError:
            return None
        hosts = site.hosts or (urlsplit(url).hostname or "",)
        if parts.scheme not in ("http", "https") or not same_site(target, hosts):
            return None
        keep = site.addresses.keep_params
        if identity(target, keep_params=keep, hosts=hosts) == identity(url, keep_params=keep, hosts=hosts):
            return None
        return None if parts.path in ("", "/") and not parts.query else target
    return None


def links_of(root: Any, url: str) -> tuple[tuple[Link, ...], str | None]:
    """(every http link once, in page order, with its text; the next page of a listing)."""
    base = base_of(root, url)
    found: dict[str, str] = {}
    following: str | None = None
    for link in root.iter("link"):
        if "next" in (link.get("rel") or "").lower().split() and link.get("href"):
            following = absolute(base, link.get("href"))
    texts: dict[str, str] = {}  # by href as written, so that each is resolved once
    for anchor in root.iter("a"):
        href = anchor.get("href")
        if not href or href[0] == "#":
            continue
        text = text_of(anchor) if len(anchor) else line(anchor.text or "")
        if following is None and len(text) < 30 and _is_next(anchor, text):
            following = absolute(base, href)
        if not texts.get(href):
            texts[href] = text or line(anchor.get("title") or "")
        if len(texts) >= MAX_LINKS:
            break
    for href, text in texts.items():
        target = absolute(base, href)
        if target is not None and not found.get(target):
            found[target] = text[:400]
    return tuple(Link(url=target, text=text) for target, text in found.items()), following


def _is_next(anchor: Any, text: str) -> bool:
    if _says_next(text):
        return True
    if text[:1].isalpha():
        return (anchor.get("rel") or "").lower() == "next"
    parent = anchor.getparent()
    names = f"{anchor.get('class') or ''} {(parent.get('class') or '') if parent is not None else ''} {anchor.get('rel') or ''}"
    return "next" in names and len(text) < 20 and any(name in _NEXT_CLASS for name in names.lower().split())


@lru_cache(maxsize=4096)
def _says_next(text: str) -> bool:
    plain = text.lower()
    return plain in _NEXT or plain.rstrip(" >»›→") in _NEXT


def base_of(root: Any, url: str) -> str:
    """The address that the page's relative links count from."""
    base = next(root.iter("base"), None)
    return (absolute(url, base.get("href") or "") or url) if base is not None else url
