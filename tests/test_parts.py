"""The parts of a sitemap index, feeds that a page of feeds names, and sitemaps for readers, crawl after crawl."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from archive.records import Lease, Outcome
from crawler.revisit import DAY, HOUR, PART_LONGEST, SOURCE_LONGEST, next_visit
from tests.files_site import Ground

INDEX = '<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</sitemapindex>'
URLSET = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
RSS = '<rss version="2.0"><channel><title>Tin</title>{}</channel></rss>'


class Served:
    """A site with one source at /nguon, a day of clock between two crawls."""

    def __init__(self, site: Ground, kind: str) -> None:
        self.site, self.base = site, site.server.base
        profile = site.archive.parent / "sites" / "thu_nghiem.toml"
        text = profile.read_text().replace('"listing"', f'"{kind}"')
        profile.write_text(text.replace(f'url = "{self.base}/"', f'url = "{self.base}/nguon"'))
        site.server.pages.clear()

    def xml(self, path: str, text: str) -> None:
        self.site.server.files[path] = ("application/xml", text.encode())

    def urlset(self, path: str, *names: str) -> None:
        self.xml(path, URLSET.format("".join(f"<url><loc>{self.base}/tin-{name}</loc></url>" for name in names)))

    def crawl(self, *, later: timedelta = timedelta(0)) -> list[str]:
        """What a crawl asks for, when that much time has passed since the last."""
        if later:
            with sqlite3.connect(self.site.archive / "archive.db") as db:
                db.execute("UPDATE pages SET due_at = due_at - ?", (later.total_seconds(),))
        self.site.server.asked.clear()
        self.site.crawl()
        return sorted(set(self.site.server.paths()) - {"/robots.txt"})

    def saved(self) -> set[str]:
        return {row[0].rpartition("/tin-")[2] for row in self.site.rows("SELECT url FROM articles")}


@pytest.fixture
def served(open_site: Ground, request: pytest.FixtureRequest) -> Served:
    return Served(open_site, request.param)


SIX_HOURS = timedelta(hours=6)


@pytest.mark.parametrize("served", ["sitemap"], indirect=True)
def test_news_in_a_part_of_an_index_that_itself_never_changes_is_found_by_the_next_crawl(served: Served) -> None:
    served.xml(
        "/nguon", INDEX.format("".join(f"<sitemap><loc>{served.base}/phan-{n}.xml</loc></sitemap>" for n in (1, 2)))
    )
    served.urlset("/phan-1.xml", "cu")
    served.urlset("/phan-2.xml", "hai")
    served.crawl()
    assert served.saved() == {"cu", "hai"}
    served.urlset("/phan-2.xml", "hai", "ba")
    assert served.crawl(later=SIX_HOURS) == ["/nguon", "/phan-1.xml", "/phan-2.xml", "/tin-ba"]
    served.urlset("/phan-2.xml", "hai", "ba", "bon")
    assert "/tin-bon" in served.crawl(later=SIX_HOURS)


@pytest.mark.parametrize("served", ["sitemap"], indirect=True)
def test_a_part_that_the_index_says_was_changed_is_asked_for_however_long_it_was_quiet(served: Served) -> None:
    def index(day: datetime) -> str:
        return INDEX.format(
            f"<sitemap><loc>{served.base}/phan-1.xml</loc><lastmod>{day.isoformat()}</lastmod></sitemap>"
        )

    served.xml("/nguon", index(datetime.now(UTC) - timedelta(days=400)))
    served.urlset("/phan-1.xml", "cu")
    served.crawl()
    with sqlite3.connect(served.site.archive / "archive.db") as db:
        db.execute("UPDATE pages SET due_at = due_at + 500000, quiet_visits = 40 WHERE url LIKE '%phan-1.xml'")
    assert served.crawl(later=SIX_HOURS) == ["/nguon"]
    served.xml("/nguon", index(datetime.now(UTC) + timedelta(minutes=1)))
    served.urlset("/phan-1.xml", "cu", "moi")
    assert served.crawl(later=SIX_HOURS) == ["/nguon", "/phan-1.xml", "/tin-moi"]


@pytest.mark.parametrize("served", ["feed"], indirect=True)
def test_feeds_that_a_page_of_feeds_names_are_polled_on(served: Served) -> None:
    def feed(*names: str) -> str:
        return RSS.format("".join(f"<item><link>{served.base}/tin-{name}</link></item>" for name in names))

    served.site.server.pages["/nguon"] = '<a href="/thoi-su.rss">Thời sự</a>'
    served.xml("/thoi-su.rss", feed("mot"))
    served.crawl()
    served.xml("/thoi-su.rss", feed("mot", "hai"))
    assert "/tin-hai" in served.crawl(later=SIX_HOURS)


def test_parts_of_years_gone_by_are_asked_for_ever_more_seldom_and_sources_never() -> None:
    part = Lease(
        page_id=1, site="s", url="u", identity="u", kind="sitemap", depth=1, section=None, text=None, visits=1,
        quiet_visits=0, attempts=1, crashes=0, etag=None, last_modified=None, digest=None, captured_url=None,
        captured_at=None, has_article=False, settled=True, told_by=7,
    )  # fmt: skip

    def waits(lease: Lease) -> list[float]:
        quiet = [next_visit(replace(lease, quiet_visits=n), Outcome.UNCHANGED, now=0) for n in range(30)]
        return [due / HOUR for due in quiet if due is not None]

    assert waits(part)[:4] == [1, 2, 4, 5.5]
    assert max(waits(part)) == PART_LONGEST / HOUR
    assert waits(part) == sorted(waits(part))
    assert sum(wait < 24 for wait in waits(part)) * SOURCE_LONGEST < 4 * DAY
    assert max(waits(replace(part, depth=0))) == SOURCE_LONGEST / HOUR
    assert waits(replace(part, told_by=None)) == [], "a day's page of an address with {date} is read once"


@pytest.mark.parametrize("served", ["sitemap"], indirect=True)
def test_a_sitemap_for_readers_is_read_as_the_list_it_is(served: Served) -> None:
    links = "".join(f'<li><a href="/tin-{n}">Họp dân bàn việc làng ở thôn số {n}</a></li>' for n in (1, 2, 3))
    served.site.server.pages["/nguon"] = (
        f'<h1>Sơ đồ trang</h1><ul>{links}</ul><a rel="next" href="/nguon?page=2">Sau</a>'
    )
    served.crawl()
    assert served.saved() == {"1", "2", "3"}
    assert served.site.rows("SELECT outcome, reason FROM pages WHERE depth = 0") == [("not_article", "listing")]
    assert "/nguon?page=2" in served.site.server.paths()


@pytest.mark.parametrize("served", ["sitemap"], indirect=True)
def test_a_sitemap_for_readers_without_articles_is_told_of_with_the_fix(served: Served) -> None:
    served.site.server.pages["/nguon"] = '<h1>Sơ đồ trang</h1><a href="/lien-he">Liên hệ</a>'
    for _ in range(3):
        served.crawl(later=timedelta(days=8) if served.site.archive.exists() else timedelta(0))
    checked = served.site.danvan("sites", "check")
    assert checked.returncode == 1
    assert "/nguon failed 3 times running (not_sitemap): it is a page that links to no article" in checked.stdout


@pytest.mark.parametrize("served", ["sitemap"], indirect=True)
def test_a_live_check_reads_articles_behind_an_index(served: Served) -> None:
    parts = "".join(f"<sitemap><loc>{served.base}/phan-{n}.xml</loc></sitemap>" for n in (1, 2, 3))
    served.xml("/nguon", INDEX.format(parts))
    for number in (1, 2, 3):
        served.urlset(f"/phan-{number}.xml", *(f"{number}{n}" for n in range(3)))
    served.site.archive.mkdir()
    (served.site.archive / "settings.toml").write_text('contact = "test@danvan.example"\n')
    done = served.site.danvan("sites", "check", "--live", "thu_nghiem", "--allow-private")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(": saved") == 3
    assert ".xml" not in done.stdout


@pytest.mark.parametrize("served", ["feed"], indirect=True)
def test_a_feed_that_redirects_home_is_told_of_as_dead(served: Served) -> None:
    served.site.server.pages["/"] = '<link rel="alternate" type="application/rss+xml" href="/nguon"><h1>Báo</h1>'
    served.site.server.moved["/nguon"] = "/"
    for _ in range(3):
        served.crawl(later=SIX_HOURS if served.site.archive.exists() else timedelta(0))
    assert "/nguon is gone (redirect_home)" in served.site.danvan("sites", "check").stdout


@pytest.mark.parametrize("served", ["sitemap"], indirect=True)
def test_an_index_without_end_does_not_keep_articles_waiting(served: Served) -> None:
    parts = "".join(f"<sitemap><loc>{served.base}/phan-{n}.xml</loc></sitemap>" for n in range(500))
    served.xml("/nguon", INDEX.format(parts))
    served.urlset("/phan-1.xml", "mot", "hai")
    done = served.site.crawl("thu_nghiem", "--limit", "110")
    assert done.returncode == 0, done.stderr
    assert served.saved() == {"mot", "hai"}


@pytest.mark.parametrize("served", ["sitemap"], indirect=True)
def test_an_index_that_writes_the_hour_of_asking_on_all_its_parts_is_not_believed(served: Served) -> None:
    def index(moment: datetime) -> str:
        rows = (f"<loc>{served.base}/phan-{n}.xml</loc><lastmod>{moment.isoformat()}</lastmod>" for n in range(6))
        return INDEX.format("".join(f"<sitemap>{row}</sitemap>" for row in rows))

    served.xml("/nguon", index(datetime.now(UTC) - timedelta(days=1)))
    for number in range(6):
        served.urlset(f"/phan-{number}.xml", str(number))
    served.crawl()
    with sqlite3.connect(served.site.archive / "archive.db") as db:
        db.execute("UPDATE pages SET due_at = due_at + 500000, quiet_visits = 40 WHERE url LIKE '%phan-%'")
    served.xml("/nguon", index(datetime.now(UTC) + timedelta(minutes=1)))
    assert served.crawl(later=SIX_HOURS) == ["/nguon"]
