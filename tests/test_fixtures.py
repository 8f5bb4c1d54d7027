"""Each fixture page gives each field of its record: one test item a page and field, so a failure names the field."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from archive.records import Extraction, Page, article_json
from crawler.extraction import extract
from crawler.profile import generic_site, load_site

FIXTURES = Path(__file__).parent / "fixtures"
PAGES = sorted(path.parent for path in FIXTURES.glob("*/*/expected.json"))
EXACT = (
    "headline", "description", "sourceName", "dateline", "datePublished", "dateModified", "articleSection",
    "keywords", "attachments", "viewCount", "inLanguage",
)  # fmt: skip
_CAPTION_NOISE = re.compile(r"ảnh\s*:|[\s()\[\]–—-]", re.IGNORECASE)


def named(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


@cache
def expected(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


@cache
def extraction(folder: Path) -> Extraction:
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    page = Page(
        url=request["url"],
        body=(folder / "page.html").read_bytes(),
        captured_at=request["captured_at"],
        headers=tuple((name, value) for name, value in request["headers"]),
        status=request.get("status", 200),
    )
    return extract(page, load_site(request["site"]) if "site" in request else generic_site(page.url))


def record(folder: Path) -> dict[str, Any] | None:
    """The page's record in its public form; None when it ended in the other way that expected.json allows."""
    result = extraction(folder)
    ended = {"outcome": result.outcome.value, "reason": result.reason}
    if ended == expected(folder).get("or"):
        return None
    assert result.article is not None, ended
    return article_json(result.article)


def paragraphs(body: str) -> list[str]:
    return [" ".join(line.split()) for line in body.split("\n") if line.strip()]


def f1(got: str, wanted: str) -> float:
    """F1 of the two texts' words, counted as multisets."""
    ours, gold = Counter(got.split()), Counter(wanted.split())
    common = (ours & gold).total()
    return 2 * common / (ours.total() + gold.total()) if common else float(not gold and not ours)


def captions(images: list[dict[str, Any]]) -> list[str]:
    joined = [_CAPTION_NOISE.sub("", f"{i['caption'] or ''}{i['credit'] or ''}") for i in images]
    return [text for text in joined if text]


def items(*fields: str) -> list[Any]:
    articles = [(folder, f) for folder in PAGES if "headline" in expected(folder) for f in fields]
    return [
        pytest.param(folder, field, id=f"{named(folder)}-{field}")
        for folder, field in articles
        if {"f1": "articleBody", "captions": "images"}.get(field, field) in expected(folder)
    ]


@pytest.mark.parametrize(("folder", "field"), items(*EXACT))
def test_a_field_is_exactly_the_pages(folder: Path, field: str) -> None:
    got = record(folder)
    assert got is None or got[field] == expected(folder)[field]


@pytest.mark.parametrize(("folder", "field"), items("authors"))
def test_the_authors_are_the_people_credited(folder: Path, field: str) -> None:
    got = record(folder)
    assert got is None or [author["name"] for author in got[field]] == expected(folder)[field]


@pytest.mark.parametrize(("folder", "field"), items("articleBody"))
def test_the_body_is_the_articles_paragraphs_in_order(folder: Path, field: str) -> None:
    got = record(folder)
    assert got is None or paragraphs(got[field]) == expected(folder)[field]


@pytest.mark.parametrize(("folder", "field"), items("f1"))
def test_the_body_has_the_articles_words(folder: Path, field: str) -> None:
    got = record(folder)
    assert got is None or f1(got["articleBody"], " ".join(expected(folder)["articleBody"])) >= 0.995, field


@pytest.mark.parametrize(("folder", "field"), items("captions"))
def test_captions_and_credits_stay_with_their_images(folder: Path, field: str) -> None:
    got = record(folder)
    assert got is None or captions(got["images"]) == captions(expected(folder)["images"]), field


@pytest.mark.parametrize(("folder", "field"), items("images"))
def test_the_images_are_the_articles_own(folder: Path, field: str) -> None:
    got = record(folder)
    assert got is None or [i["url"] for i in got[field]] == [i["url"] for i in expected(folder)[field]]


@pytest.mark.parametrize(("folder", "field"), items("relatedLinks"))
def test_the_related_pages_are_those_of_the_list_beside_the_article(folder: Path, field: str) -> None:
    got = record(folder)
    assert got is None or [link["url"] for link in got[field]] == expected(folder)[field]


@pytest.mark.parametrize(("folder", "field"), items("forbidden"))
def test_nothing_of_the_pages_furniture_leaks_into_the_body(folder: Path, field: str) -> None:
    got = record(folder)
    assert got is None or [text for text in expected(folder)[field] if text in got["articleBody"]] == []


@pytest.mark.parametrize(
    "folder", [pytest.param(f, id=named(f)) for f in PAGES if "headline" not in expected(f)]
)  # fmt: skip
def test_a_page_that_is_no_article_ends_with_its_reason(folder: Path) -> None:
    result, gold = extraction(folder), expected(folder)
    reasons = gold["reason"] if isinstance(gold["reason"], list) else [gold["reason"]]
    assert result.article is None
    assert (result.outcome.value, result.reason in reasons) == (gold["outcome"], True), result.reason
