"""Which line is the article's headline: not the site's name, not the portlet's, not a related item's.

What the page's head calls the article (JSON-LD, OpenGraph, <title>) is compared with every line shown; where the head
names only the site, the line's look and its place before the text decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

from archive.text import fold
from crawler.extraction import marks
from crawler.extraction.segments import Segment, is_prose, text_of
from crawler.extraction.structured import Structured
from crawler.extraction.vocabulary import DATE_LINE, GENERIC_TITLE, JUNK_HEADING, JUNK_LINE, is_organisation

NAMED = 0.6  # likeness from which the page's head is taken to name a line
_ENOUGH = 0.75
_LEAST = 0.1  # enough where the head names nothing but the site
_TRUSTED = 1.5  # a line as good as that is the headline whatever the head says
_WORDS = re.compile(r"\w+")
_JOINTS = re.compile(r"\s+[-–—|»:•·>]+\s+|\s*\|\s*|\s+::+\s+")
_TRAIL = re.compile(r"(?:trang chu|trang nhat|home)\s*[»>/›→|]")
_ADDRESS = re.compile(r"(?:kinh )?thua .{2,90}[!,:.]$")  # how a speech begins
_OPEN_END = re.compile(r"\s*(?:\.\.\.|…)$")


class Headline:
    """The headline's text; its segment's place (-1 where only the head names it); whether the head names it too."""

    __slots__ = ("named", "place", "text")

    def __init__(self, text: str | None, place: int = -1, *, named: bool = False) -> None:
        self.text = text
        self.place = place
        self.named = named


def find_headline(segments: Sequence[Segment], references: References) -> Headline:
    """The best line among the segments, else what the page's head says."""
    near = _near_prose(segments)
    usual = _usual_size(segments)
    best: tuple[float, float, Segment] | None = None
    for segment in segments:
        if segment.src is not None or not 6 <= len(segment.text) <= 300 or segment.cells:
            continue
        likeness = references.likeness(segment)
        score = 3.0 * likeness + _look(segment, usual) + near.get(segment.place, 0.0)
        if segment.text[0] == "(" and segment.text[-1] == ")":
            score -= 0.8  # who speaks, or when, under the headline
        enough = _ENOUGH if segment.text[-1:] == "." else _LEAST
        if score > enough and (best is None or score > best[0]) and not _is_label(segment, likeness):
            best = (score, likeness, segment)
    title = next((each for each in references.all if not GENERIC_TITLE.match(fold(each))), None)
    nameless = title is None or is_organisation(title)
    if best is None or (best[0] <= _ENOUGH and not nameless):
        return Headline(title)
    score, likeness, segment = best
    if likeness < 0.3 and title and score < _TRUSTED and not is_organisation(title) and len(title) > 24:
        return Headline(title)
    return Headline(_whole(segment, segments), segment.place, named=likeness >= NAMED)


def _whole(segment: Segment, segments: Sequence[Segment]) -> str:
    """The heading's text, with the rest of it where a block inside broke it in two."""
    text = segment.text
    for after in segments[segment.place + 1 : segment.place + 3]:
        if segment.heading and after.heading == segment.heading and after.block is segment.block and after.src is None:
            text = f"{text} {after.text}"
        else:
            break
    return text


