"""Which rule a page is read by: the site's layout of that day, a recognised CMS family, or none."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from lxml.cssselect import CSSSelector

from crawler.profile import load_families, load_family
from crawler.site import Layout, Select, Site


@dataclass(slots=True)
class Rule:
    """The selectors to try first. `name` goes on the record; `misses` collects those that found nothing."""

    name: str = "generic"
    select: Select = field(default_factory=Select)
    misses: list[str] = field(default_factory=list)

    def elements(self, root: Any, what: str) -> list[Any]:
        """What the first matching selector of that field finds; a field whose selectors all miss is noted."""
        selectors = getattr(self.select, what)
        for selector in selectors:
            found = _compiled(selector)(root)
            if found:
                return list(found)
        if selectors and what not in self.misses:
            self.misses.append(what)
        return []


def choose_rule(root: Any, text: str, site: Site, day: date | None) -> Rule:
    """The site's layout whose headline or body is there, the day's first; else the family's; else the empty rule.

    A layout out of its bounds comes last, not never: a page captured today may still wear the look of its year.
    """
    for layout in dict.fromkeys((*site.layouts_on(day), *site.layouts)):
        if _fits(root, layout):
            return Rule(name=f"site:{site.name}/{layout.name}", select=layout.select)
    families = (load_family(site.family),) if site.family and not site.layouts else _families()
    head = text[:200_000]
    for family in families:
        if _is_family(family, root, head):
            for layout in family.layouts:
                if _fits(root, layout):
                    return Rule(name=f"family:{family.name}", select=layout.select)
    rule = Rule()
    if site.layouts:
        rule.misses.append("layout")
    return rule


def _fits(root: Any, layout: Layout) -> bool:
    return any(_compiled(selector)(root) for selector in (*layout.select.body, *layout.select.headline))


def _is_family(family: Site, root: Any, text: str) -> bool:
    generator = root.find('.//meta[@name="generator"]')
    content = (generator.get("content") or "").lower() if generator is not None else ""
    if any(name.lower() in content for name in family.detect.generator):
        return True
    return any(marker in text for marker in family.detect.markers)


@lru_cache(maxsize=1)
def _families() -> tuple[Site, ...]:
    return load_families()


@lru_cache(maxsize=2048)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector)
