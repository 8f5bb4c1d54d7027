"""What verbs share: kinds of values, and of `search` and `export` the query, which may begin with a hyphen."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from datetime import date
from typing import Any

import click

from archive.filters import Filters


class Number(click.IntRange):
    """A whole number within bounds."""

    name = "number"


COUNT = Number(min=1)
JOBS = Number(min=1, max=64)  # processes; each holds some 150 MB


def to_day(_context: click.Context, _option: click.Parameter, value: str | None) -> date | None:
    """An option's callback: the day YYYY-MM-DD; anything else is named with the way to write it."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else "")
    except ValueError:
        raise click.BadParameter(f"{value!r} is no day; write YYYY-MM-DD") from None


_GUARD = "\x00"  # no command line can hold it, so it tells a guarded word from any other


class QueryCommand(click.Command):
    """A command whose words may begin with one hyphen (`-từ`): they belong to the query. Options begin with two."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Hide such words from click while it looks for options; what follows an option is its value, -1 too."""
        if args != ["-h"]:
            options = [one for one in self.params if isinstance(one, click.Option) and not one.is_flag]
            valued = {name for one in options for name in one.opts}
            args = [
                _GUARD + arg if before not in valued and arg.startswith("-") and arg[1:2] not in ("-", "") else arg
                for before, arg in zip(["", *args], args, strict=False)
            ]
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
    return click.argument("query", nargs=-1, metavar="[QUERY]...")(command)


def take_one(options: MutableMapping[str, Any], *names: str) -> str | None:
    """Which of these flags is given, all taken out of a command's options; UsageError when several are."""
    given = [name for name in names if options.pop(name)]
    if len(given) > 1:
        raise click.UsageError(f"give one of {', '.join(f'--{name}' for name in names)}")
    return given[0] if given else None


def take_filters(options: MutableMapping[str, Any]) -> Filters:
    """The filters among a command's options, taken out of them."""
    return Filters(**{name: options.pop(name) for name in Filters.__dataclass_fields__})
