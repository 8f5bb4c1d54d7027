"""A crawl against a server that misbehaves: every address ends in its reason, in one line, nothing hangs."""

import os
import sqlite3
import subprocess
import sys
import time
from email.utils import formatdate
from itertools import pairwise

import pytest

from tests.bad_server import bad_server


@pytest.fixture
def server():
    with bad_server() as server:
        yield server


@pytest.fixture
def crawl(tmp_path):
    """Crawl addresses; returns the process and {path: (outcome, reason)}."""

    def run(*urls: str, limit: int = 50):
        archive = tmp_path / "archive"
        archive.mkdir(exist_ok=True)
        (archive / "settings.toml").write_text('contact = "test@danvan.example"\ntimeout_seconds = 2\n')
        done = subprocess.run(
            [sys.executable, "-m", "crawler", "-a", archive, "crawl", *urls, "--allow-private", "--limit", str(limit)],
            capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip
        with sqlite3.connect(archive / "archive.db") as db:
            rows = db.execute("SELECT url, outcome, reason FROM pages").fetchall()
        assert "Traceback" not in done.stderr, done.stderr
        return done, {url.split("/", 3)[3]: (outcome, reason) for url, outcome, reason in rows}

    return run


def test_each_fault_ends_in_its_reason(server, crawl):
    paths = ["tin-1", "drip", "cut", "cutgzip", "bomb", "loop", "private", "file", "broken", "captcha", "khong-co"]
    done, pages = crawl(*(f"{server.base}/{path}" for path in paths))
    assert pages["tin-1"] == ("saved", None)
    assert pages["drip"] == ("failed", "timeout")
    assert pages["cut"] == ("failed", "truncated")
    assert pages["cutgzip"] == ("failed", "truncated")
    assert pages["bomb"] == ("refused", "too_large")
    assert pages["private"] == ("refused", "private_address")
    assert pages["file"] == ("refused", "scheme")
    assert pages["broken"] == ("failed", "http_5xx")
    assert pages["captcha"] == ("failed", "blocked")
    assert pages["khong-co"] == ("gone", "404")
    assert pages["loop"][0] in ("failed", "duplicate")
    assert server.paths().count("/loop") <= 3
    assert done.returncode == 1


def test_robots_disallow_is_refused_and_nothing_is_sent(server, crawl):
    server.robots = (200, "User-agent: *\nDisallow: /tin-")
    done, pages = crawl(f"{server.base}/tin-1")
    assert pages["tin-1"] == ("refused", "robots")
    assert server.paths() == ["/robots.txt"]
    assert done.returncode == 0


def test_robots_5xx_makes_the_site_wait(server, crawl):
    server.robots = (503, "")
    done, pages = crawl(f"{server.base}/tin-1")
    assert pages["tin-1"] == (None, None)
    assert "/tin-1" not in server.paths()
    assert "left alone for now: its robots.txt cannot be had" in done.stderr
    assert done.returncode == 1


def test_a_short_retry_after_is_waited_for(server, crawl):
    server.busy_left = 2
    server.retry_after = "2"
    _, pages = crawl(f"{server.base}/busy")
    assert pages["busy"] == ("saved", None)
    asked = [moment for moment, path, _ in server.asked if path == "/busy"]
    assert min(later - earlier for earlier, later in pairwise(asked)) >= 1.9


@pytest.mark.parametrize("after", ["7200", formatdate(time.time() + 7200, usegmt=True)], ids=["seconds", "date"])
def test_a_long_retry_after_puts_the_site_off(server, crawl, after):
    server.busy_left = 1000
    server.retry_after = after
    done, pages = crawl(f"{server.base}/busy", f"{server.base}/tin-1")
    assert pages["busy"] == (None, None)
    assert server.paths().count("/busy") == 1
    assert "it asked for patience" in done.stderr
    assert done.returncode == 1


def test_crawl_delay_is_obeyed(server, crawl):
    server.robots = (200, "User-agent: *\nCrawl-delay: 1.5")
    crawl(*(f"{server.base}/tin-{n}" for n in range(3)))
    asked = [moment for moment, path, _ in server.asked if path.startswith("/tin-")]
    assert len(asked) == 3
    assert min(later - earlier for earlier, later in pairwise(asked)) >= 1.4


def test_the_contact_address_is_in_the_user_agent(server, crawl):
    crawl(f"{server.base}/tin-1")
    assert len(server.asked) == 2
    assert all("test@danvan.example" in agent for _, _, agent in server.asked)


def test_a_server_that_is_down_is_exit_1_with_the_reason_and_nothing_is_lost(server, crawl):
    url = f"{server.base}/tin-1"
    server.shutdown()
    server.server_close()
    done, pages = crawl(url)
    assert done.returncode == 1
    assert pages["tin-1"] == ("failed", "connection")


def test_a_private_address_is_refused_without_the_option(server, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "crawler", "-a", tmp_path / "a", "crawl", f"{server.base}/tin-1"],
        capture_output=True, text=True, env={**os.environ, "DANVAN_CONTACT": "t@danvan.example"}, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "--allow-private" in done.stderr
    assert server.asked == []
