"""`danvan hide`."""

from __future__ import annotations

from pathlib import Path

import click

from archive.errors import UsageError


@click.command()
@click.argument("key", metavar="URL|ID")
@click.option("--why", metavar="TEXT", help="The reason, listed by `danvan status`.")
@click.option("--undo", is_flag=True, help="Give a hidden article back.")
@click.pass_obj
def hide(archive: Path, key: str, why: str | None, undo: bool) -> None:
    """Take an article out of search, web and export; its raw copy stays, and so does this decision."""
    from archive import Archive, facts  # noqa: PLC0415
    from archive.show import get_article  # noqa: PLC0415
    from archive.terminal import printable  # noqa: PLC0415

    if undo == bool((why or "").strip()):
        raise UsageError("hide: give either --why TEXT, or --undo")
    with Archive.open(archive) as opened:
        url = None if undo else get_article(opened.connection, key).article.url
    with Archive.open_writer(archive) as opened:
        if why and url:
            click.echo(f"hidden: {printable(facts.hide(opened, url, why))}", err=True)
        else:
            click.echo(f"shown again: {printable(facts.unhide(opened, key))}", err=True)
