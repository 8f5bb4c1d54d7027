"""Whether an article still stands on the web: dated when its page is gone, and taken back when it returns.

Call inside the caller's transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.records import Outcome

if TYPE_CHECKING:
    import sqlite3

    from archive.records import Visit

_NOWHERE = frozenset(("home", "listing", "tag", "search", "soft_404"))
"""What an address of an article leads to once the article was taken down."""

_TARGET = "SELECT kind, outcome, reason FROM pages WHERE identity = ?"

_LED_HERE = """
WITH RECURSIVE led(id, hop) AS (
    SELECT ?, 0
    UNION SELECT links.page_id, hop + 1 FROM led JOIN links ON links.target_page_id = led.id
          JOIN pages ON pages.id = links.page_id
    WHERE outcome = 'duplicate' AND reason = 'redirect' AND hop < 5)
SELECT DISTINCT id FROM led
"""


def note(connection: sqlite3.Connection, visit: Visit) -> None:
    """What a visit that gave no article tells of the page's own, and of those whose addresses redirect to it.

    A page that suddenly reads as a list says nothing of its own article: more likely its site looks different now.
    """
    page_id, when = visit.lease.page_id, visit.fetched_at
    if visit.outcome is Outcome.UNCHANGED:
        connection.execute(
            "UPDATE articles SET gone_at = NULL WHERE page_id = ? AND gone_at IS NOT NULL AND gone_at <= ?",
            (page_id, when),
        )
    elif visit.lease.kind == "article" and (visit.outcome is Outcome.GONE or _leads_nowhere(connection, visit)):
        for row in connection.execute(_LED_HERE, (page_id,)).fetchall():
            if row[0] != page_id or visit.outcome is not Outcome.NOT_ARTICLE:
                _mark_gone(connection, row[0], when)


def mark_if_gone(connection: sqlite3.Connection, page_id: int) -> None:
    """A first article of a page that was found gone before this older capture came in."""
    gone = connection.execute(
        "SELECT min(captured_at) FROM captures WHERE page_id = ? AND outcome = 'gone'", (page_id,)
    ).fetchone()[0]
    if gone:
        _mark_gone(connection, page_id, gone)


def _leads_nowhere(connection: sqlite3.Connection, visit: Visit) -> bool:
    if visit.reason != "redirect" or not visit.children:
        return visit.outcome is Outcome.NOT_ARTICLE and visit.reason in _NOWHERE
    row = connection.execute(_TARGET, (visit.children[0].identity,)).fetchone()
    if row is None:
        return False
    known_list = row["kind"] in ("feed", "sitemap", "listing")
    return known_list or row["outcome"] == "gone" or (row["outcome"] == "not_article" and row["reason"] in _NOWHERE)


def _mark_gone(connection: sqlite3.Connection, page_id: int, when: str) -> None:
    """The page is gone from the web; its article stays, dated, unless a later capture shows it again."""
    connection.execute(
        "UPDATE articles SET gone_at = ? WHERE page_id = ? AND captured_at <= ? AND (gone_at IS NULL OR gone_at > ?)",
        (when, page_id, when, when),
    )
