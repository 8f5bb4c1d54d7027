"""What the archive holds of what it knows of: the ledger, the runs, and counts for charts."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """How many addresses of a site ended so. The lines of a site add up to what was discovered there."""

    site: str
    outcome: str
    reason: str
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One run and its counts by outcome; `ended_at` is None while it works, or when it was killed."""

    name: str
    verb: str
    started_at: str
    ended_at: str | None
    exit_code: int | None
    note: str | None
    outcomes: tuple[tuple[str, int], ...]

    @property
    def pages(self) -> int:
        """Every address the run learnt of or asked for."""
        return sum(count for _, count in self.outcomes)


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenArticle:
    """An article taken out of sight, and why."""

    id: int
    url: str
    hidden_at: str
    why: str | None


def ledger(connection: sqlite3.Connection) -> tuple[LedgerLine, ...]:
    """Every address by site, outcome and reason; an address without an outcome yet is pending."""
    rows = connection.execute(
        "SELECT s.name, coalesce(p.outcome, 'pending') AS outcome, "
        "coalesce(p.reason, CASE WHEN p.outcome IS NULL THEN coalesce(s.wait_reason, nullif(p.state, 'due')) END, '') "
        "AS reason, count(*) FROM pages AS p JOIN sites AS s ON s.id = p.site_id GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    return tuple(LedgerLine(site=row[0], outcome=row[1], reason=row[2], pages=row[3]) for row in rows)


def ledger_by_day(connection: sqlite3.Connection) -> tuple[tuple[str, str, str, int], ...]:
    """(day fetched, site, outcome, pages), the latest visit of each address, newest day first."""
    rows = connection.execute(
        "SELECT substr(p.fetched_at, 1, 10), s.name, p.outcome, count(*) FROM pages AS p "
        "JOIN sites AS s ON s.id = p.site_id WHERE p.fetched_at IS NOT NULL AND p.outcome IS NOT NULL "
        "GROUP BY 1, 2, 3 ORDER BY 1 DESC, 2, 3"
    )
    return tuple((row[0], row[1], row[2], row[3]) for row in rows)


def runs(connection: sqlite3.Connection, *, limit: int) -> tuple[RunLine, ...]:
    """The latest runs, newest first."""
    found = []
    for row in connection.execute("SELECT * FROM runs ORDER BY id DESC LIMIT ?", (limit,)).fetchall():
        counts = connection.execute(
            "SELECT outcome, sum(pages) FROM run_counts WHERE run_id = ? GROUP BY outcome ORDER BY outcome",
            (row["id"],),
        )
        found.append(
            RunLine(
                name=row["name"],
                verb=row["verb"],
                started_at=row["started_at"],
                ended_at=row["ended_at"],
                exit_code=row["exit_code"],
                note=row["note"],
                outcomes=tuple((count[0], count[1]) for count in counts),
            )
        )
    return tuple(found)


def hidden_articles(connection: sqlite3.Connection) -> tuple[HiddenArticle, ...]:
    """What `danvan hide` took out of search, web and export, latest first."""
    rows = connection.execute(
        "SELECT id, url, hidden_at, hidden_why FROM articles WHERE hidden_at IS NOT NULL ORDER BY hidden_at DESC, id"
    )
    return tuple(HiddenArticle(id=row[0], url=row[1], hidden_at=row[2], why=row[3]) for row in rows)


def articles_by_month(connection: sqlite3.Connection) -> tuple[tuple[str, int], ...]:
    """("2022-10", articles published then) for every month from the first to the last, empty ones too."""
    counts = dict(
        connection.execute(
            "SELECT substr(date_published, 1, 7), count(*) FROM articles INDEXED BY articles_listing "
            "WHERE date_published IS NOT NULL AND hidden_at IS NULL GROUP BY 1"
        ).fetchall()
    )
    if not counts:
        return ()
    month, last = min(counts), max(counts)
    found = []
    while month <= last:
        found.append((month, counts.get(month, 0)))
        year, number = int(month[:4]), int(month[5:7])
        month = f"{year + number // 12:04}-{number % 12 + 1:02}"
    return tuple(found)


def articles_by_site(connection: sqlite3.Connection) -> tuple[tuple[str, int], ...]:
    """(site, articles), most first."""
    rows = connection.execute(
        "SELECT s.name, a.number FROM (SELECT site_id, count(*) AS number FROM articles INDEXED BY articles_listing "
        "WHERE hidden_at IS NULL GROUP BY site_id) AS a JOIN sites AS s ON s.id = a.site_id ORDER BY 2 DESC, 1"
    )
    return tuple((row[0], row[1]) for row in rows)
