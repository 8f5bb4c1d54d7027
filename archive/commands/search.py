"""`danvan search`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.commands.options import COUNT, QueryCommand, query_options, take_filters, take_one
from archive.json_text import to_json

if TYPE_CHECKING:
    from archive.query import Results

_SHOWN_INSTEAD = {
    "folded": "the same words in any spelling",
    "all_words": "articles with all the words, not in a row",
    "all_words_folded": "articles with all the words in any spelling, not in a row",
}


@click.command(
    cls=QueryCommand,
    epilog="""\b
Several words are a phrase; with any diacritic or đ they are meant as written.
  danvan search dan van kheo             in every spelling
  danvan search 'dân vận -khéo'          without a word; -"cụm từ" without a phrase
  danvan search '"hòa giải" tổ dân vận'  as written, and a phrase
  danvan search dân vận OR mặt trận      either (also HOẶC)
  danvan search 'tiêu đề: dân vận'       also tác giả:, chuyên mục:, từ khóa:, nguồn:, tóm tắt:, tệp:
  danvan search 'vận độ*'                words that begin so""",
)
@query_options
@click.option(
    "--sort", type=click.Choice(["relevance", "newest", "oldest"]), default="relevance", show_default=True,
    help="The order of hits.",
)  # fmt: skip
@click.option("--limit", type=COUNT, default=20, show_default=True, help="At most so many hits.")
@click.option("--after", metavar="CURSOR", help="The page after the one that gave this cursor.")
@click.option("--fold", is_flag=True, help="In any spelling, though diacritics are written.")
@click.option("--facets", is_flag=True, help="Counts by site, year and author instead of hits.")
@click.option("--count", is_flag=True, help="The number of hits alone.")
@click.option("--json", is_flag=True, help="A JSON array.")
@click.option("--jsonl", is_flag=True, help="A JSON object a line.")
@click.option("--csv", is_flag=True, help="A table for spreadsheets.")
@click.pass_obj
def search(archive: Path, /, query: tuple[str, ...], count: bool, **options: Any) -> None:
    """Find articles."""
    from archive import Archive  # noqa: PLC0415
    from archive.query import Query, Sort  # noqa: PLC0415
    from archive.search import search as find  # noqa: PLC0415

    form = take_one(options, "json", "jsonl", "csv")
    filters = take_filters(options)
    sort = Sort(options.pop("sort"))
    if count:
        options["limit"] = 1
    asked = Query(text=" ".join(query), filters=filters, sort=sort, **options)
    with Archive.open(archive) as opened:
        results = find(opened.connection, asked)
    if count:
        click.echo(results.total)
        return
    _explain(results)
    if asked.facets:
        _print_facets(results, form)
    else:
        _print_hits(results, form)


def _explain(results: Results) -> None:
    """What the hits do not say themselves, on standard error."""
    if results.fallback:
        instead = _SHOWN_INSTEAD[results.match]
        click.echo(f"Nothing as asked; shown instead: {instead} ({results.shown_total}).", err=True)
    if results.truncated:
        click.echo("The query is long: only its beginning was searched.", err=True)


def _print_hits(results: Results, form: str | None) -> None:
    from archive.query import hit_json  # noqa: PLC0415
    from archive.tabular import write_csv  # noqa: PLC0415

    records = [hit_json(hit) | {"match": str(results.match)} for hit in results.hits]
    if form == "json":
        click.echo(to_json(records))
    elif form == "jsonl":
        for record in records:
            click.echo(to_json(record))
    elif form == "csv":
        write_csv(sys.stdout, _CSV, records)
    else:
        _print_table(results)
    if results.next_cursor:
        click.echo(f"More: --after {results.next_cursor}", err=True)


_CSV = (
    "id", "url", "site", "headline", "datePublished", "authors", "articleSection", "snippet", "attachment",
    "capturedAt", "goneAt", "score", "match",
)  # fmt: skip


def _print_table(results: Results) -> None:
    from rich.text import Text  # noqa: PLC0415

    from archive.terminal import console, marked_text, print_table, printable  # noqa: PLC0415

    if not console().is_terminal:
        print_table((), [(h.id, (h.date_published or "")[:10], h.site, h.headline.text, h.url) for h in results.hits])
        return
    rows = []
    for hit in results.hits:
        where = f"[{hit.attachment}] " if hit.attachment else ""
        article = Text("\n").join((marked_text(hit.headline), Text(printable(where)) + marked_text(hit.snippet)))
        article.stylize("bold", 0, len(hit.headline.text))
        rows.append((hit.id, (hit.date_published or "")[:10], hit.site, article))
    print_table(("id", "date", "site", "article"), rows)
    click.echo(f"{results.total} found", err=True)


def _print_facets(results: Results, form: str | None) -> None:
    from archive.tabular import write_csv  # noqa: PLC0415
    from archive.terminal import print_table  # noqa: PLC0415

    rows: list[dict[str, Any]] = [
        {"facet": facet, "value": value, "articles": articles}
        for facet, counts in results.facets.items()
        for value, articles in counts
    ]
    if form == "json":
        click.echo(to_json(rows))
    elif form == "jsonl":
        for row in rows:
            click.echo(to_json(row))
    elif form == "csv":
        write_csv(sys.stdout, ("facet", "value", "articles"), rows)
    else:
        print_table(("facet", "value", "articles"), [(row["facet"], row["value"], row["articles"]) for row in rows])
