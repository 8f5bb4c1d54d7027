"""`danvan export`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from archive.commands.options import COUNT, QueryCommand, query_options, take_filters


@click.command(
    cls=QueryCommand,
    epilog="""\b
Examples:
  danvan export --format csv --since 2022 --output bai.csv dân vận khéo
  danvan export --format jsonl | gzip > all.jsonl.gz     every article
  danvan export --format markdown --output bai/ --author 'Thu Hà'""",
)
@query_options
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv", "parquet", "markdown", "atom", "wacz"]), required=True,
    help="markdown is a folder with a file an article; wacz holds the raw captures.",
)  # fmt: skip
@click.option("--output", type=click.Path(path_type=Path), metavar="PATH", help="Where to; standard output without it.")
@click.option("--sort", type=click.Choice(["newest", "oldest"]), default="newest", show_default=True)
@click.option("--limit", type=COUNT, help="At most so many articles.")
@click.option("--fold", is_flag=True, help="In any spelling, though diacritics are written.")
@click.pass_obj
def export(
    archive: Path, /, query: tuple[str, ...], form: str, output: Path | None, limit: int | None, **options: Any
) -> None:
    """Take the articles of a search out; of no QUERY, all."""
    from archive import Archive  # noqa: PLC0415
    from archive.export import export as write  # noqa: PLC0415
    from archive.query import Query, Sort  # noqa: PLC0415

    filters = take_filters(options)
    asked = Query(text=" ".join(query), filters=filters, sort=Sort(options["sort"]), fold=options["fold"])
    with Archive.open(archive) as opened:
        number = write(
            opened.connection,
            asked,
            form,
            output or sys.stdout.buffer,
            warc_directory=opened.warc_directory,
            limit=limit,
        )
    click.echo(f"{'captures' if form == 'wacz' else 'articles'}: {number}", err=True)
