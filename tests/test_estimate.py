"""`danvan crawl --dry-run`: figures from the archive's own past, nothing asked for."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, datetime, timedelta

from tests.files_site import Ground

LINE = re.compile(
    r"thu_nghiem: (\d+) of (\d+) known pages are due, about (\d+) new ones to come; "
    r"about (\d+) pages, ([\d.]+) hours, ([\d.]+) MB"
)


def estimate(site: Ground, *words: str) -> tuple[float, ...]:
    """(due, known, coming, pages, hours, megabytes)"""
    done = site.danvan("crawl", "thu_nghiem", "--dry-run", *words)
    found = LINE.match(done.stdout)
    assert found, done.stdout + done.stderr
    return tuple(float(value) for value in found.groups())


def test_a_site_never_crawled_is_reckoned_by_its_budget(open_site: Ground) -> None:
    done = open_site.danvan("crawl", "thu_nghiem", "--dry-run", "--limit", "1000")
    assert done.stdout.startswith("thu_nghiem: never crawled: 1 sources; about 1000 pages, 0.0 hours, 12.0 MB")
    assert open_site.server.asked == []


def test_pages_due_and_to_come_and_their_sizes_are_the_sites_own(crawled_site: Ground) -> None:
    site = crawled_site
    known = site.rows("SELECT count(*) FROM pages")[0][0]
    assert estimate(site)[:4] == (0, known, 0, 0)
    now = datetime.now(UTC)
    with sqlite3.connect(site.archive / "archive.db") as db:
        run = db.execute(
            "INSERT INTO runs (name, verb, started_at, pid) VALUES ('later', 'crawl', ?, 1) RETURNING id",
            (now.isoformat(),),
        ).fetchone()[0]
        db.execute("UPDATE pages SET discovered_at = ?", ((now - timedelta(days=12)).isoformat(),))
        db.execute("UPDATE pages SET fetched_at = ?", ((now - timedelta(days=2)).isoformat(),))
        db.executemany(
            "INSERT INTO pages (site_id, identity, url, kind, discovered_at, discovered_run, state, due_at) "
            "VALUES (1, ?, ?, 'article', ?, ?, 'due', 0)",
            [(f"moi-{n}", f"moi-{n}", (now - timedelta(days=3)).isoformat(), run) for n in range(50)],
        )
    due, pages, coming, asked, _, megabytes = estimate(site)
    assert (due, pages, coming) == (50, known + 50, 10)  # fifty in ten days, and two days since
    assert asked == due + coming
    size = sum(file.stat().st_size for file in (site.archive / "warc").iterdir())
    records = site.rows("SELECT count(*) FROM captures")[0][0]
    assert abs(megabytes - asked * size / records / 1e6) <= 0.5 * megabytes + 0.1
    assert estimate(site, "--limit", "7")[3] == 7


def test_a_site_that_waits_says_until_when(crawled_site: Ground) -> None:
    with sqlite3.connect(crawled_site.archive / "archive.db") as db:
        db.execute("UPDATE sites SET wait_until = unixepoch('2099-01-01 05:00'), wait_reason = 'retry_after'")
    done = crawled_site.danvan("crawl", "thu_nghiem", "--dry-run")
    assert "not before 2099-01-01 12:00 (retry_after)" in done.stdout
