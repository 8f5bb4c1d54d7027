"""One bad host of twenty: how much later the other nineteen are done than beside a good one.

    python -m bench.badhost [FAULT ...]

Twenty hosts on loopback, each with its own profile and pace; nineteen are well, the twentieth drips, never answers,
answers 500, redirects without end, grows a calendar, resets the connection or withholds its robots.txt. Time is
taken from the server's log: from the first request to the last answer of a good host. The fault "heavy", pages
that take seconds of a processor to read, is run by name only: at this pace it measures how many processors there are.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from string import Template

from rich.console import Console
from rich.table import Table

from bench.crawl import free_port
from bench.hosts import BAD, FAULTS, names

PAGES = 40
ROUNDS = 2  # each fault, and the undisturbed crawl between; the quicker of them counts
ALLOWED = 5.0  # percent
TIMEOUT = 2  # seconds for an answer, so that a run ends soon

PROFILE = Template("""name = "$name"
title = "Bench"
hosts = ["$host"]
topic = "all"
[[sources]]
kind = "sitemap"
url = "http://$host:$port/sitemap.xml"
[politeness]
delay = 0.2
concurrency = 2
autothrottle = false
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One crawl: its exit code, seconds until it ended, and the server's log of each host, the bad ones first.

    `stored` are the sites of the articles in the order in which they were stored.
    """

    exit_code: int
    seconds: float
    hosts: dict[str, dict[str, float]]
    stored: tuple[str, ...]

    def others_done(self) -> float:
        """Seconds from the first request to the last answer of any host but the first."""
        return max(log["ended"] for host, log in self.hosts.items() if host != BAD)


def site_of(host: str) -> str:
    """The name of a host's profile."""
    return f"host_{host.rpartition('.')[2]}"


def write_profiles(folder: Path, port: int) -> list[str]:
    """A profile for every host; returns their names."""
    folder.mkdir()
    for host in names():
        text = PROFILE.substitute(name=site_of(host), host=host, port=port)
        (folder / f"{site_of(host)}.toml").write_text(text, encoding="utf-8")
    return [site_of(host) for host in names()]


def trial(*faults: str, pages: int = PAGES, limit: int = 500) -> Trial:
    """Crawl all hosts, the first ones with those faults; every page of the good ones must be stored."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="danvan-bench-") as folder:
        root = Path(folder)
        sites, archive = write_profiles(root / "sites", port), root / "archive"
        archive.mkdir()
        (archive / "settings.toml").write_text(f'contact = "bench@danvan.example"\ntimeout_seconds = {TIMEOUT}\n')
        command = [sys.executable, "-m", "bench.hosts", str(port), str(pages), *faults]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout
            server.stdout.readline()
            started = time.monotonic()
            crawl = subprocess.run(
                [sys.executable, "-m", "crawler", "-a", str(archive), "crawl", *sites, "--allow-private", "--quiet",
                 "--limit", str(limit)],
                env={**os.environ, "DANVAN_SITES": str(root / "sites")}, capture_output=True, text=True, check=False,
            )  # fmt: skip
            seconds = time.monotonic() - started
            log = json.loads(server.communicate(input="")[0])
        if crawl.returncode > 1:
            raise SystemExit(f"{faults}: the crawl ended with {crawl.returncode}:\n{crawl.stderr[-3000:]}")
        return Trial(exit_code=crawl.returncode, seconds=seconds, hosts=log, stored=_all_stored(archive, faults, pages))


def _all_stored(archive: Path, faults: tuple[str, ...], pages: int) -> tuple[str, ...]:
    with sqlite3.connect(archive / "archive.db") as connection:
        query = "SELECT name FROM articles JOIN sites ON sites.id = site_id ORDER BY articles.id"
        order = tuple(row[0] for row in connection.execute(query).fetchall())
    stored = Counter(order)
    good = [host for host, fault in zip_longest(names(), faults, fillvalue="none") if fault == "none"]
    short = [host for host in good if stored[site_of(host)] != pages]
    if short:
        raise SystemExit(f"{faults}: not every page of {', '.join(short)} was stored")
    return order


def main() -> None:
    """Measure, print, and fail when a fault costs the others more than is allowed."""
    faults = sys.argv[1:] or FAULTS
    table = Table(title=f"{len(names()) - 1} good hosts of {PAGES} pages beside a bad one")
    for heading in ("the twentieth host", "others done, s", "later by", "asked of it", "at once", "whole run, s"):
        table.add_column(heading, justify="left" if "host" in heading else "right")
    worst = 0.0
    for fault in faults:
        pairs = [(trial("none"), trial(fault)) for _ in range(ROUNDS)]
        calm = min(one.others_done() for one, _ in pairs)
        beside = min(one.others_done() for _, one in pairs)
        later, last = (beside / calm - 1) * 100, pairs[-1][1]
        worst = max(worst, later)
        table.add_row(fault, f"{beside:.2f} ({calm:.2f})", f"{later:+.1f} %", str(last.hosts[BAD]["requests"]),
                      str(last.hosts[BAD]["most_at_once"]), f"{last.seconds:.1f}")  # fmt: skip
    Console().print(table)
    if worst >= ALLOWED:
        raise SystemExit(f"a bad host slowed the others by {worst:.1f} %; less than {ALLOWED:.0f} % is asked")


if __name__ == "__main__":
    main()
