"""Facets: how many of a set are of each site, year and author.

What a facet needs of every article is kept in memory as long as nobody writes (see archive.remembered), for that is the
quickest way to count large sets; small ones are counted from the index.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeAlias

from archive.halves import Ids
from archive.remembered import is_known, remembered
from archive.selection import Selection

AUTHORS = 50  # of the facet
MANY = 20_000  # articles of a set for which it pays to read the traits of all, where they are not known yet
SPARSE = 4  # ids to an article on the whole, above which they are no places in an array

Facets: TypeAlias = dict[str, tuple[tuple[str, int], ...]]
Place: TypeAlias = tuple[int, str | None]
"""An article's site_id and year."""

_TRAITS = "traits"
_PLACE, _AUTHORS = "a.site_id, substr(a.date_published, 1, 4)", "a.author_names"


class _Traits:
    """A trait of every article, by its id: `kinds[of[id]]`."""

    def __init__(self, last: int) -> None:
        self.kinds: dict[Any, int] = {}
        self.of = array("I", bytes(4 * (last + 1)))

    def count(self, ids: Ids) -> dict[Any, int]:
        """How many of those articles have each."""
        counts = Counter(map(self.of.__getitem__, ids))
        return {kind: counts[number] for kind, number in self.kinds.items() if number in counts}


def facets(selection: Selection) -> Facets:
    """Counts by site, year and author over the whole set; remembered until somebody writes."""
    question = ("facets", selection.matcher.table, selection.expression, selection.conditions)
    return remembered(selection.connection, question, lambda: _facets(selection))


def _facets(selection: Selection) -> Facets:
    names = dict(selection.connection.execute("SELECT id, name FROM sites").fetchall())
    places, authors = _counts(selection)
    counts: dict[str, Counter[str]] = {"site": Counter(), "year": Counter(), "author": Counter()}
    for (site, year), number in places.items():
        counts["site"][names[site]] += number
        if year:
            counts["year"][year] += number
    for listed, number in authors.items():
        for author in json.loads(listed):
            counts["author"][author] += number
    return {
        "site": tuple(counts["site"].most_common()),
        "year": tuple(sorted(counts["year"].items(), reverse=True)),
        "author": tuple(counts["author"].most_common(AUTHORS)),
    }


def _counts(selection: Selection) -> tuple[Mapping[Place, int], Mapping[str, int]]:
    """Articles by site and year, and by the JSON array of their authors' names."""
    connection = selection.connection
    if selection.expression and (len(selection.ids) >= MANY or is_known(connection, _TRAITS)):
        traits = remembered(connection, _TRAITS, lambda: _read_traits(connection), weight=_weight)
        if traits:
            places, authors = traits
            return places.count(selection.ids), authors.count(selection.ids)
    rows = Counter(selection.rows(f"{_PLACE}, {_AUTHORS}"))
    by_place: Counter[Place] = Counter()
    by_authors: Counter[str] = Counter()
    for (site, year, names), number in rows.items():
        by_place[site, year] += number
        by_authors[names] += number
    return by_place, by_authors


def _read_traits(connection: sqlite3.Connection) -> tuple[_Traits, _Traits] | None:
    """Place and authors of every article; None where ids are too far apart to be places in an array."""
    number, last = connection.execute("SELECT count(*), ifnull(max(id), 0) FROM articles").fetchone()
    if last > number * SPARSE:
        return None
    places, authors = _Traits(last), _Traits(last)
    cursor = connection.cursor()
    cursor.row_factory = None
    sql = f"SELECT a.id, {_PLACE}, {_AUTHORS} FROM articles AS a INDEXED BY articles_listing WHERE a.id <= ?"
    for key, site, year, names in cursor.execute(sql, (last,)):
        places.of[key] = places.kinds.setdefault((site, year), len(places.kinds))
        authors.of[key] = authors.kinds.setdefault(names, len(authors.kinds))
    return places, authors


def _weight(traits: tuple[_Traits, _Traits] | None) -> int:
    return sum(len(trait.of) for trait in traits) if traits else 0
