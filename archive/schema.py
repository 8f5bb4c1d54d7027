"""archive.db opened: connection settings, whether it is an archive of this release, its schema made or renewed."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from archive.errors import DamageError, NotAnArchiveError, OutdatedError, StorageError
from archive.remembered import RememberingConnection

APPLICATION_ID = 0x44564152  # "DVAR", in the SQLite header: tells an archive from any other database
SCHEMA_VERSION = 3  # PRAGMA user_version; a file with a higher one was written by a newer release
MAPPED = 1 << 31  # bytes of the file that readers map: two threads then do not wait for each other for page buffers
BUSY_MILLISECONDS = 30_000  # another program's write is waited for so long

FULL_TEXT = ("articles_exact", "articles_folded")
"""The two FTS5 tables."""


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection with the settings the archive relies on; autocommit, so transactions are explicit."""
    try:
        if read_only:
            address = f"{path.resolve().as_uri()}?{'immutable=1' if _on_read_only_medium(path) else 'mode=ro'}"
            connection: sqlite3.Connection = sqlite3.connect(
                address, uri=True, isolation_level=None, check_same_thread=False, factory=RememberingConnection
            )
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA cache_size = -65536")
            connection.execute(f"PRAGMA mmap_size = {MAPPED}")
        else:
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA cache_size = -16384")  # KiB; more made a crawl no faster, only larger
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    except sqlite3.OperationalError as error:
        raise StorageError(f"{path}: cannot be opened: {error}{_hint(path)}") from error
    except sqlite3.DatabaseError as error:
        raise DamageError(f"{path}: {error}; `danvan rebuild` makes a new database from the WARCs") from error
    connection.row_factory = sqlite3.Row
    return connection


def _on_read_only_medium(path: Path) -> bool:
    """Whether nothing can write the file, nor what SQLite wants to write beside it for reading in WAL mode."""
    return path.exists() and bool(os.statvfs(path).f_flag & os.ST_RDONLY) and not _wal(path).exists()


def _hint(path: Path) -> str:
    if path.exists() and not os.access(path.parent, os.W_OK):
        return f"; {path.parent} must be writable for reading too, or be a copy that `danvan backup` made"
    return ""


def _wal(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def verify(connection: sqlite3.Connection, path: Path) -> int:
    """The file's schema version; NotAnArchiveError unless it is an archive this release can read."""
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise DamageError(f"{path}: {error}; `danvan rebuild` makes a new database from the WARCs") from error
    if application != APPLICATION_ID:
        raise NotAnArchiveError(f"{path}: is not a Danvan archive")
    _demand_known(version, path)
    return int(version)


def refuse_newer(path: Path) -> None:
    """NotAnArchiveError where a newer release wrote the database, which this one would make anew with less in it."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError:  # none, or damaged: what a rebuild is for
        return
    if application == APPLICATION_ID:
        _demand_known(version, path)


def _demand_known(version: int, path: Path) -> None:
    if version > SCHEMA_VERSION:
        raise NotAnArchiveError(
            f"{path}: was written by a newer release (schema {version}, this one knows {SCHEMA_VERSION}); upgrade"
        )


def absent(path: Path, database: str) -> NotAnArchiveError:
    """Why the path is no archive, and what to do about it."""
    if path.is_file() and path.name == database:
        return NotAnArchiveError(f"{path}: is the database; an archive is its directory: -a {path.parent}")
    if path.exists() and not path.is_dir():
        return NotAnArchiveError(f"{path}: is a file; an archive is a directory")
    verb = "rebuild` makes it from warc/" if any(path.glob("warc/*.warc.gz")) else "crawl` makes one"
    return NotAnArchiveError(f"{path}: holds no archive (no {database}); `danvan {verb}")


def demand_current(version: int, path: Path) -> None:
    """OutdatedError where an earlier release wrote the database: reading it must not change it."""
    if version < SCHEMA_VERSION:
        raise OutdatedError(
            f"{path}: was written by an earlier release (schema {version}, this one reads {SCHEMA_VERSION}); "
            "`danvan check` renews it and keeps a copy of it as it is"
        )


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a new or older file to this release's schema; never a step half done. The older is kept beside it."""
    empty = not connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    if not empty:
        version = verify(connection, path)
        if version == SCHEMA_VERSION:
            return
        if version:  # else a first run was killed here: there is nothing to keep
            _keep(connection, path, version)
    else:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    from archive.migrations import apply  # noqa: PLC0415 - sqlite-utils loads pandas where there is one: half a second

    connection.row_factory = None
    apply(connection)
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _keep(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """A copy of the file as the earlier release left it: whole, or not there. One that is there was made first."""
    kept = path.with_name(f"{path.name}.schema-{version}")
    if kept.exists():
        return
    partial = kept.with_name(f"{kept.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(partial)) as copy:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    for place in (partial, partial.parent):
        handle = os.open(place, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    partial.replace(kept)
