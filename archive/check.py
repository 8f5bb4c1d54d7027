"""Prove that rows and raw records agree, and mend what can be mended.

    report = check(archive, deep=True, repair=True)

Quick: the database, its indexes, and that every capture points into a file that is long enough.
Deep: every record is read back, its digest compared; records no row knows (orphans) are named. Whether each
article is what its capture gives is for a `reproduce` to say, because only the extractor knows.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archive.articles import read
from archive.errors import DamageError
from archive.raw import iter_records, read_record, recover
from archive.records import content_hash
from archive.schema import FULL_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from archive.store import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong. `repaired` says that this run mended it."""

    where: str
    what: str
    repaired: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {self.what}{' (repaired)' if self.repaired else ''}"


@dataclass(slots=True, kw_only=True)
class Report:
    """What was looked at and what is wrong. `orphans` are harmless: pages fetched again after a kill.

    `damage` is what no row needs, such as a request's record: nothing of the database is lost with it.
    """

    captures: int = 0
    articles: int = 0
    orphans: list[str] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing is left to mend."""
        return all(problem.repaired for problem in self.problems)


def check(
    archive: Archive,
    *,
    deep: bool = False,
    repair: bool = False,
    reproduce: Callable[[], Iterable[Problem]] | None = None,
) -> Report:
    """Look at everything; the archive must be open to write (full-text checks are writes to SQLite).

    `reproduce` compares the articles with their captures, and mends them when asked to repair.
    """
    report = Report()
    if repair:
        for recovered in recover(archive.warc_directory):
            report.problems.append(
                Problem(where=str(recovered), what="was left open by a run that died", repaired=True)
            )
    report.problems += _database(archive.connection)
    report.problems += _full_text(archive.connection, repair=repair)
    for row in archive.connection.execute("SELECT * FROM captures ORDER BY warc_file, warc_offset").fetchall():
        report.captures += 1
        if what := _capture(archive, row, deep=deep):
            report.problems.append(_mend_capture(archive, row, what, repair=repair))
    if reproduce:
        report.problems += reproduce()
    for row in archive.connection.execute("SELECT * FROM articles ORDER BY id"):
        report.articles += 1
        if deep and content_hash(read(archive.connection, row)) != row["content_hash"]:
            report.problems.append(Problem(where=f"article {row['id']}", what="its text is not what its hash says"))
    if deep:
        _orphans(archive, report)
    return report


def _database(connection: sqlite3.Connection) -> Iterator[Problem]:
    for (line,) in connection.execute("PRAGMA integrity_check(20)"):
        if line != "ok":
            yield Problem(where="archive.db", what=f"{line}; `danvan rebuild` makes a new one from the WARCs")
    for row in connection.execute("PRAGMA foreign_key_check").fetchmany(20):
        yield Problem(where=f"table {row[0]}", what=f"row {row[1]} points at a missing row of {row[2]}")


def _full_text(connection: sqlite3.Connection, *, repair: bool) -> Iterator[Problem]:
    for table in FULL_TEXT:
        try:
            connection.execute(f"INSERT INTO {table}({table}, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError:
            if repair:
                connection.execute(f"INSERT INTO {table}({table}) VALUES ('rebuild')")
            yield Problem(where=table, what="the full-text index does not match the articles", repaired=repair)


def _capture(archive: Archive, row: sqlite3.Row, *, deep: bool) -> str | None:
    path = archive.warc_directory / row["warc_file"]
    if not path.exists():
        path = path.with_name(f"{path.name}.open")
    if not path.exists():
        return "its WARC file is missing"
    if row["warc_offset"] >= path.stat().st_size:
        return "its row points past the end of the WARC file"
    if not deep:
        return None
    try:
        record = read_record(archive.warc_directory, row["warc_file"], row["warc_offset"])
    except DamageError as error:
        return f"its record cannot be read ({error})"
    if record.url != row["url"]:
        return f"its record is of {record.url}"
    return None if record.digest == row["digest"] else "its payload is not what its digest says"


def _mend_capture(archive: Archive, row: sqlite3.Row, what: str, *, repair: bool) -> Problem:
    """The capture is lost, and the revisits whose payload it held: forget them and ask for their pages again."""
    where = f"capture {row['id']} ({row['warc_file']} at {row['warc_offset']}, {row['url']})"
    if repair:
        with archive.transaction() as connection:
            lost = "SELECT id FROM captures WHERE ?1 IN (id, refers_to)"
            for table in ("articles", "article_versions", "files"):
                connection.execute(f"UPDATE {table} SET capture_id = NULL WHERE capture_id IN ({lost})", (row["id"],))
            connection.execute(
                "UPDATE pages SET state = 'due', due_at = 0, etag = NULL, last_modified = NULL, digest = NULL "
                "WHERE id IN (SELECT page_id FROM captures WHERE ?1 IN (id, refers_to))",
                (row["id"],),
            )
            connection.execute("DELETE FROM captures WHERE refers_to = ?", (row["id"],))
            connection.execute("DELETE FROM captures WHERE id = ?", (row["id"],))
        what += "; the page is asked for again"
    return Problem(where=where, what=what, repaired=repair)


def _orphans(archive: Archive, report: Report) -> None:
    """Records and damage of the WARCs that no row knows of."""
    known = {(row[0], row[1]) for row in archive.connection.execute("SELECT warc_file, warc_offset FROM captures")}
    for path in sorted(archive.warc_directory.glob("*.warc.gz*")):
        if path.suffix == ".torn":
            continue
        name = path.name.removesuffix(".open")
        for record in iter_records(path, on_damage=lambda error: report.damage.append(str(error))):
            if record.type in ("response", "revisit") and (name, record.offset) not in known:
                report.orphans.append(f"{name} at {record.offset}: {record.url}")
