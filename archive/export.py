"""Take articles out: any search, any size, in a form other tools read.

    export(archive.connection, Query(text="dân vận khéo"), "csv", Path("kheo.csv"))

Records are streamed from one snapshot of the database, by date and address, so memory stays flat and the same
archive gives the same bytes. A file appears under its name only when it is whole.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO

from archive import articles
from archive.errors import StorageError, UsageError
from archive.export_formats import STREAMED, Feed, markdown_files
from archive.filters import conditions
from archive.grammar import parse
from archive.matching import Matcher
from archive.query import Query, Sort
from archive.records import Article
from archive.selection import Selection
from archive.wacz import WaczPage, write_wacz

_CAPTURES = """
WITH own(page_id, listed) AS (
    SELECT page_id, 1 FROM articles WHERE id = ?1
    UNION SELECT page_id, 0 FROM images WHERE article_id = ?1
    UNION SELECT page_id, 0 FROM attachments WHERE article_id = ?1
    UNION SELECT page_id, 0 FROM article_files WHERE article_id = ?1)
SELECT c.id, c.warc_file, c.warc_offset, (SELECT headline FROM articles WHERE id = ?1), max(listed) AS listed
FROM own JOIN captures AS seen USING (page_id) JOIN captures AS c ON c.id IN (seen.id, seen.refers_to)
GROUP BY c.id ORDER BY listed DESC, c.captured_at, c.id
"""

FORMATS = (*STREAMED, "markdown", "wacz")
"""Every format; all but the folder of Markdown and the WACZ package can go to a stream."""


def export(
    connection: sqlite3.Connection,
    query: Query,
    form: str,
    target: Path | IO[bytes],
    *,
    warc_directory: Path | None = None,
    limit: int | None = None,
) -> int:
    """Write what the query asks for and return how many articles there were; a fallback is never exported.

    `query.limit` and `query.after` do not apply. `warc_directory` is where a WACZ's captures are read from.
    UsageError for a form that is none of FORMATS or cannot be a stream, StorageError when `target` cannot be written.
    """
    if form not in FORMATS:
        raise UsageError(f"format {form!r} is none of {', '.join(FORMATS)}")
    if not isinstance(target, Path) and form not in STREAMED:
        raise UsageError(f"format {form} cannot go to standard output; name a target with --output")
    if form == "wacz" and isinstance(target, Path) and target.exists() and not target.is_file():
        raise UsageError(f"{target}: is no file; a WACZ package must be one")
    with _snapshot(connection):
        selection = _selection(connection, query)
        ids = selection.ordered_ids(newest=query.sort is not Sort.OLDEST) if selection else iter(())
        ids = islice(ids, limit)
        if form == "wacz":
            assert isinstance(target, Path)
            assert warc_directory
            return write_wacz(target, warc_directory, _captures(connection, ids), title=query.text).pages
        counted = _Counted(read_articles(connection, ids))
        if form == "markdown":
            assert isinstance(target, Path)
            with _whole_folder(target) as folder:
                markdown_files(counted, folder)
        else:
            feed = Feed(title=query.text, updated=_updated(selection))
            _write_stream(form, counted, target, feed)
        return counted.number


def read_articles(connection: sqlite3.Connection, ids: Iterator[int]) -> Iterator[Article]:
    """The records under those ids, one by one."""
    for key in ids:
        row = connection.execute("SELECT * FROM articles WHERE id = ?", (key,)).fetchone()
        yield articles.read(connection, row)


class _Counted:
    """Records passed on, and how many there were."""

    def __init__(self, records: Iterator[Article]) -> None:
        self._records = records
        self.number = 0

    def __iter__(self) -> Iterator[Article]:
        for record in self._records:
            self.number += 1
            yield record


def _selection(connection: sqlite3.Connection, query: Query) -> Selection | None:
    statement = parse(query.text)
    if statement.empty:
        return None
    matcher = Matcher(statement, folded=query.fold or not statement.accented)
    return Selection.build(connection, matcher, conditions(connection, query.filters, statement))


def _updated(selection: Selection | None) -> datetime:
    row = next(selection.rows("max(a.captured_at)"), None) if selection else None
    return datetime.fromisoformat(row[0] if row and row[0] else "1970-01-01T00:00:00+00:00")


def _captures(connection: sqlite3.Connection, ids: Iterator[int]) -> Iterator[WaczPage]:
    """Every capture of the articles' pages and of their files, each once, and what revisits among them refer to."""
    written: set[int] = set()
    for key in ids:
        rows = connection.execute(_CAPTURES, (key,)).fetchall()
        for row in rows:
            if row[0] not in written:
                written.add(row[0])
                yield WaczPage(file=row[1], offset=row[2], title=row[3], listed=bool(row[4]))


def _write_stream(form: str, records: _Counted, target: Path | IO[bytes], feed: Feed) -> None:
    if not isinstance(target, Path):
        STREAMED[form](records, target, feed)
        return
    with whole_file(target) as stream:
        STREAMED[form](records, stream, feed)


@contextmanager
def _snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """One read transaction, so that a crawl's writes do not show half-way; the writer is not kept waiting."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A stream whose bytes stand under `path` once it is closed, and not at all when something failed.

    A device or a pipe is written to as it is: nothing may take its place.
    """
    special = path.exists() and not path.is_file()
    partial = path if special else path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as stream:
            yield stream
            stream.flush()
            if not special:
                os.fsync(stream.fileno())
                partial.replace(path)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error
    finally:
        if not special:
            partial.unlink(missing_ok=True)


@contextmanager
def _whole_folder(path: Path) -> Iterator[Path]:
    """A folder that stands under `path` once it is full; an existing one must be empty."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(f"{path}: exists; name a folder that does not, or an empty one")
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.mkdir(parents=True)
        yield partial
        os.sync()  # once for all files: syncing each would take longer than writing them
        partial.replace(path)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
