"""Stored pages over killable workers, some at a time and in order: extract, import, reextract and check go this way.

A crawl hands out page by page, for it waits for each answer. Where all pages are at hand, some go to a
worker together: talking between processes costs as much as an eighth of the reading.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from pebble import ProcessExpired

from crawler.pool import SECONDS

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pebble import ProcessPool

Item = TypeVar("Item")
Made = TypeVar("Made")

CHUNK = 4  # pages a worker is given at once
_SPENT = 1.0  # seconds after which a worker gives back what it has not begun


def in_order(
    pool: ProcessPool,
    work: Callable[[Item], Made],
    items: Iterable[Item],
    *,
    ahead: int,
    seconds: Callable[[Item], float] = lambda _: SECONDS,
) -> Iterator[tuple[Item, Made | str]]:
    """Each item with what `work` made of it, or the reason why it could not: extract_timeout, _memory or _crash.

    At most `ahead` items are in the workers' hands; `seconds` is how long one may take. A page that
    breaks its worker costs itself alone: the others of its chunk are given out again, one by one.
    """
    source = iter(items)
    waiting: deque[tuple[Sequence[Item], Future[list[Made]]]] = deque()

    def give(chunk: Sequence[Item]) -> Future[list[Made]]:
        timeout = _SPENT + max(map(seconds, chunk))
        future: Future[list[Made]] = pool.schedule(_work_on_each, args=[work, chunk], timeout=timeout)
        return future

    def take(chunk: Sequence[Item], future: Future[list[Made]]) -> Iterator[tuple[Item, Made | str]]:
        made = _result(future)
        if isinstance(made, str) and len(chunk) == 1:
            yield chunk[0], made
            return
        done = [] if isinstance(made, str) else made
        yield from zip(chunk, done, strict=False)
        for item in chunk[len(done) :]:
            yield from take((item,), give((item,)))

    while chunk := tuple(islice(source, CHUNK)):
        waiting.append((chunk, give(chunk)))
        if len(waiting) * CHUNK >= ahead:
            yield from take(*waiting.popleft())
    while waiting:
        yield from take(*waiting.popleft())


def _work_on_each(work: Callable[[Item], Made], chunk: Sequence[Item]) -> list[Made]:
    """What is made of the items, of the first at least; fewer when they take long, so that each has its full time."""
    end = time.monotonic() + _SPENT
    made: list[Made] = []
    for item in chunk:
        made.append(work(item))
        if time.monotonic() > end:
            break
    return made


def _result(future: Future[list[Made]]) -> list[Made] | str:
    try:
        return future.result()
    except FutureTimeoutError:
        return "extract_timeout"
    except MemoryError:
        return "extract_memory"
    except ProcessExpired:
        return "extract_crash"
