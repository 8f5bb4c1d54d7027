"""Export: every format reads back, cells are safe, files are whole or not there, memory stays flat."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import re
import threading
import tracemalloc
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyarrow.parquet
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from archive import export as export_module
from archive.errors import NotFoundError, StorageError, UsageError
from archive.export import FORMATS, export
from archive.export_formats import COLUMNS, markdown
from archive.filters import Filters
from archive.json_text import to_json
from archive.query import Query, Sort
from archive.records import Author, article_json
from archive.tabular import safe_cell
from archive.text import fold
from tests.corpus import Corpus, compose, rich_article

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    made = Corpus(tmp_path / "archive")
    made.add(rich_article())
    made.add(
        compose(url="https://danvan.example/2", headline="=1+1", date_published="2020-03-06", article_body="đang làm")
    )
    made.add(compose(url="https://danvan.example/3", headline="Không ngày", article_body="Đảng viên \x0b và <b>"))
    hidden = made.add(compose(url="https://danvan.example/4", headline="Ẩn đi"))
    made.set(hidden, hidden_at="2024-01-01")
    return made


def written(corpus: Corpus, form: str, text: str = "", **options: Any) -> bytes:
    stream = io.BytesIO()
    export(corpus.connection, Query(text=text, **options), form, stream)
    return stream.getvalue()


def records(corpus: Corpus, text: str = "", **options: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written(corpus, "jsonl", text, **options).decode().splitlines()]


def test_json_lines_are_the_records_newest_first_without_the_hidden(corpus: Corpus) -> None:
    found = records(corpus)
    assert [record["url"].rpartition("/")[2] for record in found] == ["bai?a=1&b={x}", "2", "3"]
    expected = json.loads(json.dumps(article_json(rich_article())))
    assert {key: found[0][key] for key in expected if key not in ("contentHash", "site")} == {
        key: value for key, value in expected.items() if key not in ("contentHash", "site")
    }
    assert found[1]["headline"] == "=1+1"
    assert [record["url"][-1] for record in records(corpus, sort=Sort.OLDEST)] == ["2", "}", "3"]


def test_an_export_is_the_exact_set_of_the_search_and_never_a_fallback(corpus: Corpus) -> None:
    assert [record["url"][-1] for record in records(corpus, "Đảng")] == ["3"]
    assert [record["url"][-1] for record in records(corpus, "dang")] == ["2", "3"]
    assert [record["url"][-1] for record in records(corpus, "Đảng", fold=True)] == ["2", "3"]
    assert records(corpus, "đăng") == []
    assert records(corpus, "làm đang") == []
    assert records(corpus, "😀") == []
    assert [r["url"][-1] for r in records(corpus, "dang", filters=Filters(since="2020"))] == ["2"]


def test_csv_cells_are_no_formulas(corpus: Corpus) -> None:
    rows = list(csv.DictReader(io.StringIO(written(corpus, "csv").decode())))
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["authors"] == "Nguyễn Thị Hà; Ban Dân vận, Huyện ủy"
    assert rows[0]["keywords"] == "dân vận; một cửa"
    assert json.loads(rows[0]["attachments"]) == [{"url": "https://danvan.example/a.pdf", "name": "Kế hoạch"}]
    assert rows[0]["viewCount"] == "877"
    assert rows[1]["headline"] == "'=1+1"


@given(st.text())
def test_no_text_is_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert isinstance(cell, str)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'") == text.removeprefix("'")


def test_parquet_reads_back_with_lists_and_structures(corpus: Corpus) -> None:
    table = pyarrow.parquet.read_table(io.BytesIO(written(corpus, "parquet")))
    assert set(table.column_names) == set(COLUMNS)
    assert table.num_rows == 3
    by_json = records(corpus)
    assert [{key: row[key] for key in COLUMNS} for row in table.to_pylist()] == by_json


def test_parquet_of_nothing_is_a_table_without_rows(corpus: Corpus) -> None:
    assert pyarrow.parquet.read_table(io.BytesIO(written(corpus, "parquet", "khong co gi"))).num_rows == 0


def test_atom_is_a_feed(corpus: Corpus) -> None:
    feed = ET.fromstring(written(corpus, "atom"))
    assert [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")] == [
        'Dân vận khéo: 100% hộ & "một cửa" <b>#1</b>', "=1+1", "Không ngày",
    ]  # fmt: skip
    first = feed.find(f"{ATOM}entry")
    assert first is not None
    assert first.findtext(f"{ATOM}published") == "2022-10-06T08:30:00+07:00"
    assert [name.text for name in first.iter(f"{ATOM}name")] == ["Nguyễn Thị Hà", "Ban Dân vận, Huyện ủy"]
    assert first.findtext(f"{ATOM}content") == "<p>Đoạn một.</p>"
    assert feed.findtext(f"{ATOM}updated") == "2024-01-02T03:04:05+00:00"
    assert feed.findall(f"{ATOM}entry")[1].findtext(f"{ATOM}published") == "2020-03-06T00:00:00+07:00"
    for element in (f"{ATOM}id", f"{ATOM}title", f"{ATOM}author"):
        assert feed.find(element) is not None


def test_markdown_is_a_folder_of_files_with_front_matter(corpus: Corpus, tmp_path: Path) -> None:
    assert export(corpus.connection, Query(), "markdown", tmp_path / "bai") == 3
    names = sorted(path.name for path in (tmp_path / "bai").iterdir())
    assert [name[:18] for name in names] == [
        "2020-03-06-1-1-" + names[0][15:18],
        "2022-10-06-dan-van",
        "undated-khong-ngay",
    ]
    text = (tmp_path / "bai" / names[1]).read_text(encoding="utf-8")
    _, matter, body = text.split("---\n", 2)
    read = yaml.safe_load(matter)
    assert read["headline"] == rich_article().headline
    assert [author["name"] for author in read["authors"]] == ["Nguyễn Thị Hà", "Ban Dân vận, Huyện ủy"]
    assert "articleBody" not in read
    assert body.startswith(
        '\n# Dân vận khéo: 100% hộ & "một cửa" \\<b\\>#1\\</b\\>\n\n**Lời dẫn của bài.**\n\nĐoạn một.'
    )
    assert "\n\\# Không phải tiêu đề\n\n\\- gạch đầu dòng\n" in body
    assert body.rstrip().endswith("*Bà con làm đường HM*")


@given(st.text(), st.text())
def test_front_matter_of_any_text_is_yaml(headline: str, name: str) -> None:
    article = rich_article(headline=headline, authors=(Author(name=name, name_raw=name),))
    matter = markdown(article).encode("utf-8", "replace").decode().split("---\n", 2)[1]
    read = yaml.safe_load(matter)
    assert fold(read.get("headline", "")) == fold(headline.encode("utf-8", "replace").decode())


def test_a_folder_that_holds_something_is_left_alone(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "bai").mkdir()
    (tmp_path / "bai" / "mine.txt").write_text("x")
    with pytest.raises(UsageError, match="bai: exists"):
        export(corpus.connection, Query(), "markdown", tmp_path / "bai")
    assert [path.name for path in (tmp_path / "bai").iterdir()] == ["mine.txt"]


def test_a_limit_takes_the_first(corpus: Corpus, tmp_path: Path) -> None:
    assert export(corpus.connection, Query(), "jsonl", tmp_path / "x.jsonl", limit=1) == 1
    assert len((tmp_path / "x.jsonl").read_text().splitlines()) == 1


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet", "atom"])
def test_a_file_is_whole_or_not_there(
    corpus: Corpus, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    target.write_text("before")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(export_module.os, "fsync", full)
    with pytest.raises(StorageError, match=f"{target}: No space left on device"):
        export(corpus.connection, Query(), form, target)
    assert target.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "out"]
    assert not corpus.connection.in_transaction


def test_a_real_full_disk_is_one_line(corpus: Corpus) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full")
    with full.open("wb", buffering=0) as stream, pytest.raises(OSError, match="No space left"):
        export(corpus.connection, Query(), "jsonl", stream)
    with pytest.raises(StorageError, match="/dev/full: No space left"):
        export(corpus.connection, Query(), "jsonl", full)
    assert full.is_char_device()
    with pytest.raises(StorageError, match="nowhere"):
        export(corpus.connection, Query(), "jsonl", Path("/nowhere/x.jsonl"))


def test_a_pipe_is_written_to_and_stays_a_pipe(corpus: Corpus, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    export(corpus.connection, Query(), "jsonl", tmp_path / "pipe")
    reader.join()
    assert len(read[0].splitlines()) == 3
    assert (tmp_path / "pipe").is_fifo()


def test_what_cannot_be_is_named(corpus: Corpus) -> None:
    with pytest.raises(UsageError, match="xlsx"):
        export(corpus.connection, Query(), "xlsx", io.BytesIO())
    for form in set(FORMATS) - {"jsonl", "csv", "parquet", "atom"}:
        with pytest.raises(UsageError, match="--output"):
            export(corpus.connection, Query(), form, io.BytesIO())
    with pytest.raises(UsageError, match="is no file"):
        export(corpus.connection, Query(), "wacz", corpus.path, warc_directory=corpus.path)
    with pytest.raises(NotFoundError):
        export(corpus.connection, Query(text="khong co"), "wacz", corpus.path / "x.wacz", warc_directory=corpus.path)


def test_memory_does_not_grow_with_the_number_of_articles(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "archive")
    corpus.connection.execute("BEGIN")
    for number in range(1500):
        corpus.add(compose(url=f"https://danvan.example/{number}", article_body=f"Bài {number}. " + "dân vận " * 400))
    corpus.connection.execute("COMMIT")
    peaks = []
    for limit in (300, 1500):
        tracemalloc.start()
        export(corpus.connection, Query(), "jsonl", tmp_path / "x", limit=limit)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert (tmp_path / "x").stat().st_size > 1500 * 3200
    assert peaks[1] < peaks[0] + 500_000


@given(
    st.recursive(st.one_of(st.text(), st.integers()), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_json_reads_back_the_same_and_holds_nothing_that_acts_on_a_terminal(value: Any) -> None:
    text = to_json(value)
    assert json.loads(text) == value
    assert not re.search("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    text.encode()
