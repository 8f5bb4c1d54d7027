"""After a crawl: sites that ended are marked, and a person is told of what is newly wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import Archive
from archive.errors import ArchiveLockedError, DanvanError, StorageError
from crawler.ended import hosts_gone, mark_ended
from crawler.health import Finding, health
from crawler.notify import Notice, notice_of, notify
from crawler.preferences import load_preferences

if TYPE_CHECKING:
    from pathlib import Path


def look_after(archive: Path, *, run: str, exit_code: int, failure: str | None) -> tuple[str, ...]:
    """What to say on standard error: each site that has ended, and each notification that failed.

    Nothing here changes how the run ended: what the database refuses now is left to the next run.
    """
    lines: list[str] = []
    findings: tuple[Finding, ...] = ()
    try:
        findings = _findings(archive, lines)
    except DanvanError as error:
        lines.append(f"sites check: {error}")
    notice = notice_of(archive, run=run, exit_code=exit_code, failure=failure, findings=findings)
    if notice:
        lines += notify(load_preferences(archive), notice)
    return tuple(lines)


def tell_unstarted(archive: Path, error: DanvanError) -> tuple[str, ...]:
    """The same of a crawl that the disk or the database kept from starting; one already at work is no news."""
    if not isinstance(error, StorageError) or isinstance(error, ArchiveLockedError):
        return ()
    notice = Notice(archive=str(archive), run="", exit_code=error.exit_code, failure=str(error), findings=())
    return notify(load_preferences(archive), notice)


def _findings(archive: Path, lines: list[str]) -> tuple[Finding, ...]:
    with Archive.open(archive) as opened:
        ended = hosts_gone(opened.connection)
    if ended:
        with Archive.open_writer(archive) as opened:
            mark_ended(opened, ended)
        lines += [
            f"{site.name}: no answer since {site.since[:10]}, taken as ended and asked no more; its pages come "
            f"from web archives: danvan backfill {site.name} --from wayback"
            for site in ended
        ]
    with Archive.open(archive) as opened:
        return health(opened.connection)
