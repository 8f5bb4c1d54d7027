"""Where the article's text stands: the element a rule or a mark names, else the one that holds the prose.

The prose nearest after the headline is the article's, however short; a long text elsewhere on the page (a list with
summaries, a notice) does not draw the article to it unless nothing follows the headline.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from crawler.extraction import marks
from crawler.extraction.comments import heads_comments
from crawler.extraction.headline import Headline
from crawler.extraction.segments import Segment, Span, is_prose
from crawler.extraction.vocabulary import JUNK_HEADING, JUNK_LINE

_MIN = 60
_CONTACT = re.compile(
    r"dien thoai|dia chi|fax|email|hotline|truy cap|\d{3}[. ]?\d{3}|ban quyen|chiu trach nhiem|co quan"
)
_DENSE = 0.85  # of its parent's prose that makes a child the one to descend into
_LEAF = frozenset(("p", "li", "tr", "span", "font", "blockquote"))


class Place:
    """The segments [start, end) of the content, and [start, scope) up to where the article's surroundings end."""

    __slots__ = ("element", "end", "scope", "start")

    def __init__(self, start: int, end: int, scope: int, element: Any = None) -> None:
        self.start = start
        self.end = end
        self.scope = scope
        self.element = element


def article_prose(segments: Sequence[Segment]) -> list[Segment]:
    """The running text that may be the article's: no teasers of other pages, no notices of the site."""
    found: list[Segment] = []
    last: Segment | None = None
    for n, segment in enumerate(segments):
        if segment.src is not None:
            continue
        if found and len(segment.text) < 40 and heads_comments(segments, n):
            break
        if (
            _counts(segment)
            and not (last is not None and is_teaser(last, segment))
            and not JUNK_LINE.match(segment.folded[:200])
        ):
            found.append(segment)
        if len(segment.text) >= 15:
            last = segment
    return found


def verses(segments: Sequence[Segment]) -> list[Segment]:
    """Short lines, four or more in one block: a poem, where a page has no running text."""
    lines = [s for s in segments if s.zone is None and s.src is None and not s.linked and not s.heading]
    found: list[Segment] = []
    for _, group in groupby(lines, key=lambda segment: segment.block):
        block = list(group)
        if len(block) >= 4 and all(10 < len(s.text) < 70 for s in block) and not any(map(_is_contact, block)):
            found += block
    return found


def _is_contact(segment: Segment) -> bool:
    return "@" in segment.text or bool(_CONTACT.search(segment.folded))


def _counts(segment: Segment) -> bool:
    return is_prose(segment) or (bool(segment.cells) and segment.zone is None)


def is_teaser(title: Segment, segment: Segment) -> bool:
    """Whether the text is the summary under a linked title of another page: both stand in a small box of their own."""
    if (
        title.linked < 0.8 * title.chars
        or not 15 <= len(title.text) <= 250
        or (segment.linked and segment.link_share < 0.3)
    ):
        return False
    box = _common(title.block, segment.block)
    if box is None or box.tag in ("body", "main") or (box.tag == "article" and not _is_card(box)):
        return False
    left = 2.2 * (len(title.text) + len(segment.text)) + 120
    opening = next((text for each in box.itertext() if (text := each.strip())), "")
    if len(opening) > 40 and not title.text.startswith(opening[:20]):
        return False  # a text that goes on behind a link is no summary
    for text in box.itertext():
        left -= len(text)
        if left <= 0:
            return False
    return True


def _is_card(article: Any) -> bool:
    """Whether an <article> is one of several in a row: cards of other pages."""
    holder = article.getparent()
    return holder is not None and sum(1 for _ in holder.iterchildren("article")) > 2


def _common(one: Any, other: Any) -> Any:
    above = set()
    while one is not None:
        above.add(one)
        one = one.getparent()
    while other is not None and other not in above:
        other = other.getparent()
    return other


def weigh(prose: Sequence[Segment]) -> dict[Any, int]:
    """How many characters of prose each element holds, its descendants' included."""
    weights: dict[Any, int] = {}
    for segment in prose:
        size, element = len(segment.text), segment.block
        while element is not None:
            weights[element] = weights.get(element, 0) + size
            element = element.getparent()
    return weights


def locate(root: Any, segments: Sequence[Segment], spans: Sequence[Span], headline: Headline) -> Place | None:
    """The place of the article's text; None where the page has no running text."""
    named = next((span for span in spans if span.named == "body" and _prose_in(segments, span) >= _MIN), None)
    if named is not None:
        start = max(named.start, headline.place + 1) if headline.place < named.end else named.start
        return Place(start, named.end, _scope_end(segments, named.end), named.element)
    prose = article_prose(segments) or verses(segments)
    after = [segment for segment in prose if segment.place > headline.place]
    if sum(len(s.text) for s in after) < _MIN or (not headline.named and _size(after) < 0.25 * _size(prose)):
        after = prose
    if not after:
        return None
    weights = weigh(after)
    scope = _scope(segments, after, weights, headline) if headline.place >= 0 else root
    dense = _densest(scope, weights)
    content = _marked(spans, segments, dense, weights)
    first, last = _extent(content, segments)
    start = max(first, headline.place + 1) if first <= headline.place < last else first
    _, end = _extent(scope, segments)
    return Place(start, last, min(max(end, last), last + 60), content)


