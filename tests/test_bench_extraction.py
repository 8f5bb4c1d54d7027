"""The extraction bench scores what it is given, and only that."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench.chart import draw
from bench.pages import Case, load
from bench.scoring import day, f1, score

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(scope="module")
def cases() -> tuple[Case, ...]:
    return load(FIXTURES / "press")


def perfect(case: Case) -> dict[str, object]:
    return {
        "headline": case.headline,
        "lead": case.description,
        "body": "\n\n".join(case.paragraphs),
        "authors": list(case.authors),
        "date": case.date,
    }


def test_the_gold_itself_scores_full_marks(cases):
    s = score("gold", cases, {c.name: perfect(c) for c in cases}, 1.0)
    assert (s.f1, s.invented, s.captions, s.leaks, s.failed) == (1.0, 0, 0, 0, 0)
    assert all(right == asked > 0 for right, asked in (s.headline, s.lead, s.byline, s.date))


def test_a_body_that_keeps_its_lead_is_as_good(cases):
    bodies = {c.name: {"body": f"{c.description or ''} {' '.join(c.paragraphs)}"} for c in cases}
    s = score("peer", cases, bodies, 1.0)
    assert (s.f1, s.headline, s.byline) == (1.0, None, None)


def test_what_an_extractor_never_answered_counts_against_it(cases):
    s = score("broken", cases, {}, 1.0)
    assert (s.f1, s.failed) == (0.0, len(cases))


def test_captions_and_furniture_in_a_body_are_counted_apart(cases):
    case = next(c for c in cases if c.captions)
    body = f"{case.captions[0]} {case.forbidden[0]}"
    s = score("leaky", [case], {case.name: {"body": body}}, 1.0)
    assert (s.captions, s.leaks) == (1, 1)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("2024-03-05", "2024-03-05"),
        ("2024-03-05T09:45:12+07:00", "2024-03-05"),
        ("2024-03-05T18:30:00+00:00", "2024-03-06"),
        ("2024-03-05T18:30:00", "2024-03-05"),
        ("5 March", "5 March"),
        ("", None),
        (None, None),
    ],
)
def test_a_date_counts_by_its_day_in_vietnam(value, wanted):
    assert day(value) == wanted


def test_f1_counts_repeated_words_once_each_time():
    assert f1("dân vận dân", "dân vận") == pytest.approx(0.8)
    assert f1("", "dân") == 0.0


def test_a_folder_without_gold_is_named(tmp_path):
    with pytest.raises(ValueError, match=str(tmp_path)):
        load(tmp_path)


def test_the_chart_is_well_formed_and_names_the_page_set(cases):
    s = score("danvan", cases, {c.name: perfect(c) for c in cases}, 12.0)
    text = "".join(ET.fromstring(draw("a set <of> pages", [s])).itertext())
    assert "a set <of> pages" in text
    assert f"{len(cases)} of {len(cases)}" in text


def test_every_article_of_the_fixtures_is_a_case_of_the_bench() -> None:
    pages = [path for path in FIXTURES.glob("*/*/expected.json") if '"headline"' in path.read_text(encoding="utf-8")]
    assert len(load(FIXTURES)) == len(pages) > 100
