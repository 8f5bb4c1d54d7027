"""A crawl that meets nothing new: no worker is started, every page is a revisit record, the ledger says unchanged."""

import json
import sqlite3
import subprocess
import sys

import pytest

from tests.bad_server import bad_server

CRAWL = """
import json, sys
from datetime import datetime
from multiprocessing import forkserver
from pathlib import Path
from crawler.crawl import CrawlOrder, crawl
from crawler.sample.crawl import running_clock
archive, moment, url = sys.argv[1:]
result = crawl(CrawlOrder(archive=Path(archive), targets=(url,), allow_private=True, limit=20,
                          clock=running_clock(datetime.fromisoformat(moment))))
print(json.dumps([result.exit_code, forkserver._forkserver._forkserver_pid is not None]))
"""
LIST = "".join(f'<li><a href="/tin-{n}">Đối thoại với nhân dân ở thôn {n} xã Bình Minh</a></li>' for n in range(4))


@pytest.fixture
def crawl(tmp_path):
    """Crawl the address at that moment; returns the exit code and whether workers were started."""
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "settings.toml").write_text('contact = "test@danvan.example"\n')

    def run(url: str, moment: str) -> list:
        done = subprocess.run(
            [sys.executable, "-c", CRAWL, archive, moment, url], capture_output=True, text=True, check=False
        )
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    run.rows = lambda sql: sqlite3.connect(archive / "archive.db").execute(sql).fetchall()
    return run


def test_pages_whose_bytes_are_the_same_need_no_worker(crawl):
    with bad_server() as server:
        server.pages["/tin-moi"] = f"<html><body><h1>Tin mới</h1><ul>{LIST}</ul></body></html>"
        assert crawl(f"{server.base}/tin-moi", "2025-06-02T01:00:00+00:00") == [0, True]
        assert crawl(f"{server.base}/tin-moi", "2025-06-03T09:00:00+00:00") == [0, False]
    second = crawl.rows("SELECT record_type, status, outcome FROM captures WHERE run_id = 2")
    assert second.count(("revisit", 200, "unchanged")) >= 5
    assert {row[0] for row in second} == {"revisit"}


def test_a_page_that_changed_is_looked_at(crawl):
    with bad_server() as server:
        server.pages["/tin-1"] = "<html><body><h1>Tin</h1></body></html>"
        crawl(f"{server.base}/tin-1", "2025-06-02T01:00:00+00:00")
        del server.pages["/tin-1"]
        assert crawl(f"{server.base}/tin-1", "2025-06-03T09:00:00+00:00") == [0, True]
    assert crawl.rows("SELECT count(*) FROM articles") == [(1,)]
