"""What a crawl shows while it runs: bars on a terminal, plain lines elsewhere, and the closing summary."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Protocol

from rich.console import Console
from rich.live import Live
from rich.table import Table

from archive.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.crawl import CrawlResult

PLAIN_INTERVAL = 10.0  # seconds between lines where there is no terminal
COLUMNS = (
    Outcome.SAVED, Outcome.UNCHANGED, Outcome.DUPLICATE, Outcome.OFF_TOPIC, Outcome.NOT_ARTICLE, Outcome.REFUSED,
    Outcome.GONE, Outcome.FAILED,
)  # fmt: skip


class Progress(Protocol):
    """Told of every stored page."""

    def page(self, site: str, outcome: Outcome, reason: str | None) -> None: ...
    def __enter__(self) -> Progress: ...
    def __exit__(self, *_: object) -> None: ...


class QuietProgress:
    """Says nothing."""

    def page(self, site: str, outcome: Outcome, reason: str | None) -> None:
        """Nothing to show."""

    def __enter__(self) -> QuietProgress:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class PlainProgress:
    """A line every few seconds, for logs."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._counts: Counter[Outcome] = Counter()
        self._last = time.monotonic()

    def page(self, site: str, outcome: Outcome, reason: str | None) -> None:  # noqa: ARG002 - Progress asks it
        """Count, and print now and then."""
        self._counts[outcome] += 1
        if time.monotonic() - self._last >= PLAIN_INTERVAL:
            self._last = time.monotonic()
            counts = ", ".join(f"{self._counts[o]} {o}" for o in COLUMNS if self._counts[o])
            self._console.print(f"{self._counts.total()} pages: {counts} (last from {site})", soft_wrap=True)

    def __enter__(self) -> PlainProgress:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class LiveProgress:
    """A table by site, redrawn in place."""

    def __init__(self, console: Console) -> None:
        self._started = time.monotonic()
        self._counts: dict[str, Counter[Outcome]] = {}
        self._live = Live(console=console, get_renderable=self._table, refresh_per_second=4, transient=True)

    def page(self, site: str, outcome: Outcome, reason: str | None) -> None:  # noqa: ARG002 - Progress asks it
        """Count; the table redraws by itself."""
        self._counts.setdefault(site, Counter())[outcome] += 1

    def _table(self) -> Table:
        seconds = max(time.monotonic() - self._started, 0.001)
        total = sum(counts.total() for counts in self._counts.values())
        table = Table(title=f"{total} pages, {total / seconds:.1f} a second", title_justify="left", expand=False)
        table.add_column("site", no_wrap=True)
        for outcome in COLUMNS:
            table.add_column(str(outcome), justify="right")
        for site, counts in sorted(self._counts.items()):
            table.add_row(site, *(str(counts[o] or "") for o in COLUMNS))
        return table

    def __enter__(self) -> LiveProgress:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()


def progress(*, quiet: bool) -> Progress:
    """The display that fits where standard error goes."""
    console = Console(stderr=True, highlight=False)
    if quiet:
        return QuietProgress()
    return LiveProgress(console) if console.is_terminal else PlainProgress(console)


def print_summary(result: CrawlResult) -> None:
    """The run's ledger on standard error; every row adds up to its last number."""
    console = Console(stderr=True, highlight=False)
    rows = {site: _by_outcome(counts) for site, counts in sorted(result.counts.items())}
    totals = sum(rows.values(), Counter[str]())
    names = [name for name in (*COLUMNS, Outcome.PENDING) if totals[name]]
    table = Table(title=f"run {result.run}", title_justify="left")
    table.add_column("site", no_wrap=True)
    for name in names:
        table.add_column(name.replace("_", " "), justify="right")
    table.add_column("discovered", justify="right")
    for site, row in rows.items():
        table.add_row(site, *(str(row[name]) for name in names), str(row.total()))
    if len(rows) > 1:
        table.add_row("all", *(str(totals[name]) for name in names), str(totals.total()), style="bold")
    console.print(table)
    for site, counts in sorted(result.counts.items()):
        for (outcome, reason), pages in sorted(counts.items()):
            if outcome == Outcome.FAILED:
                console.print(f"{site}: {pages} failed ({reason}); they are tried again", soft_wrap=True)
    if result.failure:
        console.print(f"danvan: {result.failure}", soft_wrap=True, markup=False)


def _by_outcome(counts: Mapping[tuple[str, str], int]) -> Counter[str]:
    totals: Counter[str] = Counter()
    for (outcome, _), pages in counts.items():
        totals[outcome] += pages
    return totals
