"""The verbs about one article and about the archive: show, status, export, hide."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.raw import Exchange, WarcWriter, build_records
from tests.command import Danvan, caller
from tests.corpus import Corpus, compose
from tests.search_cases import key, made


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    filled = made(tmp_path_factory.mktemp("archive"))
    yield filled
    filled.connection.close()


@pytest.fixture
def cli(corpus: Corpus, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Danvan:
    return caller(corpus.path, monkeypatch, capsysbinary)


def test_show_prints_the_article_and_json_its_record(cli: Danvan, corpus: Corpus) -> None:
    ran = cli("show", str(key(corpus, "kheo_lead")))
    assert ran.out.startswith(
        "Chuyện xóm Trại\n2022-02-01 · Trang Dân vận\n\nMột cách làm dân vận khéo.\n\nBà con góp công.\n"
    )
    record = json.loads(cli("show", "https://danvan.example/kheo_lead", "--json").out)
    assert (record["headline"], record["description"], record["versions"]) == (
        "Chuyện xóm Trại",
        "Một cách làm dân vận khéo.",
        1,
    )
    assert record["id"] == key(corpus, "kheo_lead")


def test_show_prints_what_changed(cli: Danvan, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add(compose(article_body="Mười hộ hiến đất."))
    corpus.add(compose(article_body="Hai mươi hộ hiến đất.", captured_at="2024-02-02T00:00:00+00:00"))
    archive = ("-a", str(tmp_path))
    assert cli(*archive, "show", "1", "--diff").out == "articleBody\n[-Mười-] {+Hai mươi+} hộ hiến đất.\n"
    (change,) = json.loads(cli(*archive, "show", "1", "--diff", "--json").out)
    assert change["pieces"][0] == ["removed", "Mười "]
    assert [line.split("\t")[0] for line in cli(*archive, "show", "1", "--versions").out.splitlines()] == ["1", "2"]
    texts = [version["articleBody"] for version in json.loads(cli(*archive, "show", "1", "--versions", "--json").out)]
    assert texts == ["Mười hộ hiến đất.", "Hai mươi hộ hiến đất."]
    assert cli(*archive, "show", "1", "--diff", "--from", "1", "--to", "9").code == 1


def test_status_adds_up(cli: Danvan, corpus: Corpus) -> None:
    report = json.loads(cli("status", "--json").out)
    pages = corpus.connection.execute("SELECT count(*) FROM pages").fetchone()[0]
    assert sum(site["discovered"] for site in report["sites"]) == pages
    for site in report["sites"]:
        assert sum(line["pages"] for line in site["outcomes"]) == site["discovered"]
    assert [hidden["why"] for hidden in report["hidden"]] == ["Theo yêu cầu"]
    lines = cli("status").out.splitlines()
    assert f"all\tdiscovered\t{pages - 1} articles\t{pages}" in lines
    assert any("https://danvan.example/hidden" in line for line in lines)


def test_status_tells_what_is_pending_and_why(cli: Danvan, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    for number, state in enumerate(("due", "leased", "due")):
        corpus.connection.execute(
            "INSERT INTO pages (site_id, identity, url, kind, discovered_at, state) VALUES (1, ?, 'x', 'page', 'x', ?)",
            (str(number), state),
        )
    assert cli("-a", str(tmp_path), "status").out.splitlines()[:2] == [
        "danvan_vn\tpending\t\t2",
        "danvan_vn\tpending\tleased\t1",
    ]


def test_status_lists_runs_days_and_charts(cli: Danvan, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add(compose(date_published="2020-03-06"))
    corpus.add(compose(url="https://danvan.example/2", date_published="2020-05-06"))
    corpus.connection.execute(
        "INSERT INTO runs VALUES (1, 'r-crawl-1', 'crawl', '2024-01-01T00:00:00+00:00', NULL, 5, NULL, NULL)"
    )
    corpus.connection.execute("INSERT INTO run_counts VALUES (1, 1, 'saved', '', 2), (1, 1, 'failed', 'dns', 1)")
    archive = ("-a", str(tmp_path), "status")
    (run_,) = json.loads(cli(*archive, "--runs", "--json").out)
    assert (run_["pages"], run_["outcomes"]) == (3, {"failed": 1, "saved": 2})
    assert "not ended" in cli(*archive, "--runs").out
    assert cli(*archive, "--days").out == "2024-01-02\tdanvan_vn\tsaved\t2\n"
    months = json.loads(cli(*archive, "--chart", "--json").out)["months"]
    assert months == {"2020-03": 1, "2020-04": 0, "2020-05": 1}
    chart = cli(*archive, "--chart").out.splitlines()
    assert chart[0] == "Articles by month"
    assert chart[1].startswith("2020-03 █")
    assert chart[-1].startswith("danvan_vn █")


def test_a_chart_folds_months_without_articles(cli: Danvan, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    for number, day in enumerate(("2019-01-05", "2019-04-05", "2020-03-06")):
        corpus.add(compose(url=f"https://danvan.example/{number}", date_published=day))
    chart = cli("-a", str(tmp_path), "status", "--chart").out.splitlines()
    assert [line.replace("█", "").split() for line in chart[1:7]] == [
        ["2019-01", "1"],
        ["2019-02", "0"],
        ["2019-03", "0"],
        ["2019-04", "1"],
        ["2019-05", "…", "2020-02", "0"],
        ["2020-03", "1"],
    ]
    months = json.loads(cli("-a", str(tmp_path), "status", "--chart", "--json").out)["months"]
    assert len(months) == 15


def test_export_goes_to_standard_output_or_a_file(cli: Danvan, tmp_path: Path) -> None:
    ran = cli("export", "--format", "jsonl", "lúa", "nếp", "-giữa")
    assert [json.loads(line)["headline"] for line in ran.out.splitlines()] == [
        "Lúa nếp nương cuối vụ",
        "Lúa nếp nương đầu vụ",
    ]
    assert ran.err == "articles: 2\n"
    ran = cli(
        "export", "--format", "csv", "--output", str(tmp_path / "x.csv"), "--author", "Thu Hà", "--sort", "oldest"
    )
    assert (ran.code, ran.out) == (0, "")
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        assert [row["headline"] for row in csv.DictReader(file)] == ["Bếp lửa nhà sàn", "Con thuyền độc mộc"]
    ran = cli("export", "--format", "csv", "--output", str(tmp_path / "none" / "x.csv"))
    assert (ran.code, ran.err.count("\n")) == (3, 1)


def test_hide_takes_an_article_out_and_says_why(cli: Danvan, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add(compose(headline="Tin sai"))
    corpus.connection.close()
    (tmp_path / "warc").mkdir()
    archive = ("-a", str(tmp_path))
    assert cli(*archive, "search", "tin sai", "--count").out == "1\n"
    assert cli(*archive, "hide", "1").code == 2
    ran = cli(*archive, "hide", "https://danvan.example/1", "--why", "Toà soạn yêu cầu")
    assert (ran.code, ran.err) == (0, "hidden: Tin sai\n")
    assert cli(*archive, "search", "tin sai", "--count").out == "0\n"
    assert cli(*archive, "export", "--format", "jsonl").out == ""
    assert "Toà soạn yêu cầu" in cli(*archive, "status").out
    assert cli(*archive, "hide", "1", "--why", "x").code == 1
    assert cli(*archive, "hide", "1", "--why", "x", "--undo").code == 2
    ran = cli(*archive, "hide", "https://danvan.example/1", "--undo")
    assert (ran.code, ran.err) == (0, "shown again: Tin sai\n")
    assert cli(*archive, "search", "tin sai", "--count").out == "1\n"
    ran = cli(*archive, "hide", "1", "--undo")
    assert (ran.code, ran.err.count("\n")) == (1, 1)


@pytest.mark.parametrize("name", ["https://archive.example", "archive.example:80", "a b", "*", ""])
def test_serve_refuses_what_is_no_host_name(cli: Danvan, tmp_path: Path, name: str) -> None:
    Corpus(tmp_path).connection.close()
    ran = cli("-a", str(tmp_path), "serve", "--port", "0", "--allow-host", name)
    assert (ran.code, ran.out) == (2, "")
    assert "no host name" in ran.err


def test_raw_bytes_come_from_the_warc(cli: Danvan, tmp_path: Path) -> None:
    exchange = Exchange(
        url="https://danvan.example/1", status=200, fetched_at="2024-01-02T03:04:05+00:00",
        response_headers=(("Content-Type", "text/html"),), body=b"<p>\xc4\x91</p>",
    )  # fmt: skip
    corpus = Corpus(tmp_path)
    key_ = corpus.add(compose())
    (tmp_path / "warc").mkdir()
    warc = WarcWriter(tmp_path / "warc", prefix="test")
    file, offset = warc.append(build_records(exchange, earlier=None).data)
    warc.close()
    corpus.connection.execute("UPDATE captures SET warc_file = ?, warc_offset = ?", (file, offset))
    assert cli("-a", str(tmp_path), "show", str(key_), "--raw").out == "<p>đ</p>"
