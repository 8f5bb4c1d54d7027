"""The web view in a real browser: what a reader does, at desk and on a phone, and what must never happen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytest.importorskip("playwright")
pytest.importorskip("datasette")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from archive.records import Image
from tests.browser.screenshots import browsing, serving
from tests.corpus import Corpus, compose

pytestmark = pytest.mark.browser
SCRIPT = "<script>window.broken = true</script> Dân vận"
SIZES = {"desk": (1200, 800), "phone": (390, 844)}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    corpus = Corpus(tmp_path_factory.mktemp("archive"))
    first = compose(url="https://danvan.example/1", headline="Đảng bộ xã Đông làm dân vận khéo", date_published="2022-10-06",
                    description="Mười hộ hiến đất làm đường.", article_body="Mười hộ đã hiến đất.\n\nĐường rộng hơn.",
                    images=(Image(url="https://danvan.example/a.jpg", caption="Con đường mới", credit="HM"),))  # fmt: skip
    corpus.add(first)
    later = replace(
        first, article_body="Hai mươi hộ đã hiến đất.\n\nĐường rộng hơn.", captured_at="2024-02-02T00:00:00+00:00"
    )
    corpus.add(later)
    corpus.add(compose(url="https://danvan.example/2", headline=SCRIPT, date_published="2023-02-03",
                       article_body_html='<p>Thân<img src="https://elsewhere.example/x.png" onerror="broken=true"></p>'))  # fmt: skip
    for number in range(30):
        url = f"https://baonghean.example/{number}"
        corpus.add(compose(url=url, headline=f"Dân vận ở xóm {number}", date_published=f"20{10 + number % 15}-05-06"),
                   site="baonghean_vn")  # fmt: skip
    with serving(corpus.path) as served:
        yield served


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with browsing(chromium) as opened:
        yield opened


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page that fails its test on a console error or a request that leaves loopback."""
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("request", lambda asked: wrong.append(asked.url) if urlsplit(asked.url).hostname != "127.0.0.1" else None)
    yield opened
    context.close()
    assert wrong == []


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_reader_searches_without_diacritics_and_reads(page: Page, address: str) -> None:
    page.goto(address)
    assert fits(page)
    page.fill("input[type=search]", "dang bo xa dong")
    page.keyboard.press("Enter")
    assert page.locator("mark").first.inner_text() == "Đảng bộ xã Đông"
    assert fits(page)
    page.click(".hits h3 a")
    assert page.locator("h1").inner_text() == "Đảng bộ xã Đông làm dân vận khéo"
    assert page.locator(".lead").inner_text() == "Mười hộ hiến đất làm đường."
    assert "Con đường mới" in page.locator(".images").inner_text()
    assert fits(page)


def test_a_reader_sees_what_changed(page: Page, address: str) -> None:
    page.goto(f"{address}/article/1")
    page.click("text=xem thay đổi")
    assert page.locator("ins", has_text="Hai mươi").count() == 1
    assert page.locator("del", has_text="Mười").count() == 1


def test_a_reader_switches_the_language_for_good(page: Page, address: str) -> None:
    page.goto(f"{address}/article/1")
    assert page.locator("html").get_attribute("lang") == "vi"
    page.click("text=English")
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto(f"{address}/coverage")
    assert page.locator("h1").inner_text() == "Coverage"


def test_a_reader_follows_a_facet(page: Page, address: str) -> None:
    page.goto(f"{address}/search?q=dan+van")
    page.click("aside >> text=Báo Nghệ An")
    assert page.locator(".summary").inner_text().startswith("30 ")
    page.click("text=Trang sau")
    assert page.locator(".hits li").count() == 10
    page.click(".chips a")
    assert page.locator(".summary").inner_text().startswith("32 ")


def test_a_reader_takes_a_citation_and_a_table(page: Page, address: str) -> None:
    page.goto(f"{address}/article/1")
    with page.expect_download() as citation:
        page.click("text=BibTeX")
    assert Path(citation.value.path()).read_text(encoding="utf-8").startswith("@misc{")
    page.goto(f"{address}/search?site=baonghean_vn")
    with page.expect_download() as table:
        page.click("text=CSV")
    assert Path(table.value.path()).read_text(encoding="utf-8").count("Dân vận ở xóm") == 30


def test_a_stored_script_stays_text(page: Page, address: str) -> None:
    page.goto(f"{address}/article/2")
    assert page.locator("h1").inner_text() == SCRIPT
    page.goto(f"{address}/search?q=dan+van")
    assert page.evaluate("window.broken") is None


def test_tables_and_typed_sql_work_under_the_policy(page: Page, address: str) -> None:
    page.goto(f"{address}/archive?sql=select+count(*)+from+articles")
    assert page.locator(".CodeMirror").count() == 1
    assert page.locator("td").inner_text() == "32"
    page.goto(f"{address}/archive/articles?_facet_array=author_names")
    page.goto(f"{address}/archive/by_year")
    assert "Báo Nghệ An" in page.locator("table").inner_text()


def test_the_keyboard_reaches_the_content_first(page: Page, address: str) -> None:
    page.goto(f"{address}/article/1")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_barrier(browser: Browser, address: str, scheme: str) -> None:
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    for path in ("/", "/search?q=dan+van&site=baonghean_vn", "/article/1", "/article/1/changes", "/site/danvan_vn",
                 "/coverage", "/article/99"):  # fmt: skip
        page.goto(address + path)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found = Axe().run(page).response["violations"]
        serious = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
        assert serious == [], path
    page.close()
