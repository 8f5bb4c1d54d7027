"""The short form of `python -m tests.harm`: torn WARCs, kills and a full disk lose nothing and invent nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests import harm_bytes, harm_disk, harm_kills


@pytest.fixture(scope="module")
def days(tmp_path_factory) -> tuple[Path, Path]:
    return harm_kills.sample(tmp_path_factory.mktemp("harm"))


def test_harmed_warcs_keep_what_is_whole_and_invent_nothing(days, tmp_path):
    assert harm_bytes.harm(days[1] / "warc", 24, tmp_path / "torn", random.Random(3)).endswith(" 0 invented")


@pytest.mark.parametrize("verb", ["import", "backup", "migration"])
def test_a_killed_command_leaves_the_old_state_or_the_new_and_is_finished_by_the_next(verb, days, tmp_path):
    assert harm_kills.kill(harm_kills.verbs(*days)[verb], 1, tmp_path, random.Random(2))


def test_a_full_disk_is_named_and_loses_nothing(days, tmp_path):
    try:
        assert harm_disk.fill(harm_disk.cases(*days)["import"], tmp_path / "disk", (0.4,)) == 1
    except PermissionError as refused:
        pytest.skip(str(refused))
