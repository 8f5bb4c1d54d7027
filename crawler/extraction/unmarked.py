"""Bylines around the text that nothing marks: by their words, their place, or the writer's page they lead to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from archive.records import Author
from crawler.extraction.bylines import Byline, read_byline, split_authors
from crawler.extraction.segments import Segment
from crawler.extraction.vocabulary import WRITERS_PAGE

_NAMES = 80  # characters: the longest linked line of names
_DATED = re.compile(r"\s*[,|–-]\s*(?:\d|[A-Z][a-z]+ \d).*")  # "By Joan Ellery, 4 March 2004"
BEFORE_DATE = re.compile(
    r"(.{4,60}?)[\s|•·,–—\-]*(?:(?:thứ\s\w{2,4}|chủ nhật|cn|t[2-7]|cập nhật|ngày|lúc)[\s,:|–\-]{1,3}){0,3}\d{1,2}[/:.\-h]\d",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Around:
    """The segments between headline and text, and those after it: lists of lines, not of text."""

    head: Sequence[Segment]
    after: Sequence[Segment]


def _unmarked(text: str, segment: Segment, publishers: tuple[str, ...], *, above: bool) -> Byline | None:
    apart = segment.align == "right" or segment.all_bold or segment.all_italic
    byline = read_byline(text, marked=apart and not above, publishers=publishers)
    speaks = ":" in text or apart or text[:3].lower() == "by " or (above and len(text) < 40)
    return byline if speaks else None


def _linked_authors(segment: Segment, publishers: tuple[str, ...]) -> tuple[Author, ...]:
    """Names that lead to the writers' own pages, by their address."""
    if (
        segment.zone is not None
        or len(segment.text) > _NAMES
        or not any(state.link and WRITERS_PAGE.search(state.link) for _, state in segment.runs)
    ):
        return ()
    return split_authors(segment.text, publishers=publishers)


def unmarked_authors(around: Around, publishers: tuple[str, ...]) -> tuple[Author, ...]:
    """A byline among the lines around the text that nothing marks: it must speak as one, or stand apart, or be a name."""
    label = False
    for segment in (*around.after[:6], *around.head):
        if label and (authors := split_authors(segment.text, publishers=publishers)):
            return authors
        if segment.link_share > 0.5 and (authors := _linked_authors(segment, publishers)):
            return authors
        label = segment.folded in ("by", "boi", "tac gia", "tac gia:")
        if segment.src is not None or segment.link_share > 0.5 or segment.heading or segment.zone is not None:
            continue
        above = segment in around.head
        dated = BEFORE_DATE.match(segment.text) if above else None
        text = dated[1] if dated else _DATED.sub("", segment.text) if segment.folded.startswith("by ") else segment.text
        byline = _unmarked(text, segment, publishers, above=above) if 3 < len(text) < 100 else None
        if byline and byline.authors:
            return byline.authors
    return ()
