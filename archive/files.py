"""Images and attachments kept beside their articles: what was fetched, whose it is, and the text of documents.

A file is a page of the frontier of kind "image" or "attachment". Its row in `files` points at the response
record that holds the bytes: of equal files only the first is a response, the others are revisits of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from archive.errors import NotFoundError
from archive.records import FILE_KINDS, KeptFile, RawRecord

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from archive.records import Child, Visit
    from archive.store import Archive

MAX_TEXT = 300_000  # code points of attachments' text searched for one article; the web view reads 1 MiB a value

ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "image/avif": "avif",
    "image/heic": "heic", "image/bmp": "bmp", "image/tiff": "tif", "image/svg+xml": "svg",
    "application/pdf": "pdf", "application/rtf": "rtf", "application/zip": "zip", "application/vnd.rar": "rar",
    "application/x-7z-compressed": "7z", "application/msword": "doc", "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt", "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "text/plain": "txt", "text/csv": "csv",
}  # fmt: skip
"""What a file's name ends in, by its media type."""

_TABLES = {"image": "images", "attachment": "attachments"}

# A file may stand behind a redirect, and several articles may name it.
_READERS = """
WITH RECURSIVE named(id, hop) AS (
    SELECT ?, 0
    UNION SELECT links.page_id, hop + 1 FROM named JOIN links ON links.target_page_id = named.id
          JOIN pages ON pages.id = links.page_id
    WHERE pages.outcome = 'duplicate' AND hop < 5)
SELECT DISTINCT article_id FROM attachments WHERE page_id IN (SELECT id FROM named)
"""

_TELL = """
UPDATE articles SET attachment_text = (
    SELECT substr(group_concat(text, char(10, 10)), 1, ?2) FROM (
        SELECT files.text FROM article_files JOIN files USING (page_id)
        WHERE article_files.article_id = ?1 AND kind = 'attachment' AND files.text IS NOT NULL ORDER BY position))
WHERE id = ?1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """An image or attachment an article names. `number` counts an article's files from 1, images first.

    `state` is kept, pending, not_asked, or the outcome that kept it away, with its `reason`. `label` is an image's
    caption or an attachment's name. `text_reason` says why an attachment has no text, or not all of it.
    """

    number: int
    kind: str
    url: str
    label: str | None
    state: str
    reason: str | None = None
    media_type: str | None = None
    bytes: int | None = None
    digest: str | None = None
    warc_file: str | None = None
    warc_offset: int | None = None
    text_reason: str | None = None


def save(connection: sqlite3.Connection, visit: Visit, digest: str, capture_id: int) -> None:
    """Note the file that the visit brought, and let the articles that name it be found by its text."""
    file, page_id = visit.file, visit.lease.page_id
    assert file
    first = connection.execute("SELECT coalesce(refers_to, id) FROM captures WHERE id = ?", (capture_id,)).fetchone()[0]
    connection.execute(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (page_id) DO UPDATE SET "
        "capture_id = excluded.capture_id, media_type = excluded.media_type, bytes = excluded.bytes, "
        "digest = excluded.digest, text = excluded.text, text_reason = excluded.text_reason",
        (page_id, first, file.media_type, file.bytes, digest, file.text, file.text_reason),
    )
    if visit.lease.kind == "attachment":
        _tell_readers(connection, page_id)


def of_page(connection: sqlite3.Connection, page_id: int) -> KeptFile | None:
    """The file kept of that page."""
    row = connection.execute(
        "SELECT media_type, bytes, text, text_reason FROM files WHERE page_id = ?", (page_id,)
    ).fetchone()
    return KeptFile(**dict(row)) if row else None


def amend(connection: sqlite3.Connection, page_id: int, file: KeptFile) -> None:
    """The file of that page as better rules read it; the articles that name it are found by its new text."""
    connection.execute(
        "UPDATE files SET media_type = ?, bytes = ?, text = ?, text_reason = ? WHERE page_id = ?",
        (file.media_type, file.bytes, file.text, file.text_reason, page_id),
    )
    _tell_readers(connection, page_id)


def _tell_readers(connection: sqlite3.Connection, page_id: int) -> None:
    for (article_id,) in connection.execute(_READERS, (page_id,)).fetchall():
        tell(connection, article_id)


def link(connection: sqlite3.Connection, page_id: int, children: Iterable[Child]) -> None:
    """Tie the images and attachments of the article on that page to the frontier's pages of them."""
    told = False
    for child in children:
        if child.kind in FILE_KINDS:
            connection.execute(
                f"UPDATE {_TABLES[child.kind]} SET page_id = (SELECT id FROM pages WHERE identity = ?) "
                "WHERE article_id = (SELECT id FROM articles WHERE page_id = ?) AND url = ? AND page_id IS NULL",
                (child.identity, page_id, child.named),
            )
            told = told or child.kind == "attachment"
    if told:
        row = connection.execute("SELECT id FROM articles WHERE page_id = ?", (page_id,)).fetchone()
        tell(connection, row[0])


