"""One article: its record, every version of it, and what changed between two.

`key` is an id, or an address in any spelling the archive knows as the same page.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from archive.articles import read, version_json
from archive.errors import AddressError, NotFoundError
from archive.records import Article, WarcPosition
from archive.urls import identity

_WORDS = re.compile(r"\S+\s*|\s+")
_PARAGRAPHS = re.compile(r"[^\n]*\n*")
_MAX_ID = 1 << 63


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article with what the archive knows of it beside its record.

    `same_text` are the (id, url) of other articles with an equal content hash.
    """

    id: int
    article: Article
    site_title: str
    body: str
    versions: int
    first_captured_at: str
    gone_at: str | None
    archive_url: str | None
    same_text: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version. `record` holds the content's keys of the record (headline, articleBody, …) as they were then."""

    number: int
    captured_at: str
    content_hash: str
    record: dict[str, Any]


class Change(StrEnum):
    """What became of a piece of text from one version to the other."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDiff:
    """A field that changed: its text in pieces, in order. Without ADDED the pieces are the old text, without
    REMOVED the new one."""

    field: str
    pieces: tuple[tuple[Change, str], ...]


def get_article(connection: sqlite3.Connection, key: int | str) -> StoredArticle:
    """The article under that id or address; NotFoundError when there is none, or it is hidden."""
    row = article_row(connection, key)
    if row["hidden_at"] is not None:
        raise NotFoundError(f"{key}: hidden since {row['hidden_at'][:10]} ({row['hidden_why'] or 'no reason given'})")
    site = connection.execute("SELECT title, body FROM sites WHERE id = ?", (row["site_id"],)).fetchone()
    capture = connection.execute("SELECT archive_url FROM captures WHERE id = ?", (row["capture_id"],)).fetchone()
    same = connection.execute(
        "SELECT id, url FROM articles WHERE content_hash = ? AND id <> ? AND hidden_at IS NULL ORDER BY id LIMIT 100",
        (row["content_hash"], row["id"]),
    )
    return StoredArticle(
        id=row["id"],
        article=read(connection, row),
        site_title=site[0],
        body=site[1],
        versions=row["versions"],
        first_captured_at=row["first_captured_at"],
        gone_at=row["gone_at"],
        archive_url=capture[0] if capture else None,
        same_text=tuple((other[0], other[1]) for other in same),
    )


def article_row(connection: sqlite3.Connection, key: int | str) -> sqlite3.Row:
    """The row of `articles` under that id or address, hidden or not; NotFoundError when there is none."""
    text = str(key).strip()
    if text.isascii() and text.isdigit():
        found = _first(connection, "id = ?", min(int(text[:20]), _MAX_ID - 1))
    else:
        address = text.encode("utf-8", "replace").decode()
        found = (
            _first(connection, "url = ?", address)
            or _first(connection, "page_id = (SELECT id FROM pages WHERE identity = ?)", _identity(address))
            or _first(connection, "canonical_url = ?", address)
        )
    if found is None:
        raise NotFoundError(f"{text[:200] or repr(text)}: no article of that id or address; `danvan search` shows both")
    return found


def _first(connection: sqlite3.Connection, condition: str, value: str | int) -> sqlite3.Row | None:
    row: sqlite3.Row | None = connection.execute(f"SELECT * FROM articles WHERE {condition}", (value,)).fetchone()
    return row


def raw_position(connection: sqlite3.Connection, key: int | str) -> WarcPosition:
    """Where the page's bytes stand: a revisit's are those of the capture it repeats. NotFoundError without any."""
    stored = get_article(connection, key)
    row = connection.execute(
        "WITH RECURSIVE chain(id, hop) AS (SELECT capture_id, 0 FROM articles WHERE id = ? UNION "
        "SELECT c.refers_to, hop + 1 FROM chain JOIN captures AS c USING (id) WHERE c.refers_to IS NOT NULL) "
        "SELECT warc_file, warc_offset, digest FROM chain JOIN captures USING (id) ORDER BY hop DESC LIMIT 1",
        (stored.id,),
    ).fetchone()
    if row is None:
        raise NotFoundError(f"article {stored.id}: has no raw copy; `danvan check` says why")
    return WarcPosition(file=row[0], offset=row[1], digest=row[2])


def _identity(address: str) -> str:
    try:
        return identity(address)
    except AddressError:
        return address


def versions(connection: sqlite3.Connection, key: int | str) -> tuple[Version, ...]:
    """Every version, the first one first; NotFoundError as get_article."""
    stored = get_article(connection, key)
    rows = connection.execute(
        "SELECT version, captured_at, content_hash, record FROM article_versions WHERE article_id = ? ORDER BY version",
        (stored.id,),
    )
    return tuple(
        Version(
            number=row[0],
            captured_at=row[1],
            content_hash=row[2],
            record=_content(row[3] or version_json(stored.article)),
        )
        for row in rows
    )


def _content(record: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(record)
    content.pop("extractor", None)  # which release read it is no edit of the page
    return content


def diff(
    connection: sqlite3.Connection, key: int | str, old: int | None = None, new: int | None = None
) -> tuple[FieldDiff, ...]:
    """What changed from version `old` (else the one before `new`) to `new` (else the newest), word by word.

    Empty when nothing did, or there is one version only. NotFoundError names a version that is not there.
    """
    found = {version.number: version for version in versions(connection, key)}
    last = new if new is not None else max(found)
    first = old if old is not None else max(last - 1, min(found))
    for number in (first, last):
        if number not in found:
            raise NotFoundError(f"{key}: no version {number}; there are {', '.join(map(str, found))}")
    return compare(found[first].record, found[last].record)


def compare(old: dict[str, Any], new: dict[str, Any]) -> tuple[FieldDiff, ...]:
    """The fields in which two version records differ, in the record's order."""
    changes = []
    for field in dict.fromkeys((*old, *new)):
        before, after = _as_text(old.get(field)), _as_text(new.get(field))
        if before != after:
            changes.append(FieldDiff(field=field, pieces=tuple(_joined(_pieces(before, after)))))
    return tuple(changes)


def _as_text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    lines = (" · ".join(str(part) for part in item.values() if part) for item in value)
    return "\n".join(lines)


def _pieces(before: str, after: str) -> Iterator[tuple[Change, str]]:
    """Paragraph by paragraph, and word by word where a paragraph changed: whole bodies of words take too long."""
    for old, new in _blocks(_PARAGRAPHS.findall(before), _PARAGRAPHS.findall(after)):
        if old == new:
            yield Change.SAME, "".join(old)
        else:
            for old_words, new_words in _blocks(_WORDS.findall("".join(old)), _WORDS.findall("".join(new))):
                if old_words == new_words:
                    yield Change.SAME, "".join(old_words)
                else:
                    yield Change.REMOVED, "".join(old_words)
                    yield Change.ADDED, "".join(new_words)


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    matcher = SequenceMatcher(a=old, b=new, autojunk=len(old) > 2000)
    for _, a1, a2, b1, b2 in matcher.get_opcodes():
        yield old[a1:a2], new[b1:b2]


def _joined(pieces: Iterator[tuple[Change, str]]) -> Iterator[tuple[Change, str]]:
    """Neighbours of one kind as one piece; empty ones dropped."""
    held: tuple[Change, str] | None = None
    for kind, text in pieces:
        if not text:
            continue
        if held and held[0] is kind:
            held = (kind, held[1] + text)
            continue
        if held:
            yield held
        held = (kind, text)
    if held:
        yield held
