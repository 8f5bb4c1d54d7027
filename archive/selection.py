"""A set of articles in SQL: what matches a full-text expression and the conditions, never a hidden one.

Measured at 200,000 articles of 3.5 KB: one pass over a phrase that stands in every row takes 50 ms, and giving its ids
as one text 8 ms more; as rows they would take 60. So a phrase is passed over once: its ids tell the count, what is
among them, and, when they are few, where to look. What is many is met by walking the dates from one end.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from archive.filters import Conditions
from archive.halves import Ids, matching_ids, numbers
from archive.remembered import remembered

if TYPE_CHECKING:
    from archive.matching import Matcher

FEW = 500  # articles it is quicker to look up one by one than to meet on a walk along the dates
RANKABLE = 5_000  # articles that may match, whatever the conditions, for bm25 to be asked at all
WALKED, MET = 5_000, 300  # articles passed and articles looked at on a walk for those that have it in the headline
BATCH = 60  # articles looked at together on such a walk
_INDEX = "articles AS a INDEXED BY articles_listing"
_HIDDEN = "SELECT id FROM articles WHERE hidden_at IS NOT NULL"

Key = tuple[str | None, int]
"""An article's place in the order of dates: (date_published, id)."""

Rank = tuple[float, bool, str, int]
"""Its place in the order of relevance: (score, whether it matches in the headline, date or "", id)."""


