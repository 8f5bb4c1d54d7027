"""`danvan reextract`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.commands.options import JOBS
from archive.terminal import printable

if TYPE_CHECKING:
    from crawler.changes import Report

SHOWN = 100  # characters of a value
LISTED = 10  # addresses


@click.command(
    epilog="""\b
Examples:
  danvan reextract --dry-run            what today's rules would change, and nothing else
  danvan reextract danvan_vn --jobs 2   one site"""
)
@click.argument("sites", nargs=-1, metavar="[SITE]...")
@click.option("--jobs", type=JOBS, help="Worker processes; as many as processors otherwise.")
@click.option("--dry-run", is_flag=True, help="Say what would change; commit nothing.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
@click.pass_obj
def reextract(archive: Path, sites: tuple[str, ...], jobs: int | None, dry_run: bool, quiet: bool) -> None:
    """Read every stored page and document again by today's rules, without the network.

    Says what changes, then commits it.
    """
    from crawler.forks import start_server  # noqa: PLC0415
    from crawler.preferences import use_preferences  # noqa: PLC0415

    use_preferences(archive)
    start_server()  # the workers load while this process does
    from crawler.progress import progress  # noqa: PLC0415
    from crawler.reextract import reextract  # noqa: PLC0415

    def tell(report: Report) -> None:
        if not quiet:
            _print(report)

    with progress(quiet=quiet) as display:
        report = reextract(archive, sites=sites, jobs=jobs, dry_run=dry_run, on_page=display.page, on_report=tell)
    for line in report.unread:
        click.echo(f"danvan: {line}", err=True)
    if not quiet:
        done = "would change; nothing is committed" if dry_run else "changed"
        documents = f" and {report.documents} documents" if report.documents else ""
        click.echo(f"{report.pages} pages{documents} read, {report.changed} {done}", err=True)
    raise SystemExit(1 if report.unread else 0)


def _print(report: Report) -> None:
    """What changes by field, on standard output."""
    for key, count in report.fields.most_common():
        click.echo(f"{key}: {count} changed")
        for example in report.examples[key]:
            old, new = _text(example.old), _text(example.new)
            start = max(0, _first_difference(old, new) - SHOWN // 4)
            click.echo(f"  {_cut(_text(example.url))}\n    - {_cut(old, start)}\n    + {_cut(new, start)}")
    if report.versions:
        click.echo(f"earlier versions: {report.versions} changed")
    _list("newly seen as an article", report.new)
    _list("kept, though the rules would refuse it now", [f"{url}: {why}" for url, why in report.kept])


def _list(title: str, lines: list[str]) -> None:
    if lines:
        click.echo(f"{title}: {len(lines)}")
        for line in lines[:LISTED]:
            click.echo(f"  {_text(line)}")


def _first_difference(old: str, new: str) -> int:
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))


def _text(value: Any) -> str:
    return printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _cut(text: str, start: int = 0) -> str:
    """The part from `start` on, where two values begin to differ."""
    end = start + SHOWN
    return f"{'…' if start else ''}{text[start:end]}{'…' if len(text) > end else ''}"
