"""A new database from the WARCs alone: every capture in the order of its time, then the stated facts.

The old database stays in place until the new one is whole, so a kill leaves the old or the new, never
something between.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from archive import Archive, facts
from archive.errors import DamageError, NotAnArchiveError
from archive.raw import StoredRecord, iter_records, read_record, recover
from archive.records import WarcPosition
from archive.replacing import replace_database
from archive.schema import refuse_newer
from archive.store import DATABASE
from crawler.preferences import use_preferences
from crawler.profile import site_for_url
from crawler.replay import Incoming, Replay, ReplayResult, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.records import Outcome

NEW = "archive.db.rebuilding"


def rebuild(
    path: Path,
    *,
    jobs: int | None = None,
    on_page: Callable[[str, Outcome, str | None], None] | None = None,
    on_damage: Callable[[DamageError], None] | None = None,
) -> ReplayResult:
    """Make archive.db anew. NotAnArchiveError where there are no WARCs to make it from, or a newer release made it."""
    if not any((path / "warc").glob("*.warc.gz*")):
        raise NotAnArchiveError(f"{path / 'warc'}: holds no WARC to rebuild from")
    refuse_newer(path / DATABASE)
    preferences = use_preferences(path)
    with Archive.open_writer(path, database=NEW) as archive:
        recover(archive.warc_directory)
        index = _Index(archive.warc_directory, on_damage)
        result = Replay(archive, preferences, "rebuild", jobs=jobs, on_page=on_page).run(index.incoming())
        with archive.transaction() as connection:
            for record in index.facts:
                facts.apply(connection, record.url, record.fields)
        archive.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        archive.connection.execute("PRAGMA journal_mode = DELETE")
        replace_database(path, path / NEW)
    return result


class _Index:
    """Where every capture stands, by time; read once, then each record by its position."""

    def __init__(self, directory: Path, on_damage: Callable[[DamageError], None] | None) -> None:
        self._directory = directory
        self._positions: list[tuple[str, str, int]] = []
        self._originals: dict[tuple[str, str], tuple[str, int]] = {}
        self.facts: list[StoredRecord] = []
        for path in sorted(directory.glob("*.warc.gz")):
            for record in iter_records(path, on_damage=on_damage):
                self._note(path.name, record)
        self._positions.sort()
        self.facts.sort(key=lambda record: record.date)

    def _note(self, file: str, record: StoredRecord) -> None:
        if facts.is_fact(record):
            self.facts.append(record)
        elif record.type in ("response", "revisit"):
            self._positions.append((record.date, file, record.offset))
            if record.type == "response":
                self._originals.setdefault((record.url, record.date), (file, record.offset))

    def incoming(self) -> Iterator[Incoming]:
        """Every capture, a revisit with the payload it refers to."""
        for _, file, offset in self._positions:
            record = read_record(self._directory, file, offset)
            position = WarcPosition(file=file, offset=offset, digest=record.digest)
            whole = self._with_payload(record)
            site = site_for_url(record.url)
            yield Incoming(
                record=whole,
                site=site,
                kind=kind_of(site, whole),
                held=True,
                position=position,
                record_type=record.type,
            )

    def _with_payload(self, record: StoredRecord) -> StoredRecord:
        if record.type != "revisit" or record.http_status == 304:
            return record
        where = self._originals.get(
            (record.warc_header("WARC-Refers-To-Target-URI") or "", _iso(record.warc_header("WARC-Refers-To-Date")))
        )
        if where is None:
            return record
        original = read_record(self._directory, *where)
        return replace(record, raw_body=original.raw_body, defect=original.defect)


def _iso(date: str | None) -> str:
    return (date or "").replace("Z", "+00:00")
