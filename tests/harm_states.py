"""What an archive holds, in a form that two archives can be compared by, whatever their row ids."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from archive.raw import read_record

State = dict[str, list[tuple[object, ...]]]

_TOLD = {
    "pages": "SELECT identity, kind, outcome, reason FROM pages",
    "articles": "SELECT url, headline, content_hash, versions, captured_at, gone_at, hidden_at FROM articles",
    "versions": "SELECT url, version, v.captured_at, v.content_hash FROM article_versions v JOIN articles a "
    "ON a.id = article_id",
    "images": "SELECT a.url, position, i.url, caption, credit FROM images i JOIN articles a ON a.id = article_id",
    "files": "SELECT identity, media_type, bytes, files.digest FROM files JOIN pages ON pages.id = page_id",
    "captures": "SELECT DISTINCT url, captured_at, status, digest FROM captures",
}


def state(archive: Path) -> State:
    """Everything that must be equal; the database must be sound, and every capture's record readable."""
    with closing(sqlite3.connect(archive / "archive.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        told = {name: sorted(db.execute(query).fetchall(), key=repr) for name, query in _TOLD.items()}
        places = db.execute("SELECT warc_file, warc_offset, url, digest FROM captures").fetchall()
    for file, offset, url, digest in places:
        record = read_record(archive / "warc", file, offset)
        assert (record.url, record.digest) == (url, digest)
    return told


def differences(found: State, wanted: State) -> list[str]:
    """Nothing for equal states, else what one has and the other has not."""
    told = []
    for name, rows in wanted.items():
        lost, more = set(rows) - set(found[name]), set(found[name]) - set(rows)
        if lost or more or len(rows) != len(found[name]):
            told.append(f"{name}: lost {sorted(lost, key=repr)[:3]}, invented {sorted(more, key=repr)[:3]}")
    return told
