"""The lead (sapo): a block the page marks as one, or a first paragraph wholly in bold. Never the meta alone."""

from __future__ import annotations

from typing import Any

from archive.text import fold, one_line
from crawler.extraction.body import Body
from crawler.extraction.rules import Rule
from crawler.extraction.segments import Segment
from crawler.extraction.vocabulary import LEAD_CLASS

_SHORTEST, _LONGEST = 35, 1800


def take_lead(
    root: Any, rule: Rule, body: Body, before: list[Segment], after: list[Segment], headline: str
) -> str | None:
    """The lead's text; its blocks leave the body. `before` and `after` are the segments around the content."""
    chosen = _selected(root, rule) or _marked(body, before, headline) or _apart(before, headline)
    if chosen:
        _remove(body, chosen)
        return chosen
    return _bold(body)


def _selected(root: Any, rule: Rule) -> str | None:
    for element in rule.elements(root, "description")[:2]:
        text = one_line(element.text_content())
        if len(text) >= 10:
            return text
    return None


def _marked(body: Body, before: list[Segment], headline: str) -> str | None:
    lines = [*before, *body.blocks[:4]]
    for n, segment in enumerate(lines):
        if not _is_marked(segment) or fold(headline) == segment.folded:
            continue
        holder = _holder(segment)
        whole = [each.text for each in lines[n:] if each.src is None and _is_marked(each) and _holder(each) is holder]
        text = " ".join(whole)
        if _SHORTEST <= len(text) <= _LONGEST:
            return text
    return None


def _apart(before: list[Segment], headline: str) -> str | None:
    """Prose wholly in bold that stands between the headline and the block of the text: a lead whatever its class."""
    after = [n + 1 for n, segment in enumerate(before) if segment.folded == fold(headline)]
    for segment in before[after[-1] :] if after else []:
        if (
            segment.all_bold
            and not segment.heading
            and segment.link_share < 0.2
            and _SHORTEST < len(segment.text) <= _LONGEST
        ):
            return segment.text
    return None


def _is_marked(segment: Segment) -> bool:
    return segment.src is None and segment.link_share < 0.5 and segment.marked(LEAD_CLASS, 3)


def _holder(segment: Segment) -> Any:
    element = segment.element
    while element is not None:
        marks = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
        if LEAD_CLASS.search(marks):
            return element
        element = element.getparent()
    return None


def _bold(body: Body) -> str | None:
    """The first block when it alone is wholly bold and long enough for a sentence."""
    if len(body.blocks) < 2:
        return None
    first, second = body.blocks[0], body.blocks[1]
    if (
        first.all_bold
        and not first.heading
        and _SHORTEST < len(first.text) <= _LONGEST
        and not (second.all_bold and len(second.text) > 120)
    ):
        body.blocks.pop(0)
        return first.text
    return None


def _remove(body: Body, lead: str) -> None:
    """Take the lead out of the body, and a repetition of it that opens the text."""
    wanted = fold(lead)
    kept: list[Segment] = []
    for n, block in enumerate(body.blocks):
        folded = block.folded
        if n < 6 and (
            folded == wanted
            or (
                len(folded) > 30
                and (folded in wanted or wanted in folded)
                and abs(len(folded) - len(wanted)) < max(40, len(wanted))
            )
        ):
            if folded in wanted or len(folded) < len(wanted) + 25:
                continue
        kept.append(block)
    body.blocks = kept
