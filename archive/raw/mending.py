"""What a killed run left: files still named .open, cut at their last whole record and closed."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.errors import DamageError, StorageError
from archive.raw.reading import iter_records
from archive.raw.writing import OPEN, sync_directory

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """A file that was closed: its whole records and bytes, and the bytes set aside as FILE.torn."""

    file: str
    records: int
    kept_bytes: int
    torn_bytes: int

    def __str__(self) -> str:
        aside = f", {self.torn_bytes} bytes set aside in {self.file}.torn" if self.torn_bytes else ""
        return f"{self.file} ({self.records} whole records{aside})"


def recover(directory: Path) -> list[Recovered]:
    """Close every .open file of the directory. The caller holds the archive's lock, so none has a writer.

    Killed at any point, the next call ends it the same way. A file without a whole record keeps only its tail.
    """
    recovered = []
    for path in sorted(directory.glob(f"*.warc.gz{OPEN}")):
        try:
            recovered.append(_close(path))
        except OSError as error:
            raise StorageError(f"{path}: cannot be mended: {error.strerror}") from error
    return recovered


def _close(path: Path) -> Recovered:
    final = path.with_name(path.name.removesuffix(OPEN))
    kept, records = whole_prefix(path)
    torn = path.stat().st_size - kept
    if torn:
        _set_aside(path, kept, final.with_name(f"{final.name}.torn"))
    if records:
        path.rename(final)
    else:
        path.unlink()
    sync_directory(path.parent)
    return Recovered(file=final.name, records=records, kept_bytes=kept, torn_bytes=torn)


def whole_prefix(path: Path) -> tuple[int, int]:
    """Bytes and number of the whole records that a file begins with."""
    end = records = 0
    try:
        for record in iter_records(path):
            if record.length == 0:
                break
            end, records = record.offset + record.length, records + 1
    except DamageError:
        pass
    return end, records


def _set_aside(path: Path, kept: int, torn: Path) -> None:
    """Copy the tail, and only once it is safe cut it off."""
    with path.open("r+b") as source, torn.open("wb") as target:
        source.seek(kept)
        shutil.copyfileobj(source, target)
        target.flush()
        os.fsync(target.fileno())
        source.truncate(kept)
        os.fsync(source.fileno())
