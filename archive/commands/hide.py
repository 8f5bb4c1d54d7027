"""`danvan hide`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("key", metavar="URL|ID")
@click.option("--why", required=True, metavar="TEXT", help="The reason, listed by `danvan status`.")
@click.pass_obj
def hide(archive: Path, key: str, why: str) -> None:
    """Take an article out of search, web and export; its raw copy stays, and so does this decision."""
    from archive import Archive, facts  # noqa: PLC0415
    from archive.show import get_article  # noqa: PLC0415
    from archive.terminal import printable  # noqa: PLC0415

    with Archive.open(archive) as opened:
        url = get_article(opened.connection, key).article.url
    with Archive.open_writer(archive) as opened:
        headline = facts.hide(opened, url, why)
    click.echo(f"hidden: {printable(headline)}", err=True)
