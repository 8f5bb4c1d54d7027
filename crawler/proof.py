"""Whether every stored article is what today's extractor reads in its capture: the part of `check` that extracts.

Only records that this release's extractor read are compared, for better rules are no damage; topics are not, for
they hang on the user's own topic file.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from archive import articles
from archive.check import Problem
from archive.records import Article, Outcome, article_json, content_hash
from crawler.preferences import use_preferences
from crawler.reextract import store_page
from crawler.reread import Reading, page_tasks, read_pages

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from archive.store import Archive


class Proof:
    """Reads all captures again. `compared` counts articles, `older` those that an earlier extractor read."""

    def __init__(self, archive: Archive, *, repair: bool, jobs: int | None = None) -> None:
        self._archive = archive
        self._repair = repair
        self._jobs = jobs or os.cpu_count() or 1
        self.compared = self.older = 0

    def problems(self) -> Iterator[Problem]:
        """What differs; with `repair` the record is put right before the next page is looked at."""
        preferences = use_preferences(self._archive.path)
        for task, readings in read_pages(page_tasks(self._archive, preferences), self._jobs):
            row = self._archive.connection.execute(
                "SELECT * FROM articles WHERE page_id = ?", (task.lease.page_id,)
            ).fetchone()
            if row is None:
                continue
            where = f"article {row['id']} ({row['url']})"
            if isinstance(readings, str):
                yield Problem(where=where, what=f"its capture cannot be read again ({readings})")
                continue
            yield from self._refused(where, readings)
            yield from self._different(where, row, readings)

    def _refused(self, where: str, readings: tuple[Reading, ...]) -> Iterator[Problem]:
        for one in readings:
            if one.article is None and one.outcome not in (Outcome.FAILED, Outcome.OFF_TOPIC):
                yield Problem(where=where, what=f"its capture {one.capture_id} gives {one.outcome}({one.reason})")

    def _different(self, where: str, row: sqlite3.Row, readings: tuple[Reading, ...]) -> Iterator[Problem]:
        connection = self._archive.connection
        read = {one.capture_id: one.article for one in readings if one.article}
        fields = self._current(connection, row, read.get(row["capture_id"]))
        for version in articles.earlier_versions(connection, row):
            if (fresh := read.get(version["capture_id"])) and _version_differs(version, fresh):
                fields.append(f"version {version['id']}")
        if fields:
            if self._repair:
                with self._archive.transaction():
                    store_page(connection, row["page_id"], read)
            what = f"not what its capture gives: {', '.join(fields)}"
            yield Problem(where=where, what=what, repaired=self._repair)

    def _current(self, connection: sqlite3.Connection, row: sqlite3.Row, fresh: Article | None) -> list[str]:
        if fresh is None:
            return []
        self.compared += 1
        stored = articles.read(connection, row)
        whole = content_hash(stored) == stored.content_hash
        if whole and (stored.extractor_version, stored.site_rule) != (fresh.extractor_version, fresh.site_rule):
            self.older += 1
            return []
        old = article_json(stored)
        new = article_json(replace(fresh, warc=stored.warc, site=stored.site, topics=stored.topics))
        return [key for key, value in new.items() if old[key] != value]


def _version_differs(version: sqlite3.Row, fresh: Article) -> bool:
    stored = json.loads(version["record"])
    new = json.loads(articles.version_json(fresh))
    same_reader = stored.get("extractor") == new["extractor"]
    return same_reader and (version["content_hash"], stored) != (fresh.content_hash, new)
