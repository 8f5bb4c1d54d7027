"""What a crawl shows while it runs: a table on a terminal that is wide enough, else lines; and the closing summary."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Protocol

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from archive.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.crawl import CrawlResult

PLAIN_INTERVAL = 10.0  # seconds between lines where there is no terminal
_GAP = 2  # cells between two columns of a table without lines
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
        self._counts: dict[str, Counter[str]] = {}
        self._console = console
        self._live = Live(console=console, get_renderable=self._ledger, refresh_per_second=4, transient=True)

    def page(self, site: str, outcome: Outcome, reason: str | None) -> None:  # noqa: ARG002 - Progress asks it
        """Count; the table redraws by itself."""
        self._counts.setdefault(site, Counter())[outcome] += 1

    def _ledger(self) -> Table | Text:
        seconds = max(time.monotonic() - self._started, 0.001)
        total = sum(counts.total() for counts in self._counts.values())
        return _ledger(self._console, f"{total} pages, {total / seconds:.1f} a second", self._counts)

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
    rows = {site: _by_outcome(counts) for site, counts in result.counts.items()}
    console.print(_ledger(console, f"run {result.run}", rows), soft_wrap=not console.is_terminal)
    for site, counts in sorted(result.counts.items()):
        for (outcome, reason), pages in sorted(counts.items()):
            if outcome == Outcome.FAILED:
                console.print(f"{site}: {pages} failed ({reason}); they are tried again", soft_wrap=True)
    for site, why in sorted(result.waits.items()):
        console.print(f"{site}: left alone for now: {why}; what is due waits", soft_wrap=True, markup=False)
    if result.failure:
        console.print(f"danvan: {result.failure}", soft_wrap=True, markup=False)


def _ledger(console: Console, title: str, rows: Mapping[str, Counter[str]]) -> Table | Text:
    """The pages of each site by outcome, each row with its sum: a table, or lines where none fits."""
    total = sum(rows.values(), Counter[str]())
    names = [name for name in (*COLUMNS, Outcome.PENDING) if total[name]]
    shown = dict(sorted(rows.items())) | ({"all": total} if len(rows) > 1 else {})
    cells = [[site, *(str(row[name]) for name in names), str(row.total())] for site, row in shown.items()]
    heads = ["site", *(name.replace("_", " ") for name in names), "discovered"]
    wanted = sum(max(map(len, column)) + _GAP for column in zip(heads, *cells, strict=True)) - _GAP
    if not console.is_terminal or wanted > console.width:
        return Text("\n".join((title, *(_line(site, row, names) for site, row in shown.items()))))
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="dim")
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number else "left", no_wrap=True)
    for line in cells:
        table.add_row(*line, style="bold" if line[0] == "all" else "")
    return table


def _line(site: str, row: Counter[str], names: Sequence[str]) -> str:
    told = ", ".join(f"{row[name]} {name.replace('_', ' ')}" for name in names if row[name]) or "nothing"
    return f"{site}: {told}; {row.total()} discovered"


def _by_outcome(counts: Mapping[tuple[str, str], int]) -> Counter[str]:
    totals: Counter[str] = Counter()
    for (outcome, _), pages in counts.items():
        totals[outcome] += pages
    return totals
