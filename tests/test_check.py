"""Check: every record is what its capture gives, what is lost is asked for again, and what no row knows is named."""

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from archive.raw import iter_records

DANVAN = [sys.executable, "-m", "crawler"]
WRONG = "Một câu không đứng trong trang nào"


def danvan(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*DANVAN, *map(str, arguments)], capture_output=True, text=True, timeout=200, check=False)


def change(archive: Path, statement: str, *values: object) -> int:
    with sqlite3.connect(archive / "archive.db") as db:
        return db.execute(statement, values).rowcount


def content(archive: Path) -> list[list[tuple]]:
    with sqlite3.connect(archive / "archive.db") as db:
        return [
            db.execute(f"SELECT * FROM {table} ORDER BY id").fetchall() for table in ("articles", "article_versions")
        ]


def urls(archive: Path) -> list[tuple]:
    with sqlite3.connect(archive / "archive.db") as db:
        return db.execute("SELECT url FROM articles ORDER BY url").fetchall()


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    archive = tmp_path_factory.mktemp("check") / "archive"
    for day in (1, 2):
        done = danvan("-a", archive, "crawl", "--sample", "--sample-day", day, "--quiet")
        assert done.returncode == 0, done.stderr
    return archive


@pytest.fixture
def archive(crawled, tmp_path):
    return Path(shutil.copytree(crawled, tmp_path / "archive"))


def test_a_record_that_its_capture_does_not_give_is_named_and_put_right(archive):
    before = content(archive)
    change(archive, "UPDATE articles SET dateline = ? WHERE versions = 1 AND id < 9", WRONG)
    versions = change(
        archive, "UPDATE article_versions SET record = json_set(record, '$.headline', ?) WHERE record NOT NULL", WRONG
    )
    assert danvan("-a", archive, "check").returncode == 0, "the quick check reads no capture"
    found = danvan("-a", archive, "check", "--deep")
    assert found.returncode == 3
    assert "not what its capture gives: dateline\n" in found.stdout
    assert found.stdout.count("not what its capture gives: version") == versions > 0
    mended = danvan("-a", archive, "check", "--deep", "--repair")
    assert mended.returncode == 0, mended.stdout
    assert content(archive) == before
    assert f"{len(before[0])} articles compared with what their captures give" in mended.stderr


def test_what_an_earlier_extractor_read_is_no_damage(archive):
    with sqlite3.connect(archive / "archive.db") as db:
        row = db.execute("SELECT id FROM articles WHERE versions = 1").fetchone()
        db.execute("UPDATE articles SET view_count = 12345, extractor_version = '0' WHERE id = ?", row)
    found = danvan("-a", archive, "check", "--deep")
    assert found.returncode == 0, found.stdout
    assert "1 of an earlier extractor are left to `danvan reextract`" in found.stderr


def test_a_lost_response_takes_its_revisits_along_and_the_next_crawl_brings_the_page_back(archive):
    wanted = urls(archive)
    with sqlite3.connect(archive / "archive.db") as db:
        (lost,) = db.execute(
            "SELECT refers_to FROM captures JOIN files ON files.capture_id = refers_to WHERE record_type = 'revisit'"
        ).fetchone()
        article = db.execute("SELECT capture_id FROM articles WHERE versions = 1").fetchone()[0]
        for capture in (lost, article):
            db.execute("UPDATE captures SET warc_offset = 900000000 + id WHERE id = ?", (capture,))
    mended = danvan("-a", archive, "check", "--repair")
    assert mended.returncode == 0, mended.stdout
    assert mended.stdout.count("the page is asked for again") == 2
    assert danvan("-a", archive, "crawl", "--sample", "--sample-day", 2, "--quiet").returncode == 0
    assert danvan("-a", archive, "check", "--deep").returncode == 0
    assert urls(archive) == wanted
    with sqlite3.connect(archive / "archive.db") as db:
        assert db.execute("SELECT count(*) FROM articles WHERE capture_id IS NULL").fetchone() == (0,)
        assert db.execute("SELECT count(*) FROM files WHERE capture_id IS NULL").fetchone() == (0,)


def test_a_record_that_no_row_knows_is_named_and_harmless(archive):
    with sqlite3.connect(archive / "archive.db") as db:
        db.execute("PRAGMA foreign_keys = ON")
        number, url = db.execute(
            "SELECT id, url FROM captures WHERE record_type = 'revisit' ORDER BY id DESC"
        ).fetchone()
        db.execute("UPDATE articles SET capture_id = NULL WHERE capture_id = ?", (number,))
        db.execute("UPDATE article_versions SET capture_id = NULL WHERE capture_id = ?", (number,))
        db.execute("DELETE FROM captures WHERE id = ?", (number,))
    found = danvan("-a", archive, "check", "--deep")
    assert found.returncode == 0, found.stdout
    assert [line.split(" (")[0].endswith(url) for line in found.stdout.splitlines()] == [True]
    assert found.stdout.startswith("orphan: ")


def test_damage_that_costs_no_row_is_told_and_leaves_the_archive_sound(archive):
    path = max((archive / "warc").glob("*.warc.gz"), key=lambda path: path.stat().st_size)
    content = bytearray(path.read_bytes())
    with sqlite3.connect(archive / "archive.db") as db:
        offsets = [
            row[0]
            for row in db.execute(
                "SELECT warc_offset FROM captures WHERE warc_file = ? ORDER BY warc_offset", (path.name,)
            )
        ]
    request = content.rindex(b"\x1f\x8b\x08", offsets[3] + 10, offsets[4])
    content[request + 60] ^= 0xFF
    path.write_bytes(content)
    found = danvan("-a", archive, "check", "--deep")
    assert found.returncode == 0, found.stdout
    assert [line for line in found.stdout.splitlines() if line.startswith("damage: ")]


def test_versions_shown_do_not_tell_of_the_reader(archive):
    with sqlite3.connect(archive / "archive.db") as db:
        (url,) = db.execute("SELECT url FROM articles WHERE versions = 2").fetchone()
    shown = json.loads(danvan("-a", archive, "show", url, "--versions", "--json").stdout)
    assert len(shown) == 2
    assert not [version for version in shown if "extractor" in version]


def test_every_record_names_its_warcinfo_and_passes_other_peoples_checks(crawled):
    files = sorted((crawled / "warc").glob("*.warc.gz"))
    for path in files:
        first, *records = iter_records(path)
        assert first.type == "warcinfo"
        assert {record.warc_header("WARC-Warcinfo-ID") for record in records} == {first.warc_header("WARC-Record-ID")}
    for verb in ("check", "index"):
        done = subprocess.run(
            [sys.executable, "-m", "warcio.cli", verb, *files], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
