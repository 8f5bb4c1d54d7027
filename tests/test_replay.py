"""Raw is the truth: rebuild gives the same articles again, import takes others' captures in, twice is once."""

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

DANVAN = [sys.executable, "-m", "crawler"]
RUN_FIELDS = ("warc",)  # of the record, what names the run


def danvan(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*DANVAN, *map(str, arguments)], capture_output=True, text=True, timeout=200, check=False)


def records(archive: Path, *, bare: bool = False) -> list[dict]:
    done = danvan("-a", archive, "export", "", "--format", "jsonl")
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    for record in found:
        for name in RUN_FIELDS if bare else ():
            del record[name]
    return sorted(found, key=lambda record: record["url"])


def versions(archive: Path) -> list[tuple]:
    with sqlite3.connect(archive / "archive.db") as db:
        return db.execute(
            "SELECT url, version, v.content_hash, gone_at FROM article_versions v JOIN articles a ON a.id = article_id "
            "ORDER BY url, version"
        ).fetchall()


@pytest.fixture(scope="module")
def two_days(tmp_path_factory):
    archive = tmp_path_factory.mktemp("raw") / "archive"
    for day in (1, 2):
        done = danvan("-a", archive, "crawl", "--sample", "--sample-day", day, "--quiet")
        assert done.returncode == 0, done.stderr
    return archive


@pytest.fixture
def archive(two_days, tmp_path):
    return Path(shutil.copytree(two_days, tmp_path / "archive"))


def test_a_rebuilt_database_holds_every_article_and_version_again(archive):
    url, again, anew = (record["url"] for record in records(archive)[3:6])
    for hidden in (url, again, anew):
        assert danvan("-a", archive, "hide", hidden, "--why", "theo yêu cầu").returncode == 0
    for shown in (again, anew):
        assert danvan("-a", archive, "hide", shown, "--undo").returncode == 0
    assert danvan("-a", archive, "hide", anew, "--why", "lần nữa").returncode == 0
    before, history = records(archive), versions(archive)
    for name in ("archive.db", "archive.db-wal", "archive.db-shm"):
        (archive / name).unlink(missing_ok=True)
    done = danvan("-a", archive, "rebuild", "--quiet")
    assert done.returncode == 0, done.stderr
    assert records(archive) == before
    assert versions(archive) == history
    assert {url, again, anew} & {record["url"] for record in before} == {again}, "what was hidden stays hidden"


def test_a_rebuilt_archive_is_sound_and_still_a_sample(archive):
    assert danvan("-a", archive, "rebuild", "--quiet").returncode == 0
    checked = danvan("-a", archive, "check", "--deep")
    assert checked.returncode == 0, checked.stdout
    assert "sample archive" in danvan("-a", archive, "crawl", "danvan_vn").stderr


def test_import_gives_what_the_crawl_gave_and_twice_is_once(two_days, tmp_path):
    joined = tmp_path / "joined"
    for _ in range(2):
        done = danvan("-a", joined, "import", two_days, "--quiet")
        assert done.returncode == 0, done.stderr
        assert records(joined, bare=True) == records(two_days, bare=True)
        assert versions(joined) == versions(two_days)


def test_import_undoes_no_newer_hiding_and_brings_a_newer_showing(archive, tmp_path):
    url, joined = records(archive)[3]["url"], tmp_path / "joined"

    def import_and_look():
        done = danvan("-a", joined, "import", archive, "--quiet")
        assert done.returncode == 0, done.stderr
        return url in {record["url"] for record in records(joined)}

    def mark(where, *words):
        assert danvan("-a", where, "hide", url, *words).returncode == 0

    mark(archive, "--why", "theo yêu cầu")
    assert not import_and_look()
    mark(archive, "--undo")
    assert import_and_look()
    time.sleep(1.1)  # facts are told apart by the second
    mark(joined, "--why", "theo yêu cầu ở đây")
    assert not import_and_look(), "the older showing of the other archive undoes no newer hiding"


def test_import_in_another_order_gives_the_same(two_days, tmp_path):
    joined = tmp_path / "joined"
    files = sorted((two_days / "warc").glob("*.warc.gz"), reverse=True)
    done = danvan("-a", joined, "import", "--quiet", *files)
    assert done.returncode == 0, done.stderr
    assert versions(joined) == versions(two_days)


def test_a_revisit_of_what_is_held_already_is_taken_in_with_its_body(two_days, tmp_path):
    [first, second] = sorted((two_days / "warc").glob("*-crawl-*.warc.gz"))
    joined = tmp_path / "joined"
    alone = danvan("-a", joined, "import", second)
    incomplete = int(alone.stderr.rpartition(", ")[2].split()[0])
    assert alone.returncode == (1 if incomplete else 0)
    for file in (first, second):
        done = danvan("-a", joined, "import", file)
        assert done.returncode == 0, done.stderr
    assert versions(joined) == versions(two_days)


def test_import_of_a_torn_file_takes_what_is_whole_and_says_so(two_days, tmp_path):
    whole = max((two_days / "warc").glob("*.warc.gz"), key=lambda path: path.stat().st_size)
    torn = tmp_path / "torn.warc.gz"
    torn.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    done = danvan("-a", tmp_path / "a", "import", torn)
    assert done.returncode == 1
    assert "torn.warc.gz" in done.stderr
    held = {record["url"] for record in records(tmp_path / "a")}
    assert held
    assert held < {record["url"] for record in records(two_days)}


def test_check_finds_and_mends_a_row_that_points_past_its_file(archive):
    with sqlite3.connect(archive / "archive.db") as db:
        db.execute("UPDATE captures SET warc_offset = 999999999 WHERE id = 5")
    found = danvan("-a", archive, "check")
    assert found.returncode == 3
    assert "past the end" in found.stdout
    assert danvan("-a", archive, "check", "--repair").returncode == 0
    assert danvan("-a", archive, "check").returncode == 0


def test_check_finds_and_mends_a_full_text_index_that_drifted(archive):
    with sqlite3.connect(archive / "archive.db") as db:
        db.execute("INSERT INTO articles_folded(articles_folded) VALUES ('delete-all')")
    assert danvan("-a", archive, "check").returncode == 3
    assert danvan("-a", archive, "check", "--repair").returncode == 0
    assert danvan("-a", archive, "search", "dan van", "--count").stdout.strip() != "0"


def test_a_backup_is_an_archive_and_the_next_one_copies_only_what_is_new(archive, tmp_path):
    copy = tmp_path / "copy"
    assert danvan("-a", archive, "backup", copy).returncode == 0
    assert records(copy) == records(archive)
    again = danvan("-a", archive, "backup", copy)
    assert "0 WARC files copied" in again.stderr
    assert danvan("-a", copy, "check", "--deep").returncode == 0


def test_what_is_no_archive_is_said_in_one_line(tmp_path):
    for verb in (["check"], ["backup", tmp_path / "b"], ["rebuild"], ["search", "x"], ["status"]):
        done = danvan("-a", tmp_path / "nothing", *verb)
        assert done.returncode == 3, verb
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
