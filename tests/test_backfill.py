"""Backfill: a site that vanished comes back from a real pywb server, under its own addresses and dates."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cdx_toolkit.myrequests import retry_info

from archive.errors import DanvanError
from crawler.backfill import BackfillOrder, backfill

DANVAN = [sys.executable, "-m", "crawler"]
SITE, PAPERS = "danvan_example", "dangcongsan_example"
FILES = "SELECT kind, url, label, state, media_type, bytes, digest, text_reason FROM article_files ORDER BY 1, 2, 3"
AT_ONCE = os.environ | {"CDXT_DEFAULT_MIN_RETRY_INTERVAL": "0"}


def danvan(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*DANVAN, *map(str, arguments)], capture_output=True, text=True, timeout=200, check=False, env=AT_ONCE
    )


def records(archive: Path) -> dict[str, dict]:
    done = danvan("-a", archive, "export", "", "--format", "jsonl")
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {record["url"]: {key: value for key, value in record.items() if key != "warc"} for record in found}


def rows(archive: Path, sql: str) -> list[tuple]:
    with sqlite3.connect(archive / "archive.db") as db:
        return db.execute(sql).fetchall()


def versions(archive: Path) -> list[tuple]:
    return rows(
        archive,
        "SELECT a.url, v.version, v.captured_at, v.content_hash FROM article_versions v JOIN articles a "
        f"ON a.id = article_id JOIN sites s ON s.id = site_id WHERE s.name = '{SITE}' ORDER BY 1, 2",
    )


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    """What was crawled while the site stood, on two days."""
    archive = tmp_path_factory.mktemp("live") / "archive"
    for day in (1, 2):
        done = danvan("-a", archive, "crawl", "--sample", "--sample-day", day, "--quiet", SITE)
        assert done.returncode == 0, done.stderr
    return archive


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """Another site, whose articles offer documents."""
    archive = tmp_path_factory.mktemp("papers") / "archive"
    done = danvan("-a", archive, "crawl", "--sample", "--quiet", PAPERS)
    assert done.returncode == 0, done.stderr
    return archive


@pytest.fixture(scope="module")
def cdx(live, papers, tmp_path_factory, pywb_bin):
    """A web archive that captured the sites; the address of its CDX server."""
    home = tmp_path_factory.mktemp("pywb")
    manage = [pywb_bin / "wb-manager"]
    subprocess.run([*manage, "init", "held"], cwd=home, check=True, capture_output=True)
    warcs = sorted(file for archive in (live, papers) for file in (archive / "warc").glob("*.warc.gz"))
    subprocess.run([*manage, "add", "held", *warcs], cwd=home, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [pywb_bin / "wayback", "-b", "127.0.0.1", "-p", str(port), "-d", home],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/held/cdx"
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def backfilled(cdx, tmp_path_factory):
    archive = tmp_path_factory.mktemp("back") / "archive"
    done = danvan("-a", archive, "backfill", SITE, "--from", cdx)
    assert done.returncode == 0, done.stderr
    return archive


def test_every_article_and_version_comes_back_as_the_live_crawl_had_it(live, backfilled):
    crawled, found = records(live), records(backfilled)
    assert len(found) > 5
    assert found.keys() == crawled.keys()
    for url, record in found.items():
        assert record == crawled[url], url
    assert versions(backfilled) == versions(live)


def test_the_files_of_the_articles_come_back_too(papers, cdx, tmp_path):
    archive = tmp_path / "archive"
    texts = "SELECT url, attachment_text FROM articles WHERE attachment_text IS NOT NULL ORDER BY url"
    assert {row[0] for row in rows(papers, FILES)} == {"attachment", "image"}
    assert rows(papers, texts)
    pages = len(rows(papers, "SELECT 1 FROM articles"))
    done = danvan("-a", archive, "backfill", PAPERS, "--from", cdx, "--limit", pages + 1)
    assert "; files: 1 taken in, 0 not in the web archive" in done.stderr
    assert [row[3] for row in rows(archive, FILES)].count("kept") == 1
    done = danvan("-a", archive, "backfill", PAPERS, "--from", cdx)
    assert done.returncode == 0, done.stderr
    assert "taken in: nothing; files: 6 taken in" in done.stderr
    assert rows(archive, FILES) == rows(papers, FILES)
    assert rows(archive, texts) == rows(papers, texts)
    done = danvan("-a", archive, "backfill", PAPERS, "--from", cdx)
    assert done.stderr.strip().endswith("taken in: nothing")
    assert danvan("-a", archive, "check", "--deep").returncode == 0


def test_files_that_their_server_has_lost_are_asked_for_and_others_left_to_the_crawl(papers, cdx, tmp_path):
    archive = Path(shutil.copytree(papers, tmp_path / "archive"))
    pages = [row[0] for row in rows(archive, "SELECT page_id FROM files ORDER BY page_id")]
    with sqlite3.connect(archive / "archive.db") as db:
        db.execute("DELETE FROM captures WHERE id IN (SELECT capture_id FROM files)")
        db.execute("DELETE FROM files")
        db.execute(
            "UPDATE pages SET outcome = NULL, reason = NULL, state = 'due' WHERE id IN (SELECT page_id FROM images)"
        )
        db.execute("UPDATE pages SET outcome = 'gone', reason = '404' WHERE id = ?", pages[:1])
        db.execute("UPDATE pages SET url = url || '?x=1', outcome = 'failed' WHERE id = ?", pages[1:2])
    done = danvan("-a", archive, "backfill", PAPERS, "--from", cdx)
    assert "files: 1 taken in, 1 not in the web archive" in done.stderr, done.stderr
    assert rows(archive, "SELECT page_id FROM files") == [(pages[0],)]


def test_the_archive_address_stands_apart_and_no_banner_comes_in(backfilled, cdx):
    replay = cdx.removesuffix("/cdx")
    captures = rows(backfilled, "SELECT url, archive_url, status FROM captures")
    assert all(address.startswith(f"{replay}/20") and "id_/http" in address for _, address, _ in captures)
    assert all("127.0.0.1" not in url and status == 200 for url, _, status in captures)
    for record in records(backfilled).values():
        assert "127.0.0.1" not in json.dumps(record)
        assert "wombat" not in record["articleBodyHtml"]


def test_a_second_run_asks_for_nothing_again(backfilled, cdx, tmp_path):
    archive = Path(shutil.copytree(backfilled, tmp_path / "archive"))
    before = rows(archive, "SELECT * FROM captures")
    done = danvan("-a", archive, "backfill", SITE, "--from", f"{cdx}/")
    assert done.returncode == 0, done.stderr
    assert "taken in: nothing" in done.stderr
    assert rows(archive, "SELECT * FROM captures") == before


def test_what_was_crawled_live_is_not_doubled(live, cdx, tmp_path):
    archive = Path(shutil.copytree(live, tmp_path / "archive"))
    assert danvan("-a", archive, "backfill", SITE, "--from", cdx, "--quiet").returncode == 0
    assert versions(archive) == versions(live)
    assert rows(archive, "SELECT count(*) FROM captures") == rows(live, "SELECT count(*) FROM captures")


def test_cut_short_and_run_again_gives_the_same(backfilled, cdx, tmp_path):
    archive = tmp_path / "archive"
    assert danvan("-a", archive, "backfill", SITE, "--from", cdx, "--limit", 2, "--quiet").returncode == 0
    assert rows(archive, "SELECT count(*) FROM captures") == [(2,)]
    process = subprocess.Popen(
        [*DANVAN, "-a", str(archive), "backfill", SITE, "--from", cdx, "--quiet"],
        env=AT_ONCE | {"CDXT_DEFAULT_MIN_RETRY_INTERVAL": "0.3"},
    )
    while process.poll() is None and rows(archive, "SELECT count(*) FROM captures") < [(5,)]:
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert rows(archive, "SELECT count(*) FROM captures") < rows(backfilled, "SELECT count(*) FROM captures")
    assert danvan("-a", archive, "backfill", SITE, "--from", cdx, "--quiet").returncode == 0
    assert versions(archive) == versions(backfilled)
    assert records(archive) == records(backfilled)


def test_a_rebuilt_archive_still_knows_where_its_captures_came_from(backfilled, tmp_path):
    archive = Path(shutil.copytree(backfilled, tmp_path / "archive"))
    assert danvan("-a", archive, "rebuild", "--quiet").returncode == 0
    addresses = "SELECT url, captured_at, archive_url FROM captures ORDER BY 1, 2"
    assert rows(archive, addresses) == rows(backfilled, addresses)
    assert danvan("-a", archive, "check", "--deep").returncode == 0


def test_only_captures_of_those_days_are_listed(cdx, tmp_path):
    done = danvan("-a", tmp_path / "archive", "backfill", SITE, "--from", cdx, "--until", "2001-01-01")
    assert done.returncode == 0, done.stderr
    assert "0 captures of article addresses listed" in done.stderr


class TroubledArchive(BaseHTTPRequestHandler):
    """Lists whatever is asked for; its replay redirects to nothing, misses, or is out of order."""

    STAMPS = ("20250602010000", "20250602020000", "20250602030000")

    def do_GET(self):
        if self.path.startswith("/busy/cdx"):
            status, body = 503, b"busy"
        elif self.path.startswith("/held/cdx"):
            page = {"url": "http://danvan.example/Home/tin-tuc/nghe-dan-noi/1234", "status": "200", "mime": "text/html"}
            lines = [json.dumps(page | {"timestamp": stamp, "digest": stamp}) for stamp in self.STAMPS]
            status, body = 200, "\n".join(lines).encode()
        else:
            status, body = {"01": 307, "02": 404, "03": 503}[self.path.split("/")[2][8:10]], b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 307:
            self.send_header("Location", "/held/id_/http://danvan.example/")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def troubled():
    server = ThreadingHTTPServer(("127.0.0.1", 0), TroubledArchive)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/held/cdx"
    server.shutdown()
    server.server_close()


def test_what_a_web_archive_does_not_give_is_named_and_never_stored(troubled, tmp_path, monkeypatch):
    monkeypatch.setattr("crawler.cdx.PATIENCE", 1.0)
    monkeypatch.setitem(retry_info["default"], "minimum_interval", 0.1)
    result = backfill(BackfillOrder(archive=tmp_path / "archive", site=SITE, source=troubled))
    assert result.listed == 3
    for line, why in zip(result.failed, ("status 307, 0 bytes", "status=404", "no answer within"), strict=True):
        assert why in line
    assert rows(tmp_path / "archive", "SELECT * FROM captures") == []


def test_an_index_that_is_always_busy_is_left_alone_with_a_word(troubled, tmp_path, monkeypatch):
    monkeypatch.setattr("crawler.cdx.PATIENCE", 0.6)
    monkeypatch.setitem(retry_info["default"], "minimum_interval", 0.05)
    busy = troubled.replace("held", "busy")
    with pytest.raises(DanvanError, match="cannot be listed: no answer within 1 seconds, status 503 each time"):
        backfill(BackfillOrder(archive=tmp_path / "archive", site=SITE, source=busy))
    assert rows(tmp_path / "archive", "SELECT verb, exit_code FROM runs") == [("backfill", 1)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((SITE, "--from", "alexandria"), "must be wayback, commoncrawl or the address"),
        ((SITE, "--from", "http://127.0.0.1:1/x"), "--replay URL"),
        ((SITE, "--from", "wayback", "--replay", "http://127.0.0.1:1/"), "--replay goes with"),
        (("no_such_site", "--from", "wayback"), "no site named 'no_such_site'"),
    ],
)
def test_a_wrong_order_is_one_line(arguments, said, tmp_path):
    done = danvan("-a", tmp_path / "archive", "backfill", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_without_its_library_it_says_how_to_install_it(tmp_path):
    hidden = tmp_path / "hidden" / "cdx_toolkit"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text("raise ModuleNotFoundError(name='cdx_toolkit')")
    paths = os.pathsep.join(filter(None, (str(hidden.parent), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [*DANVAN, "-a", str(tmp_path / "a"), "backfill", SITE, "--from", "wayback"],
        capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": paths},
    )  # fmt: skip
    assert done.returncode == 2
    assert "pip install 'danvan-archive[backfill]'" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
