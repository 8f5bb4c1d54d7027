"""Reading the archive for pages: each worker thread keeps its own read-only connection."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

from archive.store import Archive

if TYPE_CHECKING:
    from datasette.app import Datasette

Result = TypeVar("Result")
THREADS = 2
DATABASE_NAME = "archive"  # what Datasette calls archive.db


class Reader:
    """A few threads that read one archive."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="danvan-web")
        self._own = threading.local()

    async def run(self, work: Callable[[Archive], Result]) -> Result:
        """What `work` gives, done in one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._call, work)

    def _call(self, work: Callable[[Archive], Result]) -> Result:
        archive: Archive | None = getattr(self._own, "archive", None)
        if archive is None:
            archive = self._own.archive = Archive.open(self._path)
        return work(archive)


_readers: WeakKeyDictionary[Datasette, Reader] = WeakKeyDictionary()


async def read(datasette: Datasette, work: Callable[[Archive], Result]) -> Result:
    """What `work` gives of the archive this Datasette serves."""
    reader = _readers.get(datasette)
    if reader is None:
        path = Path(datasette.get_database(DATABASE_NAME).path).parent
        reader = _readers[datasette] = Reader(path)
    return await reader.run(work)
