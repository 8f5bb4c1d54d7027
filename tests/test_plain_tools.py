"""The archive in tools that know nothing of danvan: a plain Datasette with metadata.yml, sqlite3, sqlite-utils."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils
import yaml

from tests.corpus import Corpus
from tests.search_cases import FILLERS, key, made

datasette_app = pytest.importorskip("datasette.app")
METADATA = Path(__file__).parents[1] / "archive" / "web" / "metadata.yml"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    filled = made(tmp_path_factory.mktemp("archive"))
    yield filled
    filled.connection.close()


@pytest.fixture(scope="module")
def metadata() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(METADATA.read_text(encoding="utf-8"))
    return read


def fetch(corpus: Corpus, metadata: dict[str, Any], path: str, **params: str) -> Any:
    """What a plain Datasette answers."""

    async def ask() -> Any:
        datasette = datasette_app.Datasette([str(corpus.path / "archive.db")], metadata=metadata)
        try:
            response = await datasette.client.get(path, params=params)
            assert response.status_code == 200, response.text
            return response.json()
        finally:
            for database in datasette.databases.values():
                database.close()

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("dang uy", ["dang_new", "dang"]),
        ("Đảng ủy", ["dang_new", "dang"]),
        ("Đảng uỷ", ["dang_new", "dang"]),
        ("HOÀ GIẢI", ["hoa_new", "hoa_old"]),
        ("Hòa giải", ["hoa_new", "hoa_old"]),
        ("dân vận khéo", ["kheo", "kheo_lead", "kheo_body", "kheo_colon"]),
        ("04-NQ/ĐUK", ["nq_body", "nq"]),
        ('"; DROP TABLE', []),
        ("KH&CN", ["khcn"]),
        ("?!", []),
        ("cầu treo", ["gone"]),
    ],
)
def test_the_canned_search_finds_vietnamese_rightly(
    corpus: Corpus, metadata: dict[str, Any], asked: str, names: list[str]
) -> None:
    rows = fetch(corpus, metadata, "/archive/search.json", q=asked, _shape="array")
    assert [row["id"] for row in rows] == [key(corpus, name) for name in names]


def test_dang_finds_every_spelling_and_a_blank_search_the_newest(corpus: Corpus, metadata: dict[str, Any]) -> None:
    assert len(fetch(corpus, metadata, "/archive/search.json", q="dang", _shape="array")) == 200
    assert len(fetch(corpus, metadata, "/archive/search.json", q="Đảng", _shape="array")) == 3
    newest = fetch(corpus, metadata, "/archive/search.json", q="", _shape="array")
    assert newest[0]["id"] == key(corpus, "dang_body")


@pytest.mark.parametrize("query", ["by_year", "authors", "same_text", "gone", "ledger"])
def test_every_other_canned_query_runs(corpus: Corpus, metadata: dict[str, Any], query: str) -> None:
    rows = fetch(corpus, metadata, f"/archive/{query}.json", _shape="array")
    assert isinstance(rows, list)
    if query == "ledger":
        assert (
            sum(row["pages"] for row in rows) == corpus.connection.execute("SELECT count(*) FROM pages").fetchone()[0]
        )


def test_the_table_of_articles_is_labelled_and_faceted(corpus: Corpus, metadata: dict[str, Any]) -> None:
    page = fetch(corpus, metadata, "/archive/articles.json")
    facets = page["facet_results"]
    assert {"site_id", "article_section", "author_names"} <= set(facets)
    assert {value["label"]: value["count"] for value in facets["site_id"]["results"]}["Báo Nghệ An"] == FILLERS + 1
    assert {value["value"] for value in facets["author_names"]["results"]} == {"Thu Hà", "Nguyễn Thu Hà", "Lò Văn Pản"}


def test_a_change_made_with_any_sqlite_tool_is_found(tmp_path: Path) -> None:
    corpus = made(tmp_path / "archive")
    corpus.connection.close()
    plain = sqlite3.connect(tmp_path / "archive" / "archive.db")
    plain.execute("UPDATE articles SET headline = 'Đảng viên trồng quế' WHERE id = 1")
    plain.commit()
    plain.close()
    database = sqlite_utils.Database(tmp_path / "archive" / "archive.db")
    database["articles"].update(2, {"headline": "Chuyện trồng quế"})
    database.conn.commit()
    found = "SELECT rowid FROM {0} WHERE {0} MATCH ? ORDER BY rowid"
    assert database.execute(found.format("articles_folded"), ['"trong que"']).fetchall() == [(1,), (2,)]
    assert database.execute(found.format("articles_exact"), ['"đảng viên"']).fetchall() == [(1,)]
    database.execute("INSERT INTO articles_exact(articles_exact, rank) VALUES ('integrity-check', 1)")
