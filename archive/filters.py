"""What a search is limited to beside its words, as conditions on a row `a` of `articles`.

Every column a condition names stands in the index articles_listing, so that no text is read to count.
"""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass
from datetime import date

from archive.errors import QueryError
from archive.grammar import Phrase, Statement, words_of
from archive.matching import Matcher, matches_text
from archive.text import fold, has_diacritics, one_line, tone_normalise

_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Each None asks for nothing. Dates are "2022", "2022-10" or "2022-10-06"; both ends are included.

    `site` is a profile's name, `body` part of an organisation's name, `author` and `section` words of theirs.
    Publication dates are Vietnamese days, capture dates UTC days.
    """

    site: str | None = None
    body: str | None = None
    author: str | None = None
    section: str | None = None
    since: str | None = None
    until: str | None = None
    captured_since: str | None = None
    captured_until: str | None = None
    has_attachment: bool | None = None
    gone: bool | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """SQL conditions on `a`, joined with AND, and their values."""

    sql: tuple[str, ...] = ()
    values: tuple[str | int, ...] = ()

    def __add__(self, other: Conditions) -> Conditions:
        return Conditions(self.sql + other.sql, self.values + other.values)

    def where(self) -> str:
        """For after WHERE; true when there are none."""
        return " AND ".join(self.sql) or "1"

    @property
    def index(self) -> str:
        """The index of `articles` that answers them soonest by itself."""
        by_site = any(each.startswith("a.site_id ") for each in self.sql)
        narrow = by_site and all(each.startswith(("a.site_id ", "a.date_published ")) for each in self.sql)
        return "articles_site_date" if narrow else "articles_listing"


def conditions(connection: sqlite3.Connection, filters: Filters, statement: Statement) -> Conditions:
    """The filters' and the query's own section fields'. QueryError names a value that cannot be meant."""
    found = Conditions()
    if filters.site is not None or filters.body is not None:
        found += _in("a.site_id", _sites(connection, filters))
    if filters.author is not None:
        found += _author(filters.author)
    wanted = (*statement.sections, *(_phrase(text) for text in (filters.section,) if text is not None))
    if wanted or statement.excluded_sections:
        found += _sections(connection, wanted, statement.excluded_sections)
    for column, since, until in (
        ("date_published", filters.since, filters.until),
        ("captured_at", filters.captured_since, filters.captured_until),
    ):
        if since is not None:
            found += Conditions((f"a.{column} >= ?",), (_day(since),))
        if since is not None and until is not None and _day(since) > f"{_day(until)}~":
            raise QueryError(f"{since} is later than {until}: nothing lies between; give the earlier one first")
        if until is not None:  # "~" sorts after every digit, "-" and "T" that may follow
            found += Conditions((f"a.{column} < ?",), (f"{_day(until)}~",))
    if filters.has_attachment is not None:
        found += Conditions((f"a.attachments {'<>' if filters.has_attachment else '='} '[]'",))
    if filters.gone is not None:
        found += Conditions((f"a.gone_at IS {'NOT ' if filters.gone else ''}NULL",))
    return found


def _day(text: str) -> str:
    match = _DATE.fullmatch(text.strip())
    try:
        if match:
            date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
            return match[0]
    except ValueError:
        pass
    raise QueryError(f"{text!r} is no date; write YYYY, YYYY-MM or YYYY-MM-DD")


def _in(column: str, ids: list[int]) -> Conditions:
    return Conditions((f"{column} IN ({', '.join('?' * len(ids))})",), tuple(ids))


def _sites(connection: sqlite3.Connection, filters: Filters) -> list[int]:
    rows = connection.execute("SELECT id, name, body FROM sites").fetchall()
    if filters.site is not None and filters.site not in {row[1] for row in rows}:
        known = ", ".join(sorted(row[1] for row in rows)) or "none yet"
        raise QueryError(f"site {filters.site!r} is not in this archive; its sites: {known}")
    return [
        row[0]
        for row in rows
        if filters.site in (None, row[1]) and (filters.body is None or fold(filters.body.strip()) in fold(row[2]))
    ]


def _phrase(text: str) -> Phrase:
    return Phrase(words=words_of(text), quoted=True)


def _author(text: str) -> Conditions:
    phrase = Phrase(words=words_of(text), column="author_names", quoted=True)
    if not phrase.words:
        raise QueryError(f"author {text!r} holds no name")
    matcher = Matcher(Statement(alternatives=((phrase,),)), folded=not has_diacritics(text))
    table = matcher.table
    return Conditions((f"a.id IN (SELECT rowid FROM {table} WHERE {table} MATCH ?)",), (matcher.expression,))


def _sections(connection: sqlite3.Connection, wanted: tuple[Phrase, ...], unwanted: tuple[Phrase, ...]) -> Conditions:
    names = [row[0] for row in connection.execute("SELECT DISTINCT article_section FROM articles") if row[0]]
    found = Conditions()
    for phrase in wanted:
        found += _named("a.article_section IN", [name for name in names if _is_in(phrase, name)])
    for phrase in unwanted:
        found += _named("ifnull(a.article_section, '') NOT IN", [name for name in names if _is_in(phrase, name)])
    return found


def _named(test: str, names: list[str]) -> Conditions:
    return Conditions((f"{test} (SELECT value FROM json_each(?))",), (json.dumps(names),))


def _is_in(phrase: Phrase, section: str) -> bool:
    folded = not any(has_diacritics(token) for token in phrase.tokens)
    text = fold(section) if folded else tone_normalise(one_line(section)).lower()
    return bool(phrase.words) and matches_text(phrase, text, folded=folded)
