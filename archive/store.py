"""The Archive facade: a directory with archive.db, warc/ and logs/, opened to read or to write.

with Archive.open("data") as archive:
    for hit in archive.search("dân vận khéo").hits: ...
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from archive import articles, files, frontier, lists, show, standing
from archive.cite import cite
from archive.errors import StorageError, storage_error
from archive.filters import Filters
from archive.lock import WriterLock
from archive.query import Query, Results, Sort
from archive.records import Outcome, WarcPosition
from archive.schema import absent, connect, demand_current, migrate, verify
from archive.search import search

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from archive.records import Visit
    from archive.show import FieldDiff, StoredArticle, Version

DATABASE = "archive.db"


def demand_archive(path: Path) -> None:
    """NotAnArchiveError where the directory holds none, of whatever schema."""
    if not (path / DATABASE).is_file():
        raise absent(path, DATABASE)


class Archive:
    """One archive directory. Writers hold its lock; any number of readers work beside them (WAL)."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: WriterLock | None) -> None:
        self.path = path
        self.connection = connection
        self._lock = lock

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Open an existing archive to read. NotAnArchiveError names a directory that holds none, OutdatedError one
        that an earlier release wrote: to read it changes nothing.
        """
        path = Path(path)
        database = path / DATABASE
        demand_archive(path)
        connection = connect(database, read_only=True)
        try:
            demand_current(verify(connection, database), database)
        except BaseException:
            connection.close()
            raise
        return cls(path, connection, None)

    @classmethod
    def open_writer(cls, path: str | Path, *, database: str = DATABASE) -> Self:
        """Open to write, making the directory if need be; ArchiveLockedError while another process writes,
        NotAnArchiveError where the database alone is missing.

        `database` is another file than archive.db, begun anew, while a rebuild makes it.
        """
        path = Path(path)
        if not (path / DATABASE).exists() and database == DATABASE and any(path.glob("warc/*.warc.gz")):
            raise absent(path, DATABASE)  # begun anew it would hold none of what the WARCs do
        try:
            for folder in (path, path / "warc", path / "logs"):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{error.filename or path}: cannot be written: {error.strerror}") from error
        lock = WriterLock(path / "archive.lock")
        lock.acquire()
        try:
            for side in ("", "-wal", "-shm") if database != DATABASE else ():
                (path / f"{database}{side}").unlink(missing_ok=True)
            connection = connect(path / database)
            migrate(connection, path / database)
        except sqlite3.DatabaseError as error:
            lock.release()
            raise storage_error(path / database, error) from error
        except BaseException:
            lock.release()
            raise
        return cls(path, connection, lock)

    def search(
        self,
        text: str = "",
        *,
        sort: str = "relevance",
        limit: int = 20,
        after: str | None = None,
        fold: bool = False,
        facets: bool = False,
        **filters: Any,
    ) -> Results:
        """A page of hits; `filters` are the fields of archive.filters.Filters. See archive.search."""
        asked = Query(
            text=text,
            filters=Filters(**filters),
            sort=Sort.parse(sort),
            limit=limit,
            after=after,
            fold=fold,
            facets=facets,
        )
        return search(self.connection, asked)

    def article(self, key: int | str) -> StoredArticle:
        """The article under that id or address."""
        return show.get_article(self.connection, key)

    def versions(self, key: int | str) -> tuple[Version, ...]:
        """Every version of the article, the first one first."""
        return show.versions(self.connection, key)

    def diff(self, key: int | str, old: int | None = None, new: int | None = None) -> tuple[FieldDiff, ...]:
        """What changed between two versions; between the last two without their numbers."""
        return show.diff(self.connection, key, old, new)

    def cite(self, key: int | str, style: str) -> str:
        """A citation: bibtex, ris, apa or footnote."""
        return cite(self.article(key), style)

    @property
    def warc_directory(self) -> Path:
        """Where the raw records stand."""
        return self.path / "warc"

    def close(self) -> None:
        """Close the database and give the lock up."""
        self.connection.close()
        if self._lock:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One write transaction: committed as a whole, or rolled back with a StorageError saying why."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            yield self.connection
            self.connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._roll_back()
            raise storage_error(self.path / DATABASE, error) from error
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def info(self, key: str) -> str | None:
        """A fact about the archive itself ("sample": "1")."""
        row = self.connection.execute("SELECT value FROM archive_info WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def site_id(self, name: str, *, title: str = "", body: str = "", status: str = "unverified") -> int:
        """The site's row, made when missing; a known one takes the profile's present title, body and status."""
        self.connection.execute(
            "INSERT INTO sites (name, title, body, status) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE "
            "SET title = excluded.title, body = excluded.body, "
            "status = CASE WHEN ended_at IS NULL THEN excluded.status ELSE status END",
            (name, title, body, status),
        )
        return int(self.connection.execute("SELECT id FROM sites WHERE name = ?", (name,)).fetchone()[0])

    def start_run(self, verb: str, *, started_at: str, pid: int) -> int:
        """A new row in `runs`; what a dead run left leased is given back."""
        with self.transaction() as connection:
            frontier.release(connection)
            number = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM runs").fetchone()[0]
            name = f"{datetime.fromisoformat(started_at).astimezone(UTC):%Y%m%dT%H%M%SZ}-{verb}-{number}"
            connection.execute(
                "INSERT INTO runs (id, name, verb, started_at, pid) VALUES (?, ?, ?, ?, ?)",
                (number, name, verb, started_at, pid),
            )
        return int(number)

    def end_run(self, run_id: int, *, ended_at: str, exit_code: int, note: str | None = None) -> None:
        """Close the run's row and count what it leaves pending, so that its ledger adds up."""
        with self.transaction() as connection:
            frontier.release(connection)
            connection.execute(
                "INSERT OR REPLACE INTO run_counts SELECT ?, site_id, 'pending', '', count(*) FROM pages "
                "WHERE discovered_run = ? AND outcome IS NULL GROUP BY site_id",
                (run_id, run_id),
            )
            connection.execute(
                "UPDATE runs SET ended_at = ?, exit_code = ?, note = ? WHERE id = ?",
                (ended_at, exit_code, note, run_id),
            )

    def record(self, visit: Visit, position: WarcPosition | None, run_id: int) -> Outcome:
        """Write one page inside the caller's transaction; returns the outcome (unchanged content shows here)."""
        connection = self.connection
        page = connection.execute("SELECT site_id, identity FROM pages WHERE id = ?", (visit.lease.page_id,)).fetchone()
        capture_id = _capture(connection, visit, position, run_id) if position else None
        outcome = visit.outcome
        if visit.article:
            outcome = articles.save(
                connection,
                visit.article,
                site_id=page["site_id"],
                page_id=visit.lease.page_id,
                capture_id=capture_id,
            )
            _note_fields(connection, visit, run_id, page["site_id"])
        elif visit.file and capture_id and position:
            files.save(connection, visit, position.digest, capture_id)
        children = visit.children
        if visit.reason == "redirect":
            children = frontier.redirected(connection, visit.lease.page_id, children)
        new = frontier.add(
            connection, page["site_id"], children, run_id=run_id, discovered_at=visit.fetched_at,
            source_page_id=visit.lease.page_id,
        )  # fmt: skip
        due_at = visit.due_at_news if new and visit.due_at_news is not None else visit.due_at
        frontier.finish(connection, replace(visit, outcome=outcome, due_at=due_at), run_id, news=bool(new))
        frontier.count(connection, run_id, page["site_id"], outcome, visit.reason)
        if visit.next_page and lists.follow(
            connection, visit.lease.page_id, visit.children, visit.next_page, new=len(new), since=visit.since
        ):
            lists.add_next(
                connection, visit.lease.page_id, page["site_id"], visit.next_page, run_id=run_id,
                moment=visit.fetched_at,
            )  # fmt: skip
        lists.link(connection, visit)
        if not visit.article:
            standing.note(connection, visit)
        else:
            files.link(connection, visit.lease.page_id, visit.children)
        return outcome


