"""Every table of archive.db, as append-only migrations; each runs in one transaction with its record.

Times are ISO 8601 text; capture times carry an offset, due times are UTC seconds since 1970 (integers),
because they are compared and added to. Triggers and views use SQL built-ins only, so plain sqlite3,
DB Browser and sqlite-utils read and update the file rightly.
"""

from __future__ import annotations

import sqlite3
from functools import reduce
from pathlib import Path

from sqlite_utils import Database, Migrations

from archive.errors import DamageError, NotAnArchiveError, StorageError
from archive.remembered import RememberingConnection
from archive.text import TONE_PAIRS

APPLICATION_ID = 0x44564152  # "DVAR", in the SQLite header: tells an archive from any other database
SCHEMA_VERSION = 1  # PRAGMA user_version; a file with a higher one was written by a newer release

SEARCHED = ("headline", "description", "article_body", "author_names", "keywords", "source_name")
"""The columns of both full-text tables, in bm25 weight order."""

FULL_TEXT = ("articles_exact", "articles_folded")
"""The two FTS5 tables."""

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


_TABLES = """
CREATE TABLE archive_info (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE sites (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL DEFAULT 'unverified',
    enabled INTEGER NOT NULL DEFAULT 0,
    wait_until INTEGER,
    wait_reason TEXT,
    ended_at TEXT
);

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    verb TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    pid INTEGER NOT NULL,
    exit_code INTEGER,
    note TEXT
);

CREATE TABLE pages (
    id INTEGER PRIMARY KEY,
    site_id INTEGER NOT NULL REFERENCES sites(id),
    identity TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    kind TEXT NOT NULL,
    depth INTEGER NOT NULL DEFAULT 0,
    text TEXT,
    section TEXT,
    source_page_id INTEGER REFERENCES pages(id),
    series INTEGER REFERENCES pages(id),
    discovered_at TEXT NOT NULL,
    discovered_run INTEGER REFERENCES runs(id),
    state TEXT NOT NULL DEFAULT 'due',
    due_at INTEGER,
    priority INTEGER NOT NULL DEFAULT 0,
    lease_run INTEGER REFERENCES runs(id),
    attempts INTEGER NOT NULL DEFAULT 0,
    crashes INTEGER NOT NULL DEFAULT 0,
    visits INTEGER NOT NULL DEFAULT 0,
    quiet_visits INTEGER NOT NULL DEFAULT 0,
    outcome TEXT,
    reason TEXT,
    outcome_run INTEGER REFERENCES runs(id),
    fetched_at TEXT,
    etag TEXT,
    last_modified TEXT,
    digest TEXT,
    headline TEXT
);
CREATE INDEX pages_due ON pages(due_at, priority) WHERE state = 'due';
CREATE INDEX pages_leased ON pages(lease_run) WHERE state = 'leased';
CREATE INDEX pages_site ON pages(site_id, outcome);
CREATE INDEX pages_source ON pages(source_page_id);

CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    page_id INTEGER NOT NULL REFERENCES pages(id),
    run_id INTEGER REFERENCES runs(id),
    url TEXT NOT NULL,
    archive_url TEXT,
    captured_at TEXT NOT NULL,
    status INTEGER NOT NULL,
    content_type TEXT,
    record_type TEXT NOT NULL,
    warc_file TEXT NOT NULL,
    warc_offset INTEGER NOT NULL,
    digest TEXT NOT NULL,
    refers_to INTEGER REFERENCES captures(id),
    outcome TEXT,
    reason TEXT,
    UNIQUE (warc_file, warc_offset)
);
CREATE INDEX captures_page ON captures(page_id, captured_at);
CREATE INDEX captures_url ON captures(url, captured_at);

CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    site_id INTEGER NOT NULL REFERENCES sites(id),
    page_id INTEGER NOT NULL UNIQUE REFERENCES pages(id),
    capture_id INTEGER REFERENCES captures(id),
    url TEXT NOT NULL UNIQUE,
    canonical_url TEXT,
    headline TEXT NOT NULL,
    description TEXT,
    article_body TEXT NOT NULL,
    article_body_html TEXT NOT NULL DEFAULT '',
    author_names TEXT NOT NULL DEFAULT '[]',
    authors TEXT NOT NULL DEFAULT '[]',
    source_name TEXT,
    dateline TEXT,
    date_published TEXT,
    date_modified TEXT,
    date_published_raw TEXT,
    date_source TEXT,
    article_section TEXT,
    keywords TEXT NOT NULL DEFAULT '[]',
    attachments TEXT NOT NULL DEFAULT '[]',
    view_count INTEGER,
    in_language TEXT,
    related_links TEXT NOT NULL DEFAULT '[]',
    topics TEXT NOT NULL DEFAULT '[]',
    captured_at TEXT NOT NULL,
    first_captured_at TEXT NOT NULL,
    extractor_version TEXT,
    site_rule TEXT,
    content_hash TEXT NOT NULL,
    versions INTEGER NOT NULL DEFAULT 1,
    gone_at TEXT,
    hidden_at TEXT,
    hidden_why TEXT
);
CREATE INDEX articles_site_date ON articles(site_id, date_published);
CREATE INDEX articles_listing ON articles(
    date_published, id, site_id, captured_at, gone_at, article_section, author_names, attachments, hidden_at
);
CREATE INDEX articles_hidden ON articles(id) WHERE hidden_at IS NOT NULL;
CREATE INDEX articles_content_hash ON articles(content_hash);
CREATE INDEX articles_captured ON articles(captured_at);

CREATE TABLE article_versions (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    capture_id INTEGER REFERENCES captures(id),
    captured_at TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    record TEXT,
    UNIQUE (article_id, version)
);

CREATE TABLE images (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    caption TEXT,
    credit TEXT,
    UNIQUE (article_id, position)
);

CREATE TABLE links (
    page_id INTEGER NOT NULL REFERENCES pages(id) ON DELETE CASCADE,
    target_page_id INTEGER NOT NULL REFERENCES pages(id) ON DELETE CASCADE,
    text TEXT,
    PRIMARY KEY (page_id, target_page_id)
) WITHOUT ROWID;
CREATE INDEX links_target ON links(target_page_id);

CREATE TABLE run_counts (
    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    site_id INTEGER NOT NULL REFERENCES sites(id),
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    pages INTEGER NOT NULL,
    PRIMARY KEY (run_id, site_id, outcome, reason)
) WITHOUT ROWID;

CREATE TABLE run_fields (
    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    site_id INTEGER NOT NULL REFERENCES sites(id),
    articles INTEGER NOT NULL,
    with_date INTEGER NOT NULL,
    with_description INTEGER NOT NULL,
    with_author INTEGER NOT NULL,
    body_length INTEGER NOT NULL,
    selector_misses INTEGER NOT NULL,
    PRIMARY KEY (run_id, site_id)
) WITHOUT ROWID;
"""


