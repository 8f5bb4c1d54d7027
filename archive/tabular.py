"""Records as rows of a table: what spreadsheets can open, and cannot be made to run."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from typing import IO, Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: Any) -> str | int | float:
    """A cell no spreadsheet takes for a formula: an apostrophe stands before = + - @, tab and carriage return.

    A list of strings or of names is joined with "; ", any other list or object stands as JSON.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    text = _text(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        names = [part.get("name") if isinstance(part, dict) and "url" not in part else part for part in value]
        if all(isinstance(name, str) for name in names):
            return "; ".join(map(str, names))
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, bool)) else str(value)


def write_csv(stream: IO[str], columns: Iterable[str], records: Iterable[Mapping[str, Any]]) -> int:
    """A header and a line a record, every cell safe; returns how many records there were."""
    names = list(columns)
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(names)
    number = 0
    for record in records:
        writer.writerow([safe_cell(record[name]) for name in names])
        number += 1
    return number
