"""The one walk over a parsed page that makes its segments and the spans of its marked elements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from crawler.extraction import marks
from crawler.extraction.marks import FONT_SIZES, NO_MARK, NO_STYLE, Mark, read_mark, read_style
from crawler.extraction.segments import HEADINGS, Segment, Span, State, line
from crawler.extraction.tables import is_data_table, rows_of

MAX_SEGMENTS = 20_000
BLOCK_TAGS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hgroup hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
SKIP_TAGS = frozenset(
    "script style noscript template svg iframe object embed select textarea input option canvas audio video map head "
    "link meta base dialog button datalist applet frameset noframes amp-ad amp-analytics amp-sidebar".split()
)
IMAGE_TAGS = frozenset(("img", "amp-img", "image"))
_BOLD = frozenset(("b", "strong", "th"))
_ITALIC = frozenset(("i", "em", "cite"))
_KEPT_TAGS = frozenset((*HEADINGS, "li", "blockquote", "figcaption", "pre", "caption", "dt"))
_APART = (
    marks.AUTHOR | marks.DATE | marks.SOURCE | marks.VIEWS | marks.TITLE | marks.SECTION | marks.CAPTION | marks.LEAD
)
_SMALL = marks.AUTHOR | marks.DATE | marks.SOURCE | marks.VIEWS | marks.SECTION | marks.TAGS
_LIMITS = ((_SMALL, 260), (marks.CAPTION | marks.TITLE, 520), (marks.LEAD, 2200))
_ZONE_TAGS = {"aside": Mark(0, "side"), "nav": Mark(0, "nav"), "footer": Mark(0, "foot"), "header": NO_MARK}
_PICTURE_TAGS = frozenset(("figure", "figcaption"))
_ENDS = re.compile(r"[.!?:;…”\"')\]»]\s*$")
_NOT_PICTURES = re.compile(
    r"/(?:icons?|emoji|smil(?:ies|eys)|banners?|quangcao|ads|logos?)/[^?]*$|"
    r"(?:^|[/_\-])(?:logo|icons?|ico|banner|avatar|spacer|blank|pixel|1x1|emoji|smiley|loading|loader|sprite|button|btn|share|facebook|"
    r"twitter|zalo|print|email|star|arrow|bullet|quangcao|ads?|no-?image|noimage|transparent|counter|captcha|rss|qr-?code|new|hot|"
    r"tick|dot|gif_new|google-?news|gg-?news)s?[_\-\d]*[^/?]{0,8}\.(?:gif|png|jpe?g|svg|webp|ico)",
    re.IGNORECASE,
)
_FULL_OF_LINKS = etree.XPath(
    "count(.//a) > 4 and string-length(.) < 150 * count(.//a) and not(.//*[contains(@class, 'tag') or contains(@class, 'label') or contains(@rel, 'tag')])"
)
_SOURCES = ("data-src", "data-original", "data-lazy-src", "data-photo-original-src", "data-srcset", "srcset", "src")


class Walk:
    """The walk and what it found: `segments`, `spans` of marked or named elements, `times` (the <time> elements).

    `named` maps elements to the field whose selector found them; `dropped` are furniture, `passed` are not walked
    into. A `thorough` walk passes nothing over on account of its class names.
    """

    def __init__(
        self,
        top: Any,
        named: Mapping[Any, str],
        dropped: frozenset[Any] = frozenset(),
        passed: frozenset[Any] = frozenset(),
        *,
        thorough: bool = False,
    ) -> None:
        self.segments: list[Segment] = []
        self.spans: list[Span] = []
        self.times: list[tuple[Any, int]] = []
        self._named = named
        self._dropped = dropped
        self._passed = passed
        self._thorough = thorough
        self._keep = _with_ancestors(named)
        self._parts: list[tuple[str, State]] = []
        self._first: State | None = None
        self._walk(top)

    def _walk(self, top: Any) -> None:
        state = State()
        state.block = top
        stack: list[tuple[State, Span | None]] = []
        walk = etree.iterwalk(top, events=("start", "end"))
        skipped: Any = None
        for event, element in walk:
            tag = element.tag
            if event == "start":
                span: Span | None = None
                if element is not top:
                    entered = self._enter(element, tag, state)
                    if entered is None:
                        walk.skip_subtree()
                        skipped = element
                        continue
                    inner, span = entered
                    stack.append((state, span))
                    state = inner
                if element.text:
                    self._text(element.text, state)
                continue
            if element is top:
                break
            if element is skipped:
                skipped = None
            else:
                state = self._leave(tag, stack)
            if element.tail:
                self._text(element.tail, state)
            if len(self.segments) > MAX_SEGMENTS:
                break
        self._flush()
        while stack:
            _, span = stack.pop()
            if span is not None:
                span.end = len(self.segments)

    def _enter(  # noqa: C901, PLR0912 - one branch a kind of element, in the walk's hottest spot
        self, element: Any, tag: str, outer: State
    ) -> tuple[State, Span | None] | None:
        """The element's state and span; None for what is not walked into."""
        if tag in SKIP_TAGS or element in self._passed:
            return None
        if tag in IMAGE_TAGS:
            self._image(element, outer)
            return None
        if tag == "br":
            if outer.tag not in HEADINGS:
                self._flush()
            else:
                self._parts.append((" ", outer))
            return None
        get = element.get
        names = get("class"), get("id"), get("itemprop")
        mark = read_mark(" ".join(filter(None, names))) if any(names) else NO_MARK
        if tag in _ZONE_TAGS and mark.zone is None:
            mark = Mark(mark.roles | _is_trail(element, tag), _ZONE_TAGS[tag].zone)
        field = self._named.get(element)
        block = tag in BLOCK_TAGS
        style = read_style(get("style") or "") if get("style") else NO_STYLE
        if style.hidden and mark.zone is None:
            mark = Mark(mark.roles, "hidden")
        if block:
            holds_zone = tag not in _PICTURE_TAGS  # "figure.action-thumb" is no tool bar
        else:
            holds_zone = tag in ("span", "a") and next(element.iterdescendants(*IMAGE_TAGS), None) is None
        if (mark.zone or element in self._dropped) and holds_zone:
            if element in self._dropped:
                mark = Mark(0, "dropped")
            elif element in self._keep:
                mark = Mark(mark.roles)
            elif not self._thorough and not mark.roles & marks.CRUMB and self._is_passed_over(element, mark):
                self._flush_if(block)
                return None
        else:
            mark = mark if mark.zone is None else Mark(mark.roles)
        if tag == "table" and self._data_table(element, outer):
            return None
        state, span = self._inner(element, tag, outer, mark, block, field, style)
        _look(state, element, tag, style)
        state.bold = state.bold or bool(mark.roles & marks.BOLD)
        return state, span

    def _inner(
        self, element: Any, tag: str, outer: State, mark: Mark, block: bool, field: str | None, style: marks.Style
    ) -> tuple[State, Span | None]:
        apart = (
            block or (mark.roles & _APART and self._stands_apart(element)) or self._is_large(element, tag, outer, style)
        )
        state = outer.inner()
        if apart:
            self._flush()
            state.block = element
            state.tag = tag if tag in _KEPT_TAGS else (outer.tag if tag != "td" and outer.tag in _KEPT_TAGS else "p")
        elif self._parts and (mark is not NO_MARK or tag in ("span", "a", "time", "label", "small")):
            previous = element.getprevious()
            if previous is not None and not previous.tail and previous.get("class") and element.get("class"):
                self._parts.append((" ", outer))
        span = None
        if mark is not NO_MARK or field:
            span = Span(element, mark, len(self.segments), field)
            self.spans.append(span)
            if mark.zone and state.zone is None:
                state.zone = span
        if tag == "time":
            self.times.append((element, len(self.segments)))
        return state, span

    @staticmethod
    def _is_passed_over(element: Any, mark: Mark) -> bool:
        """Whether furniture is not worth the walk: menus and comments always, columns and footers full of links."""
        return mark.zone in marks.SKIPPED or (mark.zone in marks.LINKED and bool(_FULL_OF_LINKS(element)))

    def _is_large(self, element: Any, tag: str, outer: State, style: marks.Style) -> bool:
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
        if self._parts:
            return (self._parts[-1][1].size or 14.0) < size and sum(len(part) for part in element.itertext()) > 12
        return element.getnext() is not None

    def _stands_apart(self, element: Any) -> bool:
        """Whether an inline element marked as date, author, … is a part of the layout, not of a sentence."""
        if self._parts and len("".join(text for text, _ in self._parts)) > 60:
            return False
        return len((element.tail or "").strip()) < 15

    def _leave(self, tag: str, stack: list[tuple[State, Span | None]]) -> State:
        state, span = stack.pop()
        if tag in BLOCK_TAGS:
            self._flush()
        if span is not None:
            if (
                span.mark.roles & marks.PLACE
                and self._parts
                and (span.element.tail or "").strip()[:1] not in ("-", "–")
            ):
                self._parts.append((" - ", state))  # the dash is drawn by the style sheet
            if (
                span.mark.roles & _APART
                and self._parts
                and self._first is not None
                and self._first.block is span.element
            ):
                self._flush()
            span.end = len(self.segments)
            if span.mark.roles and tag != "body":
                self._give_roles(span)
        return state

    def _give_roles(self, span: Span) -> None:
        """Give the roles of a marked element to its segments, where it is no larger than such a part can be."""
        inside = self.segments[span.start : span.end]
        roles = span.mark.roles
        size = sum(len(segment.text) for segment in inside[:60]) if len(inside) <= 60 else 100_000
        for some, limit in _LIMITS:
            if size > limit:
                roles &= ~some
        if roles:
            for segment in inside:
                segment.roles |= roles

    def _text(self, text: str, state: State) -> None:
        if not self._parts:
            if text.isspace():
                return
            self._first = state
        self._parts.append((text, state))

    def _flush_if(self, block: bool) -> None:
        if block:
            self._flush()

    def _flush(self) -> None:
        parts, first = self._parts, self._first
        if not parts or first is None:
            self._parts = []
            return
        self._parts, self._first = [], None
        text = line("".join(part for part, _ in parts))
        if not text:
            return
        segment = Segment(first)
        segment.text, segment.runs = text, parts
        for part, state in parts:
            chars = len(part) if not part.isspace() else 0
            segment.chars += chars
            if state.link:
                segment.linked += chars
            if state.bold:
                segment.bold += chars
            if state.italic:
                segment.italic += chars
        self._add(segment)

    def _add(self, segment: Segment) -> None:
        before = self.segments[-1] if self.segments else None
        if before is not None and _goes_on(before, segment):
            before.text = f"{before.text} {segment.text}"
            before.runs = [*before.runs, (" ", segment.runs[0][1]), *segment.runs]
            before.chars += segment.chars
            before.linked += segment.linked
            before.bold += segment.bold
            before.italic += segment.italic
            return
        segment.place = len(self.segments)
        self.segments.append(segment)

    def _image(self, element: Any, outer: State) -> None:
        src = image_source(element)
        if not src or _NOT_PICTURES.search(src[-200:]) or _tiny(element):
            return
        self._flush()
        segment = Segment(outer)
        segment.src, segment.alt, segment.tag = src, line(element.get("alt") or ""), "img"
        segment.block = element
        self._add(segment)

    def _data_table(self, table: Any, outer: State) -> bool:
        """Read a data table row by row; whether it was one."""
        self._flush()
        if table in self._keep or not is_data_table(table):
            return False
        state = outer.inner()
        state.block = table
        linked = next(table.iterdescendants("a"), None) is not None
        for row, cells, head in rows_of(table):
            segment = Segment(state)
            segment.text, segment.cells, segment.tag = " | ".join(cells), cells, "th" if head else "row"
            segment.chars = len(segment.text)
            if linked:
                segment.linked = sum(len(part.strip()) for anchor in row.iter("a") for part in anchor.itertext())
            self._add(segment)
        return True


