"""The verbs that ask the archive: what they print where, exit codes, and one line for what a user can cause."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.schema import SCHEMA_VERSION
from tests.command import Danvan, caller, on_terminal
from tests.corpus import Corpus, compose
from tests.search_cases import ARTICLES, FILLERS, key, made

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    filled = made(tmp_path_factory.mktemp("archive"))
    yield filled
    filled.connection.close()


@pytest.fixture
def cli(corpus: Corpus, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Danvan:
    return caller(corpus.path, monkeypatch, capsysbinary)


def test_json_is_an_array_of_hits(cli: Danvan, corpus: Corpus) -> None:
    ran = cli("search", "dân", "vận", "khéo", "--json")
    hits = json.loads(ran.out)
    assert (ran.code, ran.err) == (0, "")
    assert [hit["id"] for hit in hits] == [
        key(corpus, name) for name in ("kheo", "kheo_lead", "kheo_body", "kheo_colon")
    ]
    first = hits[0]
    assert first["headline"] == "Dân vận khéo ở xã Nà Mường"
    assert [first["headline"][a:b] for a, b in first["headlineMarks"]] == ["Dân vận khéo"]
    assert (first["site"], first["match"], first["datePublished"]) == ("danvan_vn", "exact", "2022-03-01")
    lines = cli("search", "dân vận khéo", "--jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == hits


def test_no_hit_is_an_empty_array_and_complete(cli: Danvan) -> None:
    ran = cli("search", "--json", "xin chào thế giới")
    assert (ran.code, ran.out, ran.err) == (0, "[]\n", "")
    assert cli("search", "--count", "xin chào thế giới").out == "0\n"
    assert cli("search", "xin chào thế giới").out == ""


def test_a_fallback_is_told_and_never_counted(cli: Danvan) -> None:
    ran = cli("search", "dân van khéo", "--json")
    assert {hit["match"] for hit in json.loads(ran.out)} == {"folded"}
    assert ran.err == "Nothing as asked; shown instead: the same words in any spelling (5).\n"
    assert cli("search", "dân van khéo", "--count").out == "0\n"
    assert cli("search", "dân van khéo", "--count", "--fold").out == "5\n"


@pytest.mark.parametrize(
    "words",
    [
        ("-đang", "--count"),
        ("--count", "-đang"),
        ("--count", "--limit", "5", "-đang"),
        ("--count", "--", "-đang"),
        ("--count", '-"đang gặt"'),
    ],
)
def test_a_word_with_a_hyphen_is_excluded_wherever_it_stands(cli: Danvan, words: tuple[str, ...]) -> None:
    ran = cli("search", *words)
    assert (ran.code, ran.out) == (0, f"{len(ARTICLES) - 1}\n")


def test_an_excluded_word_may_begin_with_any_letter_of_an_option(cli: Danvan) -> None:
    assert cli("search", "dân vận khéo", "-h", "--count").out == "4\n"
    assert cli("search", "-a", "-c", "dân vận khéo", "--count").out == "4\n"


def test_filters_are_passed_on(cli: Danvan, corpus: Corpus) -> None:
    for words, name in (
        (("--author", "nguyen thu ha"), "author_long"),
        (("--has-attachment",), "file"),
        (("--gone",), "gone"),
        (("--section", "Gương"), "section_sub"),
        (("--since", "2022-04-02", "--until", "2022-04-02"), "dang_new"),
        (("--captured-until", "2023"), "keyword"),
        (("lúa nếp", "--site", "baonghean_vn"), "sticky_new"),
        (("máy sấy", "--body", "khoa học"), "science"),
        (("lúa nếp", "--sort", "oldest", "--limit", "1"), "sticky_old"),
    ):
        ran = cli("search", "--json", *words)
        assert [hit["id"] for hit in json.loads(ran.out)] == [key(corpus, name)], words


def test_pages_are_turned_with_the_cursor_told(cli: Danvan) -> None:
    first = cli("search", "đang", "--limit", "200", "--json")
    cursor = first.err.removeprefix("More: --after ").strip()
    second = cli("search", "đang", "--limit", "200", "--json", "--after", cursor)
    assert second.err == ""
    ids = [hit["id"] for hit in json.loads(first.out) + json.loads(second.out)]
    assert len(ids) == len(set(ids)) == FILLERS


def test_csv_is_safe_to_open(cli: Danvan, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add(compose(headline="=HYPERLINK(1) dân vận"))
    (row,) = csv.DictReader(io.StringIO(cli("-a", str(tmp_path), "search", "dan van", "--csv").out))
    assert row["headline"] == "'=HYPERLINK(1) dân vận"


def test_facets_are_counted(cli: Danvan) -> None:
    rows = json.loads(cli("search", "lúa nếp", "--facets", "--json").out)
    assert {"facet": "site", "value": "danvan_vn", "articles": 2} in rows
    assert "year\t2018\t2\n" in cli("search", "lúa nếp", "--facets").out


def test_outside_a_terminal_a_hit_is_a_line_without_colour(cli: Danvan, corpus: Corpus) -> None:
    out = cli("search", "dân vận khéo").out
    assert out.splitlines()[0].split("\t") == [
        str(key(corpus, "kheo")), "2022-03-01", "danvan_vn", "Dân vận khéo ở xã Nà Mường", "https://danvan.example/kheo",
    ]  # fmt: skip
    assert "\x1b" not in out


def test_on_a_terminal_a_table_fits_its_width_and_marks_what_matched(corpus: Corpus) -> None:
    printed = on_terminal(70, "-a", str(corpus.path), "search", "dân vận khéo")
    lines = re.sub(r"\x1b\[[0-9;]*m", "", printed).splitlines()
    assert "\x1b[1;33mDân vận khéo\x1b[0m" in printed
    assert lines[0].split() == ["id", "date", "site", "article"]
    assert max(map(len, lines[:-2])) <= 70


def test_escape_codes_and_bidi_controls_of_a_page_are_never_printed(cli: Danvan, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    evil = "Tin \x1b]0;x\x07\x1b[31m đỏ\u202e ngược"
    corpus.add(compose(headline=evil, article_body=f"{evil}\n\n{evil}", description=evil))
    corpus.set(1, hidden_at=None)
    for words in (
        ("search", "do"),
        ("search", "do", "--csv"),
        ("show", "1"),
        ("show", "1", "--cite", "apa"),
        ("show", "1", "--versions"),
        ("search", "do", "--json"),
        ("show", "1", "--json"),
        ("export", "--format", "jsonl", "do"),
    ):
        out = cli("-a", str(tmp_path), *words).out
        assert "đỏ" in out
        if "--csv" not in words:
            assert not set("\x1b\x07\u202e") & set(out), words


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("search", "x", "--site", "khong_co"), "site 'khong_co' is not in this archive"),
        (("search", "x", "--since", "hôm qua"), "'hôm qua' is no date"),
        (("search", "x", "--after", "zzz"), "cursor 'zzz' is none"),
        (("search", "x", "--limit", "0"), "--limit"),
        (("search", "x", "--sort", "best"), "best"),
        (("search", "x", "--bogus"), "--bogus"),
        (("export", "--format", "xlsx"), "xlsx"),
        (("export", "--format", "markdown"), "name a target with --output"),
        (("show", "1", "--cite", "mla"), "mla"),
        (("frobnicate",), "frobnicate"),
    ],
)
def test_what_is_asked_wrongly_is_exit_2_and_named(cli: Danvan, words: tuple[str, ...], message: str) -> None:
    ran = cli(*words)
    assert ran.code == 2
    assert ran.out == ""
    assert message in ran.err
    assert "Traceback" not in ran.err


def test_what_is_not_there_is_exit_1(cli: Danvan) -> None:
    ran = cli("show", "999999")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "danvan: 999999: no article of that id or address; `danvan search` shows both\n"
    assert "hidden since 2024-05-06" in cli("show", "https://danvan.example/hidden").err


def test_no_archive_a_newer_one_and_no_database_are_exit_3(cli: Danvan, tmp_path: Path) -> None:
    ran = cli("-a", str(tmp_path), "search", "x")
    assert (ran.code, ran.err.count("\n")) == (3, 1)
    assert "holds no archive" in ran.err
    corpus = Corpus(tmp_path)
    corpus.connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    corpus.connection.close()
    assert "newer release" in cli("-a", str(tmp_path), "status").err
    (tmp_path / "archive.db").write_bytes(b"not a database" * 100)
    ran = cli("-a", str(tmp_path), "status")
    assert (ran.code, ran.err.count("\n")) == (3, 1)


def test_a_damaged_page_is_one_line(cli: Danvan, tmp_path: Path) -> None:
    made(tmp_path).connection.close()
    path = tmp_path / "archive.db"
    data = bytearray(path.read_bytes())
    data[8192:] = b"\x55" * (len(data) - 8192)
    path.write_bytes(data)
    ran = cli("-a", str(tmp_path), "search", "dân vận")
    assert (ran.code, ran.err.count("\n")) == (3, 1)
    assert "Traceback" not in ran.err


def test_help_names_every_verb_and_is_exit_0(cli: Danvan) -> None:
    ran = cli("--help")
    assert ran.code == 0
    for verb in ("search", "show", "status", "export", "hide"):
        assert f"\n  {verb} " in ran.out
    assert cli("search", "--help").code == 0


def test_an_interrupted_command_is_exit_130(cli: Danvan, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("archive.search.search", interrupt)
    ran = cli("search", "x")
    assert (ran.code, ran.err) == (130, "danvan: interrupted\n")


def test_a_reader_that_leaves_early_is_no_error(corpus: Corpus) -> None:
    command = f"{sys.executable} -m crawler -a {corpus.path} export --format jsonl | head -1"
    ran = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, check=False, cwd=ROOT)
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["url"].startswith("https://danvan.example/")
    assert b"Traceback" not in ran.stderr


def test_searching_loads_no_crawler_and_no_web_framework(corpus: Corpus) -> None:
    script = (
        "import sys; from archive import Archive\n"
        f"with Archive.open({str(corpus.path)!r}) as archive: assert archive.search('dang').total\n"
        "heavy = {'scrapy', 'trafilatura', 'datasette', 'rich', 'twisted'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)


@pytest.mark.parametrize("form", ["--json", "--csv", "--jsonl"])
def test_output_is_utf_8_whatever_the_locale(corpus: Corpus, form: str) -> None:
    command = [sys.executable, "-m", "crawler", "-a", str(corpus.path), "search", "dan van kheo", form]
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    ran = subprocess.run(command, capture_output=True, check=True, cwd=ROOT, env=environment)
    assert "Dân vận khéo ở xã Nà Mường" in ran.stdout.decode("utf-8")
