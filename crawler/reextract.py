"""`danvan reextract`: every stored page and document read again by today's rules, without the network.

First every page is read and compared, then what would change is told, then the pages that change are
committed, some at a time. So a kill leaves each page old or new, and a second run finishes what the first began.
A better rule is no edit of the page: versions change in place, and none is added.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from archive import Archive, articles, files
from archive.errors import StorageError
from archive.records import (
    FILE_KINDS,
    Article,
    Attachment,
    Author,
    Image,
    KeptFile,
    Lease,
    Link,
    Outcome,
    WarcPosition,
)
from archive.store import demand_archive
from archive.writer import GROUP
from crawler.changes import Report, compare, compare_document
from crawler.preferences import use_preferences
from crawler.reread import Reading, document_tasks, page_tasks, read_pages

if TYPE_CHECKING:
    import sqlite3

_IN_MEMORY = 64 * 2**20  # bytes of changed articles kept before they go to an unnamed file in the archive


def reextract(
    path: Path,
    *,
    sites: tuple[str, ...] = (),
    jobs: int | None = None,
    dry_run: bool = False,
    on_page: Callable[[str, Outcome, str | None], None] | None = None,
    on_report: Callable[[Report], None] | None = None,
) -> Report:
    """Read all captures again; `on_report` is told what changes before the first page is committed."""
    demand_archive(path)  # an archive that is not there must not be made
    preferences = use_preferences(path)
    report = Report()
    with (
        Archive.open(path) if dry_run else Archive.open_writer(path) as archive,
        tempfile.SpooledTemporaryFile(_IN_MEMORY, mode="w+", encoding="utf-8", dir=str(path)) as spool,
    ):
        tasks = chain(page_tasks(archive, preferences, sites), document_tasks(archive, preferences, sites))
        for task, readings in read_pages(tasks, jobs or os.cpu_count() or 1):
            fresh = _changed(archive.connection, task.lease, readings, report)
            if fresh and not dry_run:
                _keep(spool, path, task.lease.page_id, fresh)
            if on_page:
                on_page(task.lease.site, Outcome.SAVED if fresh else Outcome.UNCHANGED, None)
        if on_report:
            on_report(report)
        if report.changed and not dry_run:
            _commit(archive, spool, report)
    return report


def _changed(
    connection: sqlite3.Connection, lease: Lease, readings: tuple[Reading, ...] | str, report: Report
) -> tuple[Reading, ...] | KeptFile | None:
    """What of the page or document is to be stored; None when nothing changes."""
    if lease.kind in FILE_KINDS:
        report.documents += 1
        return compare_document(connection, lease, readings, report)
    report.pages += 1
    if isinstance(readings, str):
        report.unread.append(f"{lease.url}: {readings}")
        return None
    return readings if compare(connection, lease, readings, report) else None


def _commit(archive: Archive, spool: IO[str], report: Report) -> None:
    """Whole pages, some in a transaction, and a row in `runs` that tells of them."""
    run_id = archive.start_run("reextract", started_at=_moment(), pid=os.getpid())
    spool.seek(0)
    while lines := tuple(islice(spool, GROUP)):
        with archive.transaction() as connection:
            for page in map(json.loads, lines):
                if file := page.get("file"):
                    files.amend(connection, page["page"], KeptFile(**file))
                else:
                    read = {int(key): _article(value) for key, value in page["articles"].items()}
                    store_page(connection, page["page"], read)
    note = f"{report.changed} of {report.pages + report.documents} pages changed"
    archive.end_run(run_id, ended_at=_moment(), exit_code=0, note=note)


def store_page(connection: sqlite3.Connection, page_id: int, read: dict[int, Article]) -> None:
    """Write what today's rules read in the page's captures (articles by capture id) inside the caller's transaction."""
    row = connection.execute("SELECT * FROM articles WHERE page_id = ?", (page_id,)).fetchone()
    if row is None:
        _store_new(connection, page_id, read)
        return
    if current := read.get(row["capture_id"]):
        articles.amend(connection, row, current)
    for version in articles.earlier_versions(connection, row):
        if article := read.get(version["capture_id"]):
            articles.amend_version(connection, version["id"], article)
    articles.merge_versions(connection, row["id"])


def _store_new(connection: sqlite3.Connection, page_id: int, read: dict[int, Article]) -> None:
    """A page that the rules now see as an article, version after version as a crawl would have saved them."""
    site_id = connection.execute("SELECT site_id FROM pages WHERE id = ?", (page_id,)).fetchone()[0]
    for capture_id, article in read.items():
        before = connection.execute("SELECT outcome, reason FROM captures WHERE id = ?", (capture_id,)).fetchone()
        outcome = articles.save(connection, article, site_id=site_id, page_id=page_id, capture_id=capture_id)
        connection.execute("UPDATE captures SET outcome = ?, reason = NULL WHERE id = ?", (outcome, capture_id))
        # A page that has since gone or failed in another way keeps that outcome.
        connection.execute(
            "UPDATE pages SET outcome = ?, reason = NULL, headline = ? WHERE id = ? AND outcome = ? AND reason IS ?",
            (outcome, article.headline, page_id, *before),
        )


def _keep(spool: IO[str], path: Path, page_id: int, fresh: tuple[Reading, ...] | KeptFile) -> None:
    page: dict[str, Any] = {"page": page_id}
    if isinstance(fresh, KeptFile):
        page["file"] = asdict(fresh)
    else:
        page["articles"] = {one.capture_id: asdict(one.article) for one in fresh if one.article}
    try:
        spool.write(json.dumps(page) + "\n")
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error


def _article(fields: dict[str, Any]) -> Article:
    """The record back from its JSON lines."""
    parts = {"authors": Author, "images": Image, "attachments": Attachment, "related_links": Link}
    lists: dict[str, Any] = {name: tuple(kind(**one) for one in fields[name]) for name, kind in parts.items()}
    lists |= {name: tuple(fields[name]) for name in ("keywords", "topics")}
    warc = WarcPosition(**fields["warc"]) if fields["warc"] else None
    return Article(**(fields | lists | {"warc": warc}))


def _moment() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
