"""Answers kept as long as the database they were read from stays the same.

Counting a phrase that stands in every article takes longer than all the rest of a search, and people ask for the
next page, another order, or the same words again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

MOST = 1000  # answers a connection keeps
T = TypeVar("T")


class RememberingConnection(sqlite3.Connection):
    """A connection that keeps answers; archive.schema.connect gives one to every reader."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.state: tuple[int, int] | None = None
        self.answers: dict[Hashable, Any] = {}


def remembered(connection: sqlite3.Connection, question: Hashable, answer: Callable[[], T]) -> T:
    """The answer given before to that question if nobody has written since, else a new one.

    A plain connection remembers nothing. Within a read transaction the state is that of its snapshot.
    """
    if not isinstance(connection, RememberingConnection):
        return answer()
    state = (connection.execute("PRAGMA data_version").fetchone()[0], connection.total_changes)
    if connection.state != state or len(connection.answers) >= MOST:
        connection.state, connection.answers = state, {}
    if question not in connection.answers:
        connection.answers[question] = answer()
    known: T = connection.answers[question]
    return known