def _goes_on(before: Segment, segment: Segment) -> bool:
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


def _is_trail(element: Any, tag: str) -> int:
    """The role of a <nav> that holds the trail of sections rather than a menu."""
    names = (
        (element.get("aria-label") or "", *(child.get("class") or "" for child in element[:2])) if tag == "nav" else ()
    )
    return marks.CRUMB if any("crumb" in name.lower() for name in names) else 0


def _look(state: State, element: Any, tag: str, style: marks.Style) -> None:
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


def image_source(element: Any) -> str | None:
    """The address of the picture itself, lazy loading undone; None for inline data."""
    for name in _SOURCES:
        value = (element.get(name) or "").strip(" ,\t\r\n")
        if value and not value.startswith("data:"):
            return str(value.split()[0].rstrip(",")) if "srcset" in name else str(value)
    return None


def _tiny(element: Any) -> bool:
    for name in ("width", "height"):
        value = (element.get(name) or "").removesuffix("px")
        if value.isdigit() and int(value) < 60:
            return True
    return False


def _with_ancestors(elements: Mapping[Any, str]) -> frozenset[Any]:
    found: set[Any] = set()
    for outer in elements:
        element = outer
        while element is not None and element not in found:
            found.add(element)
            element = element.getparent()
    return frozenset(found)
