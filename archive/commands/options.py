"""What `search` and `export` share: the query, which may begin with a hyphen, and the filters."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

import click

from archive.filters import Filters

_GUARD = "\x00"  # no command line can hold it, so it tells a guarded word from any other


class QueryCommand(click.Command):
    """A command whose words may begin with one hyphen (`-từ`): they belong to the query. Options begin with two."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Hide such words from click while it looks for options."""
        if args != ["-h"]:
            args = [_GUARD + arg if arg.startswith("-") and arg[1:2] not in ("-", "") else arg for arg in args]
        rest = super().parse_args(ctx, args)
        _unguard(ctx.params)
        return rest


def _unguard(params: MutableMapping[str, Any]) -> None:
    for name, value in params.items():
        if isinstance(value, str):
            params[name] = value.removeprefix(_GUARD)
        elif isinstance(value, tuple):
            params[name] = tuple(part.removeprefix(_GUARD) if isinstance(part, str) else part for part in value)


_FILTERS = (
    click.option("--site", metavar="NAME", help="Of this site (a profile's name)."),
    click.option("--body", metavar="TEXT", help="Of organisations with this in their name."),
    click.option("--author", metavar="NAME", help="With this name in the byline."),
    click.option("--section", metavar="TEXT", help="Of sections (chuyên mục) with these words."),
    click.option("--since", metavar="DATE", help="Published then or later: YYYY, YYYY-MM or YYYY-MM-DD."),
    click.option("--until", metavar="DATE", help="Published then or earlier."),
    click.option("--captured-since", metavar="DATE", help="Fetched then (UTC) or later."),
    click.option("--captured-until", metavar="DATE", help="Fetched then (UTC) or earlier."),
    click.option("--has-attachment", is_flag=True, default=None, help="That offer a document."),
    click.option("--gone", is_flag=True, default=None, help="That have gone from the web."),
)


def query_options(command: Callable[..., None]) -> Callable[..., None]:
    """The QUERY argument and every filter."""
    for option in reversed(_FILTERS):
        command = option(command)
    return click.argument("query", nargs=-1, metavar="QUERY...")(command)


def take_filters(options: MutableMapping[str, Any]) -> Filters:
    """The filters among a command's options, taken out of them."""
    return Filters(**{name: options.pop(name) for name in Filters.__dataclass_fields__})
