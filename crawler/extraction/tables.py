"""Tables: one that holds data is read row by row; one that only lays the page out is walked like any block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawler.extraction.segments import State, line

_CELLS = ("td", "th")
_MAX_ROWS = 2000
_LONG_CELL = 450  # characters: a cell longer than that holds text, not a datum


def is_data_table(table: Any) -> bool:
    """Whether the table holds data: no table inside, several rows and columns, short cells, few links and pictures."""
    if (
        table.get("role") == "presentation"
        or next(table.iterdescendants("table", "form", "h1", "h2"), None) is not None
    ):
        return False
    rows = list(_rows(table))
    if len(rows) < 2 or len(rows) > _MAX_ROWS:
        return False
    wide = cells = linked = long = 0
    for row in rows:
        filled = 0
        for cell in row:
            if cell.tag not in _CELLS:
                continue
            text = "".join(cell.itertext()).strip()
            filled += bool(text)
            cells += bool(text)
            long += len(text) > _LONG_CELL
            linked += bool(text) and len(text) > 18 and next(cell.iterdescendants("a"), None) is not None
        wide += filled >= 2
    if not cells or (next(table.iterdescendants("img"), None) is not None and cells <= 4):
        return False
    marked = table.find(".//th") is not None or (table.get("border") or "0") not in ("0", "")
    return wide >= 2 and wide >= 0.5 * len(rows) and long <= (0.15 if marked else 0.0) * cells and linked <= 0.4 * cells


def rows_of(table: Any) -> Iterator[tuple[Any, tuple[str, ...], bool]]:
    """(the row, its filled cells' texts, whether all are header cells) of each row that holds text."""
    for row in _rows(table):
        cells = [cell for cell in row if cell.tag in _CELLS]
        texts = tuple(text for text in (cell_text(cell) for cell in cells) if text)
        if texts:
            yield row, texts, all(cell.tag == "th" for cell in cells)


def row_links(row: Any, state: State) -> list[tuple[str, State]]:
    """The linked texts of a row, each with the state that holds its address."""
    found = []
    for anchor in row.iter("a"):
        inner = state.inner()
        inner.link = anchor.get("href")
        found += [(part, inner) for part in anchor.itertext()]
    return found


def cell_text(cell: Any) -> str:
    """The cell's text on one line; its paragraphs parted by a space."""
    parts: list[str] = []
    for element in cell.iter():
        if element.tag in ("script", "style"):
            continue
        if element.tag in ("p", "div", "br", "li") and parts:
            parts.append(" ")
        if element.text:
            parts.append(element.text)
        if element is not cell and element.tail:
            parts.append(f" {element.tail}" if element.tag in ("p", "div", "br", "li") else element.tail)
    return line("".join(parts))


def _rows(table: Any) -> Iterator[Any]:
    for part in table:
        if part.tag == "tr":
            yield part
        elif part.tag in ("tbody", "thead", "tfoot"):
            yield from (row for row in part if row.tag == "tr")
