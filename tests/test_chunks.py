"""Pages over killable workers, several at a time: one that breaks its worker costs itself alone."""

import operator
import os
import time
from functools import partial

import pytest

from crawler.chunks import CHUNK, in_order
from crawler.pool import worker_pool

call = operator.methodcaller("__call__")


@pytest.fixture(scope="module")
def pool():
    with worker_pool(2, preload=("crawler.chunks",)) as started:
        yield started


def results(pool, items, *, ahead=8, seconds=10.0):
    return [made for _, made in in_order(pool, call, items, ahead=ahead, seconds=lambda _: seconds)]


@pytest.mark.parametrize("count", [0, 1, CHUNK, CHUNK + 1, 5 * CHUNK + 3])
def test_every_item_comes_back_in_order(pool, count):
    items = [partial(abs, -n) for n in range(count)]
    assert list(in_order(pool, call, items, ahead=8)) == [(item, n) for n, item in enumerate(items)]


@pytest.mark.parametrize(
    ("breaker", "reason"),
    [
        (partial(os._exit, 3), "extract_crash"),
        (partial(operator.mul, "x", 600 * 2**20), "extract_memory"),
        (partial(time.sleep, 60), "extract_timeout"),
    ],
)
def test_a_breaker_costs_itself_alone(pool, breaker, reason):
    items = [partial(abs, -n) for n in range(6)]
    items.insert(2, breaker)
    assert results(pool, items, seconds=1.0) == [0, 1, reason, 2, 3, 4, 5]


def test_slow_items_of_a_chunk_each_have_their_full_time(pool):
    items = [partial(time.sleep, 0.7)] * 4
    assert results(pool, items, seconds=1.0) == [None] * 4


def test_no_more_items_are_taken_than_asked_for(pool):
    taken = []

    def source():
        for n in range(50):
            taken.append(n)
            yield partial(abs, -n)

    made = in_order(pool, call, source(), ahead=8)
    assert next(made)[1] == 0
    assert len(taken) == 8
    made.close()
