"""Every table of archive.db, as append-only migrations; each runs in one transaction with its record.

Times are ISO 8601 text; capture times carry an offset, due times are UTC seconds since 1970 (integers),
because they are compared and added to. Triggers and views use SQL built-ins only, so plain sqlite3,
DB Browser and sqlite-utils read and update the file rightly.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import reduce

from sqlite_utils import Database, Migrations

from archive.schema import FULL_TEXT
from archive.tables import FILE_TABLES, FIRST_TABLES, LEFT_LINKS
from archive.text import TONE_PAIRS

_FIRST_SEARCHED = ("headline", "description", "article_body", "author_names", "keywords", "source_name")
SEARCHED = (*_FIRST_SEARCHED, "attachment_text")
"""The columns of both full-text tables, in bm25 weight order."""

migrations = Migrations("danvan")


def exact_sql(column: str) -> str:
    """SQL for a column's text with movable tones on the second vowel (see archive.text).

    lower() turns only ASCII letters, which makes ÒA an Òa and spares a third of the calls. The calls
    stand in nested selects because SQLite's parser takes no deeper nesting of calls than about 20.
    Lengths in code points stay equal.
    """
    pairs = [(old, new.lower()) for old, new in TONE_PAIRS if old[1].islower()]
    sql = f"SELECT lower(ifnull({column},'')) AS t"
    for start in range(0, len(pairs), 15):
        calls = reduce(lambda inner, pair: f"replace({inner},'{pair[0]}','{pair[1]}')", pairs[start : start + 15], "t")
        sql = f"SELECT {calls} AS t FROM ({sql})"
    return f"({sql})"


def folded_sql(column: str) -> str:
    """SQL for a column's text with đ as d; FTS5's remove_diacritics=2 folds every other letter."""
    return f"replace(replace(ifnull({column},''),'đ','d'),'Đ','D')"


@migrations()
def m001_tables(db: Database) -> None:
    """The tables of the first release."""
    _run(db, FIRST_TABLES)


@migrations()
def m002_full_text(db: Database) -> None:
    """Two external-content FTS5 tables: exact (tones as written) and folded (no diacritics, đ as d)."""
    _full_text(db, _FIRST_SEARCHED)


@migrations()
def m003_files(db: Database) -> None:
    """Images and attachments kept beside their articles; the text of attachments is searched too."""
    for name in FULL_TEXT:
        for event in ("insert", "delete", "update"):
            db.execute(f"DROP TRIGGER {name}_{event}")
        db.execute(f"DROP TABLE {name}")
        db.execute(f"DROP VIEW {name}_text")
    _run(db, FILE_TABLES)
    _full_text(db, SEARCHED)
    for name in FULL_TEXT:
        db.execute(f"INSERT INTO {name}({name}) VALUES ('rebuild')")


@migrations()
def m004_left_links(db: Database) -> None:
    """When a list stopped showing what it linked to; what older releases remember of a list is no longer on it.

    Those asked for the parts of a sitemap index once, so these are due.
    """
    _run(db, LEFT_LINKS)


def _run(db: Database, script: str) -> None:
    for statement in filter(str.strip, script.split(";")):
        db.execute(statement)


def _full_text(db: Database, searched: tuple[str, ...]) -> None:
    _full_text_table(db, "articles_exact", searched, exact_sql, "unicode61 remove_diacritics 0")
    _full_text_table(db, "articles_folded", searched, folded_sql, "unicode61 remove_diacritics 2")


def _full_text_table(
    db: Database, name: str, searched: tuple[str, ...], column_sql: Callable[[str], str], tokenize: str
) -> None:
    columns = ", ".join(searched)
    view = ", ".join(f"{column_sql(column)} AS {column}" for column in searched)
    db.execute(f"CREATE VIEW {name}_text AS SELECT id, {view} FROM articles")
    db.execute(
        f"CREATE VIRTUAL TABLE {name} USING fts5({columns}, content='{name}_text', content_rowid='id', "
        f"tokenize='{tokenize}')"
    )
    new = ", ".join(column_sql(f"new.{column}") for column in searched)
    old = ", ".join(column_sql(f"old.{column}") for column in searched)
    insert = f"INSERT INTO {name}(rowid, {columns}) VALUES (new.id, {new});"
    delete = f"INSERT INTO {name}({name}, rowid, {columns}) VALUES ('delete', old.id, {old});"
    changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in searched)
    db.execute(f"CREATE TRIGGER {name}_insert AFTER INSERT ON articles BEGIN {insert} END")
    db.execute(f"CREATE TRIGGER {name}_delete AFTER DELETE ON articles BEGIN {delete} END")
    db.execute(
        f"CREATE TRIGGER {name}_update AFTER UPDATE OF {columns} ON articles WHEN {changed} BEGIN {delete} {insert} END"
    )


def apply(connection: sqlite3.Connection) -> None:
    """Run the migrations that the file has not had yet."""
    migrations.apply(Database(connection, recursive_triggers=False))
