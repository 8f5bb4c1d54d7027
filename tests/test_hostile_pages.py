"""Pages made to break a reader, or broken by accident, each end with a reason or a safe record."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.records import Extraction, Outcome, Page, article_json
from crawler.extraction import extract
from crawler.profile import generic_site
from tests.mutate import judge, mutated

URL = "https://portal.example/tin-tuc/dan-lang-lam-duong-77.html"
TITLE = "Dân làng chung tay làm đường mới"
PROSE = "Nhân dân trong thôn cùng nhau góp công làm đường, ai cũng phấn khởi vì con đường mới. "
HEAD = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>"
TEXT = f"<p>{PROSE * 6}</p>"


def read(text: str | bytes) -> Extraction:
    body = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    page = Page(url=URL, body=body, captured_at="2026-11-23T08:00:00+07:00")
    return extract(page, generic_site(URL))


def entities() -> str:
    nested = "".join(f'<!ENTITY v{n} "{f"&v{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE html [<!ENTITY v0 "vui">{nested}]>{HEAD}<p>&v9;</p>{TEXT}'


WITH_TEXT = {
    "200,000 attributes": f"{HEAD}<div {' '.join(f'a{n}=1' for n in range(200_000))}>{TEXT}</div>",
    "a class of a megabyte": f'{HEAD}<div class="{"tin-cu-o " * 110_000}">{TEXT}</div>',
    "an address of a megabyte": f'{HEAD}<a href="/{"a" * 1_000_000}">x</a>{TEXT}',
    "a title of 300 KB": f"<html><head><title>{PROSE * 3_500}</title></head><body><h1>{TITLE}</h1>{TEXT}",
    "a control character in a tag's name": f"<html><head><title>{TITLE}</title></head><body><div><p>Thứ tư, 6/11/2024</p>"
    f"<di\x02v><h1>{TITLE}</h1></di\x02v></div>{TEXT}",
    "20,000 comments": f"{HEAD}{'<!--x-->' * 20_000}{TEXT}",
    "half a million brackets": f"{HEAD}<p>{'(' * 500_000}</p>{TEXT}",
    "half a million slashes": f"{HEAD}<p>{'1/' * 250_000}</p>{TEXT}",
    "30,000 dates": f"{HEAD}<p>{'12/3/2020 ' * 30_000}</p>{TEXT}",
    "a million spaces": f"{HEAD}<p>{' ' * 1_000_000}x</p>{TEXT}",
    "JSON-LD nested too deep": f'{HEAD}<script type="application/ld+json">{"[" * 100_000}</script>{TEXT}',
    "a column span of a billion": f"{HEAD}<table><tr><td colspan=999999999>a</td></tr><tr><td>b</td></tr></table>{TEXT}",
    "10,000 related links": HEAD + TEXT + '<p><a href="/x">Tin cũ hơn ở xã</a> (2 tháng trước)</p>' * 10_000,
    "an entity bomb": entities(),
    "an outside entity": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + HEAD + "<p>&x;</p>" + TEXT,
}  # fmt: skip
WITHOUT = {
    "500,000 nested blocks": "<html><body>" + "<div>" * 500_000 + TEXT,
    "100,000 nested lists": HEAD + "<ul><li>" * 100_000 + TEXT,
    "50,000 nested tables": HEAD + "<table><tr><td>" * 50_000 + TEXT,
    "100,000 nested bold words": HEAD + "<b>" * 100_000 + TEXT,
    "one text of 20 MB": HEAD + "<p>" + PROSE * 190_000,
    "state nested too deep": f'<div id=__next></div><script id="__NEXT_DATA__" type="application/json">{"[" * 60_000}</script>',
    "no elements": "",
    "only space": " \n\t",
    "only a comment": "<!-- không có gì -->",
    "only NUL": "\x00" * 1_000,
}  # fmt: skip


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in WITH_TEXT.items()])
def test_an_article_is_found_beside_what_would_break_a_reader(text: str) -> None:
    result = read(text)
    assert result.article is not None, result.reason
    assert result.article.headline == TITLE
    assert PROSE.strip() in result.article.article_body


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in WITHOUT.items()])
def test_what_gives_no_article_ends_with_a_reason(text: str) -> None:
    result = read(text)
    assert result.outcome is Outcome.SAVED or result.reason


def test_eighty_thousand_paragraphs_end_as_any_page_does() -> None:
    result = read(HEAD + "".join(f"<p>{PROSE}{n}</p>" for n in range(80_000)))
    assert result.article is not None
    assert result.article.article_body.startswith(f"{PROSE}0\n\n{PROSE}1\n\n")


def test_entities_are_not_expanded_and_files_not_read() -> None:
    bomb, outside = read(entities()).article, read(WITH_TEXT["an outside entity"]).article
    assert bomb is not None
    assert outside is not None
    assert len(bomb.article_body) < 2 * len(PROSE * 6)
    assert "root:" not in outside.article_body


def test_odd_characters_never_reach_the_record() -> None:
    odd = "\x00\x1b[31m\u202e\u2066\u200b\ufeff\uffff"
    result = read(f"{HEAD.replace('chung', f'chung{odd}')}<p>{odd}{PROSE}{odd}{PROSE * 4}\ud800</p>")
    assert result.article is not None
    record = json.dumps(article_json(result.article), ensure_ascii=False)
    record.encode("utf-8")
    assert not [c for c in "\x00\x1b\u202e\u2066\u200b\ufeff\uffff\ud800" if c in record]


def test_scripts_and_their_addresses_stay_out_of_the_html() -> None:
    result = read(
        f'{HEAD}<p onclick="steal()">{PROSE * 3}<a href="javascript:steal()">Bấm vào đây</a> <a href="data:text/html,x">xem</a>'
        f"</p><p>&lt;script&gt;steal()&lt;/script&gt; {PROSE * 3}</p>"
    )
    assert result.article is not None
    html = result.article.article_body_html.lower()
    assert not [mark for mark in ("<script", "javascript:", "data:", "onclick") if mark in html]


@settings(max_examples=120, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_a_damaged_page_has_an_outcome_and_a_record_that_can_be_written(seed: int) -> None:
    judge(mutated(seed)[1])


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.binary(max_size=400))
def test_any_bytes_around_a_text_have_an_outcome(before: bytes, after: bytes) -> None:
    judge(before + (HEAD + TEXT).encode() + after)
