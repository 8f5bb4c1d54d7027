"""What the documents say is so: their SQL runs, their links lead somewhere, no option or column is left out."""

from __future__ import annotations

import re
import runpy
import sqlite3
from dataclasses import fields
from pathlib import Path

import pytest

from archive import Archive
from archive.records import Article, Attachment, Author, Image, Link, WarcPosition, article_json
from crawler.cli import danvan
from crawler.preferences import Preferences

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
READMES = (ROOT / "README.md", ROOT / "README.vi.md")
PAGES = sorted({*READMES, ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")})
DATA_MODEL = (DOCS / "data-model.md").read_text(encoding="utf-8")


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ +(.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.fixture
def archive(archive_dir: Path) -> sqlite3.Connection:
    """An archive with one article, read as any SQLite tool would."""
    with Archive.open_writer(archive_dir) as made, made.transaction() as connection:
        site = made.site_id("danvan_vn", title="Trang Dân vận")
        page = connection.execute(
            "INSERT INTO pages (site_id, identity, url, kind, discovered_at) VALUES (?, 'x', 'x', 'page', 'x')", (site,)
        ).lastrowid
        connection.execute(
            "INSERT INTO articles (site_id, page_id, url, headline, article_body, author_names, date_published, "
            "captured_at, first_captured_at, content_hash) VALUES (?, ?, 'x', 'Dân vận khéo ở bản Tày', 'Thân bài', "
            """'["Thu Hà"]', '2021-05-04', 'x', 'x', 'x')""",
            (site, page),
        )
    return sqlite3.connect(archive_dir / "archive.db")


@pytest.mark.parametrize("readme", READMES, ids=lambda page: page.name)
def test_the_readmes_three_queries_run_in_plain_sqlite(readme: Path, archive: sqlite3.Connection) -> None:
    queries = blocks(readme, "sql")
    assert len(queries) == 3
    rows = [archive.execute(query).fetchall() for query in queries]
    assert rows == [[("Trang Dân vận", "2021", 1)], [("Dân vận khéo ở bản Tày", "2021-05-04", "x")], [("Thu Hà", 1, 0)]]


def test_both_readmes_say_the_same_in_as_many_sections_with_the_same_links_and_commands() -> None:
    english, vietnamese = (page.read_text(encoding="utf-8") for page in READMES)
    for pattern in (
        r"^(#+) ",
        r"^(\|)",
        r"\]\((docs/[^)]+)\)",
        r"^\| `(\w+)",
        r"(--[a-z]+)",
        r"^(\.venv/bin/danvan \w+)",
    ):
        assert re.findall(pattern, english, re.MULTILINE) == re.findall(pattern, vietnamese, re.MULTILINE), pattern


def test_the_readmes_stay_short() -> None:
    assert all(len(page.read_text(encoding="utf-8").splitlines()) <= 150 for page in READMES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_to_a_file_and_a_heading_that_exist(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_command_reference_is_what_the_help_texts_say() -> None:
    written = (DOCS / "cli.md").read_text(encoding="utf-8")
    reference = runpy.run_path(str(ROOT / "tests" / "cli_reference.py"))["reference"]
    assert written == reference(), "run `make docs`"


def test_the_readme_names_every_verb() -> None:
    table = "\n".join(re.findall(r"^\| (`.*`) \|", READMES[0].read_text(encoding="utf-8"), re.MULTILINE))
    for verb in danvan.list_commands(None):
        assert re.search(rf"`{verb}[` ]", table), verb


def test_the_data_model_describes_every_table_and_column(archive: sqlite3.Connection) -> None:
    sections = {
        name: body
        for heading, body in re.findall(r"^### (.+?)\n(.*?)(?=^##|\Z)", DATA_MODEL, re.MULTILINE | re.DOTALL)
        for name in heading.split(", ")
    }
    tables = archive.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
        "AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT GLOB 'articles_*_*'"
    ).fetchall()
    for (table,) in tables:
        assert table in sections, f"docs/data-model.md lacks table {table}"
        for column in archive.execute("SELECT name FROM pragma_table_info(?)", (table,)):
            assert f"`{column[0]}`" in sections[table], f"docs/data-model.md lacks {table}.{column[0]}"


def test_the_data_model_describes_every_key_of_the_record() -> None:
    article = Article(
        url="u", headline="h", article_body="b", authors=(Author(name="n", name_raw="r"),), images=(Image(url="u"),),
        attachments=(Attachment(url="u", name="n"),), related_links=(Link(url="u", text="t"),),
        warc=WarcPosition(file="f", offset=0, digest="d"),
    )  # fmt: skip
    section = DATA_MODEL.partition("## The record")[2].partition("\n## ")[0]
    for key, value in article_json(article).items():
        inner = value[0] if isinstance(value, list) and value else value
        for name in (key, *(inner if isinstance(inner, dict) else ())):
            assert f"`{name}`" in section, name


def test_the_operations_page_describes_every_setting() -> None:
    section = (DOCS / "operations.md").read_text(encoding="utf-8").partition("## Settings")[2].partition("\n## ")[0]
    for setting in fields(Preferences):
        assert f"`{setting.name}`" in section, setting.name
