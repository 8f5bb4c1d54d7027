"""The lead (sapo): a marked block, or a first paragraph wholly in bold; never the meta description alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from archive.text import fold
from crawler.extraction import marks
from crawler.extraction.prune import Body
from crawler.extraction.segments import Segment, Span, is_prose
from crawler.extraction.vocabulary import JUNK_LINE

ASKED = re.compile(r"(?:noi dung )?(?:cau )?hoi ?: ?.{30}")
"""A reader's question, folded: it is text, wherever its box stands."""
_SHORTEST, _LONGEST = 30, 2200
_APART = 3  # blocks among which an unmarked lead stands
_UNMARKED = 700  # characters: the longest lead that nothing but its make tells
_PLAIN_CLASS = re.compile(r"align|justify|mso|drop|first|intro-?cap|font|color|size|indent|^[ps]\d+$", re.IGNORECASE)
_PLACE_NAME = 30  # characters: the longest dateline or place before what the head states
_OPENING = 6  # blocks among which a marked lead stands
_NOT_LEAD = marks.CAPTION | marks.AUTHOR | marks.DATE | marks.TAGS | marks.CRUMB | marks.VIEWS | marks.SOURCE


def take_lead(
    spans: Sequence[Span],
    segments: Sequence[Segment],
    body: Body,
    before: Sequence[Segment],
    headline: str,
    stated: str,
) -> str | None:
    """The lead's text; its blocks leave the body.

    `before` are the segments between headline and content, `stated` what the page's head describes the article with.
    """
    lead = _selected(spans, segments, body) or _marked(body, before, headline)
    if lead:
        _remove(body, lead)
        return lead
    return _ahead(body, before, headline, stated) or _bold(body) or _italic(body) or _of_another_make(body)


def _selected(spans: Sequence[Span], segments: Sequence[Segment], body: Body) -> str | None:
    for span in spans:
        if span.named == "description":
            text = " ".join(
                s.text for s in segments[span.start : span.end] if s.src is None and s.place not in body.captions
            )
            if len(text) >= 10:
                return text
    return None


def _marked(body: Body, before: Sequence[Segment], headline: str) -> str | None:
    lines = [*before, *body.blocks[:_OPENING]]
    title = fold(headline)
    marked = [s for s in lines if _is_marked(s) and s.folded != title]
    text = " ".join(dict.fromkeys(s.text for s in marked))
    if not _SHORTEST <= len(text) <= _LONGEST:
        return None
    if any(block.roles & marks.LEAD for block in body.blocks[_OPENING:]) or (len(marked) > 4 and len(text) > 1200):
        return None  # the name is the whole text's
    rest = sum(len(block.text) for block in body.blocks if block not in marked)
    return text if rest >= 40 else None  # else the mark is of the whole text


def _is_marked(segment: Segment) -> bool:
    return (
        bool(segment.roles & marks.LEAD)
        and segment.src is None
        and segment.link_share < 0.5
        and not segment.roles & _NOT_LEAD
        and len(segment.text) > 12
        and not JUNK_LINE.match(segment.folded)
    )


def _ahead(body: Body, before: Sequence[Segment], headline: str, stated: str) -> str | None:
    """A paragraph that stands between headline and content, outside of it: a heading, bold, or what the head states."""
    title = fold(headline)
    for segment in before:
        if segment.src is not None or segment.zone is not None or segment.folded == title or segment.roles & _NOT_LEAD:
            continue
        if len(segment.text) < 60 or len(segment.text) > _LONGEST or segment.link_share > 0.3:
            continue
        same = bool(stated) and _alike(segment.folded, stated)
        if same or segment.heading > 1 or (is_prose(segment) and (segment.all_bold or body.blocks)):
            _remove(body, segment.text)
            return segment.text
    for n, block in enumerate(body.blocks[:_APART]):
        if len(block.text) < 60 or not stated or block.heading or block.tag == "li" or n + 1 == len(body.blocks):
            continue
        if (_is_stated(block.folded, stated) and _may_be_lead(block, body.blocks[n + 1 :])) or (
            _alike(block.folded, stated) and _stands_apart(block, body.blocks[n + 1 :])
        ):
            return body.blocks.pop(n).text
    first = body.blocks[0] if body.blocks else None
    if (
        first is not None
        and first.heading > 1
        and len(first.text) >= 90
        and len(body.blocks) > 1
        and first.text.rstrip()[-1:] in ".…”!?"
    ):
        body.blocks.pop(0)
        return first.text
    return None


def _stands_apart(block: Segment, following: Sequence[Segment]) -> bool:
    """Whether the text that follows is in another part of the page, and all of it in one."""
    texts = [s.block.getparent() for s in following if is_prose(s) and s.tag == "p" and not s.cells][:3]
    return len(texts) > 1 and all(each is texts[0] for each in texts) and block.block.getparent() is not texts[0]


