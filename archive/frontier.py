"""What to fetch next: pages with due times, leases and outcomes, in archive.db itself.

Every function takes the writer's connection inside its transaction, so a page's outcome, its children
and its article become visible together or not at all. A lease only says which run works on a page: a
run that died held the archive's lock, so the next one releases whatever it left.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from archive.records import Child, Lease, Outcome

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from archive.records import Visit

AT_ONCE = 0
"""The due time of a new address: before any clock, so a clock set back between two runs loses nothing."""

MAX_REDIRECTS = 10

_ADD = """
INSERT INTO pages (site_id, identity, url, kind, depth, text, section, source_page_id, discovered_at,
                   discovered_run, state, due_at, priority, outcome, reason, outcome_run)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (identity) DO NOTHING
"""

_HOPS = """
WITH RECURSIVE chain(id, hops) AS (
    VALUES (?, 1) UNION ALL
    SELECT source.id, hops + 1 FROM chain JOIN pages ON pages.id = chain.id JOIN pages AS source
    ON source.id = pages.source_page_id WHERE source.reason = 'redirect' AND hops < ?)
SELECT max(hops) FROM chain
"""

_LEASE = """
UPDATE pages SET state = 'leased', lease_run = :run, attempts = attempts + 1
WHERE id IN (
    SELECT pages.id FROM pages JOIN sites ON sites.id = site_id
    WHERE state = 'due' AND due_at <= :now AND sites.name = :site
      AND (sites.wait_until IS NULL OR sites.wait_until <= :now)
    ORDER BY priority DESC, due_at, pages.id LIMIT :limit)
RETURNING id
"""

_LEASED = """
SELECT pages.id AS page_id, sites.name AS site, pages.url, identity, kind, depth, section, text, visits,
       quiet_visits, attempts, crashes, etag, last_modified, captures.digest, captures.url AS captured_url,
       captures.captured_at, discovered_at,
       pages.source_page_id AS told_by, EXISTS (SELECT 1 FROM articles WHERE page_id = pages.id) AS has_article,
       coalesce(pages.outcome IN ('saved', 'unchanged')
                OR (pages.outcome = 'not_article' AND pages.reason = 'listing'), 0) AS settled
FROM pages JOIN sites ON sites.id = pages.site_id
LEFT JOIN captures ON captures.id = (
    SELECT id FROM captures WHERE page_id = pages.id AND record_type = 'response'
    ORDER BY captured_at DESC, id DESC LIMIT 1)
WHERE pages.id IN ({marks}) ORDER BY priority DESC, due_at, pages.id
"""

_FINISH = """
UPDATE pages SET state = CASE WHEN :due_at IS NULL THEN 'done' ELSE 'due' END, due_at = :due_at, lease_run = NULL,
    attempts = CASE WHEN :outcome = 'failed' THEN attempts ELSE 0 END,
    crashes = CASE WHEN :crashed THEN crashes + 1 ELSE crashes END,
    visits = visits + 1, quiet_visits = CASE WHEN :news THEN 0 ELSE quiet_visits + 1 END,
    outcome = :outcome, reason = :reason, outcome_run = :run, fetched_at = :fetched_at,
    etag = coalesce(:etag, etag), last_modified = coalesce(:last_modified, last_modified),
    digest = coalesce(:digest, digest), headline = coalesce(:headline, headline)
