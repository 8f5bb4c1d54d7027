"""The main job, end to end: the sample sites over real HTTP into WARC and SQLite, then the day after."""

import gzip
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

DANVAN = [sys.executable, "-m", "crawler"]


def danvan(*arguments: object, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*DANVAN, *map(str, arguments)], capture_output=True, text=True, timeout=timeout, check=False)


def rows(archive: Path, sql: str) -> list[tuple]:
    with sqlite3.connect(archive / "archive.db") as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def day_one(tmp_path_factory):
    archive = tmp_path_factory.mktemp("sample") / "archive"
    done = danvan("-a", archive, "crawl", "--sample")
    assert done.returncode == 0, done.stderr
    return archive


def test_every_sample_site_gives_its_articles(day_one):
    counts = dict(rows(day_one, "SELECT name, count(*) FROM articles JOIN sites ON sites.id = site_id GROUP BY name"))
    assert len(counts) == 5
    assert min(counts.values()) >= 12, counts


def test_the_ledger_adds_up(day_one):
    discovered = rows(day_one, "SELECT count(*) FROM pages")[0][0]
    counted = rows(day_one, "SELECT sum(pages) FROM run_counts WHERE run_id = 1")[0][0]
    assert discovered == counted
    assert rows(day_one, "SELECT count(*) FROM pages WHERE outcome IS NULL OR outcome = 'failed'")[0][0] == 0


def test_the_other_outcomes_of_the_ledger_are_met_too(day_one):
    outcomes = {row[0] for row in rows(day_one, "SELECT DISTINCT outcome FROM pages")}
    assert {"saved", "duplicate", "off_topic", "not_article", "gone"} <= outcomes
    reasons = {row[0] for row in rows(day_one, "SELECT DISTINCT reason FROM pages")}
    assert "soft_404" in reasons


def test_raw_records_are_whole_and_match_their_rows(day_one):
    from archive.raw import read_record

    for path in (day_one / "warc").iterdir():
        assert path.name.endswith(".warc.gz")
        assert gzip.decompress(path.read_bytes())
    for file, offset, url, digest in rows(day_one, "SELECT warc_file, warc_offset, url, digest FROM captures LIMIT 40"):
        record = read_record(day_one / "warc", file, offset)
        assert (record.url, record.digest) == (url, digest)


def test_no_tracking_parameter_or_session_makes_a_second_page(day_one):
    addresses = [row[0] for row in rows(day_one, "SELECT identity FROM pages")]
    assert not [url for url in addresses if "utm_" in url or "fbclid" in url or "jsessionid" in url]


def test_a_reprint_has_its_source_and_the_same_text_on_both_sites(day_one):
    twice = rows(day_one, "SELECT article_body FROM articles GROUP BY article_body HAVING count(DISTINCT site_id) > 1")
    assert twice


def test_the_day_after_asks_only_for_what_is_due(day_one, tmp_path):
    archive = tmp_path / "archive"
    subprocess.run(["cp", "-r", day_one, archive], check=True)
    before = rows(archive, "SELECT count(*) FROM articles")[0][0]
    done = danvan("-a", archive, "crawl", "--sample", "--sample-day", "2")
    assert done.returncode == 0, done.stderr
    edited = rows(archive, "SELECT headline, versions FROM articles WHERE versions > 1")
    assert len(edited) == 1
    record = rows(archive, "SELECT record FROM article_versions WHERE record IS NOT NULL")
    assert json.loads(record[0][0])["headline"] != edited[0][0]
    assert rows(archive, "SELECT count(*) FROM articles WHERE gone_at IS NOT NULL")[0][0] == 1
    assert rows(archive, "SELECT count(*) FROM articles")[0][0] >= before + 2
    statuses = dict(rows(archive, "SELECT status, count(*) FROM captures WHERE run_id = 2 GROUP BY status"))
    assert statuses[304] > statuses[200]


def test_a_live_crawl_of_a_sample_archive_is_refused(day_one):
    done = danvan("-a", day_one, "crawl", "danvan_vn")
    assert done.returncode == 2
    assert "sample archive" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_live_crawl_wants_a_contact_address(tmp_path):
    environment = {k: v for k, v in os.environ.items() if k != "DANVAN_CONTACT"}
    done = subprocess.run(
        [*DANVAN, "-a", tmp_path / "a", "crawl", "danvan_vn"], capture_output=True, text=True, env=environment,
        check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "DANVAN_CONTACT" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_unknown_site_is_refused_in_one_line(tmp_path):
    done = danvan("-a", tmp_path / "a", "crawl", "khong_co_trang_nay")
    assert done.returncode == 2
    assert "khong_co_trang_nay" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_unwritable_directory_is_exit_3(tmp_path):
    (tmp_path / "file").write_text("")
    done = danvan("-a", tmp_path / "file" / "a", "crawl", "--sample")
    assert done.returncode == 3
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_second_crawl_is_refused_with_the_pid(tmp_path):
    archive = tmp_path / "a"
    first = subprocess.Popen([*DANVAN, "-a", archive, "crawl", "--sample", "--quiet"])
    try:
        for _ in range(1000):
            if (archive / "archive.lock").exists() and (archive / "archive.lock").read_text():
                break
            time.sleep(0.05)
        second = danvan("-a", archive, "crawl", "--sample")
        assert second.returncode == 3
        assert str(first.pid) in second.stderr
    finally:
        first.kill()
        first.wait()


def test_ctrl_c_ends_within_seconds_with_130_and_gives_leases_back(tmp_path):
    archive = tmp_path / "a"
    crawl = subprocess.Popen([*DANVAN, "-a", archive, "crawl", "--sample", "--quiet"])
    for _ in range(2000):
        time.sleep(0.02)
        if list(archive.glob("warc/*-crawl-*.open")):
            break
    crawl.send_signal(signal.SIGINT)
    assert crawl.wait(10) == 130
    assert rows(archive, "SELECT count(*) FROM pages WHERE state = 'leased'")[0][0] == 0
    assert rows(archive, "SELECT exit_code FROM runs")[0][0] == 130
    assert not list(archive.glob("warc/*.open"))
