"""`scrapy crawl news` from a checkout: the same run as `danvan crawl`, from its errors to its notifications."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

ROOT = Path(__file__).parents[1]
PROFILE = """
name = "lang_nghe"
hosts = ["khong-co.invalid"]
home = "http://khong-co.invalid/"
topic = "all"
[politeness]
delay = 0.0
autothrottle = false
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A directory with settings, and a profile of a host that has no address."""
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "lang_nghe.toml").write_text(PROFILE)
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "settings.toml").write_text(f'contact = "test@danvan.example"\nsites = "{tmp_path / "sites"}"\n')
    return folder


@pytest.fixture
def told(archive: Path) -> Path:
    """Where the notifications go, one after the other."""
    text, script = archive.parent / "told", archive.parent / "tell.py"
    script.write_text(f"import sys\nopen({str(text)!r}, 'a').write(sys.stdin.read())\n")
    with (archive / "settings.toml").open("a") as settings:
        settings.write(f'notify_command = "{sys.executable} {script}"\n')
    return text


def scrapy(archive: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    words = [word for argument in arguments for word in ("-a", argument)]
    scrapy = shutil.which("scrapy", path=Path(sys.executable).parent)
    assert scrapy
    return subprocess.run(
        [scrapy, "crawl", "news", "-a", f"archive={archive}", *words], cwd=ROOT, capture_output=True, text=True,
        timeout=100, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["site=khong_co"], "no site named 'khong_co'"),
        (["limit=nhieu"], "limit: 'nhieu'"),
        (["since=hom-qua"], "since: 'hom-qua'"),
        (["toc_do=9"], "-a toc_do: no such argument"),
        ([], "no site to crawl"),
    ],
)
def test_what_keeps_it_from_starting_is_one_line(archive: Path, arguments: list[str], line: str) -> None:
    done = scrapy(archive, *arguments)
    assert done.returncode == 2
    assert line in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_a_run_that_finds_a_site_in_trouble_notifies_as_danvan_crawl_does(archive: Path, told: Path) -> None:
    for _ in range(3):
        done = scrapy(archive, "site=lang_nghe")
        assert "Traceback" not in done.stderr, done.stderr
        with sqlite3.connect(archive / "archive.db") as db:
            db.execute("UPDATE pages SET due_at = 0")
            db.execute("UPDATE sites SET wait_until = NULL")
    assert "lang_nghe: " in told.read_text()
    assert told.read_text().count("ended with exit code 1") == 1
    with sqlite3.connect(archive / "archive.db") as db:
        assert db.execute("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL").fetchone() == (3,)


def test_a_disk_without_room_is_told_of(archive: Path, told: Path) -> None:
    with (archive / "settings.toml").open("a") as settings:
        settings.write(f"minimum_free_megabytes = {10**9}\n")
    done = scrapy(archive, "site=lang_nghe")
    assert done.returncode == 3
    assert "MB free" in told.read_text()


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write("<h1>Làng nghề</h1>".encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_scrapys_other_commands_run_without_an_archive() -> None:
    """They have no session; what needs one is the spider's own."""
    binary = shutil.which("scrapy", path=Path(sys.executable).parent)
    assert binary
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        for words in (["fetch", "--nolog", address], ["shell", "--nolog", "-c", "response.text", address]):
            done = subprocess.run(
                [binary, *words, "-s", "TWISTED_DNS_RESOLVER=scrapy.resolver.CachingThreadedResolver"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )  # fmt: skip
            assert (done.returncode, done.stderr) == (0, "")
            assert "<h1>Làng nghề</h1>" in done.stdout
        server.shutdown()
