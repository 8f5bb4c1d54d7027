"""CSS selectors that find again, on a site's pages, what the extractor found on them without a profile.

Pure: parsed pages and their records in, selectors out. `danvan sites new` drafts a profile with them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.text import one_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from archive.records import Article

_PLAIN = re.compile(r"[A-Za-z_][\w-]*")
_NUMBERED = re.compile(r"\d{2,}")  # "post-8123", "ctl00_m_g_621a1ad0": true of one page only
_SKIPPED = frozenset({"script", "style", "noscript", "head", "title", "meta", "link", "option"})
_WRAPPERS = frozenset({"a", "b", "em", "font", "i", "p", "span", "strong"})
_ALIKE = 2  # articles that may well have come out on one day
_ENOUGH = 0.6  # of the pages a field was found on
_DATE_SLACK = 60  # characters a date's element may hold beside the date itself


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """An article page, parsed, and its record."""

    tree: HtmlElement
    article: Article


def select_tables(pages: Sequence[ReadPage]) -> dict[str, str]:
    """Field of `Select` → the one selector that finds it on most of the pages; fields without one are absent."""
    chosen: dict[str, str] = {}
    for field in ("headline", "description", "body", "date", "author"):
        if field == "date" and _is_clock(pages):
            continue
        votes: Counter[str] = Counter()
        found = 0
        for page in pages:
            element = _element(field, page)
            if element is not None:
                found += 1
                votes.update(_selectors(element, page.tree))
        # Of equals the first wins: ids before classes, as _selectors gives them.
        best = max(votes, key=lambda selector: votes[selector], default=None)
        if best and votes[best] >= found * _ENOUGH:
            chosen[field] = best
    return chosen


def _is_clock(pages: Sequence[ReadPage]) -> bool:
    """Whether every page was given the same date: then it was the visit's, not the article's."""
    dates = [page.article.date_published_raw for page in pages]
    return len(dates) > _ALIKE and len(set(dates)) == 1


def _element(field: str, page: ReadPage) -> HtmlElement | None:
    article = page.article
    if field == "headline":
        return _deepest_with(page.tree, article.headline, slack=0)
    if field == "description":
        text = article.description
        return _deepest_with(page.tree, text, slack=len(article.dateline or "") + 4) if text else None
    if field == "date":
        return _deepest_with(page.tree, article.date_published_raw or "", slack=_DATE_SLACK)
    if field == "author":
        author = article.authors[0] if article.authors else None
        return _deepest_with(page.tree, author.name_raw, slack=0) if author else None
    return _common_block(page.tree, [p for p in article.article_body.split("\n\n") if p.strip()])


def _deepest_with(tree: HtmlElement, wanted: str, *, slack: int) -> HtmlElement | None:
    """The innermost element whose text holds `wanted` and at most `slack` characters more."""
    wanted = one_line(wanted)
    if not wanted:
        return None
    found = None
    for element in _visible(tree):
        text = one_line(element.text_content())
        if wanted in text and len(text) <= len(wanted) + slack:
            found = element  # document order: what comes later lies deeper, or is a repetition
            break
    while found is not None:
        inner = next((c for c in found if isinstance(c.tag, str) and wanted in one_line(c.text_content())), None)
        if inner is None:
            return found
        if inner.tag in _WRAPPERS and not _names(inner):  # <h1 id="…"><span>: the name stands on the outer one
            return found
        found = inner
    return None


def _common_block(tree: HtmlElement, paragraphs: list[str]) -> HtmlElement | None:
    """The innermost element that holds the first and the last paragraph."""
    if not paragraphs:
        return None
    first, last = one_line(paragraphs[0])[:80], one_line(paragraphs[-1])[-80:]
    found = None
    for element in _visible(tree):
        text = one_line(element.text_content())
        if first in text and last in text:
            found = element
    return found if found is None or len(paragraphs) > 1 else _named_parent(found)


def _named_parent(element: HtmlElement) -> HtmlElement:
    parent = element
    while parent.tag in _WRAPPERS and parent.getparent() is not None:
        parent = parent.getparent()
    return parent


def _visible(tree: HtmlElement) -> Iterator[HtmlElement]:
    for element in tree.iter():
        if isinstance(element.tag, str) and element.tag not in _SKIPPED:
            yield element


def _names(element: HtmlElement) -> list[str]:
    """How the element may be called: its id, then its classes, without what is numbered for one page."""
    own = element.get("id") or ""
    named = [("#", own)] if own else []
    named += [(".", name) for name in (element.get("class") or "").split()]
    return [mark + name for mark, name in named if _PLAIN.fullmatch(name) and not _NUMBERED.search(name)]


def _selectors(element: HtmlElement, tree: HtmlElement) -> Iterator[str]:
    """Selectors whose first match in the page is the element: by its own name, else by its parents'."""
    direct = [*_names(element), *(f"{element.tag}{name}" for name in _names(element))]
    parents = [
        f"{name} {element.tag}"
        for parent in list(element.iterancestors())[:3]
        if parent.tag not in ("body", "html")
        for name in _names(parent)
    ]
    for selector in [*direct, *parents, *([element.tag] if element.tag in ("h1", "article", "main") else [])]:
        matches = tree.cssselect(selector)
        if matches and matches[0] is element:
            yield selector