def _size(prose: Sequence[Segment]) -> int:
    return sum(len(segment.text) for segment in prose)


def _prose_in(segments: Sequence[Segment], span: Span) -> int:
    return sum(len(s.text) for s in segments[span.start : span.end] if s.src is None and len(s.text) > 20)


def _scope_end(segments: Sequence[Segment], end: int) -> int:
    return min(len(segments), end + 40)


def _scope(segments: Sequence[Segment], after: Sequence[Segment], weights: dict[Any, int], headline: Headline) -> Any:
    """The smallest element around the headline that holds the article: grown while most of the text is outside."""
    scope = segments[headline.place].block
    while scope.getparent() is not None and weights.get(scope, 0) < _MIN:
        scope = scope.getparent()
    while (parent := scope.getparent()) is not None and parent.tag != "html":
        held, gained = weights.get(scope, 0), weights.get(parent, 0) - weights.get(scope, 0)
        if (
            (
                gained > 0
                and (gained >= held or _only_lead(scope, after, held) or _goes_on(scope, segments, after, gained))
            )
            or gained == 0
            or _gains_above(parent, weights, held)
        ):
            scope = parent
        else:
            break
    return scope


def _gains_above(parent: Any, weights: dict[Any, int], held: int) -> bool:
    """Whether an element further up holds so much more that the text here cannot be the article."""
    above = parent.getparent()
    while above is not None:
        if weights.get(above, 0) - weights.get(parent, 0) >= max(3 * held, 1500) and held < 400:
            return True
        above = above.getparent()
    return False


def _only_lead(scope: Any, after: Sequence[Segment], held: int) -> bool:
    """Whether the scope has no more than the lead yet."""
    inside = [s for s in after if _is_within(s.block, scope)]
    lead = sum(len(s.text) for s in inside if s.roles & marks.LEAD or s.all_bold or s.heading)
    return lead >= 0.8 * held


def _goes_on(scope: Any, segments: Sequence[Segment], after: Sequence[Segment], gained: int) -> bool:
    """Whether text goes on right behind the scope, with no other part's heading or list of links between."""
    _, end = _extent(scope, segments)
    for segment in segments[end : end + 6]:
        if segment.src is not None:
            continue
        if segment.zone is not None or segment.link_share > 0.6 or JUNK_HEADING.match(segment.folded[:120]):
            return False
        if segment in after:
            return gained >= 80
    return False


def _is_within(element: Any, outer: Any) -> bool:
    while element is not None:
        if element is outer:
            return True
        element = element.getparent()
    return False


def _densest(top: Any, weights: dict[Any, int]) -> Any:
    """The smallest element that still holds nearly all the prose at every step down."""
    element = top
    while True:
        total = weights.get(element, 0)
        best = max(element, key=lambda child: weights.get(child, 0), default=None)
        if best is None or weights.get(best, 0) < max(_DENSE * total, _MIN) or best.tag in _LEAF:
            if best is not None and best.tag == "tr" and weights.get(best, 0) >= 0.95 * total:
                element = best
                continue
            return element
        element = best


def _marked(spans: Sequence[Span], segments: Sequence[Segment], dense: Any, weights: dict[Any, int]) -> Any:
    """The smallest element marked as content that holds most of the dense one's prose, leads aside; else the dense one."""
    total = weights.get(dense, 0)
    lead = sum(len(s.text) for s in segments if s.roles & marks.LEAD and is_prose(s))
    best: Span | None = None
    for span in spans:
        if not span.mark.roles & marks.CONTENT or span.mark.zone or not len(span):
            continue
        held = weights.get(span.element, 0)
        if (
            held >= 0.75 * (total - min(lead, 0.6 * total))
            and held >= _MIN
            and (best is None or len(span) <= len(best))
        ):
            best = span
    return best.element if best is not None else dense


def _extent(element: Any, segments: Sequence[Segment]) -> tuple[int, int]:
    """The run [first, last) of segments inside the element."""
    first = last = -1
    inside: dict[Any, bool] = {}
    for segment in segments:
        chain = []
        block = segment.block
        while block is not None and block not in inside and block is not element:
            chain.append(block)
            block = block.getparent()
        held = block is element if block is None or block is element else inside[block]
        for each in chain:
            inside[each] = held
        if held:
            first = segment.place if first < 0 else first
            last = segment.place + 1
    return (first, last) if first >= 0 else (0, 0)
