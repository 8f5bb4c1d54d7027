"""A crawl killed with SIGKILL and resumed holds what an uninterrupted one does. tests/kills.py does a hundred."""

import random

from tests.kills import survive


def test_kills_lose_and_duplicate_nothing(tmp_path):
    kills, archives = survive(8, tmp_path, random.Random(20250602))
    assert (kills, archives) == (8, 2)
