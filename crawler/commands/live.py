"""`danvan sites check --live SITE`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from archive.terminal import printable


def check_live(archive: Path, name: str, *, as_json: bool, allow_private: bool) -> int:
    """Print each field of each page; 1 when a page lacks headline, date or text, or no page could be had."""
    from crawler.live import live  # noqa: PLC0415

    pages = live(name, settings=archive, allow_private=allow_private)
    if as_json:
        click.echo(json.dumps([asdict(page) for page in pages], ensure_ascii=False))
    else:
        for page in pages:
            click.echo(f"{printable(page.url)}: {page.outcome}{f' ({page.reason})' if page.reason else ''}")
            for field, value in page.fields.items():
                click.echo(f"  {field:12} {'missing' if value is None else printable(value)[:90]}")
            if page.misses:
                click.echo(f"  selectors that found nothing: {', '.join(page.misses)}")
    if not pages:
        click.echo(f"{name}: no article could be fetched; `danvan crawl {name} --limit 5` says why", err=True)
    return 0 if pages and all(page.complete for page in pages) else 1
