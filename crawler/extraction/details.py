"""The smaller fields: section, keywords, view count, attachments, canonical address, links, next page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin, urlsplit

from archive.records import Attachment, Link
from archive.text import fold, one_line
from archive.urls import identity, same_site
from crawler.extraction.body import Body
from crawler.extraction.rules import Rule
from crawler.extraction.segments import Segment
from crawler.extraction.structured import Structured
from crawler.extraction.vocabulary import ATTACHMENT, VIEW_COUNT
from crawler.site import Site

MAX_LINKS = 5000
_CRUMB = re.compile(r"breadcrumb|bread-crumb|duong-?dan|breakcrumb|article__cate|detail-cate|cate-name|category-?name|path-?way|sitemap-?path", re.I)
_TAG_BOX = re.compile(r"(?:^|[\s_\-])(?:tags?|tag-?list|post-?tags|tags-links|article__tag|detail-tag|keywords?|tu-?khoa|news-tag|box-tags?)(?:$|[\s_\-])", re.I)
_NOT_SECTION = re.compile(r"^(?:trang chu|home|tin tuc - su kien|trang nhat|chi tiet.*|noi dung.*|>|»|/|›)$")
_NEXT = re.compile(r"^(?:trang sau|trang tiep(?: theo)?|tiep(?: theo)?|sau|next(?: page)?|older(?: posts)?|xem tiep|cu hon|[>»›→]{1,2}|>>)$")


def section_of(root: Any, structured: Structured, rule: Rule, headline: str) -> str | None:
    """The section the page names: structured data, then the last breadcrumb that is not the article itself."""
    for element in rule.elements(root, "section")[:1]:
        if text := one_line(element.text_content()):
            return text
    told = structured.text("articleSection") or structured.first("article:section")
    if told:
        return told
    names = list(structured.breadcrumb) or _crumbs(root)
    title = fold(headline)
    names = [name for name in names if not _NOT_SECTION.match(fold(name)) and fold(name)[:30] != title[:30]]
    return names[-1] if names else None


def _crumbs(root: Any) -> list[str]:
    for element in root.iter("div", "ul", "ol", "nav", "p", "span", "td"):
        marks = f"{element.get('class') or ''} {element.get('id') or ''}"
        if len(marks) > 3 and _CRUMB.search(marks):
            names = [one_line(a.text_content()) for a in element.iter("a")]
            names = [name for name in names if 1 < len(name) < 80]
            if names:
                return names
    return []


def keywords_of(root: Any, structured: Structured, rule: Rule) -> tuple[str, ...]:
    """The tags the page lists, else its news keywords; the site-wide meta keywords of a portal are not told apart."""
    names: list[str] = []
    for element in rule.elements(root, "keywords"):
        names += _tag_names(element)
    if not names:
        for element in root.iter("div", "ul", "p", "section", "span", "td", "footer"):
            if _TAG_BOX.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
                names = _tag_names(element)
                if names:
                    break
    if not names:
        listed = structured.article.get("keywords") or structured.first("news_keywords", "article:tag")
        names = [str(one) for one in listed] if isinstance(listed, list) else re.split(r"[,;]", str(listed or ""))
    return tuple(dict.fromkeys(one_line(name).strip(" #,;.") for name in names if one_line(name).strip(" #,;.")))[:40]


def _tag_names(element: Any) -> list[str]:
    names = [one_line(a.text_content()) for a in element.iter("a")]
    return [name for name in names if 1 < len(name) < 80]


def view_count_of(root: Any, structured: Structured, rule: Rule) -> int | None:
    """How often the page says it was read."""
    told = structured.first("view-count")
    texts = [one_line(e.text_content()) for e in rule.elements(root, "view_count")[:2]]
    if told:
        texts.append(f"Lượt xem: {told}")
    for text in texts:
        digits = re.search(r"\d[\d.,]*", text)
        if digits:
            return _number(digits[0])
    for element in root.iter("span", "div", "p", "li", "td", "em", "i", "b", "strong", "label", "font"):
        if len(element) > 8:
            continue
        text = one_line("".join(element.itertext()))
        if len(text) > 90 or not any(c.isdigit() for c in text):
            continue
        found = VIEW_COUNT.search(fold(text))
        if found:
            return _number(next(group for group in found.groups() if group))
    return None


def _number(text: str) -> int | None:
    digits = re.sub(r"\D", "", text)
    return int(digits) if digits and len(digits) < 12 else None


def attachments_of(body: Body, after: Iterable[Segment]) -> list[Attachment]:
    """The documents the article offers, in its text or right after it."""
    found = {attachment.url: attachment for attachment in body.attachments}
    for segment in after:
        for url, text in segment.links:
            if text and (ATTACHMENT.search(url) or "linkclick.aspx" in url.lower()):
                found.setdefault(url, Attachment(url=url, name=text))
    return list(found.values())


def canonical_of(root: Any, url: str, site: Site) -> str | None:
    """The address the page names as its own, when it is another page of the same site."""
    for link in root.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            try:
                target = urljoin(url, (link.get("href") or "").strip())
            except ValueError:
                return None
            hosts = site.hosts or (urlsplit(url).hostname or "",)
            if not same_site(target, hosts):
                return None
            keep = site.addresses.keep_params
            if identity(target, keep_params=keep, hosts=hosts) == identity(url, keep_params=keep, hosts=hosts):
                return None
            home = urlsplit(target).path in ("", "/") and not urlsplit(target).query
            return None if home else target
    return None


def links_of(root: Any, url: str) -> tuple[tuple[Link, ...], str | None]:
    """(every http link once, in page order, with its text; the next page of a listing)."""
    base = _base(root, url)
    found: dict[str, str] = {}
    following: str | None = None
    for link in root.iter("link"):
        if "next" in (link.get("rel") or "").lower().split() and link.get("href"):
            following = _absolute(base, link.get("href"))
    for anchor in root.iter("a"):
        href = anchor.get("href")
        if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")):
            continue
        target = _absolute(base, href)
        if target is None:
            continue
        text = one_line(anchor.text_content()) or one_line(anchor.get("title") or "")
        if following is None and _is_next(anchor, text):
            following = target
        if target not in found or not found[target]:
            if len(found) >= MAX_LINKS and target not in found:
                break
            found[target] = text[:400]
    return tuple(Link(url=target, text=text) for target, text in found.items()), following


def _is_next(anchor: Any, text: str) -> bool:
    if "next" in (anchor.get("rel") or "").lower().split():
        return True
    parent = anchor.getparent()
    marks = f"{anchor.get('class') or ''} {parent.get('class') or '' if parent is not None else ''}".lower().split()
    return bool(_NEXT.match(fold(text))) or (len(text) < 20 and any(mark in ("next", "page-next", "pagination-next") for mark in marks))


def _base(root: Any, url: str) -> str:
    base = root.find(".//base[@href]")
    return _absolute(url, base.get("href")) or url if base is not None else url


def _absolute(base: str, href: str) -> str | None:
    try:
        target = urljoin(base, href.strip())
    except ValueError:
        return None
    return target if target.startswith(("http://", "https://", "file://")) else None