def tell(connection: sqlite3.Connection, article_id: int) -> None:
    """Let the article be found by its attachments' text."""
    connection.execute(_TELL, (article_id, MAX_TEXT))


def earlier(connection: sqlite3.Connection, digest: str) -> sqlite3.Row | None:
    """The response (id, url, captured_at) that holds a file of that digest, if there is one."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT captures.id, captures.url, captures.captured_at FROM files JOIN captures ON captures.id = capture_id "
        "WHERE files.digest = ? LIMIT 1",
        (digest,),
    ).fetchone()
    return row


def once(connection: sqlite3.Connection, visit: Visit) -> Visit:
    """The visit, its record a revisit where the archive holds the same bytes already."""
    raw = visit.raw
    if raw is None or visit.file is None or raw.record_type != "response":
        return visit
    first = earlier(connection, raw.digest)
    if first is None:
        return visit
    from archive.raw.building import EarlierCapture  # noqa: PLC0415 - most commands write and read no WARC
    from archive.raw.repeating import repeat  # noqa: PLC0415

    data = repeat(raw.data, EarlierCapture(url=first["url"], date=first["captured_at"], digest=raw.digest))
    return replace(visit, raw=RawRecord(data=data, record_type="revisit", digest=raw.digest))


def of_article(connection: sqlite3.Connection, article_id: int) -> tuple[StoredFile, ...]:
    """Its images and then its attachments, in page order."""
    rows = connection.execute(
        "SELECT f.kind, f.url, label, state, f.reason, media_type, bytes, f.digest, warc_file, warc_offset, "
        "text_reason FROM article_files AS f LEFT JOIN captures ON captures.id = capture_id WHERE article_id = ? "
        "ORDER BY f.kind = 'attachment', position",
        (article_id,),
    )
    return tuple(StoredFile(number=n, **dict(row)) for n, row in enumerate(rows, 1))


def read_file(archive: Archive, article_id: int, number: int) -> tuple[StoredFile, bytes]:
    """One file of the article and its bytes; NotFoundError says what became of one that is not kept."""
    found = of_article(archive.connection, article_id)
    if not 1 <= number <= len(found):
        raise NotFoundError(f"article {article_id}: has no file {number}; it has {len(found)}")
    file = found[number - 1]
    if file.warc_file is None or file.warc_offset is None:
        why = f"{file.state}, {file.reason}" if file.reason else file.state
        raise NotFoundError(f"article {article_id}: its file {number} is not kept ({why}): {file.url}")
    from archive.raw import read_record  # noqa: PLC0415

    return file, read_record(archive.warc_directory, file.warc_file, file.warc_offset).body


def texts(connection: sqlite3.Connection, article_id: int) -> list[tuple[str, str]]:
    """(name, text) of the article's attachments that have any, in order."""
    rows = connection.execute(
        "SELECT label, files.text FROM article_files AS f JOIN files USING (page_id) "
        "WHERE article_id = ? AND kind = 'attachment' AND files.text IS NOT NULL ORDER BY position",
        (article_id,),
    )
    return [(row[0], row[1]) for row in rows]


def file_json(file: StoredFile) -> dict[str, Any]:
    """Its public JSON form, as `show --json` and the web view give it."""
    warc = {"file": file.warc_file, "offset": file.warc_offset, "digest": file.digest}
    return {
        "number": file.number, "kind": file.kind, "url": file.url, "label": file.label, "state": file.state,
        "reason": file.reason, "mediaType": file.media_type, "bytes": file.bytes, "textReason": file.text_reason,
        "warc": warc if file.warc_file else None,
    }  # fmt: skip
