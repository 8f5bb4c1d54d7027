"""What better rules change: stored articles against what was read anew, counted by field, with examples."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from archive import articles, files
from archive.records import Outcome, article_json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from archive.records import Article, KeptFile, Lease
    from crawler.reread import Reading

EXAMPLES = 3  # of a field
NOT_INSTALLED = "its text is kept, not read again: pip install 'danvan-archive[attachments]'"
_DOCUMENT_FIELDS = {
    "media_type": "mediaType",
    "bytes": "bytes",
    "text": "attachmentText",
    "text_reason": "textReason",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One value that changes."""

    url: str
    old: Any
    new: Any


@dataclass(slots=True)
class Report:
    """Pages and documents read, and what changes of them.

    `fields` are the record's JSON keys; `kept` is url and why it is no longer one.
    `versions` counts earlier versions whose content changes, `unread` names captures that cannot be read.
    """

    pages: int = 0
    changed: int = 0
    versions: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Example]] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    documents: int = 0


def compare(connection: sqlite3.Connection, lease: Lease, readings: Sequence[Reading], report: Report) -> bool:
    """Whether anything of the page changes; what does is added to the report."""
    row = connection.execute("SELECT * FROM articles WHERE page_id = ?", (lease.page_id,)).fetchone()
    _note_unread(lease, readings, report, is_article=row is not None)
    read = {one.capture_id: one.article for one in readings if one.article}
    if row is None:
        if read:
            report.new.append(lease.url)
        changed = bool(read)
    else:
        current = read.get(row["capture_id"])
        changed = current is not None and _current(connection, row, current, report)
        changed |= _earlier(connection, row, read, report)
    report.changed += changed
    return changed


def compare_document(
    connection: sqlite3.Connection, lease: Lease, readings: Sequence[Reading] | str, report: Report
) -> KeptFile | None:
    """The document as read now, if that is another text than the stored one; what changes is added to the report.

    A reader that is not installed here takes no text away that was read elsewhere.
    """
    stored = files.of_page(connection, lease.page_id)
    fresh = None if isinstance(readings, str) else readings[0].file
    if stored is None or fresh == stored:
        return None
    if fresh is None or fresh.text_reason == "not_installed":
        why = readings if isinstance(readings, str) else NOT_INSTALLED if fresh else readings[0].reason
        if stored.text_reason != str(why).removeprefix("extract_"):
            report.unread.append(f"{lease.url}: {why}")
        return None
    for name in ("media_type", "bytes", "text", "text_reason"):
        old, new = getattr(stored, name), getattr(fresh, name)
        if old != new:
            _note(report, _DOCUMENT_FIELDS[name], lease.url, old, new)
    report.changed += 1
    return fresh


def _note_unread(lease: Lease, readings: Sequence[Reading], report: Report, *, is_article: bool) -> None:
    for one in readings:
        if one.article is None and is_article:
            why = f"{one.outcome}({one.reason})" if one.reason else str(one.outcome)
            if one.outcome is Outcome.FAILED:
                report.unread.append(f"{lease.url}: {one.reason}")
            else:
                report.kept.append((lease.url, why))


def _current(connection: sqlite3.Connection, row: sqlite3.Row, new: Article, report: Report) -> bool:
    stored = articles.read(connection, row)
    old = article_json(stored)
    fresh = article_json(replace(new, warc=stored.warc, site=stored.site))
    changed = [key for key, value in fresh.items() if old[key] != value]
    for key in changed:
        _note(report, key, stored.url, old[key], fresh[key])
    return bool(changed)


def _note(report: Report, key: str, url: str, old: Any, new: Any) -> None:
    report.fields[key] += 1
    examples = report.examples.setdefault(key, [])
    if len(examples) < EXAMPLES:
        examples.append(Example(url=url, old=old, new=new))


def _earlier(connection: sqlite3.Connection, row: sqlite3.Row, read: dict[int, Article], report: Report) -> bool:
    changed = 0
    for version in articles.earlier_versions(connection, row):
        article = read.get(version["capture_id"])
        if article and (version["content_hash"], json.loads(version["record"])) != (
            article.content_hash,
            json.loads(articles.version_json(article)),
        ):
            changed += 1
    report.versions += changed
    return bool(changed)
