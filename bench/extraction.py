"""`make bench`, extraction: danvan beside its peers on pages whose record is known.

    python -m bench.extraction [--pages DIR]… [--rounds N] [--only NAME]… [--peers PYTHON] [--chart FILE]

danvan runs in the environment that starts this; peers run in their own (.venv-bench, made by `make bench`), each
extractor in a process by itself. Prints a table naming the page set and writes the chart of the first set.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from bench.chart import draw
from bench.pages import Case, load
from bench.scoring import Score, score
from bench.worker import EXTRACTORS

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "tests" / "fixtures"
CHART = ROOT / "docs" / "bench-extraction.svg"
PEERS = ROOT / ".venv-bench" / "bin" / "python"
OURS = "danvan"
WIDTH = 132  # of the table, so that a file holds it as a terminal shows it


class MissingError(Exception):
    """The extractor cannot run in its environment; the message is the last line it left."""


def run(name: str, cases: Sequence[Case], python: Path, rounds: int) -> tuple[dict[str, dict[str, Any]], float]:
    """One extractor's records by page, and its pages per CPU-second; MissingError if it cannot start."""
    requests = "".join(json.dumps(case.request()) + "\n" for case in cases)
    done = subprocess.run(
        [str(python), "-W", "ignore", "-m", "bench.worker", name, str(rounds)],
        input=requests, capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    if done.returncode:
        raise MissingError((done.stderr.strip() or f"exit {done.returncode}").splitlines()[-1])
    *pages, timing = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {page["name"]: page["record"] for page in pages}, len(cases) / timing["seconds"]


def compare(cases: Sequence[Case], names: Sequence[str], peers: Path, rounds: int, log: Console) -> list[Score]:
    """The scores of every extractor that can run here; one that cannot is named on the console."""
    scores = []
    for name in names:
        python = Path(sys.executable) if name == OURS else peers
        try:
            results, speed = run(name, cases, python, rounds)
        except (MissingError, OSError) as error:
            log.print(f"{name}: skipped: {error}", style="yellow", highlight=False)
            continue
        for case_name, record in results.items():
            if "error" in record:
                log.print(f"{name}: {case_name}: {record['error']}", style="dim", highlight=False)
        scores.append(score(name, cases, results, speed))
    return scores


def table(title: str, scores: Sequence[Score]) -> Table:
    """The scores as a table; shares are of the pages that show the field."""
    out = Table(title=title, title_justify="left")
    out.add_column("extractor", no_wrap=True)
    for column in (
        "body F1", "headline", "lead", "byline", "date", "in-\nvented", "captions\nin body", "leaks", "no\nbody",
        "pages per\nCPU-second", "× trafi-\nlatura",
    ):  # fmt: skip
        out.add_column(column, justify="right", no_wrap=True)
    base = next((s.pages_per_second for s in scores if s.extractor == "trafilatura"), None)
    for s in scores:
        fields = [share(pair) for pair in (s.headline, s.lead, s.byline, s.date)]
        counts = [str(n) for n in (s.invented, s.captions, s.leaks, s.failed)]
        ratio = f"{s.pages_per_second / base:.1f}" if base else "–"
        style = "bold" if s.extractor == OURS else None
        out.add_row(
            s.extractor, f"{s.f1:.4f}", *fields, *counts, f"{s.pages_per_second:.0f}", ratio, style=style
        )  # fmt: skip
    return out


def share(pair: tuple[int, int] | None) -> str:
    """Right of asked ("41/44"), or a dash for a field the extractor does not offer."""
    return "–" if pair is None else f"{pair[0]}/{pair[1]}"


@click.command(help="Compare danvan with other extractors on pages whose record is known.")
@click.option(
    "--pages", "folders", multiple=True, type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder of pages and gold (fixture or cases layout); repeatable. Default: the project's fixtures.",
)  # fmt: skip
@click.option("--rounds", default=3, show_default=True, help="Timed passes; the fastest counts.")
@click.option("--only", multiple=True, type=click.Choice(list(EXTRACTORS)), help="Only this extractor; repeatable.")
@click.option("--peers", default=PEERS, type=click.Path(path_type=Path), help="The Python that has the peers.")
@click.option("--chart", default=CHART, type=click.Path(path_type=Path), help="Where the chart of the first set goes.")
def main(folders: tuple[Path, ...], rounds: int, only: tuple[str, ...], peers: Path, chart: Path) -> None:
    """Run the bench; data to standard output, notes to standard error."""
    log, out = Console(stderr=True), Console(width=WIDTH)
    for n, folder in enumerate(folders or (FIXTURES,)):
        try:
            cases = load(folder)
        except (ValueError, KeyError, OSError) as error:
            raise click.UsageError(f"{folder}: {error}") from error
        name = str(folder.resolve().relative_to(ROOT)) if folder.resolve().is_relative_to(ROOT) else folder.name
        title = f"{name}: {len(cases)} articles"
        scores = compare(cases, only or tuple(EXTRACTORS), peers, rounds, log)
        out.print(table(title, scores))
        if n == 0 and scores:
            chart.parent.mkdir(parents=True, exist_ok=True)
            chart.write_text(draw(title, scores), encoding="utf-8")
            log.print(f"chart: {chart}", highlight=False)


if __name__ == "__main__":
    main()
