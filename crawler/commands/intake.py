"""`danvan import`."""

from __future__ import annotations

from pathlib import Path

import click

from archive.commands.options import JOBS


@click.command(
    "import",
    epilog="""\b
Examples:
  danvan import crawl.warc.gz collection.wacz
  danvan import --all saved.warc      also pages of sites without a profile
  danvan import /mnt/other-archive    another archive directory joins this one""",
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--all", "every", is_flag=True, help="Also pages of sites that have no profile.")
@click.option("--jobs", type=JOBS, help="Worker processes; as many as processors otherwise.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
@click.pass_obj
def intake(archive: Path, paths: tuple[Path, ...], every: bool, jobs: int | None, quiet: bool) -> None:
    """Take captures in: WARC or WACZ of any crawler, or another archive directory. Twice is once."""
    from crawler.forks import start_server  # noqa: PLC0415
    from crawler.preferences import use_preferences  # noqa: PLC0415

    use_preferences(archive)
    start_server()  # the workers load while this process does
    from crawler.intake import take_in  # noqa: PLC0415
    from crawler.progress import progress  # noqa: PLC0415

    with progress(quiet=quiet) as display:
        result = take_in(archive, paths, every=every, jobs=jobs, on_page=display.page)
    for line in result.damaged:
        click.echo(f"danvan: {line}", err=True)
    if not quiet:
        outcomes = (
            ", ".join(f"{pages} {outcome}" for outcome, pages in sorted(result.replay.outcomes.items())) or "nothing"
        )
        click.echo(
            f"taken in: {outcomes}; {result.replay.skipped} here already, {result.strangers} of sites "
            f"without a profile (--all takes them), {result.incomplete} incomplete",
            err=True,
        )
    raise SystemExit(1 if result.damaged or result.incomplete else 0)
