"""What a search is asked, and what it answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import NoneType
from typing import TYPE_CHECKING, Any, Self

from archive.errors import QueryError
from archive.filters import Filters

if TYPE_CHECKING:
    from archive.highlight import Marked

MAX_LIMIT = 10_000


class Sort(StrEnum):
    """The order of hits. Articles without a date come last in both directions."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"

    @classmethod
    def parse(cls, text: str) -> Self:
        """QueryError for another word."""
        try:
            return cls(text)
        except ValueError:
            raise QueryError(f"sort {text!r} is none of {', '.join(cls)}") from None


class Match(StrEnum):
    """How the hits shown match the query.

    EXACT is as written, FOLDED without regard to diacritics; the loose ones hold all the words, not in a row.
    """

    EXACT = "exact"
    FOLDED = "folded"
    ALL_WORDS = "all_words"
    ALL_WORDS_FOLDED = "all_words_folded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search. `after` is the `next_cursor` of the page before; `fold` ignores diacritics though some are written."""

    text: str = ""
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.RELEVANCE
    limit: int = 20
    after: str | None = None
    fold: bool = False
    facets: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_LIMIT:
            raise QueryError(f"limit {self.limit} is not between 1 and {MAX_LIMIT}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article found. `score` is bm25's, higher is better; None where hits are ordered by date.

    `attachment` names the document that the snippet is of, where only a document of the article matched.
    """

    id: int
    url: str
    site: str
    site_title: str
    headline: Marked
    snippet: Marked
    authors: tuple[str, ...]
    date_published: str | None
    section: str | None
    captured_at: str
    gone_at: str | None
    score: float | None
    attachment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A page of hits.

    `total` counts the set that was asked for. When that is empty and something near it is not, `fallback` is true,
    `match` says what is shown instead, `shown_total` counts that, and `total` stays 0. `facets` is filled on
    request: "site", "year" and "author" to counts, most first (years newest first).
    """

    total: int
    match: Match
    fallback: bool = False
    shown_total: int = 0
    hits: tuple[Hit, ...] = ()
    next_cursor: str | None = None
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    truncated: bool = False


class Order(StrEnum):
    """How the hits of one result are ordered: by rank; headline hits first, then the rest, newest first; by date."""

    RANKED = "ranked"
    HEADLINE = "headline"
    REST = "rest"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a page ended: how hits were matched and ordered then, and the last one's place in that order.

    `place` is a Rank when the order is RANKED, else a Key (see archive.selection).
    """

    match: Match
    order: Order
    place: tuple[Any, ...]

    def encode(self) -> str:
        """As text that fits an address."""
        data = json.dumps([self.match, self.order, *self.place], separators=(",", ":"))
        return base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Self:
        """QueryError when the text is none of ours."""
        try:
            match, order, *place = json.loads(base64.urlsafe_b64decode(f"{text}{'=' * (-len(text) % 4)}"))
            if _is_place(place, ranked=order == Order.RANKED):
                return cls(match=Match(match), order=Order(order), place=tuple(place))
        except (ValueError, TypeError, RecursionError):
            pass
        raise QueryError(f"cursor {text[:80]!r} is none; use the next cursor that a page of results gave")


def _is_place(place: list[Any], *, ranked: bool) -> bool:
    """Whether it is a Rank or Key that SQLite can take; a cursor comes from an address anybody can write."""
    kinds = [type(part) for part in place]
    if ranked:
        return kinds == [float, bool, str, int]
    return kinds in ([str, int], [NoneType, int]) and abs(place[1]) < 1 << 63 and (place[0] or "").isascii()


def hit_json(hit: Hit) -> dict[str, Any]:
    """A hit's public JSON form; names as in the record. Marks are [start, end] offsets in code points."""
    return {
        "id": hit.id,
        "url": hit.url,
        "site": hit.site,
        "headline": hit.headline.text,
        "headlineMarks": [list(mark) for mark in hit.headline.marks],
        "datePublished": hit.date_published,
        "authors": [{"name": name} for name in hit.authors],
        "articleSection": hit.section,
        "snippet": hit.snippet.text,
        "snippetMarks": [list(mark) for mark in hit.snippet.marks],
        "attachment": hit.attachment,
        "capturedAt": hit.captured_at,
        "goneAt": hit.gone_at,
        "score": hit.score,
    }
