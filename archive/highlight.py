"""Where a hit matched, marked in the text as it was written.

Normalising tones and folding keep every code point in its place (see archive.text), so what is found in the
searched form of a text stands at the same offsets in the original.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from archive.text import fold, nfc, tone_normalise

if TYPE_CHECKING:
    from archive.matching import Matcher

SNIPPET = 240  # code points of a snippet, about two lines of a page
_READ = 200_000  # code points of a body looked through for a passage; a book's worth
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and the (start, end) offsets, in code points, of what matched; in order, never overlapping."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    def pieces(self) -> Iterator[tuple[str, bool]]:
        """The text in pieces, each with whether it matched; together they are the text."""
        edges = [0, *(edge for mark in self.marks for edge in mark), len(self.text)]
        for number, (start, end) in enumerate(pairwise(edges)):
            if start < end:
                yield self.text[start:end], number % 2 == 1

    def html(self) -> str:
        """Safe HTML with <mark> around what matched."""
        return "".join(f"<mark>{escape(text)}</mark>" if hit else escape(text) for text, hit in self.pieces())


def mark(text: str, matcher: Matcher, column: str) -> Marked:
    """The whole text with everything marked that matched in that column."""
    text = nfc(text)
    return Marked(text, _find(text, matcher, column))


def snippet(body: str, description: str | None, matcher: Matcher, *, column: str = "article_body") -> Marked:
    """The passage of the body with most of what was looked for; else of the lead; else the beginning.

    `column` is the one that `body` is the text of.
    White space is made single spaces; "…" stands where text was left out.
    """
    for text, name in ((body[:_READ], column), (description or "", "description")):
        line = _SPACES.sub(" ", nfc(text)).strip()
        if marks := _find(line, matcher, name):
            return _passage(line, marks)
    return _passage(_SPACES.sub(" ", nfc(description or body)).strip(), ())


def _find(text: str, matcher: Matcher, column: str) -> tuple[tuple[int, int], ...]:
    pattern = matcher.pattern(column)
    if pattern is None:
        return ()
    searched = fold(text) if matcher.folded else _lower(tone_normalise(text))
    return tuple(found.span() for found in pattern.finditer(searched))


def _lower(text: str) -> str:
    """Lower case, as many code points as before."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(letter.lower()[0] for letter in text)


def _passage(line: str, marks: tuple[tuple[int, int], ...]) -> Marked:
    if len(line) <= SNIPPET:
        return Marked(line, marks)
    start = _start(line, marks)
    end = start + SNIPPET
    if end < len(line):
        end = max(line.rfind(" ", start, end), start + SNIPPET // 2)
    before, after = ("… " if start else ""), (" …" if end < len(line) else "")
    shift = len(before) - start
    kept = tuple((a + shift, b + shift) for a, b in marks if a >= start and b <= end)
    return Marked(f"{before}{line[start:end].rstrip()}{after}", kept)


def _start(line: str, marks: tuple[tuple[int, int], ...]) -> int:
    """Where the fullest window begins: some words before its first mark, at the beginning of a word."""
    if not marks:
        return 0
    window = SNIPPET * 3 // 4
    starts = [start for start, _ in marks]
    best = max(range(len(marks)), key=lambda n: (bisect_left(starts, starts[n] + window) - n, -n))
    start = max(0, min(starts[best] - SNIPPET // 6, len(line) - SNIPPET))
    space = line.find(" ", start, starts[best])
    return start if start == 0 or space < 0 else space + 1
