"""A copy of an archive that is consistent while a crawl writes, incremental for WARCs, and verified."""

from __future__ import annotations

import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from archive.errors import DamageError, StorageError, UsageError
from archive.lock import WriterLock
from archive.raw.writing import OPEN, sync_directory
from archive.replacing import replace_database
from archive.schema import connect
from archive.store import DATABASE, Archive

SETTINGS = "settings.toml"  # the user's own; see docs/operations.md
PARTIAL = ".partial"  # what a copy's name ends with until it is whole
CHUNK_PAGES = 2048  # database pages copied between two looks for Ctrl-C


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupResult:
    """What was copied: WARC files and bytes, and those that were already there."""

    copied: int
    copied_bytes: int
    kept: int


def backup(archive: Archive, target: Path) -> BackupResult:
    """Copy database and WARCs to `target`, which becomes an archive itself.

    The database is read first, so every row's record is in a WARC that is copied after it, and takes its name last:
    killed at any point, `target` is the earlier backup or the new one. A finished WARC never changes: one that is
    there with the same size is kept. UsageError when `target` is a file, or in the archive.
    """
    if (target.exists() and not target.is_dir()) or target.resolve().is_relative_to(archive.path.resolve()):
        raise UsageError(f"{target}: a backup needs a directory of its own, outside the archive")
    partial = target / f"{DATABASE}{PARTIAL}"
    try:
        (target / "warc").mkdir(parents=True, exist_ok=True)
        (target / "logs").mkdir(exist_ok=True)
        for left in (partial, *(target / "warc").glob(f"*{PARTIAL}")):
            left.unlink(missing_ok=True)
        lock = WriterLock(target / "archive.lock")
        lock.acquire()
        try:
            _copy_database(archive, partial)
            result = _copy_warcs(archive, target / "warc")
            _verify(partial, target / "warc")
            if (archive.path / SETTINGS).is_file():
                shutil.copyfile(archive.path / SETTINGS, target / SETTINGS)
            replace_database(target, partial)
        finally:
            lock.release()
    except OSError as error:
        raise StorageError(f"{error.filename2 or error.filename or target}: {error.strerror}") from error
    return result


def _copy_database(archive: Archive, partial: Path) -> None:
    """One snapshot, however long the copy takes and whatever is written meanwhile."""
    copy = sqlite3.connect(partial)
    source = archive.connection
    try:
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master").fetchone()
        source.backup(copy, pages=CHUNK_PAGES)
        copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        raise StorageError(f"{partial}: {error}") from error
    finally:
        copy.close()
        if source.in_transaction:
            source.execute("ROLLBACK")
    _sync(partial)


def _copy_warcs(archive: Archive, target: Path) -> BackupResult:
    copied = size = kept = 0
    for name in sorted(path.name for path in archive.warc_directory.glob("*.warc.gz*")):
        source = archive.warc_directory / name
        if name.endswith(OPEN) and not source.exists():
            source = source.with_name(name.removesuffix(OPEN))  # the crawl closed it meanwhile
        destination = target / source.name
        if destination.exists() and destination.stat().st_size == source.stat().st_size:
            kept += 1
            continue
        partial = target / f"{source.name}{PARTIAL}"
        shutil.copyfile(source, partial)
        _sync(partial)
        partial.replace(destination)
        if not source.name.endswith(OPEN):
            destination.with_name(f"{source.name}{OPEN}").unlink(missing_ok=True)
        copied, size = copied + 1, size + destination.stat().st_size
    sync_directory(target)
    return BackupResult(copied=copied, copied_bytes=size, kept=kept)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _verify(database: Path, warcs: Path) -> None:
    connection = connect(database, read_only=True)
    try:
        answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if answer != "ok":
            raise DamageError(f"{database}: the copy is damaged: {answer}")
        rows = connection.execute("SELECT warc_file, max(warc_offset) AS last FROM captures GROUP BY warc_file")
        for name, last in rows:
            path = warcs / name
            path = path if path.exists() else path.with_name(f"{name}{OPEN}")
            if not path.exists() or path.stat().st_size <= last:
                raise DamageError(
                    f"{path}: lacks records the database names; `danvan check --repair` the archive, then back up again"
                )
    finally:
        connection.close()
