"""A month of the sample sites, four crawls a day, under an injected clock: what it asks, and what it misses.

`python tests/month.py [DAYS]` prints a line a day, then the totals. tests/test_month.py asserts the same on fewer days.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from archive.urls import identity
from crawler.profile import site_for_url
from crawler.sample import SampleArticle, SampleWorld, sample_clock, sample_sites
from crawler.sample.server import SampleServer, serve_sample

HOURS = (0, 6, 12, 18)
"""Hours after the day's 08:00 at which a crawl starts."""

_CRAWL = """
import json, sys
from datetime import datetime
from pathlib import Path
from crawler.crawl import crawl
from crawler.targets import CrawlOrder
from crawler.sample.crawl import running_clock
archive, proxy, day, moment, *sites = sys.argv[1:]
result = crawl(CrawlOrder(archive=Path(archive), targets=tuple(sites), sample_day=int(day), proxy=proxy,
                          clock=running_clock(datetime.fromisoformat(moment))))
print(json.dumps([result.exit_code, result.run]))
"""


_KNOWN = "SELECT identity, versions, gone_at FROM pages JOIN articles ON page_id = pages.id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What happens when. `outage` and `redesign` are days; `hours` are those of the day's crawls, from 08:00.

    On days that are not among `often`, if that is given, only the first takes place.
    """

    days: int
    outage: int | None = None
    outage_host: str = "most.example"
    redesign: int | None = None
    redesign_host: str = "danvan.example"
    hours: tuple[int, ...] = HOURS
    often: frozenset[int] | None = None

    def hours_of(self, day: int) -> tuple[int, ...]:
        """When that day's crawls start."""
        return self.hours if self.often is None or day in self.often else self.hours[:1]


@dataclass(slots=True, kw_only=True)
class Crawled:
    """One crawl of the plan: when, how it ended, and what it asked of the sites."""

    day: int
    moment: datetime
    exit_code: int
    requests: int
    bytes: int
    check: subprocess.CompletedProcess[str] | None = None
    missing: tuple[str, ...] = field(default=())


def simulate(archive: Path, plan: Plan) -> Iterator[Crawled]:
    """Run the plan, one process a crawl, yielding after each; the last of a day carries `sites check`."""
    sites = sorted(f"{host.partition('.')[0]}_example" for host in sample_sites())
    with serve_sample(1) as server:
        for day in range(1, plan.days + 1):
            _turn(server, plan, day)
            for hour in plan.hours_of(day):
                moment = sample_clock(day) + timedelta(hours=hour)
                server.requests.clear()
                code = _crawl(archive, server.proxy, day, moment, sites)
                yield Crawled(
                    day=day, moment=moment, exit_code=code, requests=len(server.requests),
                    bytes=sum(request.bytes for request in server.requests),
                    check=check(archive) if hour == plan.hours_of(day)[-1] else None,
                    missing=missing(archive, server.world, server.down),
                )  # fmt: skip


def _turn(server: SampleServer, plan: Plan, day: int) -> None:
    server.set_day(day)
    server.down.clear()
    if day == plan.outage:
        server.down.update((plan.outage_host, f"www.{plan.outage_host}"))
    if day == plan.redesign:
        server.redesign(plan.redesign_host)


def _crawl(archive: Path, proxy: str, day: int, moment: datetime, sites: list[str]) -> int:
    done = subprocess.run(
        [sys.executable, "-c", _CRAWL, str(archive), proxy, str(day), moment.isoformat(), *sites],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if not done.stdout:
        raise RuntimeError(done.stderr)
    return int(json.loads(done.stdout)[0])


def check(archive: Path) -> subprocess.CompletedProcess[str]:
    """`danvan sites check`."""
    return subprocess.run(
        [sys.executable, "-m", "crawler", "-a", str(archive), "sites", "check"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def missing(archive: Path, world: SampleWorld, down: set[str]) -> tuple[str, ...]:
    """Articles on the topic that stand on a site now and that the archive does not have."""
    saved = {row[0] for row in rows(archive, "SELECT identity FROM pages JOIN articles ON page_id = pages.id")}
    return tuple(
        f"{host}: {article.title}"
        for host in sample_sites()
        if host not in down
        for article in world.articles(host)
        if not article.off_topic and identity_of(world, article) not in saved
    )


def unseen(archive: Path, world: SampleWorld) -> tuple[str, ...]:
    """Removals till today and edits of the days before that the archive does not show, and for how many days already."""
    known = {row[0]: row[1:] for row in rows(archive, _KNOWN)}
    lines = []
    for host in sample_sites():
        for article in (*world.articles(host), *world.gone(host)):
            versions, gone = known.get(identity_of(world, article), (0, None))
            if article.off_topic or not versions:
                continue
            if article.removed_on_day and article.removed_on_day <= world.day and not gone:
                lines.append(f"{host}: removed {world.day - article.removed_on_day} days ago: {article.title}")
            elif article.edited_on_day and article.edited_on_day < world.day and versions < 2:
                lines.append(f"{host}: edited {world.day - article.edited_on_day} days ago: {article.title}")
    return tuple(lines)


def identity_of(world: SampleWorld, article: SampleArticle) -> str:
    """What the archive knows the article's address by."""
    url = world.url(article)
    site = site_for_url(url)
    return identity(url, keep_params=site.addresses.keep_params, hosts=site.hosts)


def rows(archive: Path, sql: str, *values: object) -> list[tuple]:
    """What the archive's database answers."""
    with sqlite3.connect(archive / "archive.db") as connection:
        return connection.execute(sql, values).fetchall()


def main(days: int, hours: tuple[int, ...] = HOURS) -> None:
    """Simulate, print, and say what is missing."""
    plan = Plan(days=days, outage=max(2, days // 3), redesign=max(3, days - 2), hours=hours)
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive"
        requests = size = 0
        for one in simulate(archive, plan):
            requests, size = requests + one.requests, size + one.bytes
            lost = f", missing {len(one.missing)}" if one.missing else ""
            print(f"day {one.day:2} {one.moment:%H:%M}: {one.requests:4} requests, {one.bytes:8} bytes, "
                  f"exit {one.exit_code}{lost}", flush=True)  # fmt: skip
            for line in one.check.stdout.splitlines() if one.check else ():
                print(f"    {line}")
        articles, versions, gone = rows(archive, "SELECT count(*), sum(versions), count(gone_at) FROM articles")[0]
        for line in unseen(archive, SampleWorld(days)):
            print(f"not seen yet: {line}")
        print(f"{days} days: {requests} requests, {size / 1e6:.2f} MB; {articles} articles, {versions - articles} "
              f"later versions, {gone} gone")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
