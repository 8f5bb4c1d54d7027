"""The smaller fields: section, keywords, view count, related links, canonical address, links, next page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from archive.records import Link
from archive.text import fold
from archive.urls import identity, same_site
from crawler.extraction import marks
from crawler.extraction.headline import similarity
from crawler.extraction.segments import Segment, Span, absolute, line, text_of
from crawler.extraction.structured import Structured
from crawler.extraction.vocabulary import view_count_in
from crawler.site import Site

MAX_LINKS = 10_000
_NOT_SECTION = re.compile(
    r"^(?:trang chu|home|tin tuc ?[-–&] ?su kien|trang nhat|chi tiet.*|noi dung.*|xem tin|>|»|/|›|trang dau|ban dang o day:?|root|index|gui|print)$"
)
_NEXT = frozenset(
    ["trang sau", "trang tiếp", "trang kế", "trang kế tiếp", "trang tiếp theo", "tiếp", "tiếp theo", "sau", "kế tiếp", "next", "next page",
     "older", "older posts", "xem tiếp", "cũ hơn", "tin cũ hơn", "bài cũ hơn", ">", "»", "›", "→", ">>", "››", "»»"]
)  # fmt: skip
_NEXT_CLASS = frozenset(
    ("next", "page-next", "pagination-next", "next-page", "nextpage", "pagenext", "page-link-next", "nav-next")
)
_TAG_LABEL = re.compile(r"(?:the )?(?:tags?|tu khoa|the|key ?words?|nhan|hashtags?)(?: bai viet| tim kiem)? ?:\s*")
_NO_TAG = re.compile(
    r"(?:cac )?(?:tags?|tu khoa|chu de|the|key ?words?|nhan|hashtags?) ?:?|(?:tro lai|quay lai|xem (?:them|tat ca)|theo doi)\b.*"
)
_DIGIT = re.compile(r"\d")
_EYE = re.compile(r"(?:^|[\s-])eye(?:-open|-fill|-o)?(?:\s|$)")
_BARS = re.compile(r"\s*(?:[|/>»›•·,;]+|::)\s*")


def section_of(
    structured: Structured, segments: Sequence[Segment], spans: Sequence[Span], headline: str, place: int
) -> str | None:
    """The section the page names: structured data, then the last breadcrumb that is not the article itself."""
    for span in spans:
        if span.named == "section":
            names = _names(span, headline)
            if names:
                return names[-1]
    told = structured.text("articleSection") or structured.first("article:section")
    if told and "," not in told:
        return told
    crumbs = [name for name in structured.breadcrumb if _is_section(name, headline)]
    if not crumbs:
        trails = (_names(span, headline) for span in spans if span.mark.roles & marks.CRUMB)
        crumbs = next((names for names in trails if names), [])
    if told:  # "Chính trị,Xây dựng Đảng" may be two sections or one
        return crumbs[-1] if crumbs and crumbs[-1] in map(str.strip, told.split(",")) else told
    if crumbs:
        return crumbs[-1]
    return _beside_title(segments, headline, place) or _linked_section(spans, headline, place)


def _linked_section(spans: Sequence[Span], headline: str, place: int) -> str | None:
    """A link marked as the section in the line of the date, right behind the headline."""
    for span in spans:
        if (
            span.mark.roles & marks.SECTION
            and span.element.tag == "a"
            and place <= span.start <= place + 4
            and _is_section(name := text_of(span.element), headline)
        ):
            return name
    return None


def _names(span: Span, headline: str) -> list[str]:
    items = [text_of(item) for item in span.element.iter("li")] if span.element.tag != "li" else []
    texts = items or [text_of(a) for a in span.element.iter("a")] or _BARS.split(text_of(span.element))
    return [name for name in texts if _is_section(name, headline)]


def _is_section(name: str, headline: str) -> bool:
    folded = fold(name).strip(" >»/›|:")
    return 1 < len(name) < 80 and not _NOT_SECTION.match(folded) and similarity(name, headline) < 0.8


def _beside_title(segments: Sequence[Segment], headline: str, place: int) -> str | None:
    """A linked name marked as the section, or a trail of links ("Trang chủ > Tin tức"), shortly before the headline."""
    for segment in reversed(segments[max(0, place - 6) : place]):
        if segment.src is not None or (segment.zone is not None and segment.zone.mark.zone in ("related", "side")):
            continue
        beside = segment.roles & marks.SECTION and segment.place >= place - 2 and not segment.linked
        if beside and len(segment.text) < 50 and _is_section(segment.text, headline):
            return segment.text
        trail = [name for name in _BARS.split(segment.text) if name]
        is_trail = (
            len(trail) > 1
            and segment.linked > 0.3 * segment.chars
            and fold(trail[0]) in ("trang chu", "home", "trang nhat")
        )
        if is_trail or (segment.roles & marks.SECTION and segment.link_share > 0.6):
            names = [name for name in trail if _is_section(name, headline)]
            if names:
                return names[-1]
    shown = _trail(segments[place].block) if place >= 0 else []
    names = [name for name in shown if _is_section(name, headline)]
    return names[-1] if names else None


def _trail(headline: Any) -> list[str]:
    """The names of a short list that begins with the first page and stands right before the headline's element."""
    before = headline.getprevious()
    items = list(before.iter("li")) if before is not None and before.tag in ("ul", "ol", "div", "nav") else []
    names = [text_of(item) for item in items[:5]]
    return names if 1 < len(names) < 5 and fold(names[0]) in ("trang chu", "home", "trang nhat") else []


