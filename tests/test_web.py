"""The web view: what its pages say, and what they refuse."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

pytest.importorskip("datasette")

from archive.web.application import application
from archive.web.security import inline_script_hashes
from archive.web.texts import TEXTS, day, moment, number
from tests.corpus import Corpus, compose, rich_article

Get = Callable[..., httpx.Response]
SCRIPT = "<script>alert('dân vận')</script> một tiêu đề"


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    made = Corpus(tmp_path)
    first = compose(url="https://danvan.example/1", headline="Đảng bộ xã làm dân vận khéo", date_published="2022-10-06",
                    article_body="Tổ dân vận vận động hiến đất.\n\nĐoạn hai.")  # fmt: skip
    made.add(first)
    made.add(replace(first, headline="Đảng bộ xã làm dân vận rất khéo", captured_at="2024-02-02T00:00:00+00:00"))
    made.add(compose(url="https://danvan.example/2", headline=SCRIPT, date_published="2023-01-02T08:30:00+07:00",
                     article_body_html='<p onclick="x()">Thân <img src="http://evil.example/x.png"><script>alert(1)'
                     '</script><a href="javascript:alert(2)">đây</a></p>'))  # fmt: skip
    made.add(compose(url="https://baonghean.example/3", headline="Mặt trận huyện", date_published="2022-11-01"),
             site="baonghean_vn")  # fmt: skip
    made.add(compose(url="https://baonghean.example/4", headline="Mặt trận huyện", date_published="2022-11-01"),
             site="baonghean_vn")  # fmt: skip
    hidden = made.add(
        compose(url="https://danvan.example/5", headline="Bài giấu kín dân vận", date_published="2022-10-09")
    )
    made.set(hidden, hidden_at="2024-05-06T00:00:00+00:00", hidden_why="Theo yêu cầu riêng")
    return made


def ask(path: Path, *requests: tuple[str, str, dict[str, Any]]) -> list[httpx.Response]:
    async def run() -> list[httpx.Response]:
        datasette = application(path)
        await datasette.invoke_startup()
        transport = httpx.ASGITransport(app=datasette.app())
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8001") as client:
            return [await client.request(method, url, **settings) for method, url, settings in requests]

    return asyncio.run(run())


@pytest.fixture
def get(corpus: Corpus) -> Get:
    return lambda url, **settings: ask(corpus.path, ("GET", url, settings))[0]


def test_the_front_page_shows_the_newest_and_counts_no_hidden_article(get: Get) -> None:
    page = get("/").text
    assert '<html lang="vi">' in page
    assert page.index("Mặt trận huyện") < page.index("Đảng bộ xã")
    assert "Bài giấu kín" not in page
    facts = get("/.json").json()
    assert facts["articles"] == 4
    assert {"month": "2022-12", "articles": 0} in facts["byMonth"]
    assert {"month": "2022-10", "articles": 1} in facts["byMonth"]


def test_a_search_without_diacritics_finds_and_marks_the_words_as_written(get: Get) -> None:
    page = get("/search?q=dang+bo").text
    assert "<mark>Đảng bộ</mark> xã làm" in page
    found = get("/search.json?q=dang+bo").json()
    assert (found["total"], found["match"], [hit["id"] for hit in found["hits"]]) == (1, "folded", [1])
    assert get("/search.json?q=giau+kin").json()["total"] == 0


def test_facets_narrow_and_widen_again(get: Get) -> None:
    page = get("/search?q=").text
    assert re.search(r'href="/search\?site=baonghean_vn">Báo Nghệ An</a> <span class="count">2<', page)
    narrowed = get("/search?site=baonghean_vn&year=2022")
    assert "<strong>2</strong>" in narrowed.text
    assert 'href="/search?year=2022"' in narrowed.text
    assert get("/search.json?year=2022").json()["total"] == 3
    assert get("/search.json?since=2022-11&until=2022-11").json()["total"] == 2


def test_pages_of_results_follow_one_another(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    for number_ in range(45):
        corpus.add(compose(url=f"https://danvan.example/{number_}", date_published=f"2022-01-{number_ % 28 + 1:02}"))
    seen, address = [], "/search.json?sort=newest"
    while address:
        page = ask(tmp_path, ("GET", address, {}))[0].json()
        seen += [hit["id"] for hit in page["hits"]]
        address = page["next"]
    assert sorted(seen) == list(range(1, 46))


def test_a_fallback_says_what_is_shown_instead(get: Get) -> None:
    page = get("/search?q=dãn+vàn").text
    assert "<strong>0</strong>" in page
    assert "không kể dấu" in page


def test_an_article_is_shown_with_its_versions_and_citations(get: Get) -> None:
    page = get("/article/1").text
    for part in ("Đảng bộ xã làm dân vận rất khéo", "6/10/2022", "bản gốc có thể không còn", 'href="https://danvan.example/1"',
                 "/article/1/changes?from=1&amp;to=2", "/article/1/cite/ris", "/article/1/raw"):  # fmt: skip
        assert part in page
    record = get("/article/1.json").json()
    assert (record["headline"], record["versions"]) == ("Đảng bộ xã làm dân vận rất khéo", 2)
    changed = get("/article/1/changes?from=1&to=2")
    assert "<ins>rất khéo</ins>" in changed.text.replace("<ins>rất </ins>khéo", "<ins>rất khéo</ins>")
    assert get("/article/1/changes.json").json()["fields"][0]["field"] == "headline"
    assert "baonghean.example/4" in get("/article/3").text


@pytest.mark.parametrize(
    ("style", "begins"), [("bibtex", "@misc{"), ("ris", "TY  - NEWS"), ("apa", "Trang"), ("footnote", "“Đảng")]
)
def test_a_citation_is_a_file(get: Get, style: str, begins: str) -> None:
    answer = get(f"/article/1/cite/{style}")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.text.startswith(begins)
    assert "https://danvan.example/1" in answer.text


def test_what_pages_brought_stays_inert(get: Get) -> None:
    page = get("/article/2").text
    assert "&lt;script&gt;alert(" in page
    body = page.partition('<div class="body">')[2].partition("</div>")[0]
    for evil in ("<script", "onclick", "javascript:", "<img"):
        assert evil not in body
    assert "<script>alert" not in get("/search?q=" + "<script>alert(1)</script>").text + get("/").text


def test_searches_are_feeds_and_files(get: Get) -> None:
    feed = ET.fromstring(get("/search.atom?q=dan+van").content)
    atom = "{http://www.w3.org/2005/Atom}"
    assert [entry.findtext(f"{atom}title") for entry in feed.iter(f"{atom}entry")] == [
        SCRIPT,
        "Đảng bộ xã làm dân vận rất khéo",
    ]
    rows = list(csv.DictReader(io.StringIO(get("/search.csv?site=baonghean_vn").text)))
    assert [row["headline"] for row in rows] == ["Mặt trận huyện"] * 2
    lines = [json.loads(line) for line in get("/search.jsonl?q=").text.splitlines()]
    assert len(lines) == 4


def test_the_language_is_switched_and_remembered(get: Get) -> None:
    page = get("/?lang=en")
    assert '<html lang="en">' in page.text
    cookie = page.headers["set-cookie"]
    assert "danvan_language=en" in cookie
    assert "HttpOnly" in cookie
    assert "Coverage" in get("/coverage", headers={"cookie": "danvan_language=en"}).text
    assert all(len(pair) == 2 and all(pair) for pair in TEXTS.values())


def test_dates_and_numbers_are_written_as_readers_do() -> None:
    assert (day("2022-10-06", "vi"), day("2022-10-06T20:00:00+00:00", "en")) == ("6/10/2022", "7 Oct 2022")
    assert (moment("2022-10-06T20:05:00+00:00", "vi"), moment("2022-10-06", "vi")) == ("7/10/2022 03:05", "6/10/2022")
    assert (day("hôm qua", "vi"), day(None, "vi")) == ("hôm qua", "")
    assert (number(12345, "vi"), number(12345, "en")) == ("12.345", "12,345")


def test_a_site_and_the_coverage_add_up(get: Get) -> None:
    site = get("/site/danvan_vn.json").json()
    assert (site["site"]["articles"], site["site"]["last"]) == (2, "2023-01-02T08:30:00+07:00")
    assert "Trang Dân vận" in get("/site/danvan_vn").text
    assert sum(row["articles"] for row in get("/coverage.json").json()["coverage"]) == 4
    assert get("/coverage").text.count('class="cell shade5"') >= 1


@pytest.mark.parametrize(
    ("url", "status"),
    [("/article/99", 404), ("/article/5", 404), ("/article/5.json", 404), ("/article/5/changes", 404),
     ("/article/5/cite/apa", 404), ("/article/5/raw", 404), ("/site/nowhere", 404), ("/article/1/changes?from=9", 404),
     ("/article/1/changes?from=x", 404), ("/search?year=nope", 400), ("/search?sort=nope", 400),
     ("/search?after=nope", 400), ("/search?site=nope", 400), ("/search?since=nope", 400), ("/nowhere", 404),
     ("/archive.db", 403), ("/static/danvan/..%2f..%2fplugin.py", 400), ("/article/99999999999999999999", 404)],
)  # fmt: skip
def test_what_cannot_be_shown_is_a_clear_page(get: Get, url: str, status: int) -> None:
    answer = get(url)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert "yêu cầu riêng" not in answer.text


@pytest.mark.parametrize("text", ['"', "*", "NEAR(", "a OR", "'; DROP TABLE articles; --", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "x" * 60_000])  # fmt: skip
def test_no_query_is_an_error(get: Get, text: str) -> None:
    assert get("/search", params={"q": text}).status_code == 200


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
