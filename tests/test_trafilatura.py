"""trafilatura reads the body of every ordinary article, once, whether a rule, a family or neither knows the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import trafilatura

from archive.records import Page
from crawler.extraction import extract
from crawler.profile import generic_site, load_site

FIXTURES = Path(__file__).parent / "fixtures"
TWICE = {"foreign/03_layout_table"}  # the first reading takes the layout for a table of the text


def articles() -> list[Any]:
    """Every fixture page that is an article in any reading."""
    found = []
    for path in sorted(FIXTURES.glob("*/*/expected.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        if "headline" in gold and "or" not in gold:
            found.append(pytest.param(path.parent, id=f"{path.parent.parent.name}/{path.parent.name}"))
    return found


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    made: list[Any] = []
    read = trafilatura.bare_extraction

    def counted(*args: Any, **options: Any) -> Any:
        document = read(*args, **options)
        made.append(document)
        return document

    monkeypatch.setattr(trafilatura, "bare_extraction", counted)
    return made


@pytest.mark.parametrize("folder", articles())
def test_an_articles_body_passes_through_trafilatura_once(folder: Path, calls: list[Any]) -> None:
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    page = Page(
        url=request["url"],
        body=(folder / "page.html").read_bytes(),
        captured_at=request["captured_at"],
        headers=tuple((name, value) for name, value in request["headers"]),
    )
    result = extract(page, load_site(request["site"]) if "site" in request else generic_site(page.url))
    assert result.article is not None, result.reason
    assert len(calls) == (2 if f"{folder.parent.name}/{folder.name}" in TWICE else 1)


def test_a_page_without_an_article_does_not_cost_a_reading(calls: list[Any]) -> None:
    body = (FIXTURES / "not_article" / "02_home" / "page.html").read_bytes()
    page = Page(url="https://portal.example/", body=body, captured_at="2026-11-23T08:00:00+07:00")
    assert extract(page, generic_site(page.url)).article is None
    assert calls == []


@pytest.mark.parametrize(
    "theme", ["", '<meta name="generator" content="WordPress 6.4">'], ids=["unknown", "of a family"]
)
def test_a_page_in_another_language_reads_as_trafilatura_reads_it_but_for_furniture(theme: str) -> None:
    text = "The council voted to keep the library open through the winter, after weeks of letters from readers of all ages."
    paragraphs = "".join(f"<p>{text} Reader {n} came twice.</p>" for n in range(6))
    html = (
        f"<html lang=en><head><title>Library stays open</title>{theme}</head><body class=post><h1 class=entry-title>Library stays open</h1>"
        f"<div class=hentry><div class=entry-content>{paragraphs}<pre>open = True</pre><p>Tags: books</p></div></div></body></html>"
    )
    page = Page(
        url="https://town.example/library-stays-open", body=html.encode(), captured_at="2026-11-23T08:00:00+07:00"
    )
    article, document = extract(page, generic_site(page.url)).article, trafilatura.bare_extraction(html)
    assert article is not None
    assert article.article_body.split() == document.text.replace("Tags: books", "").split()
