"""`danvan extract`."""

from __future__ import annotations

from pathlib import Path

import click

from archive.commands.options import JOBS


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
    if url and len(files) > 1:
        raise click.UsageError("--url is for one HTML file; WARCs carry their own addresses")
    from crawler.forks import start_server  # noqa: PLC0415

    start_server(("crawler.line",))  # the workers load while this process does
    from crawler.lines import extract_lines, pages_of  # noqa: PLC0415

    failed = False
    pages = (page for file in files for page in pages_of(file, url))
    for line, bad in extract_lines(pages, site=site, jobs=jobs):
        click.echo(line)
        failed = failed or bad
    raise SystemExit(1 if failed else 0)
