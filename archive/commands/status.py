"""`danvan status`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.commands.options import COUNT
from archive.json_text import to_json

if TYPE_CHECKING:
    import sqlite3

    from archive.coverage import LedgerLine


@click.command()
@click.option("--runs", "show_runs", is_flag=True, help="The latest runs and what came of them.")
@click.option("--days", is_flag=True, help="Outcomes by the day of the last visit.")
@click.option("--chart", is_flag=True, help="Articles by month and by site, drawn.")
@click.option("--limit", type=COUNT, default=20, show_default=True, help="At most so many runs.")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
@click.pass_obj
def status(archive: Path, show_runs: bool, days: bool, chart: bool, limit: int, as_json: bool) -> None:
    """How every known address ended, per site; it adds up to what was discovered."""
    from archive import Archive  # noqa: PLC0415

    if show_runs + days + chart > 1:
        raise click.UsageError("show one thing at a time: --runs, --days or --chart")
    with Archive.open(archive) as opened:
        if show_runs:
            _runs(opened.connection, limit, as_json=as_json)
        elif days:
            _days(opened.connection, as_json=as_json)
        elif chart:
            _chart(opened.connection, as_json=as_json)
        else:
            _ledger(opened.connection, as_json=as_json)


def _ledger(connection: sqlite3.Connection, *, as_json: bool) -> None:
    from archive.coverage import articles_by_site, hidden_articles, ledger  # noqa: PLC0415

    lines, hidden = ledger(connection), hidden_articles(connection)
    articles = dict(articles_by_site(connection))
    if as_json:
        sites = [
            {
                "site": site,
                "articles": articles.get(site, 0),
                "discovered": _sum(lines, site),
                "outcomes": [
                    {"outcome": line.outcome, "reason": line.reason or None, "pages": line.pages}
                    for line in lines
                    if line.site == site
                ],
            }
            for site in dict.fromkeys(line.site for line in lines)
        ]
        _print_json({"sites": sites, "hidden": [asdict(one) for one in hidden]})
        return
    _print_ledger(lines, articles)
    if hidden:
        from archive.terminal import print_table  # noqa: PLC0415

        click.echo("\nHidden:")
        print_table(("id", "since", "address", "why"), [(h.id, h.hidden_at[:10], h.url, h.why) for h in hidden])


def _print_ledger(lines: tuple[LedgerLine, ...], articles: dict[str, int]) -> None:
    from rich.text import Text  # noqa: PLC0415

    from archive.terminal import print_table  # noqa: PLC0415

    rows: list[tuple[str | int | Text, ...]] = []
    for site in dict.fromkeys(line.site for line in lines):
        own = [(site, line.outcome, line.reason, line.pages) for line in lines if line.site == site]
        rows += own
        told = f"{articles.get(site, 0)} articles"
        rows.append((site, Text("discovered", style="bold"), told, Text(str(_sum(lines, site)), style="bold")))
    if len(articles) > 1:
        total = sum(line.pages for line in lines)
        rows.append(("all", Text("discovered", style="bold"), f"{sum(articles.values())} articles", total))
    print_table(("site", "outcome", "reason", "pages"), rows)


def _sum(lines: tuple[LedgerLine, ...], site: str) -> int:
    return sum(line.pages for line in lines if line.site == site)


def _runs(connection: sqlite3.Connection, limit: int, *, as_json: bool) -> None:
    from archive.coverage import runs  # noqa: PLC0415
    from archive.terminal import print_table  # noqa: PLC0415

    found = runs(connection, limit=limit)
    if as_json:
        _print_json([asdict(run) | {"outcomes": dict(run.outcomes), "pages": run.pages} for run in found])
        return
    print_table(
        ("run", "started", "ended", "exit", "pages", "outcomes"),
        [
            (
                run.name, _minute(run.started_at), _minute(run.ended_at) if run.ended_at else "not ended",
                run.exit_code, run.pages,
                ", ".join(f"{outcome} {count}" for outcome, count in run.outcomes),
            )
            for run in found
        ],
    )  # fmt: skip


def _minute(moment: str) -> str:
    """An ISO time as a terminal has room for it, in UTC as the run's name is; in full elsewhere."""
    from archive.terminal import console  # noqa: PLC0415

    if not console().is_terminal:
        return moment
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%d %H:%MZ}"


def _days(connection: sqlite3.Connection, *, as_json: bool) -> None:
    from archive.coverage import ledger_by_day  # noqa: PLC0415
    from archive.terminal import print_table  # noqa: PLC0415

    columns = ("day", "site", "outcome", "pages")
    rows = ledger_by_day(connection)
    if as_json:
        _print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table(columns, rows)


def _chart(connection: sqlite3.Connection, *, as_json: bool) -> None:
    from archive.coverage import articles_by_month, articles_by_site  # noqa: PLC0415
    from archive.terminal import print_bars  # noqa: PLC0415

    months, sites = articles_by_month(connection), articles_by_site(connection)
    if as_json:
        _print_json({"months": dict(months), "sites": dict(sites)})
        return
    print_bars("Articles by month", _fold_empty(months))
    click.echo()
    print_bars("Articles by site", sites)


def _fold_empty(months: tuple[tuple[str, int], ...]) -> list[tuple[str, int]]:
    """The same counts with three or more empty months in a row as one: ("2019-03 … 2019-11", 0)."""
    folded: list[tuple[str, int]] = []
    for empty, run in groupby(months, key=lambda month: month[1] == 0):
        alike = list(run)
        folded += [(f"{alike[0][0]} … {alike[-1][0]}", 0)] if empty and len(alike) > 2 else alike
    return folded


def _print_json(value: object) -> None:
    click.echo(to_json(value))
