"""`danvan import`: captures of any crawler, or of another archive, the way of a live page.

What is held already (same address, time and digest) is passed over, so taking the same file in twice is
once, and the order of files does not matter to what results: captures are sorted by their time first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from archive import Archive, facts
from archive.errors import DamageError, NotFoundError, UsageError
from archive.raw import iter_records, read_record
from archive.sources import iter_captures, with_body
from crawler.preferences import use_preferences
from crawler.profile import site_for_url, site_names
from crawler.replay import Incoming, Replay, ReplayResult, kind_of
from crawler.targets import SAMPLE_MARK, check_space

if TYPE_CHECKING:
    from archive.raw import StoredRecord
    from archive.records import Outcome

ENDINGS = (".warc", ".warc.gz", ".warc.zst", ".wacz", ".warc.gz.open")


@dataclass(slots=True)
class IntakeResult:
    """What the files held: taken in, here already, of no known site, damaged."""

    replay: ReplayResult = field(default_factory=ReplayResult)
    strangers: int = 0
    incomplete: int = 0
    damaged: list[str] = field(default_factory=list)


def take_in(
    path: Path,
    sources: tuple[Path, ...],
    *,
    every: bool = False,
    jobs: int | None = None,
    on_page: Callable[[str, Outcome, str | None], None] | None = None,
) -> IntakeResult:
    """Take the captures of files and archive directories in; `every` also those of sites without a profile."""
    files = [file for source in sources for file in files_of(source)]
    preferences = use_preferences(path)
    result = IntakeResult()
    with Archive.open_writer(path) as archive:
        check_space(path, preferences)
        stated = [record for file in files for record in _facts(file)]
        _refuse_mixture(archive, stated, files)
        replay = Replay(archive, preferences, "import", jobs=jobs, on_page=on_page)
        result.replay = replay.run(_incoming(archive, files, result, every=every))
        _keep_facts(archive, stated)
        with archive.transaction() as connection:  # ours too: an older fact from elsewhere must not undo a newer one
            for record in sorted(_own_facts(archive), key=lambda one: one.date):
                facts.apply(connection, record.url, record.fields)
    return result


def files_of(source: Path) -> list[Path]:
    """The WARC and WACZ files a path stands for: itself, or those of an archive directory."""
    if source.is_dir():
        folder = source / "warc" if (source / "warc").is_dir() else source
        files = sorted(file for file in folder.iterdir() if file.name.endswith(ENDINGS) and file.is_file())
        if not files:
            raise NotFoundError(f"{source}: holds no WARC")
        return files
    if not source.exists():
        raise NotFoundError(f"{source}: no such file")
    if not source.is_file():
        raise UsageError(f"{source}: is neither a file nor a directory")
    return [source]


def _refuse_mixture(archive: Archive, stated: list[StoredRecord], files: list[Path]) -> None:
    """Composed pages must never stand among real ones; the mark of a sample archive would close this one, too."""
    live = archive.connection.execute(
        "SELECT 1 FROM pages JOIN sites ON sites.id = site_id WHERE name NOT LIKE '%!_example' ESCAPE '!' LIMIT 1"
    ).fetchone()
    if live and any(record.fields.get("value") == f"{SAMPLE_MARK}=1" for record in stated):
        raise UsageError(f"{files[0].parent}: is a sample archive, {archive.path} holds live pages; use a new one")


def _incoming(archive: Archive, files: list[Path], result: IntakeResult, *, every: bool) -> Iterator[Incoming]:
    known = set(site_names())

    def damaged(error: DamageError) -> None:
        result.damaged.append(str(error))

    for capture in iter_captures(*files, on_damage=damaged):
        record = _with_held_body(archive, capture) if capture.defect == "revisit" else capture
        site = site_for_url(record.url)
        if not every and site.name not in known and not site.name.endswith("_example"):
            result.strangers += 1
        elif record.defect:
            result.incomplete += 1
        else:
            yield Incoming(record=record, site=site, kind=kind_of(site, record))


def _with_held_body(archive: Archive, revisit: StoredRecord) -> StoredRecord:
    """A revisit of a capture that stands in none of the files, with the body that the archive may hold."""
    row = archive.connection.execute(
        "SELECT warc_file, warc_offset FROM captures WHERE url = ? AND digest = ? AND record_type = 'response'",
        (revisit.warc_header("WARC-Refers-To-Target-URI") or revisit.url, revisit.digest),
    ).fetchone()
    return with_body(revisit, read_record(archive.warc_directory, *row)) if row else revisit


def _facts(file: Path) -> list[StoredRecord]:
    if file.suffix == ".wacz":
        return []
    return [record for record in iter_records(file, on_damage=lambda _: None) if facts.is_fact(record)]


def _own_facts(archive: Archive) -> list[StoredRecord]:
    return [record for file in sorted(archive.warc_directory.glob("facts-*.warc.gz")) for record in _facts(file)]


def _keep_facts(archive: Archive, stated: list[StoredRecord]) -> None:
    """Another archive's facts become records here too, each once."""
    held = {(record.url, tuple(sorted(record.fields.items()))) for record in _own_facts(archive)}
    for record in stated:
        key = (record.url, tuple(sorted(record.fields.items())))
        if key not in held:
            held.add(key)
            facts.write(archive, record.url, record.fields, record.date)
