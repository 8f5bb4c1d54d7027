"""The acceptance pages give their records in every layout, with no profile: one test item a page and field.

The pages' text is not ours: the folder that DANVAN_CASES names has it, and without that the items are skipped.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from archive.records import Page, article_json
from crawler.extraction import extract
from crawler.profile import generic_site

CASES = Path(os.environ.get("DANVAN_CASES", "no cases"))
PAGES = sorted((CASES / "pages").glob("*.html"))
FIELDS = (
    "headline", "description", "articleBody", "authors", "sourceName", "dateline", "datePublished", "images", "leaks",
)  # fmt: skip
_CAPTION_NOISE = re.compile(r"[\s()\[\]]")
URL = "https://portal.example/tin-tuc/bai-viet-1234.html"

pytestmark = pytest.mark.skipif(not PAGES, reason="DANVAN_CASES names no folder of acceptance pages")


@cache
def gold() -> dict[str, Any]:
    return json.loads((CASES / "expected.json").read_text(encoding="utf-8"))


@cache
def record(page: Path) -> dict[str, Any]:
    captured = Page(url=URL, body=page.read_bytes(), captured_at="2026-11-23T00:00:00+07:00")
    result = extract(captured, generic_site(URL))
    assert result.article is not None, (result.outcome, result.reason)
    return article_json(result.article)


def compared(got: dict[str, Any], field: str) -> Any:
    """The field as the cases' own description compares it."""
    if field == "articleBody":
        return [line.strip() for line in got[field].split("\n") if line.strip()]
    if field == "authors":
        return [author["name"] for author in got[field]]
    if field == "images":
        captions = [f"{image['caption'] or ''}{image['credit'] or ''}" for image in got[field]]
        return [_CAPTION_NOISE.sub("", caption).replace("Ảnh:", "") for caption in captions if caption]
    return got[field]


def wanted(page: Path, field: str) -> Any:
    key, layout = page.stem.split("_")
    record = gold()["records"][key]
    if field == "images":
        return [_CAPTION_NOISE.sub("", caption).replace("Ảnh:", "") for caption in record["captions"]]
    if field == "datePublished" and layout == "wordpress":
        return record[field][:10]
    if field == "sourceName" and record[field] and record[field] not in page.read_text(encoding="utf-8"):
        return None
    return record[field]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("page", [pytest.param(page, id=page.stem) for page in PAGES])
def test_a_field_is_what_the_acceptance_record_says(page: Path, field: str) -> None:
    got = record(page)
    if field == "leaks":
        forbidden = [*gold()["must_not_appear"][page.stem.split("_")[1]], *gold()["related_titles"]]
        assert [text for text in forbidden if text in got["articleBody"]] == []
    else:
        assert compared(got, field) == wanted(page, field)
