"""The command line used wrongly: one line that names the value and the fix, exit code 2, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import Danvan, caller
from tests.corpus import Corpus, compose


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Danvan:
    Corpus(tmp_path / "archive").add(compose(headline="Chuyện dân vận ở xóm Trại"))
    return caller(tmp_path / "archive", monkeypatch, capsysbinary)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("serch dân", "danvan: No such command 'serch': did you mean search"),
        ("--archve x status", "danvan: No such option '--archve'. Did you mean '--archive'?"),
        ("search --limt 3 dân", "danvan search: No such option '--limt'"),
        ("search --limit -1 dân", "danvan search: Invalid value for '--limit': -1 is not in the range x>=1"),
        ("search --limit ba dân", "danvan search: Invalid value for '--limit': 'ba' is not a valid number"),
        ("show", "danvan show: Missing argument 'ID|URL'"),
        ("show 1 --cite mla", "danvan show: Invalid value for '--cite': 'mla' is not one of 'bibtex', 'ris'"),
        ("export dân", "danvan export: Missing option '--format'. Choose from: jsonl, csv, parquet"),
        ("crawl --since 20250101", "danvan crawl: Invalid value for '--since': '20250101' is no day; write YYYY-MM-DD"),
        ("crawl --since 2025-02-30", "danvan crawl: Invalid value for '--since': '2025-02-30' is no day"),
        ("extract --jobs 1000000 a.html", "danvan extract: Invalid value for '--jobs': 1000000 is not in the range"),
    ],
)
def test_a_wrong_word_is_one_line_that_names_it(cli: Danvan, words: str, told: str) -> None:
    ran = cli(*words.split())
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(told)
    assert ran.err.count("\n") == 1
    assert "--help` shows how" in ran.err


def test_an_empty_archive_name_is_refused(cli: Danvan) -> None:
    """As `-a "$DIR"` gives where DIR is not set: it must not stand for the working directory."""
    ran = cli("-a", "", "status")
    assert ran.code == 2
    assert "'' is no directory" in ran.err


@pytest.mark.parametrize("closed", [0, 1, 2])
def test_a_closed_standard_stream_does_no_harm(tmp_path: Path, closed: int) -> None:
    Corpus(tmp_path).add(compose(headline="Chuyện dân vận ở xóm Trại"))
    command = [sys.executable, "-m", "crawler", "-a", str(tmp_path), "status"]
    ran = subprocess.run(command, check=False, capture_output=True, preexec_fn=lambda: os.close(closed))
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert closed == 1 or b"discovered" in ran.stdout
