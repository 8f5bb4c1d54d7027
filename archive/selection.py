"""A set of articles in SQL: what matches a full-text expression and the conditions, never a hidden one.

Measured at 200,000 articles of 3.5 KB: counting a phrase that stands in every row takes 50 ms, bm25 over it ten
times that, asking whether one article matches 0.05 ms. So what is few is sorted, and what is many is met by
walking the dates from one end and asking of each article in turn whether it matches. Such a question takes the longer
the rarer the matches are, because FTS5 reads on to the next one; so the walk is only for what is many.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from archive.filters import Conditions
from archive.remembered import remembered

if TYPE_CHECKING:
    from archive.matching import Matcher

FEW = 5_000  # articles it is quicker to look up one by one than to pass the whole index of dates
WINDOW = 200  # articles asked one by one for a match before the set is gathered instead,
STEP = 40  # so many at a time
_INDEX = "articles AS a INDEXED BY articles_listing"
_HIDDEN = "SELECT id FROM articles WHERE hidden_at IS NOT NULL"

Key = tuple[str | None, int]
"""An article's place in the order of dates: (date_published, id)."""

Rank = tuple[float, bool, str, int]
"""Its place in the order of relevance: (score, whether it matches in the headline, date or "", id)."""


@dataclass(frozen=True)
class Selection:
    """The articles that `expression` (of the matcher's table; none for all) and the conditions select."""

    connection: sqlite3.Connection
    matcher: Matcher
    expression: str
    conditions: Conditions
    hidden: bool

    @classmethod
    def build(cls, connection: sqlite3.Connection, matcher: Matcher, conditions: Conditions) -> Selection:
        """The whole set of a query."""
        table = matcher.table
        if not matcher.wanted and matcher.unwanted:
            conditions += Conditions(
                (f"a.id NOT IN (SELECT rowid FROM {table} WHERE {table} MATCH ?)",), (matcher.unwanted,)
            )
        hidden = connection.execute(f"{_HIDDEN} LIMIT 1").fetchone() is not None
        return cls(connection, matcher, matcher.expression if matcher.wanted else "", conditions, hidden)

    def narrowed(self, expression: str) -> Selection:
        """The same conditions with another expression."""
        return replace(self, expression=expression)

    @cached_property
    def few(self) -> str | None:
        """The ids of what the expression alone finds, as a JSON array, if it finds no more than FEW."""
        if not self.expression:
            return None
        table = self.matcher.table
        sql = f"SELECT rowid FROM {table} WHERE {table} MATCH ? LIMIT {FEW + 1}"
        ids = [row[0] for row in self.connection.execute(sql, (self.expression,))]
        return json.dumps(ids) if len(ids) <= FEW else None

    def count(self) -> int:
        """How many articles there are; remembered until somebody writes."""
        question = (self.matcher.table, self.expression, self.conditions)
        return remembered(self.connection, question, self._count)

    def _count(self) -> int:
        table = self.matcher.table
        if not self.expression or self.few is not None:
            return self._number(f"SELECT count(*) FROM {self._from(self._where())}")
        sql = f"SELECT count(*) FROM {table} WHERE {table} MATCH ?"  # reads postings in order, and no articles
        if self.conditions.sql:
            sql += f" AND +rowid IN (SELECT a.id FROM {_INDEX} WHERE {self.conditions.where()})"
        return self._number(sql + (f" AND rowid NOT IN ({_HIDDEN})" if self.hidden else ""))

    def rows(self, columns: str) -> Iterator[tuple[Any, ...]]:
        """Those columns of `a`, of every article, in no order."""
        cursor = self.connection.cursor()
        cursor.row_factory = None
        return iter(cursor.execute(f"SELECT {columns} FROM {self._from(self._where())}", self._values()))

    def ordered_ids(self, *, newest: bool) -> Iterator[int]:
        """The id of every article by date, undated ones last, then by address: the same order after a rebuild."""
        way = "DESC" if newest else "ASC"
        order = f"a.date_published IS NULL, a.date_published {way}, a.url"
        sql = f"SELECT a.id FROM {self._from(self._where())} ORDER BY {order}"
        for row in self.connection.execute(sql, self._values()):
            yield row[0]

    def ranked(self) -> list[Rank]:
        """Every article, best first; for few ones."""
        table = self.matcher.table
        rows = self.connection.execute(
            f"SELECT bm25({table}, 10, 4, 1, 2, 3, 1, 0.5), bm25({table}, 1, 0, 0, 0, 0, 0, 0), a.date_published, a.id "
            f"FROM {table} CROSS JOIN articles AS a ON a.id = {table}.rowid WHERE {table} MATCH ? AND {self._where()}",
            (self.expression, *self.conditions.values),
        )
        found = [(round(-score, 1), title < 0, day or "", key) for score, title, day, key in rows]
        return sorted(found, reverse=True)

    def by_date(self, *, newest: bool, after: Key | None, limit: int) -> list[Key]:
        """Up to `limit` keys in the order of dates after the given one; undated articles come last."""
        found: list[Key] = []
        if after is None or after[0] is not None:
            found = self._tier("a.date_published IS NOT NULL", newest=newest, after=after, limit=limit)
            after = None
        if len(found) < limit:
            found += self._tier("a.date_published IS NULL", newest=newest, after=after, limit=limit - len(found))
        return found

    def _tier(self, dated: str, *, newest: bool, after: Key | None, limit: int) -> list[Key]:
        """The dated or the undated ones, in order: what is many is looked for among the first before it is gathered."""
        compare, way = ("<", "DESC") if newest else (">", "ASC")
        order = f"ORDER BY a.date_published {way}, a.id {way}"
        where, values = f"{self._where()} AND {dated}", self._values()
        key: tuple[Any, ...] = ()
        if after is not None and after[0] is not None:
            where, key = f"{where} AND (a.date_published, a.id) {compare} (?, ?)", after
        elif after is not None:
            where, key = f"{where} AND a.id {compare} ?", (after[1],)
        if self.expression and self.few is None and not self.matcher.has_prefix:
            found = self._walk(f"{_INDEX} WHERE {where} {order}", (*self.conditions.values, *key), limit)
            if len(found) == limit:
                return found
        sql = f"SELECT a.date_published, a.id FROM {self._from(where)} {order} LIMIT ?"
        return [(row[0], row[1]) for row in self.connection.execute(sql, (*values, *key, limit))]

    def _walk(self, candidates: str, values: tuple[Any, ...], limit: int) -> list[Key]:
        """Ask candidates one by one whether they match: WINDOW of them, or STEP when so few do that it is no use."""
        table, found = self.matcher.table, list[Key]()
        for start in range(0, WINDOW, STEP):
            window = f"SELECT a.date_published, a.id FROM {candidates} LIMIT {STEP} OFFSET {start}"
            rows = self.connection.execute(
                f"SELECT p.date_published, p.id FROM ({window}) AS p CROSS JOIN {table} ON {table}.rowid = p.id "
                f"WHERE {table} MATCH ? LIMIT ?",
                (*values, self.expression, limit - len(found)),
            )
            found += [(row[0], row[1]) for row in rows]
            if len(found) >= limit or len(found) * WINDOW < limit * STEP / 2:
                break
        return found

    def _from(self, where: str) -> str:
        """What stands after FROM; _values() binds it."""
        if not self.expression:
            return f"{_INDEX} WHERE {where}"
        if self.few is not None:
            return f"articles AS a WHERE a.id IN (SELECT value FROM json_each(?)) AND {where}"
        table = self.matcher.table
        return f"{_INDEX} WHERE a.id IN (SELECT rowid FROM {table} WHERE {table} MATCH ?) AND {where}"

    def _where(self) -> str:
        return self.conditions.where() + (f" AND a.id NOT IN ({_HIDDEN})" if self.hidden else "")

    def _values(self) -> tuple[Any, ...]:
        if not self.expression:
            return self.conditions.values
        return (self.few or self.expression, *self.conditions.values)

    def _number(self, sql: str) -> int:
        return int(self.connection.execute(sql, self._values()).fetchone()[0])
