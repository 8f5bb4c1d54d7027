"""What no page's bytes say, kept as WARC metadata records so that it survives a rebuild.

A fact is one metadata record: its target is an article's address, `urn:danvan:site:NAME` or
`urn:danvan:archive`, its fields name the fact and its values. The newest of a kind holds.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from archive.errors import NotFoundError
from archive.raw import WarcWriter, metadata_record
from archive.show import article_row

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from archive.raw import StoredRecord
    from archive.store import Archive

FACT = "danvan-fact"
ARCHIVE = "urn:danvan:archive"
SITE = "urn:danvan:site:"


def state(archive: Archive, subject: str, fact: str, value: str = "", *, at: str | None = None) -> None:
    """Write the fact to the WARC, then to the database: what is in a row is in a record too."""
    moment = at or datetime.now(UTC).isoformat(timespec="seconds")
    fields = {FACT: fact, "value": value or "-", "at": moment}
    write(archive, subject, fields, moment)
    with archive.transaction() as connection:
        apply(connection, subject, fields)


def write(archive: Archive, subject: str, fields: Mapping[str, str], moment: str) -> None:
    """Only the record; it is on the disk when this returns."""
    warc = WarcWriter(archive.warc_directory, prefix="facts")
    warc.append(metadata_record(subject, fields, moment, warcinfo_id=warc.warcinfo_id))
    warc.close()


def is_fact(record: StoredRecord) -> bool:
    """Whether the record is one of ours."""
    return record.type == "metadata" and FACT in record.fields


def apply(connection: sqlite3.Connection, subject: str, fields: Mapping[str, str]) -> None:
    """Set what the fact says. A fact about an article that is not there is passed over."""
    fact, value, moment = fields[FACT], fields.get("value", "").removeprefix("-"), fields.get("at")
    if fact == "hidden":
        connection.execute("UPDATE articles SET hidden_at = ?, hidden_why = ? WHERE url = ?", (moment, value, subject))
    elif fact == "shown":
        connection.execute("UPDATE articles SET hidden_at = NULL, hidden_why = NULL WHERE url = ?", (subject,))
    elif fact in ("enabled", "disabled"):
        connection.execute(
            "INSERT INTO sites (name, enabled) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET enabled = excluded.enabled, "
            "ended_at = CASE WHEN excluded.enabled THEN NULL ELSE ended_at END",
            (subject.removeprefix(SITE), fact == "enabled"),
        )
    elif fact == "ended":
        connection.execute(
            "INSERT INTO sites (name, status, ended_at) VALUES (?, 'ended', ?) "
            "ON CONFLICT (name) DO UPDATE SET status = 'ended', ended_at = excluded.ended_at",
            (subject.removeprefix(SITE), moment),
        )
    elif fact == "archive":
        key, _, text = value.partition("=")
        connection.execute("INSERT OR REPLACE INTO archive_info VALUES (?, ?)", (key, text))


def hide(archive: Archive, url: str, why: str) -> str:
    """Take an article out of search, web and export; returns its headline. NotFoundError if there is none."""
    row = archive.connection.execute("SELECT headline FROM articles WHERE url = ?", (url,)).fetchone()
    if row is None:
        raise NotFoundError(f"{url}: no article of that address; `danvan search` shows the addresses")
    state(archive, url, "hidden", why)
    return str(row[0])


def unhide(archive: Archive, key: str) -> str:
    """Give a hidden article back to search, web and export; returns its headline. NotFoundError if it is not hidden."""
    row = article_row(archive.connection, key)
    if row["hidden_at"] is None:
        raise NotFoundError(f"{key}: is not hidden; `danvan status` lists what is")
    state(archive, row["url"], "shown")
    return str(row["headline"])
