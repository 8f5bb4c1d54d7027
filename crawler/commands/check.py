"""`danvan check`."""

from __future__ import annotations

from pathlib import Path

import click

from archive.commands.options import JOBS


@click.command(epilog="\b\nExamples:\n  danvan check\n  danvan check --deep --repair")
@click.option("--deep", is_flag=True, help="Read every record back, and every article out of it; name orphans.")
@click.option("--repair", is_flag=True, help="Mend what can be mended; what is lost is asked for again.")
@click.option("--jobs", type=JOBS, help="Worker processes of --deep; as many as processors otherwise.")
@click.pass_obj
def check(archive: Path, deep: bool, repair: bool, jobs: int | None) -> None:
    """Prove that database, full text and WARCs agree. Exit 3 when something is left to mend."""
    from crawler.forks import start_server  # noqa: PLC0415
    from crawler.preferences import use_preferences  # noqa: PLC0415

    if deep:
        use_preferences(archive)
        start_server()  # the workers load while this process does
    from archive import Archive  # noqa: PLC0415
    from archive.check import check  # noqa: PLC0415
    from archive.store import demand_archive  # noqa: PLC0415
    from crawler.proof import Proof  # noqa: PLC0415

    demand_archive(archive)  # a directory that is no archive must not become one
    with Archive.open_writer(archive) as opened:
        proof = Proof(opened, repair=repair, jobs=jobs)
        report = check(opened, deep=deep, repair=repair, reproduce=proof.problems if deep else None)
    for problem in report.problems:
        click.echo(str(problem))
    for orphan in report.orphans:
        click.echo(f"orphan: {orphan} (fetched, not committed; harmless)")
    for damage in report.damage:
        click.echo(f"damage: {damage}")
    verdict = "sound" if report.sound else "DAMAGED; --repair mends what can be mended, `danvan rebuild` the database"
    click.echo(f"{report.captures} captures, {report.articles} articles: {verdict}", err=True)
    if deep:
        click.echo(_reproduced(proof.compared, proof.older), err=True)
    raise SystemExit(0 if report.sound else 3)


def _reproduced(compared: int, older: int) -> str:
    told = f"{compared - older} articles compared with what their captures give"
    return f"{told}; {older} of an earlier extractor are left to `danvan reextract`" if older else told
