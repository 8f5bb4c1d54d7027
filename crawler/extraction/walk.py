"""The one walk over a parsed page that makes its segments and the spans of its marked elements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree

from crawler.extraction import marks
from crawler.extraction.image_source import picture_source
from crawler.extraction.look import goes_on, is_large, spaced, stands_apart, take_look
from crawler.extraction.marks import NO_MARK, NO_STYLE, Mark, read_mark, read_style
from crawler.extraction.segments import HEADINGS, Segment, Span, State, give_roles, line, with_ancestors
from crawler.extraction.tables import is_data_table, row_links, rows_of
from crawler.extraction.vocabulary import RELATED_HEADING

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
_KEPT_TAGS = frozenset((*HEADINGS, "li", "blockquote", "figcaption", "pre", "caption", "dt"))
_APART = (
    marks.AUTHOR | marks.DATE | marks.SOURCE | marks.VIEWS | marks.TITLE | marks.SECTION | marks.CAPTION | marks.LEAD
)
_ZONE_TAGS = {"aside": Mark(0, "side"), "nav": Mark(0, "nav"), "footer": Mark(0, "foot"), "header": NO_MARK}
_DROPPED = Mark(0, "dropped")
_PICTURE_TAGS = frozenset(("figure", "figcaption"))
_FULL_OF_LINKS = etree.XPath(
    "count(.//a) > 4 and string-length(.) < 150 * count(.//a) and not(.//*[contains(@class, 'tag') or contains(@class, 'label') or contains(@rel, 'tag')])"
)


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
        self._keep = with_ancestors(named)
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

    def _enter(self, element: Any, tag: str, outer: State) -> tuple[State, Span | None] | None:
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
        mark_in_place = self._in_place(element, tag, mark, block)
        if mark_in_place is None:
            self._flush_if(block)
            return None
        if tag == "table" and self._data_table(element, outer):
            return None
        state, span = self._inner(element, tag, outer, mark_in_place, block, field, style)
        take_look(state, element, tag, style)
        state.bold = state.bold or bool(mark_in_place.roles & marks.BOLD)
        return state, span

    def _inner(
        self, element: Any, tag: str, outer: State, mark: Mark, block: bool, field: str | None, style: marks.Style
    ) -> tuple[State, Span | None]:
        apart = (
            block
            or (mark.roles & _APART and stands_apart(element, self._parts))
            or is_large(element, tag, outer, style, self._parts)
        )
        state = outer.inner()
        if apart:
            self._flush()
            state.block = element
            if outer.tag != "figcaption":
                state.tag = (
                    tag if tag in _KEPT_TAGS else (outer.tag if tag != "td" and outer.tag in _KEPT_TAGS else "p")
                )
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

    def _in_place(self, element: Any, tag: str, mark: Mark, block: bool) -> Mark | None:
        """The mark that holds for this element: furniture only where it can be some. None for what is passed over."""
        dropped = element in self._dropped
        if mark.zone is None and not dropped:
            return mark
        if block:
            holds_zone = tag not in _PICTURE_TAGS  # "figure.action-thumb" is no tool bar
        else:
            holds_zone = tag in ("span", "a") and next(element.iterdescendants(*IMAGE_TAGS), None) is None
        if not holds_zone:
            return Mark(mark.roles)
        if dropped:
            return _DROPPED
        if element in self._keep:
            return Mark(mark.roles)
        passed = not (self._thorough or mark.roles & marks.CRUMB) and self._is_passed_over(element, mark)
        return None if passed else mark

    def _is_passed_over(self, element: Any, mark: Mark) -> bool:
        """Whether furniture is not worth the walk: menus and comments always, columns and footers full of links."""
        if mark.zone in marks.LINKED and _FULL_OF_LINKS(element):
            before = self.segments[-1] if self.segments else None
            return before is None or len(before.text) > 60 or not RELATED_HEADING.match(before.folded)
        return mark.zone in marks.SKIPPED

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
                give_roles(self.segments[span.start : span.end], span.mark.roles)
        return state

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
        parts, first = spaced(self._parts), self._first
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
        if before is not None and goes_on(before, segment):
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
        src = picture_source(element)
        if src is None:
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
                segment.runs = row_links(row, state)
                segment.linked = sum(len(part.strip()) for part, _ in segment.runs)
            self._add(segment)
        return True


def _is_trail(element: Any, tag: str) -> int:
    """The role of a <nav> that holds the trail of sections rather than a menu."""
    names = (
        (element.get("aria-label") or "", *(child.get("class") or "" for child in element[:2])) if tag == "nav" else ()
    )
    return marks.CRUMB if any("crumb" in name.lower() for name in names) else 0
