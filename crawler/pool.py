"""A pool of worker processes that run `work` under a time and a memory limit, and are killed beyond it."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections import defaultdict, deque
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING

from pebble import ProcessExpired, ProcessPool

from crawler.forks import PAGES, start_server
from crawler.job import Job, give_up

if TYPE_CHECKING:
    from archive.records import Visit

logger = logging.getLogger(__name__)

SECONDS = 20.0  # for one page; an ordinary one takes milliseconds
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
BYTES = 480 * 2**20  # of private memory a worker

QUICK = 0.5  # processor seconds; a site whose pages take longer has one at the workers at a time
MOST = 32  # pages of a site at the workers, once they prove quick


def work_on(job: Job) -> Visit:
    """`crawler.work.work`, imported in the worker alone: the crawl's main process must stay light."""
    from crawler.work import work  # noqa: PLC0415

    return work(job)


def _timed(job: Job) -> tuple[Visit, float]:
    """The Visit, and the processor seconds it took."""
    started = time.process_time()
    return work_on(job), time.process_time() - started


class Share:
    """How many pages of one site may be at the workers: one at first, more while they are quick.

    So a site whose pages take seconds leaves the other workers to the other sites.
    """

    def __init__(self) -> None:
        self._limit, self._working = 1, 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def take(self) -> None:
        """Wait for a place."""
        while self._working >= self._limit:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            await turn
        self._working += 1

    def give_back(self, seconds: float) -> None:
        """The page took that long; whoever waits is let in as far as there is room."""
        self._limit = min(self._limit * 2, MOST) if seconds < QUICK else 1
        self._working -= 1
        for _ in range(min(self._limit - self._working, len(self._waiting))):
            self._waiting.popleft().set_result(None)


def worker_pool(workers: int, *, preload: tuple[str, ...] = PAGES) -> ProcessPool:
    """Processes with a memory limit, started from a clean server process.

    A fork of a process with threads can deadlock; the server imports the heavy libraries once for all.
    """
    return ProcessPool(max_workers=workers, initializer=_limit, initargs=(BYTES,), context=start_server(preload))


class WorkerPool:
    """Workers for pages. `run` always answers with a Visit; a page that breaks its worker gets a reason.

    They start with the first page: a crawl that meets nothing new needs none.
    """

    def __init__(self, workers: int | None = None, *, seconds: float = SECONDS) -> None:
        self._workers = workers or os.cpu_count() or 1
        self._seconds = seconds
        self._pool: ProcessPool | None = None
        self._shares: defaultdict[str, Share] = defaultdict(Share)

    async def run(self, job: Job) -> Visit:
        """The page's Visit, or failed(extract_timeout | extract_memory | extract_crash) with its raw copy."""
        if self._pool is None:
            self._pool = worker_pool(self._workers)
        share, seconds = self._shares[job.lease.site], self._seconds
        await share.take()
        try:
            visit, seconds = await asyncio.wrap_future(self._pool.schedule(_timed, args=[job], timeout=self._seconds))
        except FutureTimeoutError:
            return give_up(job, "extract_timeout")
        except MemoryError:
            return give_up(job, "extract_memory")
        except ProcessExpired:
            return give_up(job, "extract_crash")
        except Exception:  # a bug of ours must cost one page, with its raw copy kept, never the run
            logger.exception("extraction of %s failed", job.exchange.url)
            return give_up(job, "extract_error")
        finally:
            share.give_back(seconds)
        return visit

    def close(self) -> None:
        """End the workers, whatever they do."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()


def _limit(memory: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the main process's to handle
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    _die_with_parent()


def _die_with_parent() -> None:
    """A killed crawl must not leave its workers behind: Linux ends them with the process they came from."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    parent = multiprocessing.parent_process()
    if parent is not None and not parent.is_alive():
        os._exit(1)  # it ended before this process could ask to be told
