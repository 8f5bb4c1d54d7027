"""`danvan crawl`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from archive.commands.options import COUNT, Number, to_day
from archive.errors import DanvanError


@click.command(
    epilog="""\b
Examples:
  danvan crawl danvan_vn                 what is due of one site
  danvan crawl                           of every site you enabled
  danvan crawl --since 2012-01-01 most_gov_vn
  danvan crawl https://example.org/tin   a site without a profile, up to 500 pages
  danvan -a demo crawl --sample          the bundled sample sites"""
)
@click.argument("targets", nargs=-1, metavar="[SITE|URL]...")
@click.option("--limit", type=COUNT, help="At most N pages a site (500, or the profile's own).")
@click.option(
    "--since", callback=to_day, metavar="DATE", help="Go back to articles of that day (YYYY-MM-DD); 30 days otherwise."
)
@click.option("--dry-run", is_flag=True, help="Say what is due and what it would cost; fetch nothing.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
@click.option("--allow-private", is_flag=True, help="Also ask loopback and private addresses.")
@click.option("--sample", is_flag=True, help="Crawl the bundled sample sites, served on loopback.")
@click.option("--sample-day", type=Number(min=1, max=3650), help="As they stand that day; the first otherwise.")
@click.pass_obj
def crawl(  # noqa: PLR0913, PLR0917 - the verb's options
    archive: Path,
    targets: tuple[str, ...],
    limit: int | None,
    since: date | None,
    dry_run: bool,
    quiet: bool,
    allow_private: bool,
    sample: bool,
    sample_day: int | None,
) -> None:
    """Fetch what is due: of the sites named, of an address, or of the sites you enabled."""
    if sample_day and not sample:
        raise click.UsageError("--sample-day goes with --sample")
    from crawler.forks import start_server  # noqa: PLC0415
    from crawler.preferences import use_preferences  # noqa: PLC0415

    if not dry_run and not (archive / "archive.db").exists():
        use_preferences(archive)
        start_server()  # a first crawl has work for the workers at once: they load while this process does
    from crawler.crawl import crawl  # noqa: PLC0415
    from crawler.progress import print_summary, progress  # noqa: PLC0415
    from crawler.sample.crawl import crawl_sample, sample_order  # noqa: PLC0415
    from crawler.targets import CrawlOrder  # noqa: PLC0415

    day = since.isoformat() if since else None
    order = CrawlOrder(archive=archive, targets=targets, limit=limit, since=day, allow_private=allow_private)
    if dry_run:
        from crawler.estimate import estimate  # noqa: PLC0415

        for line in estimate(sample_order(order, sample_day or 1) if sample else order):
            click.echo(line)
        return
    try:
        with progress(quiet=quiet) as display:
            result = crawl_sample(order, sample_day or 1, display.page) if sample else crawl(order, display.page)
    except DanvanError as error:
        from crawler.aftermath import tell_unstarted  # noqa: PLC0415

        _say(tell_unstarted(archive, error))
        raise
    if not quiet or result.failure:
        print_summary(result)
    from crawler.aftermath import look_after  # noqa: PLC0415

    _say(look_after(archive, run=result.run, exit_code=result.exit_code, failure=result.failure))
    raise SystemExit(result.exit_code)


def _say(lines: tuple[str, ...]) -> None:
    for line in lines:
        click.echo(line, err=True)
