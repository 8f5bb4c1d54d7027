"""robots.txt: RFC 9309's answers, one test each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.robots import MAX_BYTES, RobotsRules

AGENT = "danvan-archive/0.1 (+https://thuvien.example/lien-he; ban@thuvien.example)"
URL = "https://baodia.vn/tin-tuc/dan-van-kheo-123.html"


def rules(text: str | bytes, status: int = 200) -> RobotsRules:
    return RobotsRules.from_response(status, text.encode() if isinstance(text, str) else text)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 301, 302])
def test_a_file_that_is_not_there_allows_all(status: int) -> None:
    answer = rules("User-agent: *\nDisallow: /", status)
    assert answer.allowed(URL, AGENT)
    assert not answer.wait


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599, 429, 408, 0])
def test_a_file_that_cannot_be_had_means_wait(status: int) -> None:
    answer = rules("User-agent: *\nAllow: /", status)
    assert answer.wait
    assert not answer.allowed(URL, AGENT)
    assert answer == RobotsRules.unreachable()


CASES = [
    ("", True),
    ("User-agent: *\nDisallow:", True),
    ("User-agent: *\nDisallow: /", False),
    ("User-agent: *\nDisallow: /tin-tuc/", False),
    ("User-agent: *\nDisallow: /tin-tuc/\nAllow: /tin-tuc/dan-van", True),
    ("User-agent: *\nDisallow: /*.html$", False),
    ("User-agent: *\nDisallow: /*.htm$", True),
    ("User-agent: *\nDisallow: /tim-kiem", True),
    ("user-AGENT: *\r\ndisallow: /tin-tuc\r\n", False),
    ("\ufeffUser-agent: *\nDisallow: /", False),
    ("User-agent: *\nDisallow: / # tất cả", False),
    ("User-agent: *\nDisallow: /\n\nUser-agent: Danvan-Archive\nDisallow: /tim-kiem", True),
    ("User-agent: Danvan-Archive\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
    ("User-agent: khac\nUser-agent: danvan-archive\nDisallow: /", False),
    ("User-agent: thuvien\nDisallow: /", True),
    ("User-agent: archive\nDisallow: /", True),
    ("Disallow: /", True),
    ("<!DOCTYPE html>\n<p>User-agent: *\nDisallow: /</p>", True),
    ("\x00\x01\x02 không phải tệp robots \xff", True),
    ("User-agent: *\nDisallow: /tin-tuc/%64an-van", False),
]


@pytest.mark.parametrize(("text", "allowed"), CASES)
def test_the_rules_are_obeyed(text: str, allowed: bool) -> None:
    assert rules(text).allowed(URL, AGENT) is allowed


def test_utf_16_is_read() -> None:
    assert not rules("User-agent: *\nDisallow: /".encode("utf-16")).allowed(URL, AGENT)


def test_crawl_delay_and_request_rate_ask_for_the_longer_pause() -> None:
    assert rules("User-agent: *\nCrawl-delay: 2.5").crawl_delay(AGENT) == 2.5
    assert rules("User-agent: *\nCrawl-delay: 2\nRequest-rate: 1/10").crawl_delay(AGENT) == 10
    assert rules("User-agent: khac\nCrawl-delay: 9").crawl_delay(AGENT) is None
    assert rules("User-agent: *\nCrawl-delay: lâu").crawl_delay(AGENT) is None
    assert rules("User-agent: *\nCrawl-delay: inf").crawl_delay(AGENT) is None
    assert rules("", 404).crawl_delay(AGENT) is None


def test_sitemaps_are_named_once_and_need_no_group() -> None:
    text = "Sitemap: https://baodia.vn/s.xml\nUser-agent: *\nDisallow: /x\nsitemap:https://baodia.vn/s.xml\nSitemap: /b.xml"
    assert rules(text).sitemaps == ("https://baodia.vn/s.xml", "/b.xml")


def test_what_lies_past_the_limit_is_ignored_and_no_rule_is_cut_in_half() -> None:
    filler = "User-agent: *\n" + "Disallow: /luu-tru/cu/\n" * (MAX_BYTES // 23)
    long = filler + "Disallow: /tin-tuc/\n"
    assert len(long) > MAX_BYTES
    assert rules(long).allowed(URL, AGENT)
    cut = filler[: MAX_BYTES - 12] + "\nDisallow: /tin-khong-cham-toi\n"
    assert rules(cut).allowed("https://baodia.vn/", AGENT)


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_give_rules(body: bytes) -> None:
    answer = RobotsRules.from_response(200, b"User-agent: *\nDisallow: /kin\n" + body)
    assert answer.allowed("https://baodia.vn/robots.txt", AGENT)