def keywords_of(
    structured: Structured, segments: Sequence[Segment], spans: Sequence[Span], start: int, end: int
) -> tuple[str, ...]:
    """The tags the page lists with the article, else its news keywords; a portal's own meta keywords are not its."""
    names: list[str] = []
    for span in spans:
        if span.named == "keywords":
            names += _tag_names(span)
    if not names:
        for span in spans:
            inside = span.mark.roles & marks.TAGS and span.start >= start and span.start <= end + 12
            if (
                inside
                and (span.mark.zone in (None, "related", "meta-nav", "share", "tool"))
                and (found := _tag_names(span))
            ):
                names += [name for name in found if name not in names]
    if not names:
        names = _labelled(segments[start : end + 12])
    if not names:
        listed = structured.article.get("keywords") or structured.first("news_keywords", "article:tag")
        names = [str(one) for one in listed] if isinstance(listed, list) else re.split(r"[,;]", str(listed or ""))
    cleaned = (line(name).strip(" #,;.") for name in names)
    return tuple(dict.fromkeys(name for name in cleaned if name))[:40]


def _labelled(segments: Sequence[Segment]) -> list[str]:
    """The links of a line that says it lists the keywords, or the linked lines behind one that says so alone."""
    for n, segment in enumerate(segments):
        label = segment.src is None and _TAG_LABEL.match(segment.folded[:60])
        if not label:
            continue
        if segment.linked:
            return [text for text, state in ((line(t), s) for t, s in segment.runs) if state.link and text]
        if label.end() < len(segment.text):
            return re.split(r"[,;#]", segment.text[label.end() :])
        linked: list[str] = []
        for each in segments[n + 1 :]:
            if each.link_share < 0.8 or len(each.text) > 60:
                break
            linked.append(each.text)
        return linked
    return []


def _tag_names(span: Span) -> list[str]:
    names = [text_of(a) for a in span.element.iter("a")]
    if span.element.tag == "a":
        names = [text_of(span.element)]
    if not names:
        text = text_of(span.element)
        text = text.split(":", 1)[1] if ":" in text[:24] else text
        names = re.split(r"[,;#]", text) if len(text) < 400 else []
    return [name for name in names if 1 < len(name.strip()) < 80 and not _NO_TAG.fullmatch(fold(name.strip()))]


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
    for segment in segments[end:]:
        if segment.zone is not None and segment.zone.mark.zone == "related" and segment.link_share > 0.3:
            for url, text in segment.links(base):
                if len(text) > 12:
                    found.setdefault(url, Link(url=url, text=text))
    return tuple(found.values())[:60]


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
