"""How sites are doing, from what the archive's own runs recorded: what drifted, fell silent, or ended.

Pure over SQL rows: no network and no clock; "now" is the start of the latest crawl. Every measure of a site is held
against that site's own past, never against another site's. A share is said to have dropped when so few would be
improbable at the site's former share (binomial tail), so that one odd page among two raises no alarm and twenty do.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, exp
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

DAY = 86400
HISTORY_DAYS = 90
LEAST_HISTORY = 8  # articles, below which a site has no past to be held against
UNLIKELY, UNLIKELY_LAYOUT, UNLIKELY_VOLUME = 0.01, 0.05, 0.001
LEAST_DROP, LEAST_DROP_LAYOUT = 0.2, 0.5  # of a share: what is improbable but small is no drift
BODY_SHRUNK = 0.4  # of the former mean length
SOURCE_VISITS = 3  # visits in a row that a source failed or showed nothing
SILENT_RUNS = 3
VOLUME_DAYS, VOLUME_PAST = (1, 3, 7), 28

_RUNS = """
SELECT runs.id AS run, unixepoch(started_at) AS at, articles, with_date, with_description, with_author, body_length,
       articles - selector_misses AS with_layout,
       articles + coalesce((SELECT sum(pages) FROM run_counts AS c WHERE c.run_id = runs.id AND c.site_id = f.site_id
           AND outcome = 'not_article' AND reason NOT IN ('listing', 'home', 'tag', 'search', 'media',
                                                           'image', 'attachment')), 0) AS pages
FROM run_fields AS f JOIN runs ON runs.id = f.run_id
WHERE f.site_id = ? AND verb = 'crawl' ORDER BY at DESC, run DESC
"""

_MEASURES = (
    ("selectors", "with_layout", "articles", "fit the profile's selectors"),
    ("headline", "articles", "pages", "gave a headline and a text"),
    ("date", "with_date", "articles", "have a date"),
    ("description", "with_description", "articles", "have a lead"),
    ("author", "with_author", "articles", "have a byline"),
)

_FIXES = {
    "not_feed": ": it is a page; name it as a listing, or find the feed it links to",
    "not_sitemap": ": it is a page that links to no article; name the sections it links to as listings",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong with a site: its kind in a word, and one line for a person."""

    site: str
    kind: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    id: int
    name: str
    now: int
    wait_until: int
    wait_reason: str | None


def health(connection: sqlite3.Connection, names: Sequence[str] = ()) -> tuple[Finding, ...]:
    """What is wrong with those sites, or with every site ever crawled; empty when nothing drifted."""
    now = connection.execute("SELECT max(unixepoch(started_at)) FROM runs WHERE verb = 'crawl'").fetchone()[0]
    if now is None:
        return ()
    found: list[Finding] = []
    for row in connection.execute("SELECT * FROM sites ORDER BY name").fetchall():
        if names and row["name"] not in names:
            continue
        if row["ended_at"]:
            found.append(_finding(row["name"], "ended", f"has not answered since {row['ended_at'][:10]}: ended"))
            continue
        site = _Site(
            id=row["id"], name=row["name"], now=now, wait_until=row["wait_until"] or 0, wait_reason=row["wait_reason"]
        )
        found += [*_fields(connection, site), *_volume(connection, site), *_sources(connection, site)]
        found += _silence(connection, site)
    return tuple(found)


def _finding(site: str, kind: str, message: str) -> Finding:
    return Finding(site=site, kind=kind, message=message)


def _fields(connection: sqlite3.Connection, site: _Site) -> Iterator[Finding]:
    rows = [dict(row) for row in connection.execute(_RUNS, (site.id,)) if row["at"] > site.now - HISTORY_DAYS * DAY]
    if not rows:
        return
    day = [row for row in rows if row["at"] > rows[0]["at"] - DAY]
    told: set[str] = set()
    for recent in (rows[:1], day):
        past = rows[len(recent) :]
        if sum(row["articles"] for row in past) < LEAST_HISTORY:
            continue
        for finding in (*_shares(site, recent, past), *_length(site, recent, past)):
            if finding.kind not in told:
                told.add(finding.kind)
                yield finding


def _shares(site: _Site, recent: list[dict[str, int]], past: list[dict[str, int]]) -> Iterator[Finding]:
    for kind, filled, whole, what in _MEASURES:
        now, of = _sum(recent, filled), _sum(recent, whole)
        before, total = _sum(past, filled), _sum(past, whole)
        share = (before + 1) / (total + 2)
        layout = kind == "selectors"  # a redesign meets every page of a day, however few
        unlikely, drop = (UNLIKELY_LAYOUT, LEAST_DROP_LAYOUT) if layout else (UNLIKELY, LEAST_DROP)
        if of and share - now / of >= drop and _at_most(now, of, share) < unlikely:
            yield _finding(site.name, kind, f"{now} of {of} articles {what}, {before} of {total} before")


