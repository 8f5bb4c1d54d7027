"""The web view: what it refuses, and what it sends along with every answer."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

pytest.importorskip("datasette")

from archive.web.security import inline_script_hashes
from tests.corpus import Corpus, rich_article
from tests.webview import ask, compose_archive

Get = Callable[..., httpx.Response]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return compose_archive(tmp_path)


@pytest.fixture
def get(corpus: Corpus) -> Get:
    return lambda url, **settings: ask(corpus.path, ("GET", url, settings))[0]


def test_every_answer_carries_the_guard_headers(get: Get) -> None:
    for url in ("/", "/article/1", "/archive", "/nowhere", "/static/danvan/danvan.css", "/search.csv"):
        headers = get(url).headers
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_our_pages_hold_nothing_inline(get: Get) -> None:
    for url in ("/", "/search?q=dan", "/article/1", "/article/1/changes", "/site/danvan_vn", "/coverage"):
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=", get(url).text.replace("onclick", "")), url


def test_foreign_hosts_and_foreign_posts_are_refused(corpus: Corpus) -> None:
    evil = {"host": "evil.example"}
    answers = ask(
        corpus.path,
        ("GET", "/", {"headers": evil}),
        ("GET", "/", {"headers": {"host": "192.0.2.1:8001"}}),
        ("GET", "/", {"headers": {"host": "localhost:8001"}}),
        ("POST", "/", {"headers": {"origin": "http://evil.example"}}),
        ("POST", "/archive", {"headers": {"sec-fetch-site": "cross-site"}}),
        ("POST", "/", {}),
        ("DELETE", "/article/1", {}),
    )
    assert [answer.status_code for answer in answers] == [400, 400, 200, 403, 403, 405, 405]


@pytest.mark.parametrize(
    "sql",
    [
        "select randomblob(900000000)",
        "select zeroblob(900000000)",
        "select printf('%.*c', 900000000, 'x')",
        "with recursive t(x) as (select 1 union all select x + 1 from t) select count(*) from t",
        "with recursive t(x) as (select 'abcdefgh' union all select x || x from t) select * from t",
        "with recursive d(x) as (select 'abcdefgh' union all select x || x from d limit 16), t(n) as (select 1 union all select n + 1 from t limit 900) select n, (select max(x) from d) || n from t",
        "select load_extension('x')",
        "attach 'x.db' as x",
        "delete from articles",
    ],
)
def test_a_typed_query_is_bounded(tmp_path: Path, sql: str) -> None:
    Corpus(tmp_path).add(rich_article())
    allowed, refused = ask(
        tmp_path, ("GET", "/archive.json?sql=select+1", {}), ("GET", "/archive.json", {"params": {"sql": sql}})
    )
    assert allowed.json()["rows"] == [[1]]
    assert refused.status_code in (400, 403)


def test_tables_and_typed_sql_close_while_an_article_is_hidden(corpus: Corpus) -> None:
    urls = (
        "/archive/articles.json",
        "/archive.json?sql=select+1",
        "/archive/articles/5.json",
        "/archive/search.json?q=dan",
    )
    before = [answer.status_code for answer in ask(corpus.path, *(("GET", url, {}) for url in urls))]
    corpus.set(corpus.ids["https://danvan.example/5"], hidden_at=None)
    after = [answer.status_code for answer in ask(corpus.path, *(("GET", url, {}) for url in urls))]
    assert (before, after) == ([403, 403, 403, 200], [200, 200, 200, 200])


def test_inline_scripts_of_the_web_framework_are_known_by_their_hashes(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<script>x</script>", encoding="utf-8")
    assert inline_script_hashes(tmp_path) == ["LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE="]


def test_ctrl_c_ends_it_quietly(corpus: Corpus) -> None:
    command = [sys.executable, "-m", "crawler", "-a", str(corpus.path), "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        address = process.stderr.readline().split()[0]
        assert httpx.get(address).status_code == 200
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert (process.returncode, rest) == (130, "danvan: interrupted\n")


def test_a_taken_port_and_a_missing_archive_are_one_line(corpus: Corpus, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "crawler", "-a"]
        busy = subprocess.run(
            [*command, str(corpus.path), "serve", "--port", port],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        missing = subprocess.run(
            [*command, str(tmp_path / "none"), "serve"], capture_output=True, text=True, timeout=60, check=False
        )
    assert (busy.returncode, missing.returncode) == (2, 3)
    assert port in busy.stderr
    assert [len(ran.stderr.splitlines()) for ran in (busy, missing)] == [1, 1]
