"""Answers kept as long as the database they were read from stays the same.

Counting a phrase that stands in every article takes longer than all the rest of a search, and people ask for the
next page, another order, or the same words again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

MOST = 4_000_000  # how much a connection keeps: numbers of eight bytes, or what is as large
_ANSWER = 1_000  # what an answer counts for, whatever its size
T = TypeVar("T")


class RememberingConnection(sqlite3.Connection):
    """A connection that keeps answers; archive.schema.connect gives one to every reader."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.state: tuple[int, int] | None = None
        self.answers: dict[Hashable, Any] = {}
        self.weight = 0
        self.twin: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close it, and the second one that archive.halves may have opened."""
        if self.twin is not None:
            self.twin.close()
            self.twin = None
        super().close()


def remembered(
    connection: sqlite3.Connection,
    question: Hashable,
    answer: Callable[[], T],
    *,
    weight: Callable[[T], int] = lambda _: 0,
) -> T:
    """The answer given before to that question if nobody has written since, else a new one.

    `weight` tells a large answer's size, see MOST. A plain connection remembers nothing. Within a read transaction the
    state is that of its snapshot.
    """
    if not isinstance(connection, RememberingConnection):
        return answer()
    state = (connection.execute("PRAGMA data_version").fetchone()[0], connection.total_changes)
    if connection.state != state:
        connection.state, connection.answers, connection.weight = state, {}, 0
    if question not in connection.answers:
        found = answer()
        connection.weight += _ANSWER + weight(found)
        if connection.weight > MOST:
            connection.answers, connection.weight = {}, _ANSWER + weight(found)
        connection.answers[question] = found
    known: T = connection.answers[question]
    return known
