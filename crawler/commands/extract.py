"""`danvan extract`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.commands.options import JOBS
from archive.errors import DanvanError

if TYPE_CHECKING:
    from crawler.lines import Saved


@click.command(
    epilog="""\b
Examples:
  danvan extract page.html --url https://example.org/tin/1
  danvan extract crawl.warc.gz --jobs 2 > records.jsonl"""
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--url", help="The address the page was saved from (one HTML file).")
@click.option("--site", help="Use this profile, whatever the address.")
@click.option("--jobs", type=JOBS, default=1, show_default=True, help="Pages at a time.")
def extract(files: tuple[Path, ...], url: str | None, site: str | None, jobs: int) -> None:
    """Clean saved pages (.html) or WARCs (.warc, .warc.gz) to JSON lines; stores nothing.

    A page that is no article gives its outcome and reason, and the exit code stays 0; one that cannot
    be read gives "failed", and the exit code is 1.
    """
    from archive.urls import parse_http_url  # noqa: PLC0415

    if url is not None:
        parse_http_url(url)
        if len(files) > 1:
            raise click.UsageError("--url is for one HTML file; WARCs carry their own addresses")
    from crawler.forks import start_server  # noqa: PLC0415

    start_server(("crawler.line",))  # the workers load while this process does
    from crawler.lines import extract_lines  # noqa: PLC0415

    codes = [0]
    for line, bad in extract_lines(_pages(files, url, codes), site=site, jobs=jobs):
        click.echo(line)
        codes.append(1 if bad else 0)
    raise SystemExit(max(codes))


def _pages(files: tuple[Path, ...], url: str | None, codes: list[int]) -> Iterator[Saved]:
    """The pages of every file that can be read; a line for one that cannot, its exit code among `codes`."""
    from archive.terminal import printable  # noqa: PLC0415
    from crawler.lines import pages_of  # noqa: PLC0415

    for file in files:
        try:
            yield from pages_of(file, url)
        except DanvanError as error:
            click.echo(f"danvan: {printable(str(error))}", err=True)
            codes.append(error.exit_code)
