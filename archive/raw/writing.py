"""The one place that appends to a WARC. One writer a file; readers may read it at the same time."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import StorageError
from archive.raw.building import record_id, warcinfo_record

if TYPE_CHECKING:
    from collections.abc import Callable

OPEN = ".open"
"""What the name of a file that is still written ends with."""

GIBIBYTE = 1 << 30


def sync_directory(directory: Path) -> None:
    """Make new and changed names in the directory outlast a power cut."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class WarcWriter:
    """Appends gzip members to PREFIX-TIMESTAMP-SERIAL.warc.gz, made when first needed, rotated by size.

    `warcinfo_id` is of the file that is written, or will be, for the records to name; those built before a rotation
    name the run's earlier file. Every failure of the disk is a StorageError naming the file; what a failed append
    wrote is cut off again before the next one, so the file holds whole members only.
    """

    def __init__(
        self,
        directory: Path,
        *,
        prefix: str,
        max_bytes: int = GIBIBYTE,
        software: str = "danvan-archive",
        operator: str = "",
        contact: str = "",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.directory = directory
        self.prefix = prefix
        self.max_bytes = max_bytes
        self._facts = {
            "software": software,
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "operator": operator,
            "http-header-from": contact,
        }
        self._now = now
        self.warcinfo_id = record_id()
        self._serial = 0
        self._handle: int | None = None
        self._path = directory
        self._offset = 0
        self._first = 0
        self._dirty = False

    def append(self, data: bytes) -> tuple[str, int]:
        """Write whole gzip members; the file's final name and the offset of the first."""
        if self._handle is not None and self._offset > self._first and self._offset + len(data) > self.max_bytes:
            self.close()
        if self._handle is None:
            self._open()
        offset = self._offset
        self._write(data)
        return self._path.name.removesuffix(OPEN), offset

    def sync(self) -> None:
        """Return once everything appended is on the disk itself."""
        if self._handle is None or not self._dirty:
            return
        try:
            os.fsync(self._handle)
        except OSError as error:
            raise self._failure(error) from error
        self._dirty = False

    def close(self) -> None:
        """Sync the file and give it its final name; harmless when none is open."""
        if self._handle is None:
            return
        try:
            self._cut()
            self.sync()
            os.close(self._handle)
            self._handle = None
            if self._offset > self._first:
                self._path.rename(self._path.with_name(self._path.name.removesuffix(OPEN)))
            else:
                self._path.unlink()
            self.warcinfo_id = record_id()
            sync_directory(self.directory)
        except OSError as error:
            raise self._failure(error) from error

    def _open(self) -> None:
        moment = self._now().astimezone(UTC)
        while True:
            name = f"{self.prefix}-{moment:%Y%m%d%H%M%S}-{self._serial:05d}.warc.gz"
            self._serial += 1
            self._path = self.directory / f"{name}{OPEN}"
            if (self.directory / name).exists():
                continue
            try:
                self._handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
                sync_directory(self.directory)
                break
            except FileExistsError:
                continue
            except OSError as error:
                raise self._failure(error) from error
        self._offset = self._first = 0
        moment_text = moment.isoformat(timespec="seconds")
        self._write(warcinfo_record(name, self._facts, moment_text, own_id=self.warcinfo_id))
        self._first = self._offset

    def _write(self, data: bytes) -> None:
        assert self._handle is not None
        rest = memoryview(data)
        try:
            self._cut()
            self._dirty = True
            while rest:
                rest = rest[os.write(self._handle, rest) :]
        except OSError as error:
            raise self._failure(error) from error
        self._offset += len(data)

    def _cut(self) -> None:
        """Drop what a failed append left behind the last whole member."""
        assert self._handle is not None
        if os.lseek(self._handle, 0, os.SEEK_END) > self._offset:
            os.ftruncate(self._handle, self._offset)
        os.lseek(self._handle, self._offset, os.SEEK_SET)

    def _failure(self, error: OSError) -> StorageError:
        return StorageError(f"{self._path}: cannot be written: {error.strerror}; make room or mend permissions")