def _capture(connection: sqlite3.Connection, visit: Visit, position: WarcPosition, run_id: int) -> int:
    record_type = visit.raw.record_type if visit.raw else visit.record_type
    earlier = files.earlier(connection, position.digest) if visit.file else None
    earlier = (
        earlier
        or connection.execute(
            "SELECT id FROM captures WHERE page_id = ? AND record_type = 'response' ORDER BY captured_at DESC, id DESC",
            (visit.lease.page_id,),
        ).fetchone()
    )
    cursor = connection.execute(
        "INSERT INTO captures (page_id, run_id, url, archive_url, captured_at, status, content_type, record_type, "
        "warc_file, warc_offset, digest, refers_to, outcome, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (warc_file, warc_offset) DO UPDATE SET outcome = excluded.outcome RETURNING id",
        (
            visit.lease.page_id, run_id, visit.url, visit.archive_url, visit.fetched_at, visit.status,
            visit.content_type, record_type, position.file, position.offset, position.digest,
            earlier[0] if earlier and record_type == "revisit" else None, visit.outcome, visit.reason,
        ),
    )  # fmt: skip
    return int(cursor.fetchone()[0])


def _note_fields(connection: sqlite3.Connection, visit: Visit, run_id: int, site_id: int) -> None:
    """Add the article to its run's fill rates, which `sites check` holds against the site's history."""
    article = visit.article
    assert article
    connection.execute(
        "INSERT INTO run_fields VALUES (?, ?, 1, ?, ?, ?, ?, ?) ON CONFLICT (run_id, site_id) DO UPDATE SET "
        "articles = articles + 1, with_date = with_date + excluded.with_date, "
        "with_description = with_description + excluded.with_description, "
        "with_author = with_author + excluded.with_author, body_length = body_length + excluded.body_length, "
        "selector_misses = selector_misses + excluded.selector_misses",
        (
            run_id, site_id, article.date_published is not None, article.description is not None,
            bool(article.authors), len(article.article_body), visit.selector_misses,
        ),
    )  # fmt: skip
