"""The one thread that writes: raw records to the WARC, then one transaction for a group of pages.

Everything a caller asks for comes back as a Future. A visit's is set only when its group is committed,
after the WARC is synced; a lease's at once, inside the open transaction, so the crawl never waits for a
group to fill. sqlite3 and fsync release the GIL, so the network keeps running meanwhile.
"""

from __future__ import annotations

import contextlib
import queue
import sqlite3
import threading
import time
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from archive import files, frontier
from archive.errors import DanvanError, StorageError
from archive.records import Outcome, WarcPosition

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.records import Lease, Visit
    from archive.store import Archive

GROUP = 50  # pages a transaction at most
LINGER = 0.03  # seconds a transaction waits for another page
LONGEST = 0.5  # seconds it stays open at most, however steadily they come


class RawWriter(Protocol):
    """What the writer needs of a WARC (archive.raw.WarcWriter)."""

    warcinfo_id: str

    def append(self, data: bytes) -> tuple[str, int]: ...
    def sync(self) -> None: ...
    def close(self) -> None: ...


class Writer:
    """Owns an Archive opened to write, for one run. Start it, submit to it, close it."""

    def __init__(self, archive: Archive, warc: RawWriter, run_id: int, *, now: Callable[[], int]) -> None:
        self.archive = archive
        self.run_id = run_id
        self.failure: StorageError | None = None
        self._warc = warc
        self._now = now
        self._queue: queue.Queue[tuple[Callable[[], Any], Future[Any], bool] | None] = queue.Queue()
        self._waiting: list[tuple[Future[Any], Any]] = []
        self._thread = threading.Thread(target=self._run, name="archive-writer", daemon=True)

    @property
    def warcinfo_id(self) -> str:
        """Of the WARC that is written, for the records to name."""
        return self._warc.warcinfo_id

    def start(self) -> None:
        """Start writing."""
        self._thread.start()

    def submit(self, visit: Visit) -> Future[Outcome]:
        """Store one page; the future gives its outcome once it is committed."""
        return self._ask(lambda: self._store(visit), durable=True)

    def lease(self, site: str, *, limit: int) -> Future[list[Lease]]:
        """Take up to `limit` due pages of the site."""
        return self._ask(
            lambda: frontier.lease(self.archive.connection, self.run_id, site, now=self._now(), limit=limit),
            durable=False,
        )

    def claim(self, work: Callable[[sqlite3.Connection], list[Lease]]) -> Future[list[Lease]]:
        """Take pages whose captures are already here; `work` finds or makes them."""
        return self._ask(lambda: work(self.archive.connection), durable=False)

    def call(self, work: Callable[[sqlite3.Connection], Any]) -> Future[Any]:
        """Run other writes inside the open transaction; the future is set once they are committed."""
        return self._ask(lambda: work(self.archive.connection), durable=True)

    def close(self) -> None:
        """Write what was submitted, close the WARC and end the thread."""
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()
        try:
            self._warc.close()
        except OSError as error:
            self.failure = self.failure or StorageError(f"{self.archive.warc_directory}: {error}")

    def _ask(self, work: Callable[[], Any], *, durable: bool) -> Future[Any]:
        future: Future[Any] = Future()
        if self.failure:
            future.set_exception(self.failure)
        else:
            self._queue.put((work, future, durable))
        return future

    def _run(self) -> None:
        open_ = True
        while open_:
            first = self._queue.get()
            if first is None:
                return
            if self.failure:
                first[1].set_exception(self.failure)
                continue
            try:
                with self.archive.transaction():
                    open_ = self._fill_group(first)
                    self._warc.sync()
            except (DanvanError, OSError, sqlite3.Error) as error:
                self.failure = error if isinstance(error, StorageError) else StorageError(
                    f"{self.archive.path}: {error}"
                )  # fmt: skip
            self._answer()

    def _fill_group(self, first: tuple[Callable[[], Any], Future[Any], bool]) -> bool:
        """Do the first piece of work and those that follow without a pause; False when asked to end."""
        deadline = time.monotonic() + LONGEST
        job: tuple[Callable[[], Any], Future[Any], bool] | None = first
        while job is not None:
            work, future, durable = job
            if durable:
                self._waiting.append((future, None))
                self._waiting[-1] = (future, work())
            else:
                future.set_result(work())
            if len(self._waiting) >= GROUP:
                return True
            try:
                job = self._queue.get(timeout=max(0.0, min(LINGER, deadline - time.monotonic())))
            except queue.Empty:
                return True
        return False

    def _answer(self) -> None:
        waiting, self._waiting = self._waiting, []
        for future, result in waiting:
            if self.failure:
                future.set_exception(self.failure)
            else:
                future.set_result(result)

    def _store(self, visit: Visit) -> Outcome:
        if visit.file:
            visit = files.once(self.archive.connection, visit)
        position = visit.stored
        if visit.raw:
            file, offset = self._warc.append(visit.raw.data)
            position = WarcPosition(file=file, offset=offset, digest=visit.raw.digest)
        connection = self.archive.connection
        connection.execute("SAVEPOINT page")
        try:
            outcome = self.archive.record(visit, position, self.run_id)
        except (UnicodeEncodeError, sqlite3.IntegrityError):
            # One page's content must never undo its neighbours: keep its raw copy, say that it failed.
            with contextlib.suppress(sqlite3.OperationalError):
                connection.execute("ROLLBACK TO page")
            failed = replace(
                visit, outcome=Outcome.FAILED, reason="encoding", article=None, file=None, children=(), headline=None
            )
            outcome = self.archive.record(failed, position, self.run_id)
        connection.execute("RELEASE page")
        return outcome
