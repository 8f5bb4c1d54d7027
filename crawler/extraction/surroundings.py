"""What stands around an article: lists of other pages there are not worth the walk.

A rule that finds headline and text settles where the article stands; so do a page's only h1 and the elements whose
names say that they hold its content. Of the rest of the page only what may belong to
the record is looked at: short of links, or marked as the article's tags, its place in the site, or related pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from crawler.extraction import marks
from crawler.extraction.marks import Mark, read_mark
from crawler.extraction.rules import Index, Rule
from crawler.extraction.segments import is_longer, with_ancestors

_OF_THE_RECORD = marks.TAGS | marks.CRUMB  # dates, names and sections stand with every title of a list, too
_CONTENTS = etree.XPath(
    ".//*[self::div or self::section or self::article or self::td][@itemprop='articleBody' or contains(@class, 'ontent') "
    "or contains(@class, 'body') or contains(@class, 'detail') or contains(@class, 'text') or contains(@id, 'ontent')]"
)
_DEPTH = 3  # how far a part that holds more than links is looked into
_FEW = 5  # links that make no list
_TITLE = 130  # characters a link: a title, hardly a summary with it
_PARTS = frozenset(("div", "section", "aside", "ul", "ol", "td", "table", "nav", "footer", "header"))


def lists_around(top: Any, rule: Rule) -> frozenset[Any]:
    """Elements under `top` outside the article that hold links to other pages and nothing of the record."""
    found = rule.found
    headline = found.get("headline") or _only_headline(top)
    bodies = (found.get("body") or _marked_content(top)) if headline else ()
    if not bodies:
        return frozenset()
    named = [*headline, *bodies, *(element for elements in found.values() for element in elements)]
    article = _common((headline[0], *bodies))
    path = with_ancestors(named)
    lists: set[Any] = set()
    if article in path and top in path and article is not top:
        index = rule.index or Index(top)
        around = _Around(article, path, with_ancestors(index.whose_names(_is_of_record)))
        around.look(top, lists, _DEPTH)
    return frozenset(lists)


def _only_headline(top: Any) -> Sequence[Any]:
    found = list(top.iter("h1"))
    return found if len(found) == 1 else ()


def _marked_content(top: Any) -> Sequence[Any]:
    return [element for element in _CONTENTS(top) if _mark_of(element).roles & marks.CONTENT]


def _mark_of(element: Any) -> Mark:
    names = element.get("class"), element.get("id"), element.get("itemprop")
    return read_mark(" ".join(filter(None, names)))


@dataclass(frozen=True, slots=True)
class _Around:
    """The article's element, those that hold a part of it (`path`), and those that hold what is marked as the record's."""

    article: Any
    path: frozenset[Any]
    marked: frozenset[Any]

    def look(self, part: Any, lists: set[Any], depth: int) -> None:
        for child in part:
            if child is self.article or child.tag not in _PARTS:
                continue
            if child in self.path:
                self.look(child, lists, depth)
            elif child not in self.marked and _is_list(child):
                lists.add(child)
            elif depth > 1:
                self.look(child, lists, depth - 1)


def _is_list(part: Any) -> bool:
    links = sum(1 for _ in part.iter("a"))
    return links >= _FEW and not is_longer(part, _TITLE * links)


def _is_of_record(names: str) -> bool:
    mark = read_mark(names)
    return bool(mark.roles & _OF_THE_RECORD) or mark.zone == "related"


def _common(elements: Sequence[Any]) -> Any:
    """The smallest element that holds all of them."""
    shared: list[Any] | None = None
    for element in elements:
        chain = [element, *element.iterancestors()]
        shared = chain if shared is None else [each for each in shared if each in chain]
    return shared[0] if shared else None
