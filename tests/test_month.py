"""Thirteen days of the sample sites under an injected clock, with edits, removals, an outage and a redesign."""

import json

import pytest

from crawler.sample import SampleWorld, sample_clock
from tests.month import Plan, identity_of, rows, simulate

pytestmark = pytest.mark.slow

DAYS = 13
PLAN = Plan(days=DAYS, outage=6, redesign=10, hours=(0, 12), often=frozenset((1, 6, 10)))


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    archive = tmp_path_factory.mktemp("month") / "archive"
    return archive, list(simulate(archive, PLAN))


@pytest.fixture(scope="module")
def world():
    return SampleWorld(DAYS)


def _bulletins(world):
    hosts = ("baonghean.example", "dangcongsan.example", "danvan.example", "dukcqtw.example", "most.example")
    standing = [article for host in hosts for article in (*world.articles(host), *world.gone(host))]
    return [article for article in standing if not article.off_topic]


def test_every_new_article_is_saved_by_the_next_crawl(month):
    _, crawls = month
    assert {crawl.moment: crawl.missing for crawl in crawls if crawl.missing} == {}


def test_every_edit_of_the_days_before_is_a_version_that_kept_the_old_words(month, world):
    archive, _ = month
    edited = [a for a in _bulletins(world) if a.edited_on_day and a.edited_on_day < DAYS]
    assert len(edited) >= 4
    assert any("thêm kết quả" in a.title for a in edited)
    assert any("thêm kết quả" not in a.title for a in edited)
    for article in edited:
        found = rows(
            archive,
            "SELECT articles.id, articles.headline, versions, article_body FROM articles JOIN pages ON pages.id = page_id WHERE identity = ?",
            identity_of(world, article),
        )
        assert found, article.title
        assert found[0][1:3] == (article.title, 2)
        old = rows(archive, "SELECT record FROM article_versions WHERE article_id = ? AND version = 1", found[0][0])
        assert json.loads(old[0][0])["articleBody"] != found[0][3]


def test_every_removal_is_dated_on_its_day_and_the_text_kept(month, world):
    archive, _ = month
    removed = [a for a in _bulletins(world) if a.removed_on_day and a.removed_on_day <= DAYS]
    assert len(removed) >= 2
    for article in removed:
        gone, body = rows(
            archive,
            "SELECT gone_at, article_body FROM articles JOIN pages ON pages.id = page_id WHERE identity = ?",
            identity_of(world, article),
        )[0]
        assert gone, article.title
        assert gone[:10] == f"{sample_clock(article.removed_on_day):%Y-%m-%d}", article.title
        assert len(body) > 100


def test_an_outage_costs_a_failed_run_and_nothing_else(month):
    _, crawls = month
    assert {crawl.day for crawl in crawls if crawl.exit_code} == {PLAN.outage}


def test_the_redesign_is_reported_on_its_first_day_and_only_that_site(month):
    _, crawls = month
    checks = {crawl.day: crawl.check for crawl in crawls if crawl.check}
    drifted = {day: sorted({line.partition(":")[0] for line in check.stdout.splitlines()})
               for day, check in checks.items() if check.stdout}  # fmt: skip
    assert drifted[PLAN.redesign] == ["danvan_example"]
    assert checks[PLAN.redesign].returncode == 1
    assert min(drifted) == PLAN.redesign, drifted


def test_a_quiet_crawl_asks_next_to_nothing(month):
    _, crawls = month
    first = crawls[0]
    quiet = [crawl for crawl in crawls if crawl.moment.hour == 20]
    assert max(crawl.bytes for crawl in quiet) < first.bytes * 0.1
