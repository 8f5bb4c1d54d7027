"""A page as one list of segments in reading order: paragraphs, headings, cells, list items, images.

One walk over the parsed tree gives everything later rules need: the text, how much of it is linked, bold or
italic, how it is aligned, which marked element it stands in. Furniture (menus, share bars, related lists)
is passed over on the way, unless it turns out to hold most of the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import urljoin

from archive.text import fold, one_line
from crawler.extraction.vocabulary import BLOCK_TAGS, HEADINGS, ICON, JUNK_CLASS, SKIP_TAGS

MAX_SEGMENTS = 20_000
_BOLD = frozenset(("b", "strong"))
_ITALIC = frozenset(("i", "em", "cite"))
_STYLE_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_STYLE_ITALIC = re.compile(r"font-style\s*:\s*italic", re.I)
_STYLE_ALIGN = re.compile(r"text-align\s*:\s*(center|right)", re.I)
_STYLE_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_ENDS = re.compile(r"[.!?:;…”\"')\]»]\s*$")


@dataclass(slots=True)
class Segment:
    """One block of text, or one image (`src` set). `marks` are class, id and itemprop of it and its ancestors."""

    element: Any
    text: str = ""
    html: str = ""
    tag: str = "p"
    chars: int = 0
    linked: int = 0
    bold: int = 0
    italic: int = 0
    align: str | None = None
    src: str | None = None
    alt: str = ""
    marks: tuple[str, ...] = ()
    links: list[tuple[str, str]] = field(default_factory=list)
    holder: Any = None
    row: Any = None

    @property
    def folded(self) -> str:
        """The text without diacritics, lower case, as the vocabulary is written."""
        return fold(self.text)

    @property
    def link_share(self) -> float:
        """How much of the text is linked, 0 to 1."""
        return self.linked / self.chars if self.chars else 0.0

    @property
    def all_bold(self) -> bool:
        """Whether the whole text is bold."""
        return self.chars > 0 and self.bold >= self.chars * 0.95

    @property
    def all_italic(self) -> bool:
        """Whether the whole text is in italics."""
        return self.chars > 0 and self.italic >= self.chars * 0.9

    @property
    def heading(self) -> int:
        """1 to 6 for h1 to h6, else 0."""
        return HEADINGS.get(self.tag, 0)

    def marked(self, pattern: re.Pattern[str], depth: int = 3) -> bool:
        """Whether the element or one of its nearest ancestors is marked so."""
        return any(pattern.search(mark) for mark in self.marks[-depth:])


@dataclass(slots=True)
class _State:
    bold: bool = False
    italic: bool = False
    link: str | None = None
    align: str | None = None
    tag: str = "p"
    marks: tuple[str, ...] = ()
    row: Any = None


class Walker:
    """Walks a tree once. `keep` are elements that are never furniture, nor are their ancestors."""

    def __init__(self, base: str, *, keep: frozenset[Any] = frozenset(), drop: frozenset[Any] = frozenset()) -> None:
        self.base = base
        self.keep = keep
        self.drop = drop
        self.segments: list[Segment] = []
        self.dropped: list[Any] = []
        self._open: Segment | None = None
        self._parts: list[str] = []
        self._html: list[str] = []

    def walk(self, root: Any) -> list[Segment]:
        """Every segment below the element."""
        self._visit(root, _State())
        self._flush()
        return self.segments

    def _visit(self, root: Any, state: _State) -> None:
        stack: list[tuple[Any, _State, bool]] = [(root, state, False)]
        while stack and len(self.segments) < MAX_SEGMENTS:
            element, outer, leaving = stack.pop()
            if leaving:
                self._leave(element, outer)
                continue
            tag = element.tag
            if not isinstance(tag, str):
                self._text(element.tail, outer, element.getparent())
                continue
            if element is not root and (tag in SKIP_TAGS or self._is_furniture(element, tag)):
                if tag in BLOCK_TAGS:
                    self._flush()
                self._text(element.tail, outer, element.getparent())
                continue
            inner = self._enter(element, tag, outer)
            stack.append((element, outer, True))
            self._text(element.text, inner, element)
            stack.extend((child, inner, False) for child in reversed(element))

    def _enter(self, element: Any, tag: str, outer: _State) -> _State:
        get = element.get
        marks = " ".join(filter(None, (get("class"), get("id"), get("itemprop"), get("data-role"), get("rel"))))
        style = get("style") or ""
        block = tag in BLOCK_TAGS
        state = _State(
            bold=outer.bold or tag in _BOLD or tag in HEADINGS or bool(style and _STYLE_BOLD.search(style)),
            italic=outer.italic or tag in _ITALIC or bool(style and _STYLE_ITALIC.search(style)),
            link=outer.link,
            align=outer.align,
            tag=self._tag(tag, outer.tag) if block else outer.tag,
            marks=(*outer.marks, marks) if marks else outer.marks,
            row=element if tag == "tr" else outer.row,
        )
        if block:
            self._flush()
            found = _STYLE_ALIGN.search(style) if style else None
            state.align = found[1].lower() if found else ((get("align") or "").lower() or outer.align)
            if tag == "center":
                state.align = "center"
        elif tag == "br":
            self._flush(soft=True)
        elif tag == "a":
            state.link = get("href") or outer.link
            if state.link:
                self._html.append(f'<a href="{escape(self._absolute(state.link))}">')
        elif tag == "img":
            self._image(element, state)
        elif tag in _BOLD or tag in _ITALIC:
            self._html.append("<strong>" if tag in _BOLD else "<em>")
        return state

    def _leave(self, element: Any, outer: _State) -> None:
        tag = element.tag
        if tag in BLOCK_TAGS:
            self._flush()
        elif tag == "a" and (element.get("href") or outer.link):
            self._html.append("</a>")
        elif tag in _BOLD or tag in _ITALIC:
            self._html.append("</strong>" if tag in _BOLD else "</em>")
        self._text(element.tail, outer, element.getparent())

    @staticmethod
    def _tag(tag: str, outer: str) -> str:
        if tag in HEADINGS or tag in ("li", "blockquote", "figcaption", "td", "th", "pre", "caption"):
            return tag
        return outer if outer in ("li", "blockquote", "figcaption", "td", "th", *HEADINGS) else "p"

    def _text(self, text: str | None, state: _State, holder: Any) -> None:
        if not text:
            return
        if self._open is None:
            if not text.strip():
                return
            block = holder
            while block is not None and block.tag not in BLOCK_TAGS and block.getparent() is not None:
                block = block.getparent()
            self._open = Segment(
                element=block, tag=state.tag, align=state.align, marks=state.marks, holder=holder, row=state.row
            )
        chars = len(text.strip())
        segment = self._open
        segment.chars += chars
        segment.bold += chars if state.bold else 0
        segment.italic += chars if state.italic else 0
        if state.link:
            segment.linked += chars
            if text.strip():
                segment.links.append((self._absolute(state.link), one_line(text)))
        self._parts.append(text)
        self._html.append(escape(text, quote=False))

    def _flush(self, *, soft: bool = False) -> None:
        segment, parts, html = self._open, self._parts, self._html
        self._open, self._parts, self._html = None, [], []
        if segment is None:
            return
        segment.text = one_line("".join(parts))
        segment.html = "".join(html)
        if not segment.text:
            return
        before = self.segments[-1] if self.segments else None
        if before is not None and before.src is None and getattr(before, "row", None) is segment.row and self._goes_on(before, segment):
            before.text = f"{before.text} {segment.text}"
            before.html = f"{before.html} {segment.html}"
            for name in ("chars", "linked", "bold", "italic"):
                setattr(before, name, getattr(before, name) + getattr(segment, name))
            before.links += segment.links
        else:
            self.segments.append(segment)

    def _goes_on(self, before: Segment, segment: Segment) -> bool:
        """Whether a line after <br> in the same element is the same sentence going on."""
        return (
            before.element is segment.element
            and segment.text[:1].islower()
            and not _ENDS.search(before.text)
            and len(before.text) > 25
        )

    def _image(self, element: Any, state: _State) -> None:
        src = image_source(element)
        if not src or ICON.search(src) or _tiny(element):
            return
        self._flush()
        self.segments.append(
            Segment(
                element=element, tag="img", src=self._absolute(src), alt=one_line(element.get("alt") or ""),
                marks=state.marks, holder=element.getparent(), align=state.align,
            )  # fmt: skip
        )

    def _absolute(self, href: str) -> str:
        try:
            return urljoin(self.base, href.strip())
        except ValueError:
            return ""

    def _is_furniture(self, element: Any, tag: str) -> bool:
        if element in self.drop:
            return True
        style = element.get("style")
        if style and _STYLE_HIDDEN.search(style):
            return element not in self.keep
        if tag not in BLOCK_TAGS and tag not in ("span", "a", "ul"):
            return False
        marks = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
        if tag == "aside" or (marks and JUNK_CLASS.search(marks)):
            if element in self.keep:
                return False
            self.dropped.append(element)
            return True
        return False


def image_source(element: Any) -> str | None:
    """The address of the picture itself, lazy loading undone; None for inline data."""
    for name in ("data-src", "data-original", "data-lazy-src", "data-photo-original-src", "data-srcset", "srcset", "src"):
        value = (element.get(name) or "").strip(" ,\t\n")
        if value and not value.startswith("data:"):
            return str(value.replace(",", " ").split()[0]) if "srcset" in name else str(value)
    return None


def _tiny(element: Any) -> bool:
    for name in ("width", "height"):
        value = (element.get(name) or "").removesuffix("px")
        if value.isdigit() and int(value) < 60:
            return True
    return False
