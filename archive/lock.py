"""One writer an archive: a lock file that names its owner and dies with it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from archive.errors import ArchiveLockedError, StorageError


class WriterLock:
    """Held by the process that writes the archive. The kernel releases it at exit, kill -9 included."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def acquire(self) -> None:
        """ArchiveLockedError naming the PID that holds it; StorageError when the file cannot be made."""
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StorageError(f"{self.path}: cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(handle)
            raise ArchiveLockedError(
                f"{self.path.parent}: another process (PID {owner}) writes this archive; wait for it or end it"
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        self._file = handle

    def release(self) -> None:
        """Give the lock up; harmless when it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