WHERE id = :page_id
"""


def add(
    connection: sqlite3.Connection,
    site_id: int,
    children: Iterable[Child],
    *,
    run_id: int | None,
    discovered_at: str,
    source_page_id: int | None = None,
) -> list[int]:
    """Addresses not yet known become pages due at once (or end at once, if the child carries an outcome).

    Returns the ids of the new pages; what is known already keeps its own row.
    """
    new: list[int] = []
    found = tuple(children)
    known = pages_of(connection, found)
    for child in found:
        if child.identity in known:
            continue
        ended = child.outcome is not None
        cursor = connection.execute(
            _ADD,
            (
                site_id, child.identity, child.url, child.kind, child.depth, child.text, child.section,
                source_page_id, discovered_at, run_id, "done" if ended else "due", None if ended else AT_ONCE,
                child.priority, child.outcome, child.reason, run_id if ended else None,
            ),
        )  # fmt: skip
        if cursor.rowcount:
            new.append(int(cursor.lastrowid or 0))
            if child.outcome is not None:
                count(connection, run_id, site_id, child.outcome, child.reason)
    return new


def pages_of(connection: sqlite3.Connection, children: Iterable[Child]) -> dict[str, int]:
    """The pages that the children's addresses have, id by identity; of an article's links most are known."""
    identities = json.dumps([child.identity for child in children])
    return dict(
        connection.execute(
            "SELECT identity, id FROM pages WHERE identity IN (SELECT value FROM json_each(?))", (identities,)
        ).fetchall()
    )


def redirected(connection: sqlite3.Connection, page_id: int, children: Sequence[Child]) -> tuple[Child, ...]:
    """Where a redirect leads; refused once as many addresses, each new, have led on to this one."""
    hops = connection.execute(_HOPS, (page_id, MAX_REDIRECTS)).fetchone()[0]
    if hops < MAX_REDIRECTS:
        return tuple(children)
    return tuple(replace(child, outcome=Outcome.REFUSED, reason="redirects") for child in children)


def lease(connection: sqlite3.Connection, run_id: int, site: str, *, now: int, limit: int) -> list[Lease]:
    """Up to `limit` due pages of one site, the most urgent first, marked as worked on by this run."""
    ids = [row[0] for row in connection.execute(_LEASE, {"run": run_id, "site": site, "now": now, "limit": limit})]
    if not ids:
        return []
    return leases_of(connection, ids)


def leases_of(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Lease]:
    """The pages of those ids, as a lease tells of them; nothing is marked."""
    rows = connection.execute(_LEASED.format(marks=",".join("?" * len(ids))), tuple(ids))
    flags = ("has_article", "settled")
    return [Lease(**{**dict(row), **{flag: bool(row[flag]) for flag in flags}}) for row in rows]


def claim(connection: sqlite3.Connection, site_id: int, child: Child, *, run_id: int, discovered_at: str) -> Lease:
    """The page of that address, made when missing, marked as worked on: for captures that are already here."""
    add(connection, site_id, (child,), run_id=run_id, discovered_at=discovered_at)
    row = connection.execute(
        "UPDATE pages SET state = 'leased', lease_run = ? WHERE identity = ? RETURNING id", (run_id, child.identity)
    ).fetchone()
    return leases_of(connection, [row[0]])[0]


def finish(connection: sqlite3.Connection, visit: Visit, run_id: int, *, news: bool = False) -> None:
    """The page's outcome, and when it is due again. `news` says that it told of new addresses.

    A visit older than the page's last one (a capture taken in late) changes neither.
    """
    last = connection.execute("SELECT fetched_at FROM pages WHERE id = ?", (visit.lease.page_id,)).fetchone()[0]
    if last is not None and visit.fetched_at < last:
        connection.execute(
            "UPDATE pages SET state = iif(due_at IS NULL, 'done', 'due'), lease_run = NULL, visits = visits + 1 "
            "WHERE id = ?",
            (visit.lease.page_id,),
        )
        return
    connection.execute(
        _FINISH,
        {
            "page_id": visit.lease.page_id, "run": run_id, "news": news,
            "outcome": visit.outcome, "reason": visit.reason,
            "due_at": visit.due_at, "fetched_at": visit.fetched_at, "etag": visit.etag,
            "last_modified": visit.last_modified, "headline": visit.headline, "crashed": visit.crashed,
            "digest": visit.raw.digest if visit.raw else None,
        },
    )  # fmt: skip


def release(connection: sqlite3.Connection, page_ids: Sequence[int] | None = None) -> int:
    """Give leased pages back (all, when a new run starts); returns how many."""
    if page_ids is None:
        return connection.execute("UPDATE pages SET state='due', lease_run=NULL WHERE state='leased'").rowcount
    return sum(
        connection.execute(
            "UPDATE pages SET state='due', lease_run=NULL, attempts=attempts-1 WHERE id=? AND state='leased'",
            (page,),
        ).rowcount
        for page in page_ids
    )


def reopen(connection: sqlite3.Connection, site_id: int) -> None:
    """The run goes back further: addresses left alone for their age are due after all, and each list's last page."""
    connection.execute(
        "UPDATE pages SET state = 'due', due_at = ?, outcome = NULL, reason = NULL "
        "WHERE site_id = ? AND outcome = 'refused' AND reason = 'budget'",
        (AT_ONCE, site_id),
    )
    connection.execute(
        "UPDATE pages SET state = 'due', due_at = ?, outcome = NULL, reason = NULL, etag = NULL, last_modified = NULL "
        "WHERE state = 'done' AND id IN (SELECT id FROM (SELECT id, row_number() OVER "
        "(PARTITION BY series ORDER BY depth DESC) AS nth FROM pages "
        "WHERE site_id = ? AND kind = 'listing' AND series IS NOT NULL) WHERE nth = 1)",
        (AT_ONCE, site_id),
    )


def count(
    connection: sqlite3.Connection,
    run_id: int | None,
    site_id: int,
    outcome: Outcome | str,
    reason: str | None,
) -> None:
    """One more page of that outcome in the run's ledger."""
    if run_id is not None:
        connection.execute(
            "INSERT INTO run_counts VALUES (?, ?, ?, ?, 1) "
            "ON CONFLICT (run_id, site_id, outcome, reason) DO UPDATE SET pages = pages + 1",
            (run_id, site_id, str(outcome), reason or ""),
        )


def due(connection: sqlite3.Connection, site: str, *, now: int) -> int:
    """How many pages of the site are due."""
    row = connection.execute(
        "SELECT count(*) FROM pages JOIN sites ON sites.id = site_id "
        "WHERE state = 'due' AND due_at <= ? AND sites.name = ?",
        (now, site),
    ).fetchone()
    return int(row[0])


def wait(connection: sqlite3.Connection, site_id: int, *, until: int, reason: str) -> None:
    """The whole site waits: its pages stay due but are not leased before then."""
    connection.execute("UPDATE sites SET wait_until = ?, wait_reason = ? WHERE id = ?", (until, reason, site_id))
