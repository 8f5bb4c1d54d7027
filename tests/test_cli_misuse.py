"""The command line used wrongly: one line that names the value and the fix, exit code 2, never a traceback."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import crawler.cli  # noqa: F401 - hangs the crawler's verbs on the command
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


def test_extract_goes_on_after_a_file_that_cannot_be_read(cli: Danvan, tmp_path: Path) -> None:
    page = tmp_path / "trang.html"
    page.write_text("<html><title>Trang trống</title></html>", encoding="utf-8")
    (tmp_path / "goi.wacz").write_bytes(b"PK\x03\x04")
    ran = cli("extract", str(tmp_path / "khong-co.html"), str(tmp_path / "goi.wacz"), str(page))
    assert ran.code == 2
    assert '"outcome": "not_article"' in ran.out
    told = ran.err.splitlines()
    assert told[0].endswith("khong-co.html: no such file")
    assert told[1].endswith("goi.wacz: is a zip file; if it is WACZ, `danvan import` takes it")


@pytest.mark.parametrize(("url", "told"), [("bao.example/tin", "is no web address"), ("ftp://bao.example/", "http://")])
def test_extract_refuses_an_address_that_is_none(cli: Danvan, tmp_path: Path, url: str, told: str) -> None:
    (tmp_path / "trang.html").write_text("<html></html>", encoding="utf-8")
    ran = cli("extract", str(tmp_path / "trang.html"), "--url", url)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_a_warc_is_known_by_its_bytes_and_a_file_without_end_is_not_read_to_it(cli: Danvan, tmp_path: Path) -> None:
    (tmp_path / "trang.html").write_bytes(b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n")
    assert cli("extract", str(tmp_path / "trang.html")).out == ""
    ran = cli("extract", str(tmp_path / "trang.html"), "--url", "https://bao.example/")
    assert (ran.code, "is a WARC and carries its pages' own addresses" in ran.err) == (2, True)
    assert '"reason": "too_large"' in cli("extract", "/dev/zero").out


def test_what_is_no_archive_is_told_apart(cli: Danvan, tmp_path: Path) -> None:
    (tmp_path / "bai.html").write_text("x", encoding="utf-8")
    assert "is a file; an archive is a directory" in cli("-a", str(tmp_path / "bai.html"), "status").err
    database = str(tmp_path / "archive" / "archive.db")
    assert (
        f"is the database; an archive is its directory: -a {tmp_path / 'archive'}" in cli("-a", database, "status").err
    )


def test_a_damaged_database_names_the_way_back(cli: Danvan, tmp_path: Path) -> None:
    database = tmp_path / "damaged" / "archive.db"
    database.parent.mkdir()
    database.write_bytes(b"\xaa" * 8192)
    for words in (("status",), ("search", "dân"), ("sites", "list"), ("crawl", "--sample")):
        ran = cli("-a", str(database.parent), *words)
        assert ran.code == 3
        assert ran.err.endswith("`danvan rebuild` makes a new database from the WARCs\n")
    assert database.read_bytes() == b"\xaa" * 8192


def test_a_rebuild_never_replaces_a_database_by_less(cli: Danvan, tmp_path: Path) -> None:
    """With the WARCs elsewhere, or by an older release, it would; the database stays as it is."""
    database = tmp_path / "archive" / "archive.db"
    assert "holds no WARC to rebuild from" in cli("rebuild").err
    (tmp_path / "archive" / "warc").mkdir(exist_ok=True)
    (tmp_path / "archive" / "warc" / "a.warc.gz").write_bytes(b"")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA user_version = 99")
    ran = cli("rebuild")
    assert ran.code == 3
    assert "was written by a newer release (schema 99" in ran.err
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (1,)


def test_no_database_is_begun_beside_warcs_that_have_lost_theirs(cli: Danvan, tmp_path: Path) -> None:
    lost = tmp_path / "lost"
    (lost / "warc").mkdir(parents=True)
    (lost / "warc" / "a.warc.gz").write_bytes(b"")
    ran = cli("-a", str(lost), "crawl", "--sample")
    assert (ran.code, "`danvan rebuild` makes it from warc/" in ran.err) == (3, True)
    assert not (lost / "archive.db").exists()


def test_hiding_wants_a_reason(cli: Danvan) -> None:
    for words in (("1",), ("1", "--why", " "), ("1", "--why", "theo yêu cầu", "--undo")):
        ran = cli("hide", *words)
        assert (ran.code, "give either --why TEXT, or --undo" in ran.err) == (2, True)
    assert cli("show", "1").code == 0


def test_an_archive_on_a_read_only_medium_is_read(cli: Danvan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite wants files beside a database in WAL mode even for reading; where nothing can be written, none is made."""
    corpus = Corpus(tmp_path / "disc")
    corpus.add(compose(headline="Chuyện dân vận ở xóm Trại"))
    corpus.connection.close()
    before = sorted(path.name for path in (tmp_path / "disc").iterdir())
    really = os.statvfs(tmp_path)
    read_only = os.statvfs_result((*really[:8], really.f_flag | os.ST_RDONLY, *really[9:]))
    monkeypatch.setattr(os, "statvfs", lambda _: read_only)
    opened: list[str] = []
    monkeypatch.setattr("archive.schema.sqlite3.connect", _noting(opened))
    assert "xóm Trại" in cli("-a", str(tmp_path / "disc"), "show", "1").out
    assert opened[0].endswith("immutable=1")
    assert sorted(path.name for path in (tmp_path / "disc").iterdir()) == before


