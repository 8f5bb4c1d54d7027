"""A new archive.db in the place of the old one, as a backup and a rebuild end."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING

from archive.raw.writing import sync_directory
from archive.store import DATABASE

if TYPE_CHECKING:
    from pathlib import Path


def replace_database(directory: Path, new: Path) -> None:
    """Put `new`, a whole database without a journal, in the place of archive.db. The caller holds the writer's lock.

    A -wal file belongs to no database by name alone, so what the old one holds is moved into it first: killed at any
    point, the directory has the whole old database or the whole new one.
    """
    old = directory / DATABASE
    with suppress(sqlite3.DatabaseError):  # a damaged one is replaced as it is
        connection = sqlite3.connect(f"{old.resolve().as_uri()}?mode=rw", uri=True)
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
    for side in ("-wal", "-shm"):
        old.with_name(f"{DATABASE}{side}").unlink(missing_ok=True)
    new.replace(old)
    sync_directory(directory)
