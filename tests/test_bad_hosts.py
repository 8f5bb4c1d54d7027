"""Hosts that misbehave beside good ones: what they are asked is bounded, and the good ones lose nothing."""

import pytest

from bench.badhost import site_of, trial
from bench.hosts import BAD, names

pytestmark = pytest.mark.slow

FAULTS = ("drip", "timeout", "500s", "redirects", "calendar", "reset", "robots")
PAGES, LIMIT = 6, 24
TRIES = 3  # of a page in one run
STRIKES = 5  # pages that fail in a row, then the host is left alone
PREFACE = 2  # robots.txt and sitemap


@pytest.fixture(scope="module")
def crawl():
    return trial(*FAULTS, pages=PAGES, limit=LIMIT)


@pytest.fixture(scope="module")
def asked(crawl):
    return {fault: crawl.hosts[host] for fault, host in zip(FAULTS, names(), strict=False)}


def test_good_hosts_are_asked_for_each_page_once(crawl):
    assert {log["requests"] for log in list(crawl.hosts.values())[len(FAULTS) :]} == {PAGES + PREFACE}
    assert crawl.exit_code == 1


@pytest.mark.parametrize("fault", ["drip", "timeout", "500s", "reset"])
def test_a_host_that_gives_no_answer_is_left_alone_after_a_few_pages(asked, fault):
    assert asked[fault]["requests"] <= PREFACE + STRIKES * TRIES + 2 * TRIES


def test_a_host_without_robots_txt_is_asked_for_nothing_else(asked):
    assert asked["robots"]["requests"] <= TRIES


@pytest.mark.parametrize("fault", ["redirects", "calendar"])
def test_a_trap_ends_at_the_sites_budget(asked, fault):
    assert asked[fault]["requests"] <= LIMIT + 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_host_holds_no_more_connections_than_its_profile_allows(asked, fault):
    assert asked[fault]["most_at_once"] <= 3  # two, and one that the server has not seen end


def test_pages_that_take_seconds_to_read_leave_the_workers_to_the_others() -> None:
    order = trial("heavy", pages=PAGES).stored
    assert order.count(site_of(BAD)) == PAGES
    others_last = max(place for place, site in enumerate(order) if site != site_of(BAD))
    assert order[:others_last].count(site_of(BAD)) <= PAGES // 2
