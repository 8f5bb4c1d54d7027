"""A page in another language and without a profile: trafilatura's reading, mended by what the walk knows of the page.

trafilatura finds the text of such pages, whatever our words for furniture say. The walk knows what it loses (subheads and
lists between two of its paragraphs) and what it keeps without need (captions, boxes of other pages, lines of names and dates).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from archive.text import fold
from crawler.extraction import marks
from crawler.extraction.classify import free_prose
from crawler.extraction.clean import whole_by_trafilatura
from crawler.extraction.locate import is_teaser
from crawler.extraction.prune import Body
from crawler.extraction.reading import Reading
from crawler.extraction.segments import Segment
from crawler.extraction.vocabulary import JUNK_HEADING, JUNK_LINE

_SPACE = re.compile(r"[\W_]+")
_BOXES = frozenset(("related", "ad", "share", "login", "meta-nav", "authorbox"))
_LITTLE = 0.3  # of the text that class names may call furniture
_GAP = 12  # segments between two kept ones that may belong with them
_OPENING = 6  # lines among which the writer's name and the date stand
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{4}}-\d\d-\d\d|"
    r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4})\b"
)
_BYLINE = re.compile(r"(?:written |posted |words )?by [^.!?]{3,60}|@\w+|\d+ (?:shares|comments|views)")
_NOTICE = re.compile(
    r"(?:skip )?advertisement|ad feedback|(?:story|article) continues (?:below|after).*|video (?:loading|unavailable)|click to play.*|"
    r"(?:sign up|subscribe) (?:for|to|now|today)\b.*|by (?:signing up|subscribing|clicking|submitting)\b.* (?:agree|consent)\b.*|"
    r".{0,200}\bmore about [^.]{3,40}|a version of this article appear(?:s|ed) in print.*|this (?:entry|post) was posted (?:in|on)\b.*|(?:posted|filed) (?:in|under)\b.*|"
    r"copyright\b.*|.{0,80}all rights reserved\.?|our standards: .*|share or comment on this article.*|(?:media|press) contacts?:?|"
    r"we and our partners .*cookies.*|enter your email.*|if you (?:enjoyed|liked|like) .{0,60}(?:subscribe|sign up|newsletter|follow)\b.*|thank you for (?:subscribing|signing up).*|"
    r"your email address will not be published.*|please enable javascript.*|(?:additional )?reporting (?:and \w+ )?by [^.]{3,120}|source:? [^.]{3,60}|news provided by.{0,80}|topics: .{0,120}|"
    r"(?:published|updated|posted|share|share article|sign up today|previous|next|related|related stories|read more|see also|close|#{2,5}|latest stories:?|trending stories:?)[.:]?|"
    r"(?:read )?more: .{0,140}|[\d.,]+k? (?:shares|comments|views|claps)|this article is more than \d+ (?:months?|years?) old\.?|this post (?:may )?contains? affiliate links.*|"
    r"download (?:the|our) .{2,60}\bapp\b.*|join (?:over |more than )?[\d,.]+k? (?:other )?(?:readers|subscribers|people).*|do you have information you want to share.*|"
    r".{0,80}\bnewsletters? .{0,60}(?:delivered|sent) (?:straight |right |directly )?to your inbox.*|get .{0,60}(?:delivered|straight|sent) .{0,20}your inbox.*|"
    r"(?:please )?enter your email address .*|join (?:our|the) .{0,20}(?:commenting|discussion|conversation)\b.*|today in: .{2,30}|"
    r"more (?:great|top) .{2,30} stories|(?:[•·] ?)?\d+ min(?:ute)?s? read|.{0,120}is a reader-supported publication.*|(?:this story|this article) (?:was|has been) (?:originally|first) published (?:by|on|at|in)\b.{0,80}"
)


def foreign_text(reading: Reading, body: Body) -> list[str]:
    """The paragraphs of the page; empty where our own reading, `body`, is the better one."""
    lines = whole_by_trafilatura(reading.root)
    if not lines or _is_piece_of(lines, body.text, reading) or _is_laid_out(lines, reading):
        return []
    listed = {_key(s.text) for s in reading.segments if s.tag == "li"}
    return [each.removeprefix("- ") if _key(each) in listed else each for each in _tidy(_mend(lines, reading), reading)]


def _key(text: str) -> str:
    return _SPACE.sub("", text.lower())


def _is_piece_of(lines: Sequence[str], ours: str, reading: Reading) -> bool:
    """Whether trafilatura stopped early: what it found is less than half of our running text, and in it."""
    whole = _key(ours)
    size = sum(map(len, lines))
    inside = sum(len(each) for each in lines if _key(each) in whole)
    return size < 0.5 * min(len(ours), free_prose(reading.content)) and inside > 0.7 * size


def _is_laid_out(lines: Sequence[str], reading: Reading) -> bool:
    """Whether it took the table that lays the page out for a table of the text."""
    rows = sum(len(each) for each in lines if each.startswith("|"))
    return rows > 0.3 * sum(map(len, lines)) and not any(segment.cells for segment in reading.content)


def _mend(lines: list[str], reading: Reading) -> list[str]:
    """The lines with the subheads, list items and paragraphs that stand between two of them in the same part of the page."""
    places = {_key(each): n for n, each in enumerate(lines)}
    missing: dict[int, list[str]] = {}
    last: tuple[Segment, int] | None = None
    between: list[Segment] = []
    for segment in reading.segments:
        at = places.get(_key(segment.text)) if segment.src is None else None
        if at is None:
            between.append(segment)
            continue
        if last is not None and at == last[1] + 1 and len(between) <= _GAP:
            found = [s.text for s in between if _belongs(s, last[0], segment)]
            if found:
                missing[at] = found
        last, between = (segment, at), []
    return [each for n, line in enumerate(lines) for each in (*missing.get(n, ()), line)]


def _belongs(segment: Segment, before: Segment, after: Segment) -> bool:
    if (
        segment.src is not None
        or segment.zone is not None
        or segment.roles & marks.CAPTION
        or segment.tag == "figcaption"
    ):
        return False
    if segment.link_share > 0.3 or len(segment.text) < 3 or JUNK_HEADING.match(segment.folded):
        return False
    if JUNK_LINE.match(segment.folded) or _NOTICE.fullmatch(segment.folded):
        return False
    holder = _parent(segment)
    if segment.tag == "li":
        holder = holder.getparent() if holder is not None else None
    return holder is not None and holder is _parent(before) is _parent(after)


def _parent(segment: Segment) -> Any:
    return segment.block.getparent() if segment.block is not None else None


def _tidy(lines: list[str], reading: Reading) -> list[str]:
    """The lines without the headline, buttons, notices, captions, and titles that do nothing but lead to other pages."""
    size = sum(map(len, lines))
    drop: set[int] = set()
    for keys in (_linked(reading.segments), _marked(reading.segments)):
        found = {n for n, each in enumerate(lines) if _key(each) in keys}
        if sum(len(lines[n]) for n in found) <= _LITTLE * size:
            drop |= found
    title = fold(reading.headline.text or "")
    drop |= {n for n, each in enumerate(lines) if _is_button(each, n, title)}
    return [each for n, each in enumerate(lines) if n not in drop]


def _linked(segments: Sequence[Segment]) -> set[str]:
    return {_key(s.text) for s in segments if s.link_share > 0.95 and 20 < len(s.text) < 200}


def _marked(segments: Sequence[Segment]) -> set[str]:
    """What stands in boxes around the text, under other pages' titles, and captions; not what stands in the text as well."""
    inside: set[str] = set()
    outside: set[str] = set()
    before: Segment | None = None
    for segment in segments:
        if segment.src is not None:
            continue
        teaser = before is not None and is_teaser(before, segment)
        before = segment
        caption = segment.tag == "figcaption" or segment.roles & marks.CAPTION
        boxed = segment.zone is not None and segment.zone.mark.zone in _BOXES
        (outside if caption or boxed or teaser else inside).add(_key(segment.text))
    return outside - inside


def _is_button(text: str, n: int, title: str) -> bool:
    if len(text) > 260:
        return False
    plain = fold(text).lstrip("- ")
    if _NOTICE.fullmatch(plain) or (len(text) < 160 and (JUNK_HEADING.match(plain) or JUNK_LINE.match(plain))):
        return True
    if n >= _OPENING or len(text) > 110:
        return False
    dated = _DATE.search(plain) and plain[-1:] not in ".!?" and len(_DATE.sub("", plain)) < 60
    return plain == title or bool(_BYLINE.fullmatch(plain) or dated)
