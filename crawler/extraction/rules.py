"""Which rule a page is read by: the site's layout of that day, a recognised CMS family, or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any

from lxml.cssselect import CSSSelector

from crawler.profile import load_families, load_family
from crawler.site import Layout, Select, Site

_FIELDS = tuple(each.name for each in fields(Select))
_GONE = ("drop", "related", "caption", "date_modified")  # fields a page may lack without the layout having changed
_HEAD = 250_000  # characters of source searched for a family's marks
_SIMPLE = re.compile(r"(?P<tag>[a-z][a-z0-9]*)?(?P<names>(?:[.#][\w-]+)*)")
_NAME = re.compile(r"([.#])([\w-]+)")


@dataclass(frozen=True, slots=True)
class _Step:
    """One part of a selector: a tag, its classes (".") and ids ("#"), and whether it is a child of the part before."""

    tag: str
    names: tuple[tuple[str, str], ...]
    child: bool


@lru_cache(maxsize=2048)
def _steps(selector: str) -> tuple[_Step, ...] | None:
    """A selector of classes, ids, tags and descendants; None for what takes a real CSS engine."""
    steps: list[_Step] = []
    child = False
    for part in selector.split():
        if part == ">":
            child = True
            continue
        simple = _SIMPLE.fullmatch(part)
        if simple is None:
            return None
        steps.append(_Step(simple["tag"] or "", tuple(_NAME.findall(simple["names"])), child))
        child = False
    return tuple(steps)


class Index:
    """Elements by class and id: one pass over the tree answers every simple selector."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._classes: dict[str, list[tuple[int, Any]]] = {}  # by the whole attribute: a page repeats few of them
        self._ids: dict[str, list[Any]] = {}
        classes, ids = self._classes, self._ids
        for place, element in enumerate(root.iter()):
            names = element.get("class")
            if names:
                classes.setdefault(names, []).append((place, element))
            own = element.get("id")
            if own:
                ids.setdefault(own, []).append(element)

    def whose_names(self, test: Callable[[str], bool]) -> Iterator[Any]:
        """The elements whose class or id attribute passes the test."""
        for names, held in self._classes.items():
            if test(names):
                yield from (element for _, element in held)
        for own, elements in self._ids.items():
            if test(own):
                yield from elements

    def select(self, selector: str) -> list[Any]:
        """The elements that the CSS selector finds, in page order."""
        steps = _steps(selector)
        if steps is None:
            return list(_compiled(selector)(self._root))
        found = self._named(steps[0])
        for step in steps[1:]:
            if not found:
                return []
            found = self._below(found, step)
        return found

    def _named(self, step: _Step) -> list[Any]:
        if not step.names:
            return list(self._root.iter(step.tag))
        elements = self._called(*step.names[0])
        for kind, name in step.names[1:]:
            others = set(self._called(kind, name))
            elements = [element for element in elements if element in others]
        return [element for element in elements if element.tag == step.tag] if step.tag else elements

    def _called(self, kind: str, name: str) -> list[Any]:
        """The elements of that class (".") or id ("#")."""
        if kind == "#":
            return self._ids.get(name, [])
        listed = [
            pair for names, held in self._classes.items() if name in names and name in names.split() for pair in held
        ]
        return [element for _, element in sorted(listed, key=itemgetter(0))]

    def _below(self, outer: list[Any], step: _Step) -> list[Any]:
        if not step.names:
            below = (
                element.iterchildren(step.tag) if step.child else element.iterdescendants(step.tag) for element in outer
            )
            return list(dict.fromkeys(element for elements in below for element in elements))
        held = set(outer)
        if step.child:
            return [element for element in self._named(step) if element.getparent() in held]
        return [element for element in self._named(step) if any(each in held for each in element.iterancestors())]


@dataclass(slots=True)
class Rule:
    """What a layout's selectors find. `name` goes on the record; `misses` are the fields whose selectors found nothing.

    `index` is the page's, where one was made to look for the layout.
    """

    name: str = "generic"
    found: dict[str, list[Any]] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)
    index: Index | None = None


def choose_rule(root: Any, text: str, site: Site, day: date | None) -> Rule:
    """The site's layout whose headline or body is there, the day's first; else the family's; else the empty rule.

    A layout out of its bounds comes last, not never: a page captured today may still wear the look of its year.
    """
    index = Index(root)
    for layout in dict.fromkeys((*site.layouts_on(day), *site.layouts)):
        if _fits(index, layout):
            return _apply(index, layout, f"site:{site.name}/{layout.name}")
    families = (load_family(site.family),) if site.family and not site.layouts else _families()
    named = _named(root, families)
    for family in named or families:
        for layout in family.layouts:
            if _fits(index, layout) and (named or _is_marked(text, family)):
                return _apply(index, layout, f"family:{family.name}")
    return Rule(misses=["layout"] if site.layouts else [], index=index)


def _apply(index: Index, layout: Layout, name: str) -> Rule:
    rule = Rule(name=name, index=index)
    for what in _FIELDS:
        selectors = getattr(layout.select, what)
        every = what in ("drop", "related", "caption")
        for selector in selectors:
            elements = index.select(selector)
            if elements:
                rule.found.setdefault(what, []).extend(elements)
                if not every:
                    break
        if selectors and what not in rule.found and what not in _GONE:
            rule.misses.append(what)
    return rule


def _fits(index: Index, layout: Layout) -> bool:
    return any(index.select(selector) for selector in (*layout.select.body, *layout.select.headline))


def _named(root: Any, families: tuple[Site, ...]) -> tuple[Site, ...]:
    """The families that the page's generator names."""
    generator = _generator(root)
    return tuple(f for f in families if generator and any(name.lower() in generator for name in f.detect.generator))


def _is_marked(text: str, family: Site) -> bool:
    """Whether one of the family's marks stands in the page's source."""
    return any(text.find(marker, 0, _HEAD) >= 0 for marker in family.detect.markers)


def _generator(root: Any) -> str:
    for meta in root.iter("meta"):
        if (meta.get("name") or "").lower() == "generator":
            return str(meta.get("content") or "").lower()
    return ""


@lru_cache(maxsize=1)
def _families() -> tuple[Site, ...]:
    return load_families()


@lru_cache(maxsize=2048)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector)
