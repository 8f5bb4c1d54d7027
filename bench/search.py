"""`make bench`, search: how quick it is, how large, and how soon it starts, beside its peers in one run.

    python -m bench.search [--articles N]… [--keep DIR] [--only-danvan]

Composed articles of about 3.5 KB (bench/articles.py) are stored as a crawl stores them, then asked ten kinds of query
(bench/search_queries.py) through the Python API: hits with marks and snippets, counts, and facets where the kind says
so. No query is asked twice, and each kind begins with a new connection. Milliseconds are of the clock; below them those
of the processor, which a busy machine moves less. PostgreSQL is asked where Debian's is installed.
"""

from __future__ import annotations

import csv
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from archive import Archive
from archive.store import DATABASE
from bench.chart import draw_panels
from bench.search_ingest import Ingest, ingest
from bench.search_peers import Timed, ask_postgres, fill, fill_postgres, fts5, like, postgres, postgres_folder
from bench.search_queries import Asked, kinds

CHART = Path(__file__).parent.parent / "docs" / "bench-search.svg"
OURS, LIKE, PLAIN, POSTGRES = "danvan", "SQLite LIKE", "plain FTS5", "PostgreSQL"
LIKED = 2  # queries a kind that LIKE is asked: each reads every text
_COLD = """
import sys
from archive import Archive
with Archive.open(sys.argv[1]) as archive:
    print(archive.search("dân vận khéo").hits[0].headline.text)
"""


@dataclass(slots=True)
class Figures:
    """One engine's milliseconds by kind, and what it needed to be filled."""

    times: dict[str, list[float]] = field(default_factory=dict)
    cpu: list[float] = field(default_factory=list)
    filled: float | None = None
    stored: int | None = None

    def all(self) -> list[float]:
        """Every query's time, in order."""
        return sorted(time for times in self.times.values() for time in times)


def share(times: Sequence[float], part: float) -> float:
    """The time that this part of the queries does not exceed."""
    ordered = sorted(times)
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


def ask(folder: Path, asked: dict[str, list[Asked]]) -> Figures:
    """danvan's figures."""
    figures = Figures()
    for kind, queries in asked.items():
        figures.times[kind] = []
        with Archive.open(folder) as archive:
            archive.search("chưa từng có")
            for query in queries:
                started, spent = time.perf_counter(), time.process_time()
                archive.search(query.text, **query.options)
                figures.times[kind].append((time.perf_counter() - started) * 1000)
                figures.cpu.append((time.process_time() - spent) * 1000)
    return figures


