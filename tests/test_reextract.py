"""Reextract: from the raw records alone, in place, whole page by whole page, and the second time nothing changes."""

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

DANVAN = [sys.executable, "-m", "crawler"]
TABLES = {
    "articles": "*",
    "article_versions": "*",
    "images": "article_id, position, url, caption, credit",
    "captures": "*",
}
WRONG = "Tiêu đề mà bộ đọc cũ đọc sai"


def danvan(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*DANVAN, *map(str, arguments)], capture_output=True, text=True, timeout=200, check=False)


def reextract(archive: Path, *arguments: object) -> str:
    done = danvan("-a", archive, "reextract", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def content(archive: Path) -> dict[str, list[tuple]]:
    with sqlite3.connect(archive / "archive.db") as db:
        return {
            table: db.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2").fetchall()
            for table, columns in TABLES.items()
        }


def spoil(archive: Path, where: str = "1") -> int:
    """Make the stored articles what an older extractor would have read."""
    with sqlite3.connect(archive / "archive.db") as db:
        changed = db.execute(
            f"UPDATE articles SET headline = ?, content_hash = 'old' || id, extractor_version = '0' WHERE {where}",
            (WRONG,),
        ).rowcount
        db.execute(
            "UPDATE article_versions SET content_hash = 'old' || article_id WHERE (article_id, version) IN "
            f"(SELECT id, versions FROM articles WHERE {where})"
        )
        db.execute(f"DELETE FROM images WHERE article_id IN (SELECT id FROM articles WHERE {where})")
    return changed


def spoiled_rows(archive: Path) -> int:
    with sqlite3.connect(archive / "archive.db") as db:
        return db.execute("SELECT count(*) FROM articles WHERE headline = ?", (WRONG,)).fetchone()[0]


@pytest.fixture(scope="module")
def two_days(tmp_path_factory):
    archive = tmp_path_factory.mktemp("raw") / "archive"
    for day in (1, 2):
        done = danvan("-a", archive, "crawl", "--sample", "--sample-day", day, "--quiet")
        assert done.returncode == 0, done.stderr
    assert "0 changed" in reextract(archive)
    return archive


@pytest.fixture
def archive(two_days, tmp_path):
    return Path(shutil.copytree(two_days, tmp_path / "archive"))


def test_what_no_rule_changed_stays_as_it_is(archive):
    before = content(archive)
    assert any(row for row in before["article_versions"] if row[2] == 2), "the second day edits an article"
    said = reextract(archive)
    assert " 0 changed" in said
    assert content(archive) == before


def test_better_rules_change_the_version_in_place_and_the_search_follows(archive):
    before = content(archive)
    count = spoil(archive)
    assert danvan("-a", archive, "search", f'"{WRONG}"', "--count").stdout.strip() == str(count)
    said = reextract(archive)
    assert f"headline: {count} changed" in said
    assert f"    - {WRONG}" in said
    assert content(archive) == before
    assert danvan("-a", archive, "search", f'"{WRONG}"', "--count").stdout.strip() == "0"
    assert " 0 changed" in reextract(archive)
    assert danvan("-a", archive, "check", "--deep").returncode == 0


def test_an_earlier_version_is_read_again_too(archive):
    before = content(archive)
    with sqlite3.connect(archive / "archive.db") as db:
        spoiled = db.execute(
            "UPDATE article_versions SET content_hash = 'old', record = json_set(record, '$.headline', ?) "
            "WHERE record IS NOT NULL",
            (WRONG,),
        ).rowcount
    assert spoiled
    assert f"earlier versions: {spoiled} changed" in reextract(archive)
    assert content(archive) == before


def test_versions_that_the_rules_find_equal_were_no_edit(archive):
    with sqlite3.connect(archive / "archive.db") as db:
        article, capture, record = db.execute(
            "SELECT article_id, capture_id, record FROM article_versions WHERE version = 1 AND record IS NOT NULL"
        ).fetchone()
        db.execute("UPDATE article_versions SET version = version + 1 WHERE article_id = ? AND version = 2", (article,))
        db.execute(
            "INSERT INTO article_versions (article_id, version, capture_id, captured_at, content_hash, record) "
            "SELECT article_id, 2, capture_id, captured_at, 'counter', ? FROM article_versions WHERE article_id = ? "
            "AND version = 1",
            (record, article),
        )
        db.execute("UPDATE articles SET versions = 3 WHERE id = ?", (article,))
    reextract(archive)
    with sqlite3.connect(archive / "archive.db") as db:
        versions = db.execute(
            "SELECT version, capture_id, record IS NULL FROM article_versions WHERE article_id = ? ORDER BY version",
            (article,),
        ).fetchall()
        assert db.execute("SELECT versions FROM articles WHERE id = ?", (article,)).fetchone() == (2,)
    assert [(version, current) for version, _, current in versions] == [(1, 0), (2, 1)]
    assert versions[0][1] == capture


def test_a_dry_run_tells_and_changes_nothing(archive):
    count = spoil(archive)
    before = content(archive)
    said = reextract(archive, "--dry-run")
    assert f"headline: {count} changed" in said
    assert "nothing is committed" in said
    assert content(archive) == before


def test_only_the_named_site_is_read(archive):
    with sqlite3.connect(archive / "archive.db") as db:
        here = db.execute("SELECT id FROM sites WHERE name = 'danvan_example'").fetchone()[0]
    elsewhere = spoil(archive, f"site_id <> {here}")
    assert elsewhere
    assert " 0 changed" in reextract(archive, "danvan_example")
    assert f", {elsewhere} changed" in reextract(archive)
    unknown = danvan("-a", archive, "reextract", "no_such_site")
    assert unknown.returncode == 2
    assert len(unknown.stderr.strip().splitlines()) == 1


def test_a_page_newly_seen_as_an_article_becomes_one(archive):
    before = content(archive)
    with sqlite3.connect(archive / "archive.db") as db:
        db.execute("PRAGMA foreign_keys = ON")
        page, url = db.execute("SELECT page_id, url FROM articles WHERE versions = 1 AND gone_at IS NULL").fetchone()
        db.execute("DELETE FROM articles WHERE page_id = ?", (page,))
        for table, key in (("pages", "id"), ("captures", "page_id")):
            db.execute(f"UPDATE {table} SET outcome = 'not_article', reason = 'listing' WHERE {key} = ?", (page,))
    said = reextract(archive)
    assert f"newly seen as an article: 1\n  {url}" in said
    with sqlite3.connect(archive / "archive.db") as db:
        assert db.execute("SELECT outcome, reason FROM pages WHERE id = ?", (page,)).fetchone() == (
            "saved",
            None,
        )
    assert len(content(archive)["articles"]) == len(before["articles"])


def test_an_article_that_the_rules_would_refuse_is_kept_and_named(archive):
    with sqlite3.connect(archive / "archive.db") as db:
        url, capture = db.execute("SELECT url, capture_id FROM articles WHERE versions = 1").fetchone()
        home = db.execute(
            "SELECT c.id, warc_file, warc_offset FROM captures c JOIN pages ON pages.id = page_id "
            "WHERE kind = 'listing' AND status = 200 AND record_type = 'response'"
        ).fetchone()
        db.execute("UPDATE captures SET warc_offset = -1 WHERE id = ?", home[:1])
        db.execute("UPDATE captures SET warc_file = ?, warc_offset = ? WHERE id = ?", (*home[1:], capture))
    before = content(archive)
    said = reextract(archive)
    assert f"kept, though the rules would refuse it now: 1\n  {url}: not_article" in said
    assert content(archive) == before


def test_a_damaged_record_is_named_and_its_article_kept(archive):
    before = content(archive)["articles"]
    with sqlite3.connect(archive / "archive.db") as db:
        db.execute("UPDATE captures SET warc_offset = 7 WHERE id = (SELECT capture_id FROM articles LIMIT 1)")
    done = danvan("-a", archive, "reextract")
    assert done.returncode == 1
    assert len([line for line in done.stderr.splitlines() if line.startswith("danvan: ")]) == 1
    assert content(archive)["articles"] == before


def test_killed_at_any_time_and_run_again_gives_the_same(archive):
    before = content(archive)
    spoil(archive)
    for _ in range(2):
        process = subprocess.Popen(
            [*DANVAN, "-a", str(archive), "reextract", "--jobs", "2"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        left = spoiled_rows(archive)
        while process.poll() is None and spoiled_rows(archive) == left:
            time.sleep(0.002)
        process.kill()
        process.wait()
        old = {row[0]: row for row in before["articles"]}
        with sqlite3.connect(archive / "archive.db") as db:
            db.row_factory = sqlite3.Row
            for row in db.execute("SELECT * FROM articles"):
                whole = tuple(row) == old[row["id"]]
                spoiled = row["headline"] == WRONG and row["extractor_version"] == "0"
                assert whole or spoiled, json.dumps(dict(row), ensure_ascii=False)
    reextract(archive)
    assert content(archive) == before
    assert danvan("-a", archive, "check", "--deep").returncode == 0
