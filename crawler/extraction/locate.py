"""Where the article's text stands: the element a rule or a mark names, else the one that holds the prose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crawler.extraction.segments import Segment
from crawler.extraction.vocabulary import CONTENT_CLASS

PROSE = 45  # characters from which a block counts as prose
_SHARE = 0.6  # of a parent's prose that makes a child the one to descend into


def is_prose(segment: Segment) -> bool:
    """A block of running text: long enough, hardly linked, no heading."""
    return segment.src is None and len(segment.text) >= PROSE and segment.link_share < 0.4 and not segment.heading


def prose_by_element(segments: Iterable[Segment]) -> dict[Any, int]:
    """How many characters of prose each element holds, its descendants' included."""
    weights: dict[Any, int] = {}
    for segment in segments:
        if is_prose(segment):
            element = segment.element
            while element is not None:
                weights[element] = weights.get(element, 0) + len(segment.text)
                element = element.getparent()
    return weights


def densest(root: Any, weights: dict[Any, int]) -> Any:
    """The smallest element that holds most of the prose at every step down from the root."""
    element = root
    while True:
        total = weights.get(element, 0)
        best = max(element, key=lambda child: weights.get(child, 0), default=None)
        if best is None or weights.get(best, 0) < max(_SHARE * total, PROSE) or best.tag in ("p", "li", "tr", "span", "font", "td"):
            if best is not None and best.tag in ("tr", "td") and weights.get(best, 0) >= 0.9 * total:
                element = best
                continue
            return element
        element = best


def find_content(root: Any, segments: list[Segment]) -> Any:
    """The element that holds the body: a marked one that has most of the prose, else the densest."""
    weights = prose_by_element(segments)
    if not weights:
        return None
    dense = densest(root, weights)
    total = weights.get(dense, 0)
    best = None
    for element, weight in weights.items():
        marks = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
        if len(marks) > 2 and CONTENT_CLASS.search(marks) and weight >= 0.7 * total:
            if best is None or weight < weights[best] * 0.97 or (weight <= weights[best] and _inside(element, best)):
                best = element
    return best if best is not None else dense


def _inside(element: Any, outer: Any) -> bool:
    while element is not None:
        if element is outer:
            return True
        element = element.getparent()
    return False


def ancestors(*elements: Any) -> frozenset[Any]:
    """The elements and everything above them."""
    found = set()
    for element in elements:
        while element is not None:
            found.add(element)
            element = element.getparent()
    return frozenset(found)
