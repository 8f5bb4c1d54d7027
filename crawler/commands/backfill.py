"""`danvan backfill`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from archive.commands.options import COUNT, to_day


@click.command(
    epilog="""\b
Examples:
  danvan backfill danvan_vn --from wayback --limit 50
  danvan backfill dukcqtw_dcs_vn --from commoncrawl --since 2018-01-01
  danvan backfill danvan_vn --from http://localhost:8080/all/cdx   a CDX server of your own"""
)
@click.argument("site")
@click.option("--from", "source", required=True, metavar="ARCHIVE", help="wayback, commoncrawl or a CDX server's URL.")
@click.option("--replay", metavar="URL", help="Where that CDX server's captures are replayed, if not beside it.")
@click.option("--limit", type=COUNT, help="Fetch at most N captures.")
@click.option("--since", callback=to_day, metavar="DATE", help="Captured on that day or later (YYYY-MM-DD, UTC).")
@click.option("--until", callback=to_day, metavar="DATE", help="Captured on that day or earlier.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
@click.pass_obj
def backfill(
    archive: Path,
    site: str,
    source: str,
    replay: str | None,
    limit: int | None,
    since: date | None,
    until: date | None,
    quiet: bool,
) -> None:
    """Bring articles back that a web archive captured, gone ones too, with their images and attachments.

    Run again, it goes on where it was.
    """
    from crawler.backfill import BackfillOrder, backfill  # noqa: PLC0415
    from crawler.progress import progress  # noqa: PLC0415

    order = BackfillOrder(
        archive=archive, site=site, source=source, replay=replay, limit=limit, since=since, until=until
    )
    with progress(quiet=quiet) as display:
        result = backfill(order, on_page=display.page)
    for line in result.failed:
        click.echo(f"danvan: {line}", err=True)
    if not quiet:
        taken = sorted(result.replay.outcomes.items())
        outcomes = ", ".join(f"{pages} {outcome}" for outcome, pages in taken) or "nothing"
        said = (
            f"{result.listed} captures of article addresses listed, {result.held} held already or the same; "
            f"taken in: {outcomes}"
        )
        if result.files.outcomes or result.absent:
            kept = result.files.outcomes.total() - result.files.outcomes["refused"]
            said += f"; files: {kept} taken in, {len(result.absent)} not in the web archive"
        click.echo(said, err=True)
    raise SystemExit(1 if result.failed else 0)
