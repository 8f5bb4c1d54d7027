"""`danvan rebuild`."""

from __future__ import annotations

from pathlib import Path

import click

from archive.commands.options import JOBS


@click.command(epilog="\b\nExample:\n  danvan -a data rebuild --jobs 2")
@click.option("--jobs", type=JOBS, help="Worker processes; as many as processors otherwise.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
@click.pass_obj
def rebuild(archive: Path, jobs: int | None, quiet: bool) -> None:
    """Make the database anew from the WARCs alone; the old one stays until the new one is whole."""
    from crawler.forks import start_server  # noqa: PLC0415
    from crawler.preferences import use_preferences  # noqa: PLC0415

    use_preferences(archive)
    start_server()  # the workers load while this process does
    from crawler.progress import progress  # noqa: PLC0415
    from crawler.rebuild import rebuild  # noqa: PLC0415

    damaged: list[str] = []
    with progress(quiet=quiet) as display:
        result = rebuild(archive, jobs=jobs, on_page=display.page, on_damage=lambda e: damaged.append(str(e)))
    for line in damaged:
        click.echo(f"danvan: {line}", err=True)
    if not quiet:
        click.echo(f"{result.outcomes.total()} captures read, {result.outcomes['saved']} versions saved", err=True)
    raise SystemExit(3 if damaged else 0)