def _noting(opened: list[str]) -> Callable[..., sqlite3.Connection]:
    connect = sqlite3.connect

    def noted(database: str, **settings: Any) -> sqlite3.Connection:
        opened.append(database)
        return connect(database, **settings)

    return noted


@pytest.mark.parametrize("words", [("status", "--chart"), ("show", "1"), ("sites", "list")])
def test_a_reader_that_has_left_is_no_error(tmp_path: Path, words: tuple[str, ...]) -> None:
    Corpus(tmp_path).add(compose(headline="Chuyện dân vận ở xóm Trại"))
    ours, theirs = os.pipe()
    os.close(ours)
    command = [sys.executable, "-m", "crawler", "-a", str(tmp_path), *words]
    ran = subprocess.run(command, check=False, stdout=theirs, stderr=subprocess.PIPE)
    os.close(theirs)
    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("show 1 --cite apa --json", "show one thing at a time"),
        ("show 1 --raw --cite apa", "show one thing at a time"),
        ("show 1 --raw --versions", "give one of --versions, --diff, --raw"),
        ("search dân --json --csv", "give one of --json, --jsonl, --csv"),
        ("show 1 --from 1", "--from and --to go with --diff"),
        ("status --runs --days", "show one thing at a time: --runs, --days or --chart"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(cli: Danvan, words: str, told: str) -> None:
    ran = cli(*words.split())
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_days_the_wrong_way_round_are_refused(cli: Danvan) -> None:
    for words in (("search", "dân"), ("export", "--format", "csv"), ("backfill", "danvan_vn", "--from", "wayback")):
        ran = cli(*words, "--since", "2025-06-01", "--until", "2024-01-01")
        assert (ran.code, ran.out) == (2, "")
        assert "2025-06-01 is later than" in ran.err
    assert cli("search", "dân", "--since", "2025-06", "--until", "2025").code == 0


def test_a_database_that_another_program_writes_is_named(
    cli: Danvan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.schema.BUSY_MILLISECONDS", 50)
    with closing(sqlite3.connect(tmp_path / "archive" / "archive.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ran = cli("sites", "enable", "danvan_vn")
    assert ran.code == 3
    assert "database is locked; another program writes it: let that finish, then run again" in ran.err
