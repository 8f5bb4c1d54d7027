"""Printing for people: text made safe for a terminal, and tables as wide as it is.

What is stored may hold escape codes or bidi controls; none is ever printed raw. Where output is no terminal,
tables are lines of tab-separated cells, never cut.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from archive.text import clean, one_line

if TYPE_CHECKING:
    from archive.highlight import Marked

BAR = "█"
NARROW = 60
"""A terminal of fewer columns has no room for a table's own; a row is a line there."""


def printable(text: str) -> str:
    """The text on one line, without anything that moves a cursor or turns the direction of writing."""
    return one_line(text)


def printable_lines(text: str) -> str:
    """The same with its line ends."""
    return clean(text)


def marked_text(marked: Marked) -> Text:
    """What matched in bold, everything printable."""
    text = Text()
    for piece, hit in marked.pieces():
        space = " " if piece[-1:].isspace() else ""
        before = " " if piece[:1].isspace() else ""
        text.append(f"{before}{printable(piece)}{space}" if piece.strip() else " ", style="bold yellow" if hit else "")
    return text


class _Terminal(Console):
    def on_broken_pipe(self) -> None:
        """Left to the command, which ends well: the reader has what it wanted."""
        raise BrokenPipeError


def console() -> Console:
    """The terminal; without colour where there is none."""
    return _Terminal(highlight=False, markup=False, emoji=False, soft_wrap=not sys.stdout.isatty())


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str | int | Text | None]]) -> None:
    """A table: numbers to the right, long cells wrapped, but never the first, which names the row."""
    cells = [[_cell(value) for value in row] for row in rows]
    out = console()
    if not out.is_terminal:
        for row in cells:
            click.echo("\t".join(cell.plain for cell in row))
        return
    if out.width < NARROW:
        for row in cells:
            out.print(Text("  ").join(cell for cell in row if cell))
        return
    table = Table(box=None, pad_edge=False, header_style="dim", show_header=any(columns))
    for number, name in enumerate(columns):
        right = bool(cells) and all(row[number].plain.replace(" ", "").isdigit() for row in cells)
        whole = right or number == 0
        table.add_column(name, justify="right" if right else "left", overflow="fold", no_wrap=whole)
    for row in cells:
        table.add_row(*row)
    out.print(table)


def print_bars(title: str, counts: Sequence[tuple[str, int]]) -> None:
    """A bar chart: one line a label."""
    out = console()
    out.print(Text(title, style="bold"))
    widest = max((len(label) for label, _ in counts), default=0)
    most = max((count for _, count in counts), default=0)
    room = max(10, min(out.width, 100) - widest - 10)
    for label, count in counts:
        bar = BAR * max(1, round(room * count / most)) if count else ""
        out.print(Text(f"{printable(label):<{widest}} {bar} {count}"))


def _cell(value: str | int | Text | None) -> Text:
    if isinstance(value, Text):
        return value
    return Text("" if value is None else printable(str(value)))
