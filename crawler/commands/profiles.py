"""`danvan sites new` and `danvan sites snapshot`: from pages to a profile, and to a fixture that guards it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import click

if TYPE_CHECKING:
    from archive.records import Page

FETCHED = 15  # pages a draft is made from


@click.command(
    epilog="""\b
Examples:
  danvan sites new https://bao.example/ > ~/danvan-sites/bao_example.toml
  danvan sites new https://bao.example/ saved-1.html saved-2.html saved-list.html"""
)
@click.argument("url")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--allow-private", is_flag=True, help="Also ask loopback and private addresses.")
@click.pass_obj
def new(archive: Path, url: str, files: tuple[Path, ...], allow_private: bool) -> None:
    """Draft a profile of the site of URL, from saved pages or else from a few it fetches.

    The draft is TOML on standard output. docs/adding-a-site.md walks through what to check.
    """
    from archive.urls import parse_http_url  # noqa: PLC0415
    from crawler.drafting import draft_profile  # noqa: PLC0415

    url = parse_http_url(url)
    pages: list[Page] = []
    if files:
        from crawler.lines import pages_of  # noqa: PLC0415

        for path in files:
            for one in pages_of(path, None):
                # A saved page that does not name its own address still shows the layout.
                lost = one.page.url.startswith("file:")
                pages.append(replace(one.page, url=urljoin(url, f"/?saved={path.name}")) if lost else one.page)
    else:
        from crawler.glimpse import glimpse  # noqa: PLC0415

        pages += glimpse(url, settings=archive, limit=FETCHED, allow_private=allow_private)
    click.echo(draft_profile(url, pages), nl=False)


@click.command()
@click.argument("url")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("fixtures"),
    show_default=True,
    help="The folder that holds the fixtures.",
)
@click.pass_obj
def snapshot(archive: Path, url: str, into: Path) -> None:
    """Make a fixture folder of the archive's newest capture of URL: page, request, and the record as read now."""
    from archive import Archive  # noqa: PLC0415
    from crawler.snapshot import snapshot as write  # noqa: PLC0415

    with Archive.open(archive) as opened:
        click.echo(str(write(opened, url, into)))
