"""A page of a CMS that nobody wrote a profile for is read by its family's layout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archive.records import Outcome, Page
from crawler.extraction import extract
from crawler.profile import generic_site, load_families

FIXTURES = Path(__file__).parent / "fixtures"
FAMILIES = [family.name for family in load_families() if family.layouts]
UNUSUAL = {"dotnetnuke/04_giu_cau_phao"}  # a theme of its own on that CMS: read generically
PAGES = sorted(path.parent for name in FAMILIES for path in (FIXTURES / name).glob("*/expected.json"))


def named(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


@pytest.mark.parametrize("folder", [pytest.param(folder, id=named(folder)) for folder in PAGES])
def test_a_page_of_the_family_is_read_by_its_layout(folder: Path) -> None:
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    page = Page(url=request["url"], body=(folder / "page.html").read_bytes(), captured_at=request["captured_at"])
    result = extract(page, generic_site(page.url))
    if result.outcome is not Outcome.SAVED:
        pytest.skip("no article: tests/test_fixtures.py says whether that is right")
    assert result.article is not None
    assert result.article.site_rule == ("generic" if named(folder) in UNUSUAL else f"family:{folder.parent.name}")


def test_every_family_has_pages_that_prove_it() -> None:
    assert {folder.parent.name for folder in PAGES} == set(FAMILIES)


def test_a_family_without_layouts_is_known_by_its_marks_alone() -> None:
    assert [family.name for family in load_families() if not family.layouts] == ["nextjs"]
