"""A parsed page taken apart: what it says of itself, its segments, its headline, and where its text stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.extraction import marks
from crawler.extraction.details import base_of
from crawler.extraction.headline import Headline, References, find_headline, reference_titles
from crawler.extraction.locate import Place, locate
from crawler.extraction.rules import Rule, choose_rule
from crawler.extraction.segments import Segment, Span, prose_chars
from crawler.extraction.structured import Structured, read_structured
from crawler.extraction.surroundings import lists_around
from crawler.extraction.walk import Walk
from crawler.site import Site

_VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯạ-ỹẠ-Ỹ]")
_TONED = re.compile("[ạ-ỹẠ-ỸđĐơưƠƯ]")
_LITTLE = 200  # characters of prose below which a page is looked through without regard to class names
_MOST = 0.6  # of all running text that a piece of furniture cannot hold
_SECTIONS = ("related", "drop")


@dataclass(frozen=True, slots=True)
class Reading:
    """A page taken apart. `place` is None where it has no running text; `base` is what relative links count from."""

    url: str
    base: str
    root: Any
    now: datetime
    site: Site
    structured: Structured
    rule: Rule
    segments: Sequence[Segment]
    spans: Sequence[Span]
    times: Sequence[tuple[Any, int]]
    headline: Headline
    place: Place | None
    language: str
    vietnamese: bool

    @property
    def content(self) -> Sequence[Segment]:
        """The segments of the content, from after the headline on."""
        return self.segments[self.place.start : self.place.end] if self.place else ()

    @property
    def entry(self) -> Sequence[Segment]:
        """The segments from the headline, or the content, to where the article's surroundings end."""
        if self.place is None:
            return ()
        top = self.headline.place
        return self.segments[top if 0 <= top < self.place.start else self.place.start : self.place.scope]


def read_page(root: Any, text: str, url: str, site: Site, now: datetime) -> Reading:
    """Everything the later steps look at. `text` is the page's source, `now` the time of its capture."""
    structured = read_structured(root)
    rule = choose_rule(root, text, site, now.date())
    named: dict[Any, str] = {}
    for field, elements in rule.found.items():
        if field not in _SECTIONS:
            for element in elements:
                named.setdefault(element, field)
    walk = _walk(root, named, rule)
    headline = _headline(walk, reference_titles(root, structured))
    place = locate(root, walk.segments, walk.spans, headline)
    if "body" in rule.found and (place is None or place.element not in rule.found["body"]):
        rule.misses.append("body")
    content = walk.segments[place.start : place.end] if place else walk.segments
    language = _language(root, content)
    return Reading(
        url=url, base=base_of(root, url), root=root, now=now, site=site, structured=structured, rule=rule,
        segments=walk.segments, spans=walk.spans, times=walk.times, headline=headline, place=place, language=language,
        vietnamese=language == "vi" or _is_vietnamese_site(root, text, url),
    )  # fmt: skip


def _walk(root: Any, named: dict[Any, str], rule: Rule) -> Walk:
    """The walk, repeated where class names that tell furniture turned out to hold the text."""
    body = next((child for child in root if child.tag == "body"), None)
    top = body if body is not None else root
    dropped = frozenset(e for field in _SECTIONS for e in rule.found.get(field, ()))
    passed = lists_around(top, rule)
    walk = Walk(top, named, dropped, passed)
    if prose_chars(walk.segments) < _LITTLE:
        thorough = Walk(top, named, dropped, thorough=True)
        walk = thorough if _all_prose(thorough) > _all_prose(walk) + 100 else walk
    for _ in range(3):
        holder = _misnamed(walk)
        if holder is None:
            break
        named = {**named, holder: "kept"}
        walk = Walk(top, named, dropped, passed)
    return walk


def _all_prose(walk: Walk) -> int:
    return sum(len(segment.text) for segment in walk.segments if _is_running(segment))


def _is_running(segment: Segment) -> bool:
    return segment.src is None and len(segment.text) >= 45 and segment.linked < 0.4 * segment.chars


def _misnamed(walk: Walk) -> Any:
    """The element called furniture that holds most of the page's running text; None if there is none."""
    weights: dict[Any, int] = {}
    total = 0
    for segment in walk.segments:
        if _is_running(segment):
            total += len(segment.text)
            zone = segment.zone
            if zone is not None and zone.mark.zone in marks.WEAK:
                weights[zone] = weights.get(zone, 0) + len(segment.text)
    best = max(weights, key=lambda zone: weights[zone], default=None)
    return best.element if best is not None and weights[best] > max(_MOST * total, 100) else None


def _headline(walk: Walk, references: References) -> Headline:
    for span in walk.spans:
        if span.named == "headline":
            inside = [s for s in walk.segments[span.start : span.end] if s.src is None]
            text = " ".join(segment.text for segment in inside)
            if 3 < len(text) <= 500:
                return Headline(text, inside[-1].place, named=True)
    return find_headline(walk.segments, references)


def _language(root: Any, content: Sequence[Segment]) -> str:
    """vi where Vietnamese letters are common; else what the page declares, or en."""
    text = " ".join(segment.text for segment in content if segment.link_share < 0.5)[:1500]
    letters = sum(map(str.isalpha, text))
    if letters and len(_VIETNAMESE.findall(text)) > 0.05 * letters:
        return "vi"
    declared = (root.get("lang") or root.get("xml:lang") or "").lower().split("-")[0][:2]
    return declared if declared.isalpha() and declared not in ("", "vi") else "en"


def _is_vietnamese_site(root: Any, text: str, url: str) -> bool:
    """Whether a text in another language stands on a Vietnamese site: its menus, its host or its head say so."""
    host = url.split("/")[2] if url.count("/") > 1 else ""
    declared = (root.get("lang") or "").lower()
    return host.endswith(".vn") or declared.startswith("vi") or len(_TONED.findall(text, 0, 400_000)) > 40
