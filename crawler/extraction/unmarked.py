"""Bylines around the text that nothing marks: by their words, their place, or the writer's page they lead to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from archive.records import Author
from crawler.extraction.bylines import Byline, read_byline, split_authors
from crawler.extraction.segments import Segment
from crawler.extraction.vocabulary import JUNK_LINE, WRITERS_PAGE

_FIRST = 2  # lines behind the text that may name the writer with an agency, linked: "Thu Hà/TTXVN"
_WORDS = 8  # words in the longest line of names
_DAY = re.compile(
    r"\b(?:\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}|\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
    r"|th\d{1,2} \d|\d{4}-\d\d|(?:day|hour|minute|week|month|ngay|gio|phut)s? (?:ago|truoc))"
)
_NO_NAME = re.compile(
    r"\b(?:news|sports?|business|politics|world|opinion|lifestyle|tech|technology|local|national|arts?|culture|health|travel|food|science|education|entertainment|"
    r"staff|desk|agency|share|print|email|comments?|read|updated|published|about|authors?|popular|trending|latest|source|editors?|top|home|more|press|release|notes?|media|video|photos?|blog|feature[sd]?|analysis|story)\b"
)
_POSTED = re.compile(
    r"(?:(?:[Tt]his (?:entry|post) was )?(?:[Pp]osted|[Ww]ritten|[Pp]ublished)\b.{0,80}?)?\b[Bb]y (?P<who>[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3}?)(?= (?:at|on|in|for)\b| (?:January|February|March|April|May|June|July|August|September|October|November|December) \d|[.,|]|\Z)"
)
_DRAWN = re.compile(
    "[\U0001f464\U0001f465\U0001f468\U0001f469\U0001f9d1\u270d\U0001f58a\U0001f58b]\ufe0f?\\s*(?P<who>[^|•\u2600-\u27bf\U0001f300-\U0001faff]{2,60})"
)
"""A person or a pen drawn before a name, as pages without icon fonts do."""
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
    return byline if speaks and (":" in text or not _NO_NAME.search(segment.folded)) else None


def _linked_authors(segment: Segment, publishers: tuple[str, ...]) -> tuple[Author, ...]:
    """Names that lead to the writers' own pages, by their address."""
    if (
        segment.zone is not None
        or len(segment.text) > _NAMES
        or not any(state.link and WRITERS_PAGE.search(state.link) for _, state in segment.runs)
    ):
        return ()
    return split_authors(segment.text, publishers=publishers)


def _next_linked(
    lines: Sequence[Segment], known: tuple[Author, ...], publishers: tuple[str, ...]
) -> tuple[Author, ...]:
    """The writers named right behind the first, each with a portrait perhaps."""
    found: tuple[Author, ...] = ()
    for segment in (s for s in lines if s.src is None):
        authors = _linked_authors(segment, publishers)
        if not authors:
            break
        found += tuple(each for each in authors if each.name not in {author.name for author in (*known, *found)})
    return found


def _is_foreign(segment: Segment) -> bool:
    """Whether a line beside the date may be a name by its shape alone: sections are written so in Vietnamese ("Thời Sự")."""
    return segment.text.isascii() and not segment.linked


def _signs(lines: Sequence[Segment], n: int, *, above: bool) -> bool:
    """Whether a line has the shape and the place of a name: first behind the text, or beside the date above it."""
    line = lines[n]
    words = line.text.split()
    if (
        not 2 <= len(words) <= _WORDS
        or len(line.text) > 36
        or line.text[-1] in ".:!?"
        or any(map(str.isdigit, line.text))
    ):
        return False
    if (
        not all(word[0].isupper() or word in ("-", "–", "and", "và") for word in words)
        or _NO_NAME.search(line.folded)
        or JUNK_LINE.match(line.folded)
    ):
        return False
    beside = [s for s in (*lines[max(0, n - 2) : n], *lines[n + 1 : n + 3]) if s.src is None]
    if above:
        return any(_DAY.search(s.folded) and len(s.text) < 90 for s in beside)
    if line.linked or line.heading:
        return False
    before = (s for s in lines[:n] if s.src is None and not s.linked)
    return all(JUNK_LINE.match(s.folded) for s in before)


def unmarked_authors(around: Around, publishers: tuple[str, ...]) -> tuple[Author, ...]:
    """A byline among the lines around the text that nothing marks: it must speak as one, or stand apart, or be a name."""
    label = False
    lines = (*around.after[:6], *around.head)
    for n, segment in enumerate(lines):
        if label and (authors := split_authors(segment.text, publishers=publishers)):
            return authors
        if segment.link_share > 0.5 and (authors := _linked_authors(segment, publishers)):
            return authors + _next_linked(lines[n + 1 :], authors, publishers)
        posted = _POSTED.match(segment.text) if segment.src is None and segment.text[:1] in "BPTWbptw" else None
        if posted and (authors := split_authors(posted["who"], publishers=publishers)):
            return authors
        drawn = _DRAWN.search(segment.text) if segment.src is None else None
        if drawn and (authors := split_authors(drawn["who"].strip(" ,-–"), publishers=publishers)):
            return authors
        label = segment.folded in ("by", "boi", "tac gia", "tac gia:")
        above = segment in around.head
        if (
            segment.src is None
            and segment.zone is None
            and (_signs(lines, n, above=above) or (n < _FIRST and "/" in segment.text and segment.link_share > 0.9))
        ):
            byline = read_byline(segment.text, marked=not above or _is_foreign(segment), publishers=publishers)
            if byline and byline.authors:
                return byline.authors
        if segment.src is not None or segment.link_share > 0.5 or segment.heading or segment.zone is not None:
            continue
        dated = BEFORE_DATE.match(segment.text) if above else None
        text = dated[1] if dated else _DATED.sub("", segment.text) if segment.folded.startswith("by ") else segment.text
        byline = _unmarked(text, segment, publishers, above=above) if 3 < len(text) < 100 else None
        if byline and byline.authors:
            return byline.authors
    return ()
