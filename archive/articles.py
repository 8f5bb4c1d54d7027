"""Article rows: the current version, every version before it, and the images, from Article records."""

from __future__ import annotations

import json
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from archive import files, standing
from archive.records import (
    Article,
    Attachment,
    Author,
    Image,
    Link,
    Outcome,
    WarcPosition,
    article_json,
)  # fmt: skip

if TYPE_CHECKING:
    import sqlite3

_SCALARS = (
    "url", "canonical_url", "headline", "description", "article_body", "article_body_html", "source_name",
    "dateline", "date_published", "date_modified", "date_published_raw", "date_source", "article_section",
    "view_count", "in_language", "captured_at", "extractor_version", "site_rule", "content_hash",
)  # fmt: skip


def save(
    connection: sqlite3.Connection, article: Article, *, site_id: int, page_id: int, capture_id: int | None
) -> Outcome:
    """Write the article: SAVED for a new one or a changed content, UNCHANGED when the content is the same.

    An unchanged article keeps its version; what is not content (view count, related links) is refreshed.
    """
    row = connection.execute("SELECT * FROM articles WHERE page_id = ?", (page_id,)).fetchone()
    values = _values(article, capture_id)
    if row is None:
        columns = ", ".join(("site_id", "page_id", "first_captured_at", *values))
        marks = ", ".join("?" * (len(values) + 3))
        cursor = connection.execute(
            f"INSERT INTO articles ({columns}) VALUES ({marks})",
            (site_id, page_id, article.captured_at, *values.values()),
        )
        _version(connection, int(cursor.lastrowid or 0), 1, article, capture_id)
        standing.mark_if_gone(connection, page_id)
        return Outcome.SAVED
    if article.captured_at and article.captured_at < row["captured_at"]:
        return _insert_earlier(connection, row, article, capture_id)
    changed = row["content_hash"] != article.content_hash
    if changed:
        connection.execute(
            "UPDATE article_versions SET record = ? WHERE article_id = ? AND version = ?",
            (version_json(read(connection, row)), row["id"], row["versions"]),
        )
    _update(connection, row["id"], values | {"gone_at": None} | ({"attachment_text": None} if changed else {}))
    if not changed:
        return Outcome.UNCHANGED
    connection.execute("UPDATE articles SET versions = versions + 1 WHERE id = ?", (row["id"],))
    _version(connection, row["id"], row["versions"] + 1, article, capture_id)
    return Outcome.SAVED


def _insert_earlier(
    connection: sqlite3.Connection, row: sqlite3.Row, article: Article, capture_id: int | None
) -> Outcome:
    """A capture older than the current one finds its place among the versions; the current one stays."""
    versions = connection.execute(
        "SELECT id, captured_at, content_hash FROM article_versions WHERE article_id = ? ORDER BY captured_at, id",
        (row["id"],),
    ).fetchall()
    before = [one for one in versions if one["captured_at"] <= (article.captured_at or "")]
    after = versions[len(before) :]
    connection.execute(
        "UPDATE articles SET first_captured_at = min(first_captured_at, ?) WHERE id = ?",
        (article.captured_at, row["id"]),
    )
    if before and before[-1]["content_hash"] == article.content_hash:
        return Outcome.UNCHANGED
    if after and after[0]["content_hash"] == article.content_hash:
        connection.execute(
            "UPDATE article_versions SET captured_at = ?, capture_id = ? WHERE id = ?",
            (article.captured_at, capture_id, after[0]["id"]),
        )
        return Outcome.UNCHANGED
    connection.execute(
        "INSERT INTO article_versions (article_id, version, capture_id, captured_at, content_hash, record) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (row["id"], -1, capture_id, article.captured_at, article.content_hash, version_json(article)),
    )
    _number_versions(connection, row["id"])
    return Outcome.SAVED


def _number_versions(connection: sqlite3.Connection, article_id: int) -> None:
    """Number the versions by their time; by way of negative numbers, for each must stay unique meanwhile."""
    order = connection.execute(
        "SELECT id FROM article_versions WHERE article_id = ? ORDER BY captured_at, id", (article_id,)
    ).fetchall()
    for sign in (-1000, 1):
        for number, (row_id,) in enumerate(order, 1):
            connection.execute("UPDATE article_versions SET version = ? WHERE id = ?", (number * sign, row_id))
    connection.execute("UPDATE articles SET versions = ? WHERE id = ?", (len(order), article_id))


def _update(connection: sqlite3.Connection, article_id: int, values: dict[str, Any]) -> None:
    assignments = ", ".join(f"{column} = ?" for column in values)
    connection.execute(
        f"UPDATE articles SET {assignments} WHERE id = ?",
        (*values.values(), article_id),
    )


def _version(
    connection: sqlite3.Connection, article_id: int, version: int, article: Article, capture_id: int | None
) -> None:
    """Note the new version; its text stands in `articles` until a later one supersedes it."""
    connection.execute(
        "INSERT INTO article_versions (article_id, version, capture_id, captured_at, content_hash) "
        "VALUES (?, ?, ?, ?, ?)",
        (article_id, version, capture_id, article.captured_at, article.content_hash),
    )
    _files(connection, article_id, article, new=version == 1)


def _files(connection: sqlite3.Connection, article_id: int, article: Article, *, new: bool = False) -> None:
    """The rows of its images and attachments; what was asked for already keeps its page."""
    if new and not (article.images or article.attachments):
        return
    _rows(connection, "images", article_id, [(one.url, (one.caption, one.credit)) for one in article.images])
    _rows(connection, "attachments", article_id, [(one.url, (one.name,)) for one in article.attachments])


