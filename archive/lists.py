"""What feeds, sitemaps and listings tell of their articles, and how far a paged listing is walked.

All of it stands in `pages` and `links`; call inside the caller's transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from archive.frontier import AT_ONCE, add
from archive.records import Child

REHEADED_AFTER = 20 * 3600
MANY = 20
_DATED_ENTRIES = 3  # articles whose dates tell how far back a list has got


def follow(
    connection: sqlite3.Connection,
    page_id: int,
    children: Sequence[Child],
    next_page: Child,
    *,
    new: int,
    since: str | None = None,
) -> bool:
    """Whether a listing's next page is worth asking for.

    A first walk goes on while pages show articles that no earlier page of the same listing showed, so
    the endless last page of a pager ends it. Later walks go on only when everything on this page is
    new, for then more news may have moved on to the next; it is made due again. Entries need not tell
    their dates: once the articles of the page before this one prove older than `since`, the walk ends.
    """
    if since and _is_past(connection, page_id, since):
        return False
    articles = [child.identity for child in children if child.kind == "article"]
    series = connection.execute("SELECT coalesce(series, id) FROM pages WHERE id = ?", (page_id,)).fetchone()[0]
    known = connection.execute("SELECT id FROM pages WHERE identity = ?", (next_page.identity,)).fetchone()
    if known:
        return bool(articles) and new == len(articles)
    shown = sum(
        connection.execute(
            "SELECT EXISTS (SELECT 1 FROM links JOIN pages p ON p.id = links.page_id "
            "JOIN pages t ON t.id = target_page_id "
            "WHERE t.identity = ? AND coalesce(p.series, p.id) = ? AND p.id <> ?)",
            (identity, series, page_id),
        ).fetchone()[0]
        for identity in articles
    )
    return bool(shown < len(articles))


def _is_past(connection: sqlite3.Connection, page_id: int, since: str) -> bool:
    """Whether the articles that the list's page before this one led to are all older than `since`."""
    latest, dated = connection.execute(
        "SELECT max(substr(date_published, 1, 10)), count(date_published) FROM links "
        "JOIN articles ON articles.page_id = target_page_id "
        "WHERE links.page_id = (SELECT source_page_id FROM pages WHERE id = ?)",
        (page_id,),
    ).fetchone()
    return bool(dated >= _DATED_ENTRIES and latest < since)


def add_next(
    connection: sqlite3.Connection, page_id: int, site_id: int, next_page: Child, *, run_id: int, moment: str
) -> None:
    """The next page of a listing is due now, known or not; it belongs to the same series."""
    add(connection, site_id, (next_page,), run_id=run_id, discovered_at=moment, source_page_id=page_id)
    connection.execute(
        "UPDATE pages SET series = (SELECT coalesce(series, id) FROM pages WHERE id = ?), "
        "state = CASE state WHEN 'done' THEN 'due' ELSE state END, due_at = ? WHERE identity = ?",
        (page_id, AT_ONCE, next_page.identity),
    )


def reheaded(connection: sqlite3.Connection, page_id: int, children: Sequence[Child]) -> None:
    """Articles that a feed or listing shows under other words than on its last visit were edited: due anew.

    Not sooner than 20 hours after their last visit, so that a list whose words never rest costs one request a day.
    Call it before the new words are written to `links`.
    """
    shown = {child.identity: child.text for child in children if child.kind == "article" and child.text}
    before = connection.execute(
        "SELECT target_page_id, identity, links.text FROM links JOIN pages ON pages.id = target_page_id "
        "WHERE page_id = ? AND links.text IS NOT NULL",
        (page_id,),
    )
    connection.executemany(
        "UPDATE pages SET due_at = min(due_at, unixepoch(fetched_at) + ?) "
        "WHERE id = ? AND state = 'due' AND fetched_at IS NOT NULL",
        [(REHEADED_AFTER, row[0]) for row in before.fetchall() if shown.get(row[1], row[2]) != row[2]],
    )


def modified(connection: sqlite3.Connection, children: Sequence[Child]) -> None:
    """Articles that a feed or sitemap says changed since their last visit are due anew, under the same 20 hours.

    Not believed of many addresses of which most would have changed: then the server writes today's date on all.
    """
    dated = [(child.identity, child.modified) for child in children if child.kind == "article" and child.modified]
    changed = [
        row[0]
        for one in dated
        for row in connection.execute(
            "SELECT id FROM pages WHERE identity = ? AND state = 'due' AND unixepoch(fetched_at) < unixepoch(?)", one
        )
    ]
    if len(changed) > MANY and 2 * len(changed) > len(dated):
        return
    connection.executemany(
        "UPDATE pages SET due_at = min(due_at, unixepoch(fetched_at) + ?) WHERE id = ?",
        [(REHEADED_AFTER, page) for page in changed],
    )