def _usual_size(segments: Sequence[Segment]) -> float:
    """The size in px that running text is set in on the page."""
    sizes = sorted(s.size for s in segments if s.size and len(s.text) > 100 and is_prose(s) and not s.all_bold)
    return sizes[len(sizes) // 2] if sizes else 14.0


def _look(segment: Segment, usual: float) -> float:
    score = {1: 1.2, 2: 0.6, 3: 0.45, 4: 0.2}.get(segment.heading, 0.0)
    if segment.roles & marks.TITLE:
        score += 0.5
    if segment.roles & (marks.CRUMB | marks.DATE | marks.AUTHOR | marks.SECTION | marks.TAGS | marks.CAPTION):
        score -= 0.7
    if segment.roles & marks.LEAD or (len(segment.text) > 90 and segment.text.endswith(".")):
        score -= 1.2
    if segment.heading and is_organisation(segment.text):
        score -= 1.1
    if segment.all_bold:
        score += 0.2
    if segment.size and segment.size > 1.15 * usual:
        score += min(0.6, (segment.size - usual) / 10)
    if segment.link_share > 0.7:
        score -= 2.0 if _leads_home(segment) else 0.7
    if segment.zone is not None:
        score -= 1.6 if segment.zone.mark.zone != "head" else 0.9
    if segment.tag == "li":
        score -= 0.6
    if len(segment.text) < 16:
        score -= 0.4
    elif len(segment.text) > 160:
        score -= (len(segment.text) - 160) / 150
    return score


def _leads_home(segment: Segment) -> bool:
    """Whether the line is a link to the site's first page, as its name in the head is."""
    href = next((state.link for _, state in segment.runs if state.link), None) or ""
    return href.rstrip("/").count("/") in (0, 2) and (
        "://" in href or href in ("/", "./", "../", "/vi", "/vn", "index.html", "/index.php")
    )


def _is_label(segment: Segment, likeness: float) -> bool:
    """Whether the line is the name of a portlet, a list or a date, whatever it looks like."""
    folded = segment.folded
    if JUNK_HEADING.match(folded) or DATE_LINE.match(folded) or _TRAIL.match(folded) or _ADDRESS.match(folded):
        return True
    return likeness < 0.95 and bool(GENERIC_TITLE.match(folded) or JUNK_LINE.match(folded))


def _near_prose(segments: Sequence[Segment]) -> dict[int, float]:
    """A bonus for lines that stand shortly before running text, the more the longer that text is; less inside a text."""
    bonus: dict[int, float] = {}
    texts = [segment for segment in segments if segment.src is None and segment.zone is None]
    prose = [len(segment.text) if is_prose(segment) else 0 for segment in texts]
    sums = [0, *accumulate(prose)]
    for n, size in enumerate(prose):
        if not size:
            continue
        weight = min(1.0, (sums[min(n + 14, len(prose))] - sums[n]) / 600)
        for distance, before in enumerate(reversed(texts[max(0, n - 7) : n])):
            told = sums[max(0, n - distance - 1)] - sums[max(0, n - distance - 10)]
            gain = (0.9 if told < 150 else 0.3) * weight * (1 - distance / 10) - (0.0 if told < 150 else 0.5)
            if gain > bonus.get(before.place, -1.0):
                bonus[before.place] = gain
    return bonus


@dataclass(frozen=True, slots=True)
class References:
    """What the page's head calls the article, without the site's name: stated for machines, or the mere <title>."""

    stated: tuple[str, ...] = ()
    titled: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """The stated ones first."""
        return tuple(dict.fromkeys((*self.stated, *self.titled)))

    def likeness(self, segment: Segment) -> float:
        """How alike the line and the likest of them are; a <title> that is a body's name tells little."""
        stated = max((similarity(segment.text, title) for title in self.stated), default=0.0)
        titled = max((similarity(segment.text, title) for title in self.titled), default=0.0)
        if titled > stated and is_organisation(segment.text):
            titled *= -0.4 if titled > 0.9 else 0.15
        elif titled > stated and self.titled and all(map(is_organisation, self.titled)):
            titled *= 0.15
        return max(stated, titled) if stated > 0.3 else titled or stated


def reference_titles(root: Any, structured: Structured) -> References:
    """What JSON-LD, OpenGraph and <title> call the article."""
    names = [
        structured.text("headline"),
        structured.first("og:title", "twitter:title", "dc.title"),
        structured.text("name"),
    ]
    site = fold(structured.first("og:site_name", "application-name") or "")

    def bare(titles: Iterable[str | None]) -> tuple[str, ...]:
        found = (each for title in titles if title for each in _without_site(title, site))
        return tuple(dict.fromkeys(each for each in found if len(each) > 3))

    return References(bare(names), bare([title_of(root)]))


def title_of(root: Any) -> str:
    """The text of <title>."""
    title = next(root.iter("title"), None)
    return text_of(title) if title is not None else ""


def _without_site(title: str, site: str) -> list[str]:
    """The title's parts that may be the article's: the longest, and the whole where a dash is the headline's own."""
    title = _OPEN_END.sub("", title)
    parts = [part.strip() for part in _JOINTS.split(title) if part.strip()]
    kept = [part for part in parts if fold(part) != site and not GENERIC_TITLE.match(fold(part))]
    if not kept:
        return []
    if len(parts) == 1:
        return [title]
    first = title
    while len(parts) > 1 and (
        fold(parts[-1]) == site or GENERIC_TITLE.match(fold(parts[-1])) or len(parts[-1]) < len(parts[0])
    ):
        first = first[: first.rfind(parts.pop())].rstrip(" -–—|»:•·>")
    longest = max(kept, key=len)
    return list(dict.fromkeys(part for part in (first.strip(), longest, title) if part))


def similarity(one: str, other: str) -> float:
    """How alike two titles are, 0 to 1: shared words over the longer's, or almost 1 for a cut-off beginning."""
    if one == other:
        return 1.0
    a, b = _word_list(one), _word_list(other)
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    short, long = sorted((a, b), key=len)
    if len(short) >= 5 and long[: len(short)] == short and len(short) >= len(long) * 0.5:
        return 0.95
    return len(set(a) & set(b)) / max(len(set(a)), len(set(b)))


@lru_cache(maxsize=1024)  # every line is held against every title
def _word_list(text: str) -> list[str]:
    return _WORDS.findall(text.lower())
