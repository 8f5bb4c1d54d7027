"""The examples of docs/cookbook.md and docs/search.md run, in order, as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archive.export import export
from archive.filters import Filters
from archive.query import Query
from tests.search_cases import made

DOCS = Path(__file__).parents[1] / "docs"


def blocks(page: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the examples are at home: an archive and its exports."""
    folder = tmp_path_factory.mktemp("cookbook")
    connection = made(folder / "data").connection
    export(connection, Query(), "parquet", folder / "articles.parquet")
    export(connection, Query(text="nước sạch OR hòa giải OR giếng"), "jsonl", folder / "articles.jsonl")
    export(connection, Query(filters=Filters(since="2019")), "csv", folder / "articles.csv")
    connection.close()
    return folder


@pytest.mark.parametrize(
    ("example", "shown"),
    [
        ("import pandas as pd\n\narticles", "Nguyễn Thu Hà"),
        ("import sqlite3", "Tổ hoà giải số ba"),
        ("import polars", "Gương điển hình"),
        ("import duckdb", "Nguyễn Thu Hà"),
        ("import csv", "nước sạch"),
        ("from archive import", "“Đảng uỷ phường ra nghị quyết”, Trang Dân vận, 2/4/2022"),
    ],
)
def test_an_example_of_the_cookbook_shows_what_it_is_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], example: str, shown: str
) -> None:
    (block,) = [block for block in blocks("cookbook.md") if block.startswith(example)]
    for package in re.findall(r"^import (pandas|polars|duckdb)", block, re.MULTILINE):
        pytest.importorskip(package)
    monkeypatch.chdir(folder)
    exec(compile(block, "docs/cookbook.md", "exec"), {})
    assert shown in capsys.readouterr().out


def test_no_example_of_the_cookbook_is_left_out() -> None:
    assert len(blocks("cookbook.md")) == 6


def test_the_example_of_the_search_page_runs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (block,) = blocks("search.md")
    monkeypatch.chdir(folder)
    exec(compile(block.replace("dân vận khéo", "lúa nếp").replace('"2019"', '"2018"'), "docs/search.md", "exec"), {})
    assert capsys.readouterr().out.splitlines()[0] == "1 exact (('2018', 1),)"