@dataclass(frozen=True)
class Selection:
    """The articles that `expression` (of the matcher's table; none for all) and the conditions select.

    `only` are the ids of a part of them, which `ids` and `by_date` then give.
    """

    connection: sqlite3.Connection
    matcher: Matcher
    expression: str
    conditions: Conditions
    hidden: bool
    only: Ids | None = None

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

    @cached_property
    def matching(self) -> Ids:
        """The ids of what the expression alone finds; remembered until somebody writes."""
        table = self.matcher.table
        question = ("matching", table, self.expression)
        return remembered(
            self.connection,
            question,
            lambda: matching_ids(self.connection, table, self.expression),
            weight=len,
        )

    @cached_property
    def ids(self) -> Ids:
        """The ids of what is selected; only where there is an expression."""
        if self.only is not None:
            return self.only
        found = self.matching
        if found and (self.conditions.sql or self.hidden):
            found = self._allowed(found)
        return found

    def _allowed(self, found: Ids) -> Ids:
        """Those of them that the conditions and nobody's hiding leave."""
        if len(found) <= FEW:
            sql = f"SELECT group_concat(a.id) FROM {self._few()} AND {self._where()}"
            allowed = self._ids(sql, (json.dumps(found.tolist()), *self.conditions.values))
        elif self.conditions.sql:
            sql = (
                f"SELECT group_concat(a.id) FROM articles AS a INDEXED BY {self.conditions.index} WHERE {self._where()}"
            )
            allowed = self._ids(sql, self.conditions.values)
        else:
            hidden = self._ids(f"SELECT group_concat(id) FROM ({_HIDDEN})", ())
            return array("q", sorted(set(found).difference(hidden)))
        return array("q", sorted(set(allowed).intersection(found)))

    def _ids(self, sql: str, values: tuple[Any, ...]) -> Ids:
        """The ids of a statement that gives them as one text with commas."""
        return numbers(self.connection.execute(sql, values).fetchone()[0])

    def count(self) -> int:
        """How many articles there are; remembered until somebody writes."""
        if self.expression:
            return len(self.ids)
        question = ("count", self.matcher.table, self.conditions)
        sql = f"SELECT count(*) FROM {_INDEX} WHERE {self._where()}"
        return remembered(
            self.connection, question, lambda: int(self.connection.execute(sql, self._values()).fetchone()[0])
        )

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
        """The dated or the undated ones, in order."""
        compare, way = ("<", "DESC") if newest else (">", "ASC")
        order = f"ORDER BY a.date_published {way}, a.id {way}"
        where = f"{self._where()} AND {dated}"
        values: tuple[Any, ...] = self.conditions.values
        if after is not None and after[0] is not None:
            where, values = f"{where} AND (a.date_published, a.id) {compare} (?, ?)", (*values, *after)
        elif after is not None:
            where, values = f"{where} AND a.id {compare} ?", (*values, after[1])
        if self.expression and len(self.ids) <= FEW:
            sql = f"SELECT a.date_published, a.id FROM {self._few()} AND {where} {order} LIMIT ?"
            values = (json.dumps(self.ids.tolist()), *values, limit)
        else:
            sql = f"SELECT a.date_published, a.id FROM {_INDEX} WHERE {where} {order}"
        cursor = self.connection.cursor()
        cursor.row_factory = None
        rows: Iterator[Key] = iter(cursor.execute(sql, values))
        if self.expression and len(self.ids) > FEW:
            rows = (key for key in rows if self._holds(key[1]))
        return list(islice(rows, limit))

    def _holds(self, key: int) -> bool:
        place = bisect_left(self.ids, key)
        return place < len(self.ids) and self.ids[place] == key

    def by_headline(self, expression: str) -> Selection:
        """Those of them that another expression, which finds no others, finds by their headlines."""
        if len(self.ids) > FEW or not self._told_by_headlines:
            return self.among(expression)
        keys: list[Key] = [(None, key) for key in self.ids]
        found = self._found_among(self._likely(keys), expression)
        return replace(self, only=array("q", (key for _, key in found)))

    def among(self, expression: str) -> Selection:
        """Those of them that another expression finds too."""
        found = replace(self, expression=expression).matching
        return replace(self, only=array("q", sorted(set(found).intersection(self.ids))))

    def apart_from(self, other: Selection) -> Selection:
        """Those of them that are not among the others."""
        return replace(self, only=array("q", sorted(set(self.ids).difference(other.ids))))

    def newest_in_headline(self, expression: str, limit: int) -> list[Key]:
        """The newest ones that another expression finds by their headlines, if `limit` are soon met; else none.

        A further pass over the index would find the same and take longer.
        """
        if len(self.ids) <= FEW or not self._told_by_headlines:
            return []
        newest = (
            f"SELECT a.date_published, a.id FROM {_INDEX} WHERE {self._where()} AND a.date_published IS NOT NULL "
            f"ORDER BY a.date_published DESC, a.id DESC LIMIT {WALKED}"
        )
        walked: Iterator[Key] = ((row[0], row[1]) for row in self.connection.execute(newest, self.conditions.values))
        selected = islice((key for key in walked if self._holds(key[1])), MET)
        found: list[Key] = []
        while len(found) < limit and (batch := list(islice(selected, BATCH))):
            found += islice(self._found_among(self._likely(batch), expression), limit - len(found))
        return found if len(found) == limit else []

    @property
    def _told_by_headlines(self) -> bool:
        """Whether it can be told of one article at a time whether the words are in its headline."""
        return not (self.matcher.has_prefix and self.matcher.names_columns)

    def _likely(self, keys: list[Key]) -> list[Key]:
        """Those with the words in their headlines, where no word's beginning is asked for maybe in others' pieces."""
        says = self.matcher.is_in if self.matcher.has_prefix else self.matcher.may_be_in
        sql = "SELECT id, headline FROM articles WHERE id IN (SELECT value FROM json_each(?))"
        headlines = dict(self.connection.execute(sql, (json.dumps([key for _, key in keys]),)).fetchall())
        return [key for key in keys if says(headlines[key[1]])]

    def _found_among(self, keys: list[Key], expression: str) -> Iterator[Key]:
        """Those that the expression finds. FTS5 would gather the words that begin so anew for each of them."""
        table = self.matcher.table
        sql = f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid = ?"
        told = self.matcher.has_prefix
        return (key for key in keys if told or self.connection.execute(sql, (expression, key[1])).fetchone())

    def _few(self) -> str:
        """What stands after FROM to look up ids one by one; a JSON array of them is bound to it."""
        return "articles AS a WHERE a.id IN (SELECT value FROM json_each(?))"

    def _from(self, where: str) -> str:
        """What stands after FROM; _values() binds it."""
        if not self.expression:
            return f"{_INDEX} WHERE {where}"
        table = self.matcher.table
        return f"{_INDEX} WHERE a.id IN (SELECT rowid FROM {table} WHERE {table} MATCH ?) AND {where}"

    def _where(self) -> str:
        return self.conditions.where() + (f" AND a.id NOT IN ({_HIDDEN})" if self.hidden else "")

    def _values(self) -> tuple[Any, ...]:
        return (self.expression, *self.conditions.values) if self.expression else self.conditions.values
