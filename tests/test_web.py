"""The web view: what its pages say."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest

pytest.importorskip("datasette")

from archive.web.texts import TEXTS, day, moment, number
from tests.corpus import Corpus, compose
from tests.webview import SCRIPT, ask, compose_archive

Get = Callable[..., httpx.Response]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return compose_archive(tmp_path)


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
