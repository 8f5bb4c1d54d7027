"""What feeds, sitemaps and listings tell of their articles, and how far a paged listing is walked.

All of it stands in `pages` and `links`; call inside the caller's transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.frontier import AT_ONCE, add, pages_of
from archive.records import Child, Visit

REHEADED_AFTER = 20 * 3600
MANY, MANY_PARTS = 20, 3
_DATED_ENTRIES = 3  # articles whose dates tell how far back a list has got

DOUBTED, DOUBTED_OF_FEW = 20, 3
"""Articles that one visit of a list makes due for being left out; the second where it left out most of what it had."""
FALSE_ALARMS = 5  # of a list running, after which it is believed no more
_PINNED = 1  # old articles that may stand on top of a listing for good

# A list's own address of an article may be one that redirects to where its text stands.
_REACHED = """
WITH RECURSIVE reached(listed, left_at, id, hop) AS (
    SELECT target_page_id, left_at, target_page_id, 0 FROM links WHERE page_id = ?1 AND {which}
    UNION SELECT listed, reached.left_at, links.target_page_id, hop + 1 FROM reached
          JOIN pages ON pages.id = reached.id JOIN links ON links.page_id = reached.id
    WHERE outcome = 'duplicate' AND reason = 'redirect' AND hop < 3)
"""

_LISTED = f"""
{_REACHED.format(which="left_at IS NULL")}
SELECT listed, shown.identity, reached.id AS page_id, articles.id IS NOT NULL AND gone_at IS NULL AS standing,
       date_published AS published
FROM reached JOIN pages AS shown ON shown.id = listed LEFT JOIN articles ON articles.page_id = reached.id
WHERE shown.kind = 'article' ORDER BY articles.id IS NOT NULL
"""

_VERDICTS = f"""
{_REACHED.format(which="doubted AND left_at IS NOT NULL")}
SELECT count(*), count(gone_at) FROM (
    SELECT gone_at FROM reached JOIN pages ON pages.id = reached.id JOIN articles ON articles.page_id = pages.id
    WHERE fetched_at >= left_at ORDER BY left_at DESC LIMIT ?2)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An article on a list. `page_id` is where its text stands, behind redirects; None without one."""

    listed: int
    page_id: int | None
    published: str | None


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
    """What a feed or sitemap says changed since its last visit is due anew: articles under the same 20 hours, and the
    parts of a sitemap index at once.

    Not believed of many addresses of which most would have changed: then the server writes today's date on all.
    """
    for kinds, patience, many in ((("article",), REHEADED_AFTER, MANY), (("feed", "sitemap"), 0, MANY_PARTS)):
        dated = [(child.identity, child.modified) for child in children if child.kind in kinds and child.modified]
        changed = [
            row[0]
            for one in dated
            for row in connection.execute(
                "SELECT id FROM pages WHERE identity = ? AND state = 'due' AND unixepoch(fetched_at) < unixepoch(?)",
                one,
            )
        ]
        if len(changed) > many and 2 * len(changed) > len(dated):
            continue
        connection.executemany(
            "UPDATE pages SET due_at = min(due_at, unixepoch(fetched_at) + ?) WHERE id = ?",
            [(patience, page) for page in changed],
        )


def link(connection: sqlite3.Connection, visit: Visit) -> None:
    """The page's links to pages the archive knows of, in the words of its latest visit, and what those words tell."""
    page_id, kind = visit.lease.page_id, visit.lease.kind
    last = connection.execute("SELECT fetched_at FROM pages WHERE id = ?", (page_id,)).fetchone()[0]
    latest = last == visit.fetched_at  # a capture taken in late says nothing of how things stand
    if latest and kind in ("feed", "listing"):
        reheaded(connection, page_id, visit.children)
    if latest and kind in ("feed", "sitemap"):
        modified(connection, visit.children)
    before = _listed(connection, page_id) if latest and visit.reason == "listing" and kind != "page" else {}
    targets = pages_of(connection, visit.children)
    linked = ((targets.get(child.identity, page_id), child.text) for child in visit.children)
    connection.executemany(
        "INSERT INTO links (page_id, target_page_id, text) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET text = excluded.text, left_at = NULL, doubted = 0 "
        "WHERE ? AND (excluded.text IS NOT text OR left_at IS NOT NULL)",
        [(page_id, target, text, latest) for target, text in linked if target != page_id],
    )
    if before:
        _left_out(connection, visit, before)


def _listed(connection: sqlite3.Connection, page_id: int) -> dict[str, Listed]:
    """What the page showed on its last visit, by the identity it showed."""
    return {
        row["identity"]: Listed(
            listed=row["listed"], page_id=row["page_id"] if row["standing"] else None, published=row["published"]
        )
        for row in connection.execute(_LISTED, (page_id,))
    }


def _left_out(connection: sqlite3.Connection, visit: Visit, before: Mapping[str, Listed]) -> None:
    """Articles that the list showed and shows no more, though nothing newer pushed them out, are due at once.

    So a removal is dated by the first crawl after it. A page is asked for once for each list that drops it; what
    goes beyond the visit's bound waits for the list's next change, for a list cut short is whole again by then.
    """
    page_id, shown = visit.lease.page_id, {child.identity for child in visit.children if child.kind == "article"}
    left = {identity: one for identity, one in before.items() if identity not in shown}
    if not left:
        return
    pushed = bool(shown - before.keys())
    oldest = _oldest(_listed(connection, page_id), shown, visit.lease.kind)
    doubted = [one for one in left.values() if one.page_id and (not pushed or _older(oldest, one.published))]
    bound = DOUBTED if 2 * len(left) <= len(before) else DOUBTED_OF_FEW
    later = doubted[bound:]
    connection.executemany(
        "UPDATE links SET left_at = ?, doubted = ? WHERE page_id = ? AND target_page_id = ?",
        [(visit.fetched_at, one in doubted, page_id, one.listed) for one in left.values() if one not in later],
    )
    if _cries_wolf(connection, page_id):
        return
    connection.executemany(
        "UPDATE pages SET due_at = ? WHERE id = ? AND state = 'due' AND fetched_at <= ?",
        [(AT_ONCE, one.page_id, visit.fetched_at) for one in doubted[:bound]],
    )


def _oldest(listed: Mapping[str, Listed], shown: set[str], kind: str) -> str | None:
    """When the oldest article still on the list came out, but for what may be pinned there."""
    dates = sorted(one.published for identity, one in listed.items() if identity in shown and one.published)
    dates = dates[_PINNED:] if kind == "listing" else dates
    return dates[0] if dates else None


def _older(one: str | None, other: str | None) -> bool:
    """Whether the first date is before the other; of dates without a time the day decides."""
    if not one or not other:
        return False
    return one < other if len(one) > 10 and len(other) > 10 else one[:10] < other[:10]


def _cries_wolf(connection: sqlite3.Connection, page_id: int) -> bool:
    """Whether all of the articles it left out last, once asked for, still stood."""
    verdicts, gone = connection.execute(_VERDICTS, (page_id, FALSE_ALARMS)).fetchone()
    return bool(verdicts == FALSE_ALARMS and not gone)
