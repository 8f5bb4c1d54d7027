"""`danvan backup`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(epilog="\b\nExample:\n  danvan -a data backup /mnt/usb/danvan")
@click.argument("directory", type=click.Path(path_type=Path))
@click.pass_obj
def backup(archive: Path, directory: Path) -> None:
    """Copy the archive, also during a crawl; WARCs that are there already are kept. The copy is verified."""
    from archive import Archive  # noqa: PLC0415
    from archive.backup import backup  # noqa: PLC0415

    with Archive.open(archive) as opened:
        result = backup(opened, directory)
    click.echo(
        f"{directory}: {result.copied} WARC files copied ({result.copied_bytes} bytes), {result.kept} there already",
        err=True,
    )
