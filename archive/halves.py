"""A pass over the full-text index by two threads, each on half of the ids and a connection of its own.

SQLite works outside Python's lock, so on two processors a phrase that stands in every article is passed over in half
the time. Nothing is written meanwhile, or the pass is done again by one.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from array import array
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from archive.remembered import RememberingConnection

LARGE = 50_000  # articles below which one thread is as quick
LOWER = 0.46  # of the ids for the thread that goes downwards, which is the slower way
_PROCESSORS = os.cpu_count() or 1
_free = threading.Semaphore(_PROCESSORS - 1)  # second threads; with all at work a pass stays one


Ids: TypeAlias = "array[int]"
"""Articles' ids in ascending order."""


def matching_ids(connection: sqlite3.Connection, table: str, expression: str) -> Ids:
    """The ids of the articles that the full-text expression finds."""
    last = connection.execute("SELECT ifnull(max(id), 0) FROM articles").fetchone()[0]
    found = None
    whole = '" *' in expression  # FTS5 gathers the words that begin so for all ids, whichever are asked for
    if last >= LARGE and not whole and isinstance(connection, RememberingConnection) and not connection.in_transaction:
        with suppress(sqlite3.Error):  # one thread alone meets it again, and says so
            found = _by_two(connection, table, expression, int(last * LOWER))
    return _ids(connection, table, expression) if found is None else found


def _by_two(connection: RememberingConnection, table: str, expression: str, middle: int) -> Ids | None:
    """The same, or None where no thread is free, somebody wrote meanwhile, or the second one could not read."""
    if not _free.acquire(blocking=False):
        return None
    try:
        twin = _twin(connection)
        second: list[Ids] = []

        def look() -> None:
            # Upwards FTS5 minds an upper bound only where it finds something; for what is rare it reads on to the end.
            with suppress(sqlite3.Error):
                second.append(_ids(twin, table, expression, f"AND rowid <= {middle:d}", "DESC"))

        thread = threading.Thread(target=look, name="archive-second-half")
        before = _state(connection)
        thread.start()
        try:
            upper = _ids(connection, table, expression, f"AND rowid > {middle:d}")
        finally:
            thread.join()
        if not second or _state(connection) != before:
            return None
        lower = second[0]
        lower.reverse()
        return lower + upper
    finally:
        _free.release()


def _ids(connection: sqlite3.Connection, table: str, expression: str, bound: str = "", way: str = "ASC") -> Ids:
    rows = f"SELECT rowid FROM {table} WHERE {table} MATCH ? {bound} ORDER BY rowid {way}"
    return numbers(connection.execute(f"SELECT group_concat(rowid) FROM ({rows})", (expression,)).fetchone()[0])


def numbers(text: str | None) -> Ids:
    """The numbers of one text with commas, which is how SQLite gives many of them soonest."""
    return array("q", json.loads(f"[{text}]") if text else ())


def _state(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _twin(connection: RememberingConnection) -> sqlite3.Connection:
    """The connection's own second one to the same file, opened when first needed."""
    from archive.schema import connect  # noqa: PLC0415 - schema makes the connections that this module helps

    if connection.twin is None:
        file = connection.execute("PRAGMA database_list").fetchone()["file"]
        connection.twin = connect(Path(file), read_only=True)
    return connection.twin