@migrations()
def m001_tables(db: Database) -> None:
    """The tables of the first release."""
    for statement in filter(str.strip, _TABLES.split(";")):
        db.execute(statement)


@migrations()
def m002_full_text(db: Database) -> None:
    """Two external-content FTS5 tables: exact (tones as written) and folded (no diacritics, đ as d)."""
    _full_text(db, "articles_exact", exact_sql, "unicode61 remove_diacritics 0")
    _full_text(db, "articles_folded", folded_sql, "unicode61 remove_diacritics 2")


def _full_text(db: Database, name: str, column_sql: object, tokenize: str) -> None:
    assert callable(column_sql)
    columns = ", ".join(SEARCHED)
    view = ", ".join(f"{column_sql(column)} AS {column}" for column in SEARCHED)
    db.execute(f"CREATE VIEW {name}_text AS SELECT id, {view} FROM articles")
    db.execute(
        f"CREATE VIRTUAL TABLE {name} USING fts5({columns}, content='{name}_text', content_rowid='id', "
        f"tokenize='{tokenize}')"
    )
    new = ", ".join(column_sql(f"new.{column}") for column in SEARCHED)
    old = ", ".join(column_sql(f"old.{column}") for column in SEARCHED)
    insert = f"INSERT INTO {name}(rowid, {columns}) VALUES (new.id, {new});"
    delete = f"INSERT INTO {name}({name}, rowid, {columns}) VALUES ('delete', old.id, {old});"
    changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in SEARCHED)
    db.execute(f"CREATE TRIGGER {name}_insert AFTER INSERT ON articles BEGIN {insert} END")
    db.execute(f"CREATE TRIGGER {name}_delete AFTER DELETE ON articles BEGIN {delete} END")
    db.execute(
        f"CREATE TRIGGER {name}_update AFTER UPDATE OF {columns} ON articles WHEN {changed} BEGIN {delete} {insert} END"
    )


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection with the settings the archive relies on; autocommit, so transactions are explicit."""
    try:
        if read_only:
            address = f"{path.resolve().as_uri()}?mode=ro"
            connection: sqlite3.Connection = sqlite3.connect(
                address, uri=True, isolation_level=None, check_same_thread=False, factory=RememberingConnection
            )
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA query_only = ON")
        else:
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA busy_timeout = 30000")
        connection.execute("PRAGMA cache_size = -65536")
    except sqlite3.OperationalError as error:
        raise StorageError(f"{path}: cannot be opened: {error}") from error
    except sqlite3.DatabaseError as error:
        raise NotAnArchiveError(f"{path}: is not an SQLite database ({error})") from error
    connection.row_factory = sqlite3.Row
    return connection


def verify(connection: sqlite3.Connection, path: Path) -> None:
    """NotAnArchiveError unless the file is an archive this release can read."""
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise DamageError(f"{path}: {error}; `danvan rebuild` makes a new database from the WARCs") from error
    if application != APPLICATION_ID:
        raise NotAnArchiveError(f"{path}: is not a Danvan archive")
    if version > SCHEMA_VERSION:
        raise NotAnArchiveError(
            f"{path}: was written by a newer release (schema {version}, this one knows {SCHEMA_VERSION}); upgrade"
        )


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a new or older file to this release's schema; never a step half done."""
    empty = not connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    if not empty:
        verify(connection, path)
    else:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.row_factory = None
    migrations.apply(Database(connection, recursive_triggers=False))
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
