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
        self.answers: dict[Hashable, tuple[Any, int]] = {}  # with their weights, those least lately asked for first
        self.weight = 0
        self.twin: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close it, and the second one that archive.halves may have opened."""
        if self.twin is not None:
            self.twin.close()
            self.twin = None
        super().close()


def is_known(connection: sqlite3.Connection, question: Hashable) -> bool:
    """Whether the question was answered before; it may have been of another state of the database."""
    return isinstance(connection, RememberingConnection) and question in connection.answers


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
    answers = connection.answers
    if question in answers:
        kept = answers.pop(question)
    else:
        found = answer()
        if connection.answers is not answers:  # somebody wrote meanwhile, and a question within this one saw it
            return found
        kept = found, _ANSWER + weight(found)
        connection.weight += kept[1]
    answers[question] = kept
    while connection.weight > MOST and len(answers) > 1:
        connection.weight -= answers.pop(next(iter(answers)))[1]
    known: T = kept[0]
    return known
