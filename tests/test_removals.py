"""A removal is dated by the first crawl after it: what a list drops without need is asked for at once, in bounds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, frontier
from archive.lists import DOUBTED, DOUBTED_OF_FEW, FALSE_ALARMS
from archive.records import Article, Child, Lease, Outcome, RawRecord, Visit, content_hash
from archive.writer import Writer
from crawler.revisit import DAY, HOUR, next_visit
from tests.bad_server import ARTICLE
from tests.files_site import Ground
from tests.test_frontier import FakeWarc

START = datetime(2025, 6, 15, 1, tzinfo=UTC)
LATER = int(START.timestamp()) + 40 * DAY


@dataclass
class Site:
    """One list and the articles it shows, a visit of it every six hours."""

    archive: Archive
    writer: Writer
    kind: str
    hours: int = 0

    def moment(self) -> str:
        return (START + timedelta(hours=self.hours)).isoformat(timespec="seconds")

    def show(self, *numbers: int) -> set[int]:
        """The list shows those articles, a higher number is newer; returns which are due at once."""
        self.hours += 6
        (list_,) = self._leases(self.kind, "list")
        children = tuple(_child(f"tin-{n}") for n in numbers)
        self._store(self._visit(list_, Outcome.NOT_ARTICLE, reason="listing", children=children))
        due = self._due()
        self.answer(Outcome.UNCHANGED, *due)
        return due

    def save(self, *numbers: int) -> None:
        leases = self._leases("article", *(f"tin-{number}" for number in numbers))
        pairs = zip(numbers, leases, strict=True)
        self._store(*(self._visit(lease, Outcome.SAVED, article=_article(number)) for number, lease in pairs))

    def answer(self, outcome: Outcome, *numbers: int) -> None:
        leases = self._leases("article", *(f"tin-{number}" for number in numbers))
        self._store(*(self._visit(lease, outcome) for lease in leases))

    def _due(self) -> set[int]:
        rows = self.archive.connection.execute("SELECT url FROM pages WHERE due_at = 0 AND fetched_at IS NOT NULL")
        return {int(row[0].rpartition("-")[2]) for row in rows}

    def _leases(self, kind: str, *names: str) -> list[Lease]:
        def claim(connection: sqlite3.Connection) -> list[Lease]:
            site, run = self.archive.site_id("s", title="S"), self.writer.run_id
            children = [replace(_child(name), kind=kind) for name in names]
            return [
                frontier.claim(connection, site, child, run_id=run, discovered_at=START.isoformat())
                for child in children
            ]

        return self.writer.claim(claim).result(5)

    def _visit(self, lease: Lease, outcome: Outcome, **facts: Any) -> Visit:
        raw = RawRecord(data=b"x", record_type="response", digest=f"sha1:{lease.page_id}")
        due = None if lease.kind != "article" else LATER
        return Visit(
            lease=lease, outcome=outcome, url=lease.url, fetched_at=self.moment(), status=200, raw=raw, due_at=due,
            **facts,
        )  # fmt: skip

    def _store(self, *visits: Visit) -> None:
        for stored in [self.writer.submit(visit) for visit in visits]:
            stored.result(20)


def _child(name: str) -> Child:
    return Child(identity=f"https://s.example/{name}", url=f"https://s.example/{name}", kind="article", text=name)


def _article(number: int) -> Article:
    published = (START - timedelta(days=200) + timedelta(hours=number)).isoformat(timespec="seconds")
    article = Article(
        url=f"https://s.example/tin-{number}", headline=f"Tổ dân vận thôn {number} họp bàn việc làm đường",
        article_body=f"Thôn {number} đã họp, bà con góp công.", date_published=published, captured_at=published,
    )  # fmt: skip
    return replace(article, content_hash=content_hash(article))


@pytest.fixture
def archive(archive_dir: Path) -> Iterator[Archive]:
    with Archive.open_writer(archive_dir) as opened:
        yield opened


@pytest.fixture
def sites(archive: Archive) -> Iterator[Site]:
    run = archive.start_run("crawl", started_at=START.isoformat(), pid=1)
    writer = Writer(archive, FakeWarc(), run, now=lambda: LATER)
    writer.start()
    yield Site(archive, writer, "feed")
    writer.close()


def newest(first: int, last: int, *without: int) -> list[int]:
    """Numbers from the newest down, as lists show them."""
    return [n for n in range(first, last - 1, -1) if n not in without]


@pytest.mark.parametrize("kind", ["sitemap", "listing"])
@pytest.mark.parametrize(
    ("now", "due"),
    [
        (newest(20, 1, 12), {12}),
        (newest(20, 1, 20), {20}),
        (newest(21, 2, 12), {12}),
        (newest(20, 0, 12), {12}),
        (newest(21, 2), set()),
        (newest(24, 5), set()),
        (newest(20, 1), set()),
        (list(range(1, 21)), set()),
    ],
    ids=[
        "one taken out", "the newest taken out", "one taken out as another came", "one taken out, an older filled in",
        "the oldest pushed out", "four pushed out", "nothing changed", "another order",
    ],
)  # fmt: skip
def test_only_what_nothing_newer_pushed_out_is_asked_for(
    sites: Site, kind: str, now: Sequence[int], due: set[int]
) -> None:
    sites.kind = kind
    sites.show(*newest(20, 1))
    sites.save(*newest(24, 0))
    assert sites.show(*now) == due
    assert sites.show(*now) == set(), "each is asked for once"


def test_what_came_back_and_left_again_is_asked_for_again(sites: Site) -> None:
    sites.save(*newest(20, 1))
    sites.show(*newest(20, 1))
    assert sites.show(*newest(20, 1, 7)) == {7}
    assert sites.show(*newest(20, 1)) == set()
    assert sites.show(*newest(20, 1, 7)) == {7}


def test_an_article_pinned_on_top_does_not_make_pushed_out_ones_doubtful(sites: Site) -> None:
    sites.kind = "listing"
    sites.save(*newest(30, 1))
    sites.show(1, *newest(20, 11))
    assert sites.show(1, *newest(21, 12)) == set()
    assert sites.show(1, *newest(21, 12, 15)) == {15}


def test_a_list_cut_short_makes_few_due_and_a_great_purge_is_worked_off(sites: Site) -> None:
    sites.kind = "sitemap"
    sites.save(*newest(400, 1))
    sites.show(*newest(400, 1))
    assert len(sites.show(*newest(400, 390))) == DOUBTED_OF_FEW
    assert sites.show(*newest(400, 1)) == set(), "whole again"
    kept = newest(400, 1, *range(100, 145))
    assert len(sites.show(*kept)) == DOUBTED
    sites.answer(Outcome.GONE, *range(100, 145))
    assert sites.show(*kept, 401) == set()


def test_a_list_that_drops_what_still_stands_is_believed_no_more_until_it_was_right(sites: Site) -> None:
    sites.kind = "sitemap"
    sites.save(*newest(60, 1))
    sites.show(*newest(60, 1))
    out = [n * 3 for n in range(1, FALSE_ALARMS + 3)]
    asked = [sites.show(*newest(60, 1, *out[: n + 1])) for n in range(len(out))]
    assert asked == [{n} for n in out[:FALSE_ALARMS]] + [set(), set()]
    sites.hours += 1
    sites.answer(Outcome.GONE, out[-1])
    assert sites.show(*newest(60, 1, *out, 50)) == {50}


def test_a_visit_out_of_turn_uses_up_none_of_the_revisits() -> None:
    start = int(START.timestamp())
    fresh = Lease(
        page_id=1, site="s", url="u", identity="u", kind="article", depth=1, section=None, text=None, visits=0,
        quiet_visits=0, attempts=1, crashes=0, etag=None, last_modified=None, digest=None, captured_url=None,
        captured_at=None, has_article=True, settled=True, discovered_at=START.isoformat(),
    )  # fmt: skip
    asked, now = [], start
    for visits in range(5):
        due = next_visit(replace(fresh, visits=visits), Outcome.UNCHANGED, now=now)
        assert due is not None
        asked.append(round((due + HOUR - now) / DAY))
        now = due
    assert asked == [1, 7, 30, 180, 180]
    early = next_visit(replace(fresh, visits=1), Outcome.UNCHANGED, now=start + 6 * HOUR)
    assert early == start + 6 * HOUR + DAY - HOUR


URLSET = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'


@pytest.mark.parametrize("way", ["404", "redirect home"])
def test_the_crawl_after_a_removal_dates_it(open_site: Ground, way: str) -> None:
    site = open_site
    profile = site.archive.parent / "sites" / "thu_nghiem.toml"
    profile.write_text(profile.read_text().replace('"listing"', '"sitemap"').replace('/"\n[addr', '/so-do.xml"\n[addr'))

    def stand(*names: str) -> None:
        rows = "".join(f"<url><loc>{site.server.base}/tin-{name}</loc></url>" for name in names)
        site.server.files["/so-do.xml"] = ("application/xml", URLSET.format(rows).encode())

    names = ("dong", "doai", "nam", "bac")
    stand(*names)
    site.server.pages |= {f"/tin-{n}": ARTICLE.format(title=f"Họp dân ở thôn {n}") for n in names}
    assert site.crawl().returncode == 0
    assert len(site.rows("SELECT id FROM articles WHERE gone_at IS NULL")) == len(names)
    stand("dong", "nam", "bac")
    del site.server.pages["/tin-doai"]
    if way == "404":
        site.server.gone.add("/tin-doai")
    else:
        site.server.moved["/tin-doai"] = "/"
    with sqlite3.connect(site.archive / "archive.db") as db:
        db.execute("UPDATE pages SET due_at = 0 WHERE kind = 'sitemap'")
    site.server.asked.clear()
    assert site.crawl().returncode == 0
    assert site.rows("SELECT url FROM articles WHERE gone_at IS NOT NULL") == [(f"{site.server.base}/tin-doai",)]
    assert sorted(site.server.paths()) == ["/robots.txt", "/so-do.xml", "/tin-doai"]


def _names(site: Ground, where: str) -> set[str]:
    return {row[0].rpartition("/")[2] for row in site.rows(f"SELECT url FROM articles WHERE {where}")}


def test_every_way_a_site_takes_an_article_down_is_dated_and_a_return_takes_it_back(open_site: Ground) -> None:
    site, server = open_site, open_site.server
    names = [f"tin-{n}" for n in range(11, 18)]
    links = "".join(f'<p><a href="/{name}">Họp dân ở {name} bàn việc làng</a></p>' for name in names)
    server.pages = {
        "/": links,
        "/chuyen-muc/tin": links * 3,
        "/bao-loi": "<h1>Thông báo</h1><p>Bài viết không tồn tại.</p>",
    }
    server.pages |= {f"/{name}": ARTICLE.format(title=f"Họp dân ở thôn {name}") for name in names}
    assert site.crawl().returncode == 0
    assert len(site.rows("SELECT id FROM articles")) == len(names)
    for name in names[:5]:
        del server.pages[f"/{name}"]
    server.gone.add("/tin-11")
    server.moved |= {"/tin-12": "/", "/tin-13": "/chuyen-muc/tin", "/tin-14": "/bao-loi"}
    server.pages["/tin-15"] = server.pages["/bao-loi"]
    server.pages["/tin-16"] = links * 3
    _ask_all(site)
    taken_down = set(names[:5])
    assert _names(site, "gone_at IS NOT NULL") == taken_down
    assert site.rows("SELECT count(*) FROM articles WHERE length(article_body) > 100") == [(len(names),)]
    server.moved.clear()
    server.gone.clear()
    server.pages |= {f"/{name}": ARTICLE.format(title=f"Họp dân ở thôn {name}") for name in names[:5]}
    _ask_all(site)
    assert _names(site, "gone_at IS NOT NULL") == set()


def _ask_all(site: Ground) -> None:
    with sqlite3.connect(site.archive / "archive.db") as db:
        db.execute("UPDATE pages SET due_at = 0 WHERE state = 'due' AND kind = 'article'")
    site.crawl()
