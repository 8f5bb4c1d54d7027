"""`danvan check`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(epilog="\b\nExamples:\n  danvan check\n  danvan check --deep --repair")
@click.option("--deep", is_flag=True, help="Read every record back and compare its digest; name orphans.")
@click.option("--repair", is_flag=True, help="Mend what can be mended; what is lost is asked for again.")
@click.pass_obj
def check(archive: Path, deep: bool, repair: bool) -> None:
    """Prove that database, full text and WARCs agree. Exit 3 when something is left to mend."""
    from archive import Archive  # noqa: PLC0415
    from archive.check import check  # noqa: PLC0415

    Archive.open(archive).close()  # a directory that is no archive must not become one
    with Archive.open_writer(archive) as opened:
        report = check(opened, deep=deep, repair=repair)
    for problem in report.problems:
        click.echo(str(problem))
    for orphan in report.orphans:
        click.echo(f"orphan: {orphan} (fetched, not committed; harmless)")
    verdict = "sound" if report.sound else "DAMAGED; --repair mends what can be mended, `danvan rebuild` the database"
    click.echo(f"{report.captures} captures, {report.articles} articles: {verdict}", err=True)
    raise SystemExit(0 if report.sound else 3)