def _is_stated(folded: str, stated: str) -> bool:
    """Whether the head states the whole of the paragraph and no more: an excerpt that a CMS cuts for itself ends early."""
    return stated.rstrip(" .") == folded.rstrip(" .") or (
        folded.endswith(stated) and 0 < len(folded) - len(stated) <= _PLACE_NAME and len(stated) >= 60
    )


def _may_be_lead(block: Segment, following: Sequence[Segment]) -> bool:
    """Whether a stated paragraph may be a lead: in no part called the text, and a text follows. A short news item has none."""
    return not block.roles & marks.CONTENT and sum(map(is_prose, following)) > 1


def _alike(folded: str, stated: str) -> bool:
    start = stated[:80]
    return len(start) >= 40 and (folded.startswith(start) or start in folded)


def _bold(body: Body) -> str | None:
    """The first block when it alone is wholly bold and long enough for a sentence."""
    if len(body.blocks) < 2:
        return None
    first, second = body.blocks[0], body.blocks[1]
    fits = first.all_bold and not first.heading and not first.cells and first.tag not in ("li", "blockquote")
    if not fits or not _SHORTEST + 10 < len(first.text) <= _LONGEST or _is_question(first):
        return None
    if second.all_bold and len(second.text) > 120 and sum(b.all_bold for b in body.blocks) > 0.6 * len(body.blocks):
        return None
    body.blocks.pop(0)
    return first.text


def _italic(body: Body) -> str | None:
    """The first block when it alone is wholly italic and a sentence; a quotation is none."""
    first = body.blocks[0] if body.blocks else None
    if first is None or not first.all_italic or first.heading or first.cells or first.tag in ("li", "blockquote"):
        return None
    following = [block for block in body.blocks[1:] if is_prose(block)]
    if len(following) < 2 or any(block.all_italic for block in following) or first.text[0] in "“\"'(":
        return None
    if not 2 * _SHORTEST <= len(first.text) <= _UNMARKED or first.text.rstrip()[-1:] not in ".…!?" or first.linked:
        return None
    body.blocks.pop(0)
    return first.text


def _of_another_make(body: Body) -> str | None:
    """The first paragraph when it alone is made unlike those that follow, which are all alike: by its box, tag or class.

    Where a page's names tell nothing (they are hashed, or gone), how they are spread still does.
    """
    first = body.blocks[0] if body.blocks else None
    if first is None or first.heading or first.cells or first.tag in ("li", "blockquote") or first.roles & _NOT_LEAD:
        return None
    if ASKED.match(first.folded):
        return None
    if not 2 * _SHORTEST <= len(first.text) <= _UNMARKED or first.text.rstrip()[-1:] not in '.…!?”"' or first.linked:
        return None
    following = [s for s in body.blocks[1:] if is_prose(s) and not s.cells and s.tag == "p" and not s.all_bold]
    if len(following) < 2:
        return None
    apart = _is_dressed_apart(first, following)
    if not first.roles & marks.CONTENT:  # in a part that is called the text a box alone says nothing
        apart = apart or _is_boxed_apart(first, following)
    if not apart:
        return None
    body.blocks.pop(0)
    return first.text


def _is_boxed_apart(first: Segment, following: Sequence[Segment]) -> bool:
    """Whether one box holds the paragraphs that follow, and not the first."""
    boxes = [s.block.getparent() for s in following]
    box = boxes[-1]
    own = first.block.getparent()
    return own is not box and boxes.count(box) > 0.8 * len(boxes) and own not in boxes and first.block is not box


def _is_dressed_apart(first: Segment, following: Sequence[Segment]) -> bool:
    """Whether the paragraphs that follow are of one tag and class, and the first is of another."""
    dresses = {(s.block.tag, s.block.get("class") or "") for s in following}
    tag, names = first.block.tag, first.block.get("class") or ""
    if len(dresses) > 1 or first.block is following[0].block or (tag, names) in dresses:
        return False
    if not first.roles & marks.CONTENT and tag != following[0].block.tag:
        return True
    return len(following) > 2 and bool(names) and not _PLAIN_CLASS.search(names)


def _is_question(segment: Segment) -> bool:
    """Whether a bold line is an interview's question rather than the lead."""
    return segment.text.rstrip().endswith("?") and segment.folded.startswith(
        ("pv", "phong vien", "hoi", "- ", "thua ", "xin ")
    )


def _remove(body: Body, lead: str) -> None:
    """Take the lead out of the body, and a repetition of it that opens the text."""
    wanted = fold(lead)
    kept: list[Segment] = []
    for n, block in enumerate(body.blocks):
        if n < _OPENING + 2:
            folded = block.folded
            if folded == wanted or (len(folded) > 25 and folded in wanted and (block.roles & marks.LEAD or n < 3)):
                continue
            if n < 3 and len(wanted) > 40 and wanted in folded and len(folded) < len(wanted) + 40:
                continue
        kept.append(block)
    body.blocks = kept
