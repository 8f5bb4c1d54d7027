"""What an element looks like on the page, and whether by its look it is a block of its own or goes on with its line.

`parts` are the text nodes, with their state, of the line that has not ended yet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from crawler.extraction.marks import FONT_SIZES, NO_STYLE, Style
from crawler.extraction.segments import HEADINGS, Segment, State

Parts = Sequence[tuple[str, State]]
_BOLD = frozenset(("b", "strong", "th"))
_ITALIC = frozenset(("i", "em", "cite"))
_ENDS = re.compile(r"[.!?:;…”\"')\]»]\s*$")


def take_look(state: State, element: Any, tag: str, style: Style) -> None:
    """Give the state what the element and its style say of the look."""
    if tag in _BOLD or tag in HEADINGS:
        state.bold = True
    elif tag in _ITALIC:
        state.italic = True
    elif tag == "a":
        state.link = element.get("href") or state.link
    elif tag == "font":
        state.size = FONT_SIZES.get((element.get("size") or "").strip(), state.size)
    elif tag == "center":
        state.align = "center"
    align = element.get("align")
    if align and tag not in ("table", "img"):
        state.align = {"middle": "center"}.get(align.lower(), align.lower())
    if style is not NO_STYLE:
        state.bold = state.bold if style.bold is None else style.bold
        state.italic = state.italic if style.italic is None else style.italic
        state.align = style.align or state.align
        state.size = style.size or state.size


def is_large(element: Any, tag: str, outer: State, style: Style, parts: Parts) -> bool:
    """Whether an inline element is set as a title is: larger than what stands before it, and nothing in its line after."""
    size = style.size or (FONT_SIZES.get((element.get("size") or "").strip()) if tag == "font" else None)
    if (
        not size
        or size < 17
        or size < 1.2 * (outer.size or 14.0)
        or outer.tag in HEADINGS
        or (element.tail or "").strip()
    ):
        return False
    if parts:
        return (parts[-1][1].size or 14.0) < size and sum(len(part) for part in element.itertext()) > 12
    return element.getnext() is not None


def stands_apart(element: Any, parts: Parts) -> bool:
    """Whether an inline element marked as date, author, … is a part of the layout, not of a sentence."""
    if parts and len("".join(text for text, _ in parts)) > 60:
        return False
    return len((element.tail or "").strip()) < 15


def spaced(parts: list[tuple[str, State]]) -> list[tuple[str, State]]:
    """The parts with a space where the style sheet draws one: between two elements, a word that ends and a capital."""
    apart = parts[:1]
    for before, after in pairwise(parts):
        last, first = before[0][-1:], after[0][:2]
        if (
            (last.islower() or last.isdigit())
            and first[:1].isupper()
            and first[1:].islower()
            and before[1] is not after[1]
        ):
            apart.append((" ", after[1]))
        apart.append(after)
    return apart


def goes_on(before: Segment, segment: Segment) -> bool:
    """Whether a line after <br> in the same element is the same sentence going on."""
    return (
        before.block is segment.block
        and before.src is None
        and segment.src is None
        and segment.text[:1].islower()
        and not segment.cells
        and len(before.text) > 25
        and not _ENDS.search(before.text)
    )
