"""Which heading is the article's own: not the site's name, not the portlet's, not a related item's."""

from __future__ import annotations

import re
from typing import Any

from archive.text import fold, one_line
from crawler.extraction.structured import Structured
from crawler.extraction.vocabulary import GENERIC_TITLE, JUNK_CLASS, JUNK_HEADING

_TITLE_CLASS = re.compile(r"title|headline|tieu-?de|tieude|header-?title|detail|name|heading", re.I)
_OUTSIDE = frozenset(("header", "nav", "footer", "aside"))
_WORDS = re.compile(r"\w+")
_SUFFIX = re.compile(r"\s+[-–—|»:•]\s+|\s*\|\s*|\s+::\s+")


def find_headline(root: Any, structured: Structured) -> tuple[str | None, Any]:
    """(headline, its element); the element is None when only the page's head names it."""
    wanted = reference_titles(root, structured)
    best: tuple[float, int, str, Any] | None = None
    for order, element in enumerate(_candidates(root)):
        text = one_line(element.text_content())
        score = _score(element, text, wanted)
        if score > 0.9 and (best is None or score > best[0]):
            best = (score, order, text, element)
    if best:
        return best[2], best[3]
    for text in wanted:
        if not GENERIC_TITLE.match(fold(text)):
            return text, None
    return None, None


def reference_titles(root: Any, structured: Structured) -> tuple[str, ...]:
    """What the page's head calls the article: JSON-LD, OpenGraph, <title> without the site's name."""
    title = root.find(".//title")
    names = [
        structured.text("headline"),
        structured.first("og:title", "twitter:title", "dc.title"),
        one_line(title.text_content()) if title is not None else None,
        structured.text("name"),
    ]
    site = fold(structured.first("og:site_name", "application-name") or "")
    found: list[str] = []
    for name in names:
        if name:
            bare = _without_site(name, site)
            if bare and bare not in found and len(bare) > 3:
                found.append(bare)
    return tuple(found)


def _without_site(title: str, site: str) -> str:
    parts = _SUFFIX.split(title)
    while len(parts) > 1 and (fold(parts[-1]) == site or GENERIC_TITLE.match(fold(parts[-1])) or len(parts[-1]) < len(parts[0])):
        title = title[: title.rfind(parts[-1])].rstrip(" -–—|»:•")
        parts.pop()
    return title.strip()


def _candidates(root: Any) -> list[Any]:
    found = []
    for element in root.iter("h1", "h2", "h3", "h4", "div", "span", "p", "td", "b", "strong", "a"):
        if element.tag in ("h1", "h2", "h3"):
            found.append(element)
            continue
        marks = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
        if len(marks) > 2 and _TITLE_CLASS.search(marks) and len(element) < 6:
            found.append(element)
        if len(found) > 400:
            break
    return found


def _score(element: Any, text: str, wanted: tuple[str, ...]) -> float:
    if not 8 <= len(text) <= 400:
        return 0.0
    folded = fold(text)
    if GENERIC_TITLE.match(folded) or JUNK_HEADING.match(folded):
        return 0.0
    score = 3.0 * max((similarity(text, title) for title in wanted), default=0.0)
    score += {"h1": 1.2, "h2": 0.5, "h3": 0.3}.get(element.tag, 0.0)
    marks = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
    if re.search(r"title|headline|tieu-?de", marks, re.I):
        score += 0.4
    score -= _penalty(element, text)
    return score - len(text) / 2000


def _penalty(element: Any, text: str) -> float:
    penalty = 0.0
    linked = sum(len(one_line(a.text_content())) for a in element.iter("a") if a.get("href"))
    if linked > 0.7 * len(text):
        penalty += 0.8
    depth = 0
    while element is not None and depth < 8:
        marks = f"{element.get('class') or ''} {element.get('id') or ''}"
        if element.tag in _OUTSIDE or (marks.strip() and depth < 5 and JUNK_CLASS.search(marks)):
            penalty += 1.5
            break
        if element.tag in ("li",):
            penalty += 0.6
        element = element.getparent()
        depth += 1
    return penalty


def similarity(one: str, other: str) -> float:
    """How alike two titles are, 0 to 1: shared words over the longer's, or almost 1 for a cut-off beginning."""
    a, b = _WORDS.findall(fold(one)), _WORDS.findall(fold(other))
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    short, long = sorted((a, b), key=len)
    if len(short) >= 5 and long[: len(short)] == short and len(short) >= len(long) * 0.5:
        return 0.95
    return len(set(a) & set(b)) / max(len(set(a)), len(set(b)))
