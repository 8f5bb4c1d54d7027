"""The figures of the site and coverage pages. Hidden articles count nowhere."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from archive.errors import NotFoundError
from archive.web.charts import months_between


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLine:
    """A site with what the archive holds of it."""

    name: str
    title: str
    body: str
    status: str
    articles: int
    first: str | None
    last: str | None
    last_capture: str | None
    gone: int
    ended_at: str | None
    wait_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """How full the fields of one run's articles of a site were; lengths in characters."""

    run: str
    articles: int
    with_date: int
    with_description: int
    with_author: int
    mean_length: int


_SHOWN = "articles INDEXED BY articles_listing"  # which holds every column counted here, so that no text is read
_SITES = (
    "SELECT s.name, s.title, s.body, s.status, ifnull(a.number, 0), a.first, a.last, a.captured, ifnull(a.gone, 0), "
    "s.ended_at, s.wait_reason FROM sites AS s LEFT JOIN (SELECT site_id, count(*) AS number, "
    "min(date_published) AS first, max(date_published) AS last, max(captured_at) AS captured, count(gone_at) AS gone "
    f"FROM {_SHOWN} WHERE hidden_at IS NULL GROUP BY site_id) AS a ON a.site_id = s.id"
)


def site_lines(connection: sqlite3.Connection) -> tuple[SiteLine, ...]:
    """Every site, most articles first."""
    rows = connection.execute(f"{_SITES} ORDER BY 5 DESC, s.name")
    return tuple(_site(row) for row in rows)


def site_line(connection: sqlite3.Connection, name: str) -> SiteLine:
    """The site of that name; NotFoundError when there is none."""
    row = connection.execute(f"{_SITES} WHERE s.name = ?", (name,)).fetchone()
    if row is None:
        raise NotFoundError(f"site {name[:100]!r} is not in this archive")
    return _site(row)


def _site(row: sqlite3.Row) -> SiteLine:
    return SiteLine(
        name=row[0], title=row[1] or row[0], body=row[2], status=row[3], articles=row[4], first=row[5], last=row[6],
        last_capture=row[7], gone=row[8], ended_at=row[9], wait_reason=row[10],
    )  # fmt: skip


def by_site_and_month(connection: sqlite3.Connection) -> dict[str, dict[str, int]]:
    """Site name → month ("2022-10") → articles published then."""
    found: dict[str, dict[str, int]] = {}
    rows = connection.execute(
        f"SELECT s.name, a.month, a.number FROM (SELECT site_id, substr(date_published, 1, 7) AS month, "
        f"count(*) AS number FROM {_SHOWN} WHERE date_published IS NOT NULL AND hidden_at IS NULL GROUP BY 1, 2) AS a "
        "JOIN sites AS s ON s.id = a.site_id ORDER BY 1, 2"
    )
    for name, month, number in rows:
        found.setdefault(name, {})[month] = number
    return found


def months_of_site(connection: sqlite3.Connection, name: str) -> tuple[tuple[str, int], ...]:
    """(month, articles) of one site, empty months too."""
    rows = connection.execute(
        f"SELECT substr(date_published, 1, 7), count(*) FROM {_SHOWN} WHERE date_published IS NOT NULL "
        "AND hidden_at IS NULL AND site_id = (SELECT id FROM sites WHERE name = ?) GROUP BY 1",
        (name,),
    )
    counts = {row[0]: row[1] for row in rows}
    return tuple((month, counts.get(month, 0)) for month in months_between(counts))


def ledger_of_site(connection: sqlite3.Connection, name: str) -> tuple[tuple[str, str, int], ...]:
    """(outcome, reason, addresses) of one site, most first."""
    rows = connection.execute(
        "SELECT coalesce(p.outcome, 'pending'), coalesce(p.reason, ''), count(*) FROM pages AS p "
        "WHERE p.site_id = (SELECT id FROM sites WHERE name = ?) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
        (name,),
    )
    return tuple((row[0], row[1], row[2]) for row in rows)


def fills_of_site(connection: sqlite3.Connection, name: str) -> tuple[Fill, ...]:
    """The latest ten runs that brought articles of the site, newest first."""
    rows = connection.execute(
        "SELECT r.name, f.articles, f.with_date, f.with_description, f.with_author, f.body_length FROM run_fields AS f "
        "JOIN runs AS r ON r.id = f.run_id WHERE f.site_id = (SELECT id FROM sites WHERE name = ?) "
        "ORDER BY r.id DESC LIMIT 10",
        (name,),
    )
    return tuple(
        Fill(
            run=row[0], articles=row[1], with_date=row[2], with_description=row[3], with_author=row[4],
            mean_length=row[5] // max(row[1], 1),
        )
        for row in rows
    )  # fmt: skip
