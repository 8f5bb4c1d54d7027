"""Stored captures read by today's rules, page by page over killable workers: for `reextract` and `check --deep`.

A document that an article offers is a page of its own, whose one capture gives its text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from archive import frontier
from archive.errors import DamageError, UsageError
from archive.raw import StoredRecord, read_record
from archive.records import Article, KeptFile, Lease, Outcome, WarcPosition
from crawler.chunks import in_order
from crawler.job import Job
from crawler.pool import SECONDS, worker_pool

if TYPE_CHECKING:
    from archive import Archive
    from archive.records import Visit
    from crawler.preferences import Preferences

AHEAD = 64  # pages in the workers' hands

_PAGES = """
SELECT pages.id FROM pages JOIN sites ON sites.id = site_id
WHERE (EXISTS (SELECT 1 FROM articles WHERE page_id = pages.id)
       OR (kind = 'article' AND EXISTS (SELECT 1 FROM captures WHERE page_id = pages.id AND status = 200)))
  AND (:sites IS NULL OR sites.name IN (SELECT value FROM json_each(:sites)))
ORDER BY pages.id
"""

_CAPTURES = """
SELECT c.id, c.warc_file AS file, c.warc_offset AS offset, c.digest, o.warc_file AS body_file,
       o.warc_offset AS body_offset
FROM captures c LEFT JOIN captures o ON o.id = c.refers_to
WHERE c.page_id = ?1 AND c.status = 200 AND CASE
    WHEN EXISTS (SELECT 1 FROM articles WHERE page_id = ?1) THEN c.id IN (
        SELECT capture_id FROM articles WHERE page_id = ?1
        UNION SELECT v.capture_id FROM article_versions v JOIN articles a ON a.id = article_id WHERE page_id = ?1)
    ELSE c.record_type <> 'revisit' END
ORDER BY c.captured_at, c.id
"""

_DOCUMENTS = """
SELECT pages.id FROM files JOIN pages ON pages.id = page_id JOIN sites ON sites.id = site_id
WHERE kind = 'attachment' AND files.capture_id IS NOT NULL
  AND (:sites IS NULL OR sites.name IN (SELECT value FROM json_each(:sites)))
ORDER BY pages.id
"""

# The response that holds a document's bytes may be the capture of another page: equal files are kept once.
_DOCUMENT = """
SELECT c.id, c.warc_file AS file, c.warc_offset AS offset, c.digest, NULL AS body_file, NULL AS body_offset
FROM files JOIN captures c ON c.id = capture_id WHERE files.page_id = ?1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCapture:
    """A row of `captures`; `body_file` and `body_offset` are of the response that a revisit refers to."""

    id: int
    file: str
    offset: int
    digest: str
    body_file: str | None = None
    body_offset: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTask:
    """One page to read again, its captures in the order of their time."""

    lease: Lease
    captures: tuple[StoredCapture, ...]
    warc_directory: str
    topic_file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the rules make of one capture. `article` is None where they see none; `reason` says why.

    Of a document it is `file` instead, with its text.
    """

    capture_id: int
    outcome: Outcome
    reason: str | None = None
    article: Article | None = None
    file: KeptFile | None = None


def page_tasks(archive: Archive, preferences: Preferences, sites: tuple[str, ...] = ()) -> Iterator[PageTask]:
    """Every page that has an article or could have one; of the named sites alone, if any are named."""
    return _tasks(archive, preferences, sites, _PAGES, _CAPTURES)


def document_tasks(archive: Archive, preferences: Preferences, sites: tuple[str, ...] = ()) -> Iterator[PageTask]:
    """Every kept document, with the record that holds its bytes."""
    return _tasks(archive, preferences, sites, _DOCUMENTS, _DOCUMENT)


def _tasks(
    archive: Archive, preferences: Preferences, sites: tuple[str, ...], pages: str, captures: str
) -> Iterator[PageTask]:
    connection = archive.connection
    known = {row[0] for row in connection.execute("SELECT name FROM sites")}
    for name in sites:
        if name not in known:
            raise UsageError(f"{name}: this archive holds no site of that name; `danvan status` shows them")
    wanted = json.dumps(sites) if sites else None
    ids = iter([row[0] for row in connection.execute(pages, {"sites": wanted})])
    while batch := tuple(islice(ids, AHEAD)):
        for lease in frontier.leases_of(connection, batch):
            rows = connection.execute(captures, (lease.page_id,)).fetchall()
            yield PageTask(
                lease=lease,
                captures=tuple(StoredCapture(**dict(row)) for row in rows),
                warc_directory=str(archive.warc_directory),
                topic_file=preferences.topic,
            )


def read_pages(tasks: Iterable[PageTask], jobs: int) -> Iterator[tuple[PageTask, tuple[Reading, ...] | str]]:
    """Every page with what the workers read, in order; of one that breaks its worker, the reason."""
    with worker_pool(jobs) as pool:
        yield from in_order(pool, reread, tasks, ahead=AHEAD, seconds=lambda task: SECONDS * max(1, len(task.captures)))


def reread(task: PageTask) -> tuple[Reading, ...]:
    """A Reading a capture, in order. A damaged record is failed, with what is wrong as its reason."""
    return tuple(_reading(task, capture) for capture in task.captures)


def _reading(task: PageTask, capture: StoredCapture) -> Reading:
    try:
        record = _record(Path(task.warc_directory), capture)
    except DamageError as error:
        return Reading(capture_id=capture.id, outcome=Outcome.FAILED, reason=str(error))
    visit = _work(task, capture, record)
    return Reading(
        capture_id=capture.id, outcome=visit.outcome, reason=visit.reason, article=visit.article, file=visit.file
    )


def _record(directory: Path, capture: StoredCapture) -> StoredRecord:
    record = read_record(directory, capture.file, capture.offset)
    if record.type != "revisit" or capture.body_file is None or capture.body_offset is None:
        return record
    original = read_record(directory, capture.body_file, capture.body_offset)
    return replace(record, raw_body=original.raw_body, defect=original.defect)


def _work(task: PageTask, capture: StoredCapture, record: StoredRecord) -> Visit:
    from crawler.work import work  # noqa: PLC0415 - the main process imports this module and must stay light

    job = Job(
        lease=task.lease,
        exchange=record.exchange(),
        now=int(datetime.fromisoformat(record.date).timestamp()),
        topic_file=task.topic_file,
        keep_off_topic=True,
        stored=WarcPosition(file=capture.file, offset=capture.offset, digest=capture.digest),
        links=False,
    )
    return work(job)
