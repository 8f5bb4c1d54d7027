"""docs/cli.md from the commands' own help texts: `make docs` writes it, a test compares it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from crawler.cli import danvan

_HEAD = """# Command line

Written by `make docs` from the commands' help texts; `danvan VERB --help` prints the same.
"""
_WIDTH = 100


def sections(command: click.Command, context: click.Context, depth: int = 2) -> Iterator[str]:
    """A heading and the help of the command, then those of its verbs, in the order `--help` lists them."""
    yield f"{'#' * depth} {context.command_path}\n\n```text\n{command.get_help(context).strip()}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            verb = command.get_command(context, name)
            assert verb is not None
            below = click.Context(verb, info_name=name, parent=context)
            yield from sections(verb, below, min(depth + 1, 4))


def reference() -> str:
    """The whole page."""
    # With the settings it runs with: click keeps the help option it made first, -h or not.
    context = click.Context(danvan, info_name="danvan", terminal_width=_WIDTH, **danvan.context_settings)
    return "\n".join([_HEAD, *sections(danvan, context)])


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