def cold(folder: Path) -> tuple[float, float]:
    """Seconds from starting Python to the first answer: of the clock, and of the processor."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-c", _COLD, str(folder)], check=True, stdout=subprocess.DEVNULL)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def peers(folder: Path, asked: dict[str, list[Asked]], work: Path, log: Console) -> dict[str, Figures]:
    """The figures of those that can run here."""
    found = {LIKE: Figures(), PLAIN: Figures()}
    found[PLAIN].filled = fill(work / "plain.db", folder / DATABASE)
    found[PLAIN].stored = (work / "plain.db").stat().st_size
    for kind, queries in asked.items():
        found[LIKE].times[kind] = _clock(like(work / "plain.db", queries[:LIKED]))
        found[PLAIN].times[kind] = _clock(fts5(work / "plain.db", queries))
    programs = postgres_folder()
    if programs is None:
        log.print("PostgreSQL: skipped, not installed (Debian: apt-get install postgresql)", style="yellow")
        return found
    found[POSTGRES] = Figures()
    _write_csv(folder / DATABASE, work / "articles.csv")
    with postgres(programs, work / "pg") as run:
        found[POSTGRES].filled, found[POSTGRES].stored = fill_postgres(run, work / "articles.csv")
        for kind, queries in asked.items():
            found[POSTGRES].times[kind] = _clock(ask_postgres(run, queries))
    return found


def _clock(timed: Iterator[Timed] | list[Timed]) -> list[float]:
    return [milliseconds for milliseconds, _ in timed]


def _write_csv(database: Path, file: Path) -> None:
    connection = sqlite3.connect(database)
    rows = connection.execute("SELECT id, date_published, headline, description, article_body FROM articles")
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    connection.close()
    file.chmod(0o644)


def _raw(folder: Path) -> tuple[int, int]:
    """(articles, bytes of their texts) of an archive that was kept."""
    with Archive.open(folder) as archive:
        row = archive.connection.execute(
            "SELECT count(*), sum(length(CAST(headline || ifnull(description, '') || article_body AS BLOB))) "
            "FROM articles"
        ).fetchone()
        return int(row[0]), int(row[1])


def measure(articles: int, folder: Path, log: Console, *, alone: bool) -> tuple[dict[str, Figures], Table]:
    """Fill, ask, and one table of it all."""
    stored: Ingest | None = None
    if not (folder / DATABASE).is_file():
        log.print(f"{articles} articles are being stored", highlight=False)
        stored = ingest(folder, articles)
    count, raw = _raw(folder)
    asked = kinds(count)
    first = cold(folder)
    ours = ask(folder, asked)
    ours.stored, ours.filled = (folder / DATABASE).stat().st_size, stored.seconds if stored else None
    with tempfile.TemporaryDirectory(prefix="danvan-bench-") as work:
        Path(work).chmod(0o755)
        figures = {OURS: ours} | ({} if alone else peers(folder, asked, Path(work), log))
    table = Table(title=f"{count} composed articles, {raw / count / 1000:.1f} KB of text each", title_justify="left")
    table.add_column("p50 / p95 of the clock, ms")
    for name in figures:
        table.add_column(name, justify="right")
    for kind in asked:
        table.add_row(kind, *(_pair(figure.times[kind]) for figure in figures.values()))
    table.add_section()
    table.add_row("all ten kinds", *(_pair(figure.all()) for figure in figures.values()), style="bold")
    table.add_row("the same, of the processor", _pair(ours.cpu))
    table.add_row("on disk, × the text", *(f"{f.stored / raw:.2f}" if f.stored else "–" for f in figures.values()))
    table.add_row("articles/s filled", *(f"{count / f.filled:.0f}" if f.filled else "–" for f in figures.values()))
    table.add_row("first answer of a new process", f"{first[0]:.2f} s ({first[1]:.2f} of the processor)")
    return figures, table


def _pair(times: Sequence[float]) -> str:
    return f"{share(times, 0.5):.1f} / {share(times, 0.95):.1f}"


def chart(title: str, figures: dict[str, Figures]) -> str:
    """The p95 of each kind as bars."""
    panels = []
    shown = next(iter(figures.values())).times
    for kind in (*shown, "all ten kinds"):
        times = [share(figure.times.get(kind) or figure.all(), 0.95) for figure in figures.values()]
        most = max(times)
        panels.append((kind, [one / most for one in times], [f"{one:.1f} ms" for one in times]))
    note = "Time that 95 % of the queries of a kind do not exceed; shorter is better. Each panel has its own scale."
    return draw_panels(title, note, list(figures), panels, 0)


@contextmanager
def _place(keep: Path | None, articles: int) -> Iterator[Path]:
    if keep:
        yield keep / f"articles-{articles}"
        return
    with tempfile.TemporaryDirectory(prefix="danvan-bench-") as folder:
        yield Path(folder) / "archive"


@click.command(help="Measure search at some numbers of articles.")
@click.option("--articles", "numbers", type=click.IntRange(min=1000), multiple=True, default=(20_000, 200_000))
@click.option("--keep", type=click.Path(path_type=Path), help="Keep the archives here, and take what is here.")
@click.option("--only-danvan", is_flag=True, help="Leave the peers out.")
@click.option("--chart", "target", default=CHART, type=click.Path(path_type=Path), help="Where the last chart goes.")
def main(numbers: tuple[int, ...], keep: Path | None, only_danvan: bool, target: Path) -> None:
    """Run the bench; data to standard output, notes to standard error."""
    log, out = Console(stderr=True), Console(width=110)
    for articles in numbers:
        with _place(keep, articles) as folder:
            figures, table = measure(articles, folder, log, alone=only_danvan)
        out.print(table)
        if not only_danvan and articles == max(numbers):
            target.write_text(chart(f"Search in {articles} articles", figures), encoding="utf-8")
            log.print(f"chart: {target}", highlight=False)


if __name__ == "__main__":
    main()