def _length(site: _Site, recent: list[dict[str, int]], past: list[dict[str, int]]) -> Iterator[Finding]:
    articles = _sum(recent, "articles")
    if articles < 3:
        return
    now = _sum(recent, "body_length") / articles
    before = _sum(past, "body_length") / _sum(past, "articles")
    if now < before * BODY_SHRUNK:
        yield _finding(site.name, "body", f"texts are {now:.0f} characters long on average, {before:.0f} before")


def _sum(rows: list[dict[str, int]], column: str) -> int:
    return sum(row[column] for row in rows)


def _at_most(count: int, of: int, share: float) -> float:
    """The chance of that many or fewer among `of`, each present with that share."""
    return sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(count + 1))


def _volume(connection: sqlite3.Connection, site: _Site) -> Iterator[Finding]:
    """New articles of the last days against the four weeks before; the first run's harvest is no news."""
    times = [
        row[0]
        for row in connection.execute(
            "SELECT unixepoch(a.first_captured_at) FROM articles AS a JOIN pages AS p ON p.id = a.page_id "
            "WHERE a.site_id = ?1 AND p.discovered_run > (SELECT min(discovered_run) FROM pages WHERE site_id = ?1)",
            (site.id,),
        )
    ]
    first = connection.execute("SELECT min(unixepoch(discovered_at)) FROM pages WHERE site_id = ?", (site.id,))
    began = first.fetchone()[0] or site.now
    for days in VOLUME_DAYS:
        since = site.now - days * DAY
        past = min(VOLUME_PAST, (since - began) // DAY)
        if past < 7:
            return
        before = sum(since - past * DAY < at <= since for at in times)
        now = sum(at > since for at in times)
        mean = before / past * days
        if now < mean / 2 and _poisson(now, mean) < UNLIKELY_VOLUME:
            what = "the last day" if days == 1 else f"the last {days} days"
            yield _finding(site.name, "volume", f"{now} new articles in {what}, where {mean:.0f} were usual")
            return


def _poisson(count: int, mean: float) -> float:
    term = total = exp(-mean)
    for k in range(1, count + 1):
        term *= mean / k
        total += term
    return total


def _sources(connection: sqlite3.Connection, site: _Site) -> Iterator[Finding]:
    rows = connection.execute(
        "SELECT kind, url, depth, outcome, coalesce(reason, '') AS reason, attempts, quiet_visits FROM pages "
        "WHERE site_id = ? AND (depth = 0 OR source_page_id IS NOT NULL AND kind <> 'listing') "
        "AND kind IN ('feed', 'sitemap', 'listing') ORDER BY id",
        (site.id,),
    )
    for row in rows.fetchall():
        what = f"{row['kind']} {row['url']}"
        if row["outcome"] == "failed" and row["attempts"] >= SOURCE_VISITS:
            fix = _FIXES.get(row["reason"], "")
            yield _finding(site.name, "source", f"{what} failed {row['attempts']} times running ({row['reason']}){fix}")
        elif row["depth"]:
            continue  # a month's sitemap may be taken down
        elif row["outcome"] in ("gone", "refused") and row["quiet_visits"] >= SOURCE_VISITS:
            yield _finding(site.name, "source", f"{what} is {row['outcome']} ({row['reason']})")
        elif row["outcome"] == "not_article" and row["reason"] != "listing" and row["quiet_visits"] >= SOURCE_VISITS:
            yield _finding(site.name, "source", f"{what} shows no entries ({row['reason']})")


def _silence(connection: sqlite3.Connection, site: _Site) -> Iterator[Finding]:
    """A site put off run after run (its robots.txt cannot be had, or it named a time) gives no failed page."""
    if not site.wait_reason or site.wait_until < site.now:
        return
    last = connection.execute(
        "SELECT max(unixepoch(captured_at)) FROM captures JOIN pages ON pages.id = page_id WHERE site_id = ?",
        (site.id,),
    ).fetchone()[0]
    runs, since = connection.execute(
        "SELECT count(*), min(started_at) FROM runs WHERE verb = 'crawl' AND unixepoch(started_at) > ?", (last or 0,)
    ).fetchone()
    if runs >= SILENT_RUNS:
        message = f"gives no answer ({site.wait_reason}), in {runs} runs since {since[:16].replace('T', ' ')}"
        yield _finding(site.name, "silent", message)
