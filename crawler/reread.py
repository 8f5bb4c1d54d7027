"""What a worker process does for `danvan reextract`: the stored captures of one page, read by today's rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import DamageError
from archive.raw import StoredRecord, read_record
from archive.records import Article, Lease, Outcome, WarcPosition
from crawler.job import Job

if TYPE_CHECKING:
    from archive.records import Visit


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
    """What the rules make of one capture. `article` is None where they see none; `reason` says why."""

    capture_id: int
    outcome: Outcome
    reason: str | None = None
    article: Article | None = None


def reread(task: PageTask) -> tuple[Reading, ...]:
    """A Reading a capture, in order. A damaged record is failed, with what is wrong as its reason."""
    return tuple(_reading(task, capture) for capture in task.captures)


def _reading(task: PageTask, capture: StoredCapture) -> Reading:
    try:
        record = _record(Path(task.warc_directory), capture)
    except DamageError as error:
        return Reading(capture_id=capture.id, outcome=Outcome.FAILED, reason=str(error))
    visit = _work(task, capture, record)
    return Reading(capture_id=capture.id, outcome=visit.outcome, reason=visit.reason, article=visit.article)


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
    )
    return work(job)
