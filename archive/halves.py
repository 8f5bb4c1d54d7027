"""A pass over the full-text index by two threads, each on half of the ids and a connection of its own.

SQLite works outside Python's lock, so on two processors a phrase that stands in every article is passed over in half
the time. Nothing is written meanwhile, or the pass is done again by one.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

from archive.remembered import RememberingConnection

LARGE = 50_000  # articles below which one thread is as quick
_PROCESSORS = os.cpu_count() or 1
_free = threading.Semaphore(_PROCESSORS - 1)  # second threads; with all at work a pass stays one


def matching_ids(connection: sqlite3.Connection, table: str, expression: str) -> str:
    """The ids of the articles that the full-text expression finds, ascending, as one text with commas."""
    last = connection.execute("SELECT ifnull(max(id), 0) FROM articles").fetchone()[0]
    found = None
    whole = '" *' in expression  # FTS5 gathers the words that begin so for all ids, whichever are asked for
    if last >= LARGE and not whole and isinstance(connection, RememberingConnection) and not connection.in_transaction:
        with suppress(sqlite3.Error):  # one thread alone meets it again, and says so
            found = _by_two(connection, table, expression, last // 2)
    return _ids(connection, table, expression, 0, None) if found is None else found


def _by_two(connection: RememberingConnection, table: str, expression: str, middle: int) -> str | None:
    """The same, or None where no thread is free, somebody wrote meanwhile, or the second one could not read."""
    if not _free.acquire(blocking=False):
        return None
    try:
        twin = _twin(connection)
        second: list[str] = []

        def look() -> None:
            with suppress(sqlite3.Error):
                second.append(_ids(twin, table, expression, 0, middle))

        thread = threading.Thread(target=look, name="archive-second-half")
        before = _state(connection)
        thread.start()
        try:
            first = _ids(connection, table, expression, middle, None)
        finally:
            thread.join()
        return ",".join(filter(None, (*second, first))) if second and _state(connection) == before else None
    finally:
        _free.release()


def _ids(connection: sqlite3.Connection, table: str, expression: str, above: int, most: int | None) -> str:
    bound = "" if most is None else f"AND rowid <= {most:d} "
    sql = (
        f"SELECT group_concat(rowid) FROM (SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid > {above:d} "
        f"{bound}ORDER BY rowid)"
    )
    return connection.execute(sql, (expression,)).fetchone()[0] or ""


def _state(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _twin(connection: RememberingConnection) -> sqlite3.Connection:
    """The connection's own second one to the same file, opened when first needed."""
    from archive.schema import connect  # noqa: PLC0415 - schema makes the connections that this module helps

    if connection.twin is None:
        file = connection.execute("PRAGMA database_list").fetchone()["file"]
        connection.twin = connect(Path(file), read_only=True)
    return connection.twin
