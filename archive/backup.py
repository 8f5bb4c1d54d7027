"""A copy of an archive that is consistent while a crawl writes, incremental for WARCs, and verified."""

from __future__ import annotations

import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from archive.errors import DamageError, StorageError
from archive.schema import connect
from archive.store import DATABASE, Archive

SETTINGS = "settings.toml"  # the user's own; see docs/operations.md
CHUNK_PAGES = 2048  # database pages copied between two chances for the writer


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupResult:
    """What was copied: WARC files and bytes, and those that were already there."""

    copied: int
    copied_bytes: int
    kept: int


def backup(archive: Archive, target: Path) -> BackupResult:
    """Copy database and WARCs to `target`, which becomes an archive itself.

    The database goes first, so every row's record is in a WARC that is copied after it. A finished
    WARC never changes: one that is there with the same size is kept.
    """
    try:
        (target / "warc").mkdir(parents=True, exist_ok=True)
        (target / "logs").mkdir(exist_ok=True)
        _copy_database(archive, target)
        if (archive.path / SETTINGS).is_file():
            shutil.copyfile(archive.path / SETTINGS, target / SETTINGS)
        result = _copy_warcs(archive, target / "warc")
    except OSError as error:
        raise StorageError(f"{error.filename or target}: {error.strerror}") from error
    _verify(target)
    return result


def _copy_database(archive: Archive, target: Path) -> None:
    partial = target / f"{DATABASE}.partial"
    partial.unlink(missing_ok=True)
    copy = sqlite3.connect(partial)
    try:
        archive.connection.backup(copy, pages=CHUNK_PAGES)
        copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        raise StorageError(f"{partial}: {error}") from error
    finally:
        copy.close()
    for leftover in ("-wal", "-shm"):
        (target / f"{DATABASE}{leftover}").unlink(missing_ok=True)
    _sync(partial)
    partial.replace(target / DATABASE)


def _copy_warcs(archive: Archive, target: Path) -> BackupResult:
    copied = size = kept = 0
    for source in sorted(archive.warc_directory.glob("*.warc.gz*")):
        destination = target / source.name
        closed = target / source.name.removesuffix(".open")
        length = source.stat().st_size
        if destination.exists() and destination.stat().st_size == length:
            kept += 1
            continue
        partial = target / f"{source.name}.partial"
        shutil.copyfile(source, partial)
        _sync(partial)
        partial.replace(destination)
        if destination == closed:
            (target / f"{source.name}.open").unlink(missing_ok=True)
        copied, size = copied + 1, size + length
    return BackupResult(copied=copied, copied_bytes=size, kept=kept)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _verify(target: Path) -> None:
    connection = connect(target / DATABASE, read_only=True)
    try:
        answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if answer != "ok":
            raise DamageError(f"{target / DATABASE}: the copy is damaged: {answer}")
        rows = connection.execute("SELECT warc_file, max(warc_offset) AS last FROM captures GROUP BY warc_file")
        for name, last in rows:
            path = target / "warc" / name
            path = path if path.exists() else path.with_name(f"{name}.open")
            if not path.exists() or path.stat().st_size <= last:
                raise DamageError(f"{path}: the copy lacks records the database names; run the backup again")
    finally:
        connection.close()
