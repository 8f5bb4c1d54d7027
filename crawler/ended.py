"""Hosts that stay gone: their sites are marked ended, so that they are not asked for ever.

A site has ended when for two weeks, and in five crawls at least, every request to it failed for want of a name or
of a connection. Crawls in which no site at all answered are no evidence: then it is our own line that is down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive import facts
from archive.errors import UsageError

if TYPE_CHECKING:
    import sqlite3

    from archive import Archive

GONE_RUNS, GONE_SECONDS = 5, 14 * 86400

_FAILED_RUNS = """
WITH asked AS (
    SELECT run_id, site_id, min(outcome = 'failed' AND reason IN ('dns', 'connection')) AS gone, runs.started_at
    FROM run_counts JOIN runs ON runs.id = run_id
    WHERE verb = 'crawl' AND outcome <> 'pending' GROUP BY run_id, site_id
)
SELECT gone, started_at, unixepoch(started_at) AS at FROM asked WHERE site_id = ?1
AND (NOT gone OR run_id IN (SELECT run_id FROM asked WHERE NOT gone)
     OR run_id NOT IN (SELECT run_id FROM asked WHERE site_id <> ?1))
ORDER BY at DESC, run_id DESC
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedSite:
    """A site whose host is gone, and when it first failed to answer (ISO 8601)."""

    name: str
    since: str


def hosts_gone(connection: sqlite3.Connection) -> tuple[EndedSite, ...]:
    """The sites not yet marked whose hosts have been gone for long enough."""
    found = []
    for site_id, name in connection.execute("SELECT id, name FROM sites WHERE ended_at IS NULL").fetchall():
        failed = []
        for row in connection.execute(_FAILED_RUNS, (site_id,)):
            if not row["gone"]:
                break
            failed.append(row)
        if len(failed) >= GONE_RUNS and failed[0]["at"] - failed[-1]["at"] >= GONE_SECONDS:
            found.append(EndedSite(name=name, since=failed[-1]["started_at"]))
    return tuple(found)


def refuse_ended(connection: sqlite3.Connection, names: tuple[str, ...]) -> None:
    """UsageError naming the backfill command for a site that is marked; `sites enable` takes the mark off."""
    for name in names:
        row = connection.execute("SELECT ended_at FROM sites WHERE name = ?", (name,)).fetchone()
        if row and row[0]:
            raise UsageError(
                f"{name} has not answered since {row[0][:10]} and is taken as ended; its pages come from web archives: "
                f"danvan backfill {name} --from wayback; to ask it again: danvan sites enable {name}"
            )


def mark_ended(archive: Archive, ended: tuple[EndedSite, ...]) -> None:
    """Write it down, in the WARC too; `danvan sites enable NAME` has the site asked again."""
    for site in ended:
        facts.state(archive, f"{facts.SITE}{site.name}", "ended", at=site.since)
