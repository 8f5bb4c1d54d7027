"""Pages whose classes and ids are gone, or tell nothing: structure and text decide."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from archive.records import Article, Page
from crawler.extraction import extract
from crawler.profile import generic_site

FIXTURES = Path(__file__).parent / "fixtures"
PAGES = sorted(
    path.parent for family in ("press", "vccorp", "hemera", "wordpress") for path in FIXTURES.glob(f"{family}/*/page.html")
)  # fmt: skip
TAG = re.compile(rb"<(?!script|!|/)[a-zA-Z][^<>]*?>", re.DOTALL)
NAMES = re.compile(rb"""\s(?:class|id)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
TEXT = [
    "Sáng nay, đoàn công tác của tỉnh đã về thăm và làm việc với bà con xã vùng cao Nậm Pì sau trận lũ quét.",
    "Đoàn trao 120 suất quà cho các hộ bị sập nhà và khảo sát vị trí dựng lại điểm trường đã bị cuốn trôi.",
    "Theo thống kê của UBND xã, lũ làm hư hại 14 ha lúa và gây sạt lở 300 mét đường liên bản.",
]


def read(body: bytes, url: str = "https://trang.example/tin/1.html") -> Article:
    article = extract(Page(url=url, body=body, captured_at="2026-11-23T00:00:00+07:00"), generic_site(url)).article
    assert article is not None
    return article


def page(inside: str, before: str = "", head: str = "") -> bytes:
    title = "Đoàn công tác tỉnh thăm xã Nậm Pì sau lũ quét"
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>'
        f"{before}<div><h1>{title}</h1>{inside}</div></body></html>"
    ).encode()


def paragraphs(first: str = "<p>{}</p>") -> str:
    return first.format(TEXT[0]) + "".join(f"<p>{text}</p>" for text in TEXT[1:])


@pytest.mark.parametrize("folder", [pytest.param(f, id=f"{f.parent.name}/{f.name}") for f in PAGES])
def test_without_names_headline_date_and_writers_stay_and_nothing_leaks(folder):
    gold = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    bare = TAG.sub(lambda tag: NAMES.sub(b"", tag[0]), (folder / "page.html").read_bytes())
    article = read(bare, request["url"])
    assert article.headline == gold["headline"]
    assert article.date_published == gold["datePublished"]
    assert [author.name for author in article.authors] == gold["authors"]
    assert [text for text in gold.get("forbidden", []) if text in article.article_body] == []


def test_a_short_menu_is_no_trail_to_a_section():
    menu = '<ul><li><a href="/">Trang chủ</a></li><li><a href="/a">Giới thiệu</a></li><li><a href="/b">Văn bản</a></li></ul>'
    assert read(page(paragraphs(), menu)).article_section is None


def test_steps_that_lie_in_one_another_are_a_trail():
    trail = '<div><a href="/">Trang chủ</a></div><div><a href="/tin">Tin tức</a></div><div><a href="/tin/xa">Tin từ xã</a></div>'
    assert read(page(paragraphs(), trail)).article_section == "Tin từ xã"


@pytest.mark.parametrize("section", ["Thời Sự", "Xây Dựng Đảng", "Đời Sống", "Kinh Doanh"])
def test_a_section_in_capitals_beside_the_date_is_no_writer(section):
    assert read(page(f"<div>{section}</div><div>12/10/2024 08:00</div>{paragraphs()}")).authors == ()


@pytest.mark.parametrize("name", ["Hoàng Yến", "Lê Thu Hà"])
def test_a_name_first_behind_the_text_is_the_writer(name):
    article = read(page(f"<div>12/10/2024 08:00</div><div>{paragraphs()}</div><div>{name}</div>"))
    assert [author.name for author in article.authors] == [name]


@pytest.mark.parametrize("first", ["<p>{}</p>", '<p class="p1">{}</p>', '<p class="has-drop-cap">{}</p>'])
def test_a_first_paragraph_like_the_others_is_no_lead(first):
    article = read(page(paragraphs(first), head=f'<meta property="og:description" content="{TEXT[0][:70]}...">'))
    assert article.description is None
    assert article.article_body.startswith(TEXT[0])


@pytest.mark.parametrize("first", ['<p class="x7f2a">{}</p>', "<div>{}</div>"])
def test_a_first_paragraph_made_unlike_all_others_is_the_lead(first):
    article = read(page(paragraphs(first) + f"<p>{TEXT[1]}</p>"))
    assert article.description == TEXT[0]
    assert TEXT[0] not in article.article_body


def test_a_link_that_is_no_address_before_the_headline_does_no_harm():
    broken = '<div><a href="/">Trang chủ</a></div><div><a href="//[::bad">Tin tức</a></div>'
    assert read(page(f'<div>12/10/2024 08:00 <a href="//[::bad">Tin</a></div>{paragraphs()}', broken)).headline
    assert read(page(paragraphs(), '<div><a href="//[::bad">Tin tức</a></div>')).headline
