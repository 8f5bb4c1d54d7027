"""The command `danvan`: the group its verbs hang on, and how it ends.

Each verb is a module imported when it is asked for, so `danvan search` loads no crawler. Commands parse and
print; the work is callable from Python. Exit codes stand in docs/operations.md.
"""

from __future__ import annotations

import errno
import io
import os
import sqlite3
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

from archive.errors import INTERRUPTED, DanvanError, StorageError, storage_error


class LazyGroup(click.Group):
    """A group whose verbs are named as "module:attribute" and imported on use."""

    def __init__(self, *args: object, **settings: object) -> None:
        super().__init__(*args, **settings)  # type: ignore[arg-type]  # click's own signature
        self._lazy: dict[str, str] = {}

    def add_lazy(self, verbs: Mapping[str, str]) -> None:
        """Add verbs: name to "module:attribute"."""
        self._lazy.update(verbs)

    def list_commands(self, ctx: click.Context | None) -> list[str]:  # noqa: ARG002 - click's signature
        """The verbs, sorted."""
        return sorted({*self._lazy, *self.commands})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of that name."""
        if cmd_name not in self._lazy:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self._lazy[cmd_name].partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb asked for; where there is none, the error names those that are written like it."""
        if not args[0].startswith("-") and args[0] not in self.list_commands(ctx):
            near = " or ".join(get_close_matches(args[0], self.list_commands(ctx)))
            ctx.fail(f"No such command {args[0]!r}{f': did you mean {near}?' if near else ''}")
        return super().resolve_command(ctx, args)


def _show_version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        from archive import __version__  # noqa: PLC0415 - reading what is installed takes as long as all the rest

        click.echo(f"danvan, version {__version__}")
        context.exit()


def _directory(_context: click.Context, _option: click.Parameter, value: str) -> Path:
    if not value:  # as from -a "$UNSET"; it would stand for the working directory
        raise click.BadParameter("'' is no directory; name one")
    return Path(value)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-a",
    "--archive",
    type=click.Path(),
    callback=_directory,
    default="data",
    show_default="./data, or $DANVAN_ARCHIVE",
    envvar="DANVAN_ARCHIVE",
    metavar="DIR",
    help="The archive's directory.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
@click.pass_context
def danvan(context: click.Context, archive: Path) -> None:
    """Crawl, keep, clean, search and cite Vietnamese news of công tác dân vận."""
    context.obj = archive


danvan.add_lazy(
    {
        "search": "archive.commands.search:search",
        "show": "archive.commands.show:show",
        "status": "archive.commands.status:status",
        "export": "archive.commands.export:export",
        "hide": "archive.commands.hide:hide",
        "serve": "archive.commands.serve:serve",
    }
)


def run(command: click.Command) -> NoReturn:
    """Run the command and leave the process: one clear line for what a user can cause, never a traceback."""
    _open_standard_streams()
    try:  # not Command.main, which ends a broken pipe with 1 and an interrupt with a line of its own
        with command.make_context("danvan", sys.argv[1:]) as context:
            command.invoke(context)
        sys.stdout.flush()
        raise SystemExit(0)
    except click.exceptions.Exit as end:
        raise SystemExit(end.exit_code) from None
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        raise SystemExit(error.exit_code) from None
    except click.UsageError as error:
        _fail(_explained(error), error.exit_code, error.ctx.command_path if error.ctx else "danvan")
    except (KeyboardInterrupt, click.Abort):
        _fail("interrupted", INTERRUPTED)
    except DanvanError as error:
        _fail(str(error), error.exit_code)
    except sqlite3.DatabaseError as error:
        found = storage_error("the database", error)
        known = isinstance(error, sqlite3.OperationalError)
        _fail(f"{found}{'' if known else '; `danvan rebuild` makes a new one from the WARCs'}", found.exit_code)
    except BrokenPipeError:  # the reader has what it wanted, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except OSError as error:
        if error.errno not in _CAUSED_BY_THE_DISK:
            raise
        _fail(f"{error.filename or 'output'}: {error.strerror}", StorageError.exit_code)


_CAUSED_BY_THE_DISK = (
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.EIO,
    errno.EACCES,
    errno.EPERM,
    errno.ENAMETOOLONG,
)


def _open_standard_streams() -> None:
    """UTF-8 whatever the locale, for no other encoding holds Vietnamese and the rest; a closed one leads nowhere.

    Left closed, its number would go to the next file opened, and what is printed into the database.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):  # in the order of their numbers
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - as long as the process
            os.set_inheritable(stream.fileno(), True)
            setattr(sys, name, stream)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _explained(error: click.UsageError) -> str:
    """What was wrong with the words of the command, and where to read how it goes."""
    message = " ".join(error.format_message().split()).removesuffix(".")
    return f"{message} (`{error.ctx.command_path} --help` shows how)" if error.ctx else message


def _fail(message: str, code: int, command: str = "danvan") -> NoReturn:
    from archive.terminal import printable  # noqa: PLC0415

    click.echo(f"{command}: {printable(message)}", err=True)
    raise SystemExit(code)