def _rows(
    connection: sqlite3.Connection, table: str, article_id: int, listed: list[tuple[str, tuple[str | None, ...]]]
) -> None:
    asked = dict(
        connection.execute(
            f"SELECT url, page_id FROM {table} WHERE article_id = ? AND page_id IS NOT NULL", (article_id,)
        ).fetchall()
    )
    connection.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
    columns = "caption, credit" if table == "images" else "name"
    marks = ", ".join("?" * (columns.count(",") + 1))
    connection.executemany(
        f"INSERT INTO {table} (article_id, position, url, page_id, {columns}) VALUES (?, ?, ?, ?, {marks})",
        [(article_id, n, url, asked.get(url), *told) for n, (url, told) in enumerate(listed)],
    )


def amend(connection: sqlite3.Connection, row: sqlite3.Row, article: Article) -> None:
    """The same capture read by better rules: the current version changes in place, for the page was not edited."""
    _update(connection, row["id"], _values(article, row["capture_id"]))
    connection.execute(
        "UPDATE article_versions SET content_hash = ? WHERE article_id = ? AND version = ?",
        (article.content_hash, row["id"], row["versions"]),
    )
    _files(connection, row["id"], article)
    files.tell(connection, row["id"])


def earlier_versions(connection: sqlite3.Connection, row: sqlite3.Row) -> list[sqlite3.Row]:
    """The versions before the current one, whose content stands in their own `record`."""
    return connection.execute(
        "SELECT id, capture_id, content_hash, record FROM article_versions "
        "WHERE article_id = ? AND version < ? AND record IS NOT NULL ORDER BY version",
        (row["id"], row["versions"]),
    ).fetchall()


def amend_version(connection: sqlite3.Connection, version_id: int, article: Article) -> None:
    """The same of an earlier version."""
    connection.execute(
        "UPDATE article_versions SET content_hash = ?, record = ? WHERE id = ?",
        (article.content_hash, version_json(article), version_id),
    )


def merge_versions(connection: sqlite3.Connection, article_id: int) -> int:
    """Versions that better rules find equal to the one before them were no edits; returns how many went."""
    rows = connection.execute(
        "SELECT id, content_hash FROM article_versions WHERE article_id = ? ORDER BY version", (article_id,)
    ).fetchall()
    twins = [later["id"] for earlier, later in pairwise(rows) if earlier["content_hash"] == later["content_hash"]]
    if twins:
        connection.executemany("DELETE FROM article_versions WHERE id = ?", [(one,) for one in twins])
        _number_versions(connection, article_id)
        connection.execute(
            "UPDATE article_versions SET record = NULL WHERE article_id = ?1 AND version = "
            "(SELECT versions FROM articles WHERE id = ?1)",
            (article_id,),
        )
    return len(twins)


def version_json(article: Article) -> str:
    """One version, compact: what the content hash covers, for `show --versions` and `--diff`, and what read it."""
    record = article_json(article)
    kept = (
        "headline", "description", "articleBody", "authors", "sourceName", "dateline", "datePublished",
        "images", "attachments", "extractor",
    )  # fmt: skip
    return json.dumps({key: record[key] for key in kept if record[key]}, ensure_ascii=False, separators=(",", ":"))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _paragraphs(body: str) -> str:
    """The HTML of a body that is nothing but paragraphs; it says no more than the text, so it is not stored."""
    return "\n".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in body.split("\n\n"))


def _values(article: Article, capture_id: int | None) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(article, name) for name in _SCALARS}
    if article.article_body_html == _paragraphs(article.article_body):
        values["article_body_html"] = ""
    values["author_names"] = _json([author.name for author in article.authors])
    values["authors"] = _json([{"name": a.name, "nameRaw": a.name_raw} for a in article.authors])
    values["keywords"] = _json(article.keywords)
    values["attachments"] = _json([{"url": a.url, "name": a.name} for a in article.attachments])
    values["related_links"] = _json([{"url": link.url, "text": link.text} for link in article.related_links])
    values["topics"] = _json(article.topics)
    values["capture_id"] = capture_id
    return values


def read(connection: sqlite3.Connection, row: sqlite3.Row) -> Article:
    """The Article record of one row of `articles`, with its images, site name and WARC position."""
    images = connection.execute(
        "SELECT url, caption, credit FROM images WHERE article_id = ? ORDER BY position", (row["id"],)
    )
    site = connection.execute("SELECT name FROM sites WHERE id = ?", (row["site_id"],)).fetchone()
    capture = connection.execute(
        "SELECT warc_file, warc_offset, digest FROM captures WHERE id = ?", (row["capture_id"],)
    ).fetchone()
    plain = {name: row[name] for name in _SCALARS}
    plain["article_body_html"] = plain["article_body_html"] or _paragraphs(plain["article_body"])
    return Article(
        **plain,
        site=site[0] if site else None,
        authors=tuple(Author(name=a["name"], name_raw=a["nameRaw"]) for a in json.loads(row["authors"])),
        keywords=tuple(json.loads(row["keywords"])),
        images=tuple(Image(url=i[0], caption=i[1], credit=i[2]) for i in images),
        attachments=tuple(Attachment(**a) for a in json.loads(row["attachments"])),
        related_links=tuple(Link(**a) for a in json.loads(row["related_links"])),
        topics=tuple(json.loads(row["topics"])),
        warc=WarcPosition(file=capture[0], offset=capture[1], digest=capture[2]) if capture else None,
    )
