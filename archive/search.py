"""Search: query text → hits, counts and facets.

    results = search(connection, Query(text="dân vận khéo", limit=10))

A query with any diacritic is matched as written (tone placement, i/y and acronyms apart), one with none in every
spelling; several words in a row are a phrase. Only when nothing matches so is a wider set shown, labelled and never
counted: first the same phrase in any spelling, then all its words anywhere. What is rare is ranked by bm25; of what is
common, articles with it in the headline come first, then the newest. Of words apart, those articles come first that
have them in the headline or near each other: how often each occurs says little, and takes bm25 a pass over each.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from itertools import islice

from archive import files
from archive.errors import QueryError
from archive.facets import facets
from archive.filters import conditions
from archive.grammar import Statement, parse
from archive.highlight import Marked, mark, snippet
from archive.matching import Matcher
from archive.query import Cursor, Hit, Match, Order, Query, Results, Sort
from archive.selection import RANKABLE, Key, Rank, Selection

RARE = 2_000  # articles bm25 is asked to rank
NEARBY = 20_000  # articles that hold words apart, of which those with them near each other are looked for
RANKED_PHRASES = 8  # bm25 passes over the postings of each

Place = tuple[Order, Rank | Key]
_COLUMNS = (
    "id, url, site_id, headline, article_body, description, author_names, date_published, article_section, "
    "captured_at, gone_at, attachment_text IS NOT NULL AS has_attachment_text"
)


def search(connection: sqlite3.Connection, query: Query) -> Results:
    """The page of results that the query asks for; QueryError for a filter or cursor that means nothing."""
    statement = parse(query.text)
    cursor = Cursor.decode(query.after) if query.after else None
    (match, matcher), *wider = _matchers(statement, fold=query.fold)
    if statement.empty:
        return Results(total=0, match=match, truncated=statement.truncated)
    wanted = conditions(connection, query.filters, statement)
    selection = Selection.build(connection, matcher, wanted)
    total = shown = selection.count()
    for label, matcher in wider:
        if shown:
            break
        other = Selection.build(connection, matcher, wanted)
        if shown := other.count():
            match, selection = label, other
    if cursor and cursor.match is not match:
        raise QueryError(f"cursor {query.after!r} belongs to another search; start at the first page")
    places = _places(selection, query, shown, cursor) if shown else []
    page = places[: query.limit]
    following = Cursor(match=match, order=page[-1][0], place=page[-1][1]) if len(places) > len(page) else None
    return Results(
        total=total,
        match=match,
        fallback=not total and bool(shown),
        shown_total=shown,
        hits=tuple(_hits(selection, page)),
        next_cursor=following.encode() if following else None,
        facets=facets(selection) if query.facets else {},
        truncated=statement.truncated,
    )


def _matchers(statement: Statement, *, fold: bool) -> Iterator[tuple[Match, Matcher]]:
    """The set asked for, then the wider ones in the order they are tried."""
    exact = statement.accented and not fold
    tables = (False, True) if exact else (True,)
    for folded in tables:
        yield Match.FOLDED if folded else Match.EXACT, Matcher(statement, folded=folded)
    if any(len(phrase.words) > 1 and not phrase.quoted for group in statement.alternatives for phrase in group):
        for folded in tables:
            label = Match.ALL_WORDS_FOLDED if folded else Match.ALL_WORDS
            yield label, Matcher(statement, folded=folded, loose=True)


def _places(selection: Selection, query: Query, total: int, cursor: Cursor | None) -> list[Place]:
    """The places of a page's hits and of one more, which tells that there is a next page."""
    limit = query.limit + 1
    order = cursor.order if cursor else _order(selection, query, total)
    after = cursor.place if cursor else None
    if order is Order.RANKED:
        ranked = (rank for rank in selection.ranked() if after is None or rank < after)
        return [(order, rank) for rank in islice(ranked, limit)]
    if order in (Order.HEADLINE, Order.REST):
        return _headline_first(selection, order, after, limit)
    return [(order, key) for key in selection.by_date(newest=order is not Order.OLDEST, after=after, limit=limit)]


def _headline_first(selection: Selection, order: Order, after: Key | None, limit: int) -> list[Place]:
    """The places of those with the words in the headline, newest first, then of the rest."""
    matcher = selection.matcher
    near = matcher.loose and len(selection.matching) <= NEARBY
    found: list[Place] = []
    if order is Order.HEADLINE and after is None and not near:
        found = [(order, key) for key in selection.newest_in_headline(matcher.in_headline, limit)]
    if len(found) == limit:
        return found
    first = selection.among(matcher.near) if near else selection.by_headline(matcher.in_headline)
    if order is Order.HEADLINE:
        found = [(order, key) for key in first.by_date(newest=True, after=after, limit=limit)]
        after = None
    if len(found) < limit:
        rest = selection.apart_from(first).by_date(newest=True, after=after, limit=limit - len(found))
        found += [(Order.REST, key) for key in rest]
    return found


def _order(selection: Selection, query: Query, total: int) -> Order:
    if query.sort is not Sort.RELEVANCE:
        return Order(query.sort)
    if not selection.expression:
        return Order.NEWEST
    matcher = selection.matcher
    few = total <= RARE and matcher.phrases <= RANKED_PHRASES and len(selection.matching) <= RANKABLE
    if few and not matcher.loose:
        return Order.RANKED
    return Order.HEADLINE if matcher.in_headline else Order.NEWEST


def _hits(selection: Selection, places: list[Place]) -> Iterator[Hit]:
    connection, matcher = selection.connection, selection.matcher
    sites = {row[0]: row for row in connection.execute("SELECT id, name, title FROM sites")}
    for order, place in places:
        row = connection.execute(f"SELECT {_COLUMNS} FROM articles WHERE id = ?", (place[-1],)).fetchone()
        site = sites[row["site_id"]]
        headline = mark(row["headline"], matcher, "headline")
        shown, attachment = snippet(row["article_body"], row["description"], matcher), None
        if row["has_attachment_text"] and not (shown.marks or headline.marks):
            shown, attachment = _in_attachment(connection, row["id"], matcher) or (shown, None)
        yield Hit(
            id=row["id"],
            url=row["url"],
            site=site[1],
            site_title=site[2],
            headline=headline,
            snippet=shown,
            attachment=attachment,
            authors=tuple(json.loads(row["author_names"])),
            date_published=row["date_published"],
            section=row["article_section"],
            captured_at=row["captured_at"],
            gone_at=row["gone_at"],
            score=float(place[0]) if order is Order.RANKED and place[0] is not None else None,
        )


def _in_attachment(connection: sqlite3.Connection, article_id: int, matcher: Matcher) -> tuple[Marked, str] | None:
    """The passage of the first attachment that holds what was looked for, and its name."""
    for name, text in files.texts(connection, article_id):
        passage = snippet(text, None, matcher, column="attachment_text")
        if passage.marks:
            return passage, name
    return None
