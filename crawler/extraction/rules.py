"""Which rule a page is read by: the site's layout of that day, a recognised CMS family, or none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from datetime import date
from functools import lru_cache
from typing import Any

from lxml import etree
from lxml.cssselect import CSSSelector

from crawler.profile import load_families, load_family
from crawler.site import Layout, Select, Site

_FIELDS = tuple(each.name for each in fields(Select))
_GONE = ("drop", "related", "caption", "date_modified")  # fields a page may lack without the layout having changed
_NAMED = etree.XPath("//*[@class or @id]")
_SIMPLE = re.compile(r"(?P<tag>[a-z][a-z0-9]*)?(?:(?P<kind>[.#])(?P<name>[\w-]+))?")


class Index:
    """Elements by class and id: one pass over the tree answers every simple selector."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._classes: dict[str, list[Any]] = {}
        self._ids: dict[str, list[Any]] = {}
        for element in _NAMED(root):
            names = element.get("class")
            if names:
                for name in names.split():
                    self._classes.setdefault(name, []).append(element)
            own = element.get("id")
            if own:
                self._ids.setdefault(own, []).append(element)

    def select(self, selector: str) -> list[Any]:
        """The elements that the CSS selector finds, in page order."""
        simple = _SIMPLE.fullmatch(selector)
        if simple is None or simple["name"] is None:
            return list(_compiled(selector)(self._root)) if self._may_match(selector) else []
        found = (self._classes if simple["kind"] == "." else self._ids).get(simple["name"], [])
        return [element for element in found if element.tag == simple["tag"]] if simple["tag"] else found

    def _may_match(self, selector: str) -> bool:
        """Whether every class and id that the selector names is on the page at all."""
        if "," in selector or ":" in selector:
            return True
        names = re.findall(r"([.#])([\w-]+)", re.sub(r"\[[^\]]*\]", "", selector))
        return all(name in (self._classes if kind == "." else self._ids) for kind, name in names)


@dataclass(slots=True)
class Rule:
    """What a layout's selectors find. `name` goes on the record; `misses` are the fields whose selectors found nothing."""

    name: str = "generic"
    found: dict[str, list[Any]] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)


def choose_rule(root: Any, text: str, site: Site, day: date | None) -> Rule:
    """The site's layout whose headline or body is there, the day's first; else the family's; else the empty rule.

    A layout out of its bounds comes last, not never: a page captured today may still wear the look of its year.
    """
    families = (load_family(site.family),) if site.family and not site.layouts else _families()
    head = text[:250_000]
    families = tuple(family for family in families if not site.layouts and _is_family(family, root, head))
    if not site.layouts and not families:
        return Rule()
    index = Index(root)
    for layout in dict.fromkeys((*site.layouts_on(day), *site.layouts)):
        if _fits(index, layout):
            return _apply(index, layout, f"site:{site.name}/{layout.name}")
    if site.layouts:
        families = tuple(family for family in _families() if _is_family(family, root, head))
    for family in families:
        for layout in family.layouts:
            if _fits(index, layout):
                return _apply(index, layout, f"family:{family.name}")
    return Rule(misses=["layout"] if site.layouts else [])


def _apply(index: Index, layout: Layout, name: str) -> Rule:
    rule = Rule(name=name)
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


def _is_family(family: Site, root: Any, text: str) -> bool:
    generator = _generator(root)
    if generator and any(name.lower() in generator for name in family.detect.generator):
        return True
    return any(marker in text for marker in family.detect.markers)


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
