"""A page as one list of segments in reading order: paragraphs, headings, list items, table rows, images.

One walk over the parsed tree gives everything later rules need: the text, how much of it is linked, bold or italic,
how it is aligned, what furniture it stands in; and which run of segments each marked element covers (`Span`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from archive.text import fold, nfc, one_line
from crawler.extraction import marks
from crawler.extraction.marks import Mark

_SMALL = marks.AUTHOR | marks.DATE | marks.SOURCE | marks.VIEWS | marks.SECTION | marks.TAGS
_LIMITS = ((_SMALL, 260), (marks.CAPTION | marks.TITLE, 520), (marks.LEAD, 2200))  # roles, and characters at most
_MANY = 60  # segments that no marked part has
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_ODD = re.compile(
    "[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\x00-\x08\x0e-\x1b\x7f-\x9f\ud800-\udfff]"
)


def line(text: str) -> str:
    """Clean text on one line."""
    return _short_line(text) if len(text) < 100 else _line(text)


def _line(text: str) -> str:
    """The quick way of `one_line` for what has nothing odd in it."""
    text = " ".join(text.split())
    if text.isascii() and text.isprintable():
        return text
    return one_line(text) if _ODD.search(text) else nfc(text)


_short_line = lru_cache(maxsize=8192)(_line)  # menus and lists are the same on every page of a site
_STRING = etree.XPath("string()", smart_strings=False)


def text_of(element: Any) -> str:
    """All text inside an element, clean and on one line."""
    return line(_STRING(element))


def is_longer(element: Any, chars: int) -> bool:
    """Whether `text_of` the element has more characters than that."""
    text = _STRING(element)
    return len(text) > chars and len(line(text)) > chars


def with_ancestors(elements: Iterable[Any]) -> frozenset[Any]:
    """The elements and all that hold them."""
    found: set[Any] = set()
    for outer in elements:
        element = outer
        while element is not None and element not in found:
            found.add(element)
            element = element.getparent()
    return frozenset(found)


class Span:
    """The segments [start, end) that a marked or named element covers. `named` is the field whose selector found it."""

    __slots__ = ("element", "end", "mark", "named", "start")

    def __init__(self, element: Any, mark: Mark, start: int, named: str | None) -> None:
        self.element = element
        self.mark = mark
        self.start = start
        self.end = start
        self.named = named

    def __len__(self) -> int:
        return self.end - self.start


class State:
    """What an element inherits: its look, its link, the block and the furniture it stands in."""

    __slots__ = ("align", "block", "bold", "italic", "link", "size", "tag", "zone")

    def __init__(self) -> None:
        self.bold = False
        self.italic = False
        self.link: str | None = None
        self.align: str | None = None
        self.size: float | None = None
        self.tag = "p"
        self.block: Any = None
        self.zone: Span | None = None

    def inner(self) -> State:
        """A copy to change for a child."""
        state = State()
        state.bold, state.italic, state.link, state.align = self.bold, self.italic, self.link, self.align
        state.size, state.tag, state.block, state.zone = self.size, self.tag, self.block, self.zone
        return state


class Segment:
    """One block of text, or one image (`src` set). `runs` are its text nodes with their state."""

    __slots__ = (
        "_folded", "align", "alt", "block", "bold", "cells", "chars", "italic", "linked", "place", "roles", "runs",
        "size", "src", "tag", "text", "zone",
    )  # fmt: skip

    def __init__(self, state: State) -> None:
        self.text = ""
        self.runs: list[tuple[str, State]] = []
        self.chars = self.linked = self.bold = self.italic = 0
        self.tag = state.tag
        self.align = state.align
        self.block = state.block
        self.zone = state.zone
        self.size = state.size
        self.roles = 0
        self.src: str | None = None
        self.alt = ""
        self.cells: tuple[str, ...] = ()
        self.place = 0
        self._folded: str | None = None

    @property
    def folded(self) -> str:
        """The text without diacritics, lower case, as the vocabulary is written."""
        if self._folded is None:
            self._folded = fold(self.text)
        return self._folded

    @property
    def link_share(self) -> float:
        """How much of the text is linked, 0 to 1."""
        return self.linked / self.chars if self.chars else 0.0

    @property
    def all_bold(self) -> bool:
        """Whether the whole text is bold."""
        return self.chars > 0 and self.bold >= self.chars * 0.94

    @property
    def all_italic(self) -> bool:
        """Whether the whole text is in italics."""
        return self.chars > 0 and self.italic >= self.chars * 0.85

    @property
    def heading(self) -> int:
        """1 to 6 for h1 to h6, else 0."""
        return HEADINGS.get(self.tag, 0)

    def links(self, base: str) -> list[tuple[str, str]]:
        """Each link in the text: absolute http address and its words."""
        found: dict[str, str] = {}
        for text, state in self.runs:
            if state.link:
                found[state.link] = f"{found.get(state.link, '')}{text}"
        pairs = ((absolute(base, href), line(text)) for href, text in found.items())
        return [(url, text) for url, text in pairs if url]

    def html(self, base: str) -> str:
        """The text with its bold, italic and linked words as HTML."""
        if self.text and not self.runs:
            return escape(self.text, quote=False)
        parts = []
        for text, state in self.runs:
            part = escape(text, quote=False)
            if part.strip():
                if state.italic and not self.all_italic:
                    part = f"<em>{part}</em>"
                if state.bold and not self.all_bold and not self.heading:
                    part = f"<strong>{part}</strong>"
                if state.link and (url := absolute(base, state.link)):
                    part = f'<a href="{escape(url)}">{part}</a>'
            parts.append(part)
        return line("".join(parts))

    def retext(self, text: str) -> None:
        """Replace the text, its end kept: what was cut off its front leaves the runs too."""
        cut = len(self.text) - len(text)
        whole = self.text.endswith(text)
        self.text, self._folded = text, None
        if not whole:
            self.runs = []
            return
        while self.runs and cut > 0:
            first, state = self.runs[0]
            first = first.lstrip()
            if len(first) > cut:
                self.runs[0] = (first[cut:].lstrip(), state)
                return
            cut -= len(first.rstrip()) + (1 if first != first.rstrip() else 0)
            self.runs.pop(0)


def give_roles(inside: Sequence[Segment], roles: int) -> None:
    """Give the roles of a marked element to the segments inside it, where it is no larger than such a part can be."""
    size = sum(len(segment.text) for segment in inside) if len(inside) <= _MANY else 100_000
    for some, limit in _LIMITS:
        if size > limit:
            roles &= ~some
    if roles:
        for segment in inside:
            segment.roles |= roles


def absolute(base: str, href: str) -> str | None:
    """The http(s) address a link leads to; None for scripts, mail and nonsense."""
    href = href.strip()
    if href.startswith(("https://", "http://")):
        return href if "[" not in href or _origin(href) else None
    if not href or href[0] == "#" or href[:11].lower() == "javascript:":
        return None
    if href[0] == "/" and href[1:2] != "/" and "/." not in href and href.isprintable() and (origin := _origin(base)):
        return f"{origin}{href}"  # what urljoin would give, twenty times as fast
    try:
        target = urljoin(base, href)
    except ValueError:
        return None
    return target if target.startswith(("http://", "https://", "file://")) else None


@lru_cache(maxsize=64)
def _origin(address: str) -> str | None:
    """Scheme and host of an address; None where it has none, or is wrong."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None


def prose_chars(segments: Iterable[Segment]) -> int:
    """Characters of running text, furniture left out."""
    return sum(len(segment.text) for segment in segments if is_prose(segment))


def is_prose(segment: Segment) -> bool:
    """A block of running text: long enough, hardly linked, no heading, in no furniture."""
    return (
        segment.zone is None
        and segment.src is None
        and len(segment.text) >= 45
        and segment.linked < 0.4 * segment.chars
        and segment.tag not in HEADINGS
    )
