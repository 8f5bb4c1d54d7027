"""A disk that fills up during a command: exit 3 with one line naming the path, and nothing lost once there is room.

The archive stands on a tmpfs of its own (Linux, root), where a filler leaves a part of the room that is needed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import kills
from tests.harm_kills import COMMAND, spoiled
from tests.harm_states import State, differences, state

MEGABYTES = 64
PARTS = (0.0, 0.1, 0.25, 0.5, 0.75, 0.95)  # of the room the command needs
KEPT = 64 * 1024  # bytes of room left at least, so that the command can begin


@dataclass(frozen=True, kw_only=True)
class Case:
    """A command that fills a disk: what stands there before (nothing for None), and its words."""

    prepare: Callable[[Path], object] | None
    words: Callable[[Path], list[str]]
    told: Callable[[Path], State] = state


def cases(one_day: Path, two_days: Path) -> dict[str, Case]:
    """The commands, by name."""
    return {
        "crawl": Case(
            prepare=lambda at: shutil.copytree(one_day, at),
            words=lambda at: ["-a", str(at), "crawl", "--sample", "--sample-day", "2", "--quiet"],
            told=kills.state,  # when a page was fetched differs from run to run
        ),
        "import": Case(prepare=None, words=lambda at: ["-a", str(at), "import", str(two_days), "--quiet"]),
        "reextract": Case(
            prepare=lambda at: spoiled(two_days, at), words=lambda at: ["-a", str(at), "reextract", "--quiet"]
        ),
        "backup": Case(prepare=None, words=lambda at: ["-a", str(two_days), "backup", str(at)]),
        "rebuild": Case(
            prepare=lambda at: shutil.copytree(two_days, at), words=lambda at: ["-a", str(at), "rebuild", "--quiet"]
        ),
    }


def fill(case: Case, folder: Path, parts: tuple[float, ...] = PARTS) -> int:
    """Run the command with each part of the room it needs; how often the disk was full. Raises at a difference."""
    with tmpfs(folder) as disk:
        at = _prepared(case, disk)
        before = _free(disk)
        assert (done := _danvan(case.words(at))).returncode == 0, done.stderr
        needed, wanted = before - _free(disk), case.told(at)
    full = 0
    for part in parts:
        with tmpfs(folder) as disk:
            at = _prepared(case, disk)
            filler = disk / "filler"
            _fill(filler, max(0, _free(disk) - KEPT - int(needed * part)))
            done = _danvan(case.words(at))
            if done.returncode:
                full += 1
                assert done.returncode == 3, (part, done.returncode, done.stderr)
                assert "Traceback" not in done.stderr, done.stderr
                assert str(at) in done.stderr.splitlines()[-1], done.stderr
            filler.unlink()
            done = _danvan(case.words(at))
            assert done.returncode == 0, (part, done.stderr)
            assert not (wrong := differences(case.told(at), wanted)), (part, wrong)
            state(at)
    return full


@contextmanager
def tmpfs(folder: Path) -> Iterator[Path]:
    """A small disk of its own; PermissionError where this system mounts none."""
    folder.mkdir(exist_ok=True)
    if sys.platform != "linux" or os.geteuid() != 0:
        raise PermissionError("mounting a tmpfs wants root on Linux")
    words = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        raise PermissionError("mounting a tmpfs is refused here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _prepared(case: Case, disk: Path) -> Path:
    at = disk / "archive"
    if case.prepare:
        case.prepare(at)
    else:
        at.mkdir()
    (at / "settings.toml").write_text("minimum_free_megabytes = 0\n")
    return at


def _fill(path: Path, size: int) -> None:
    with path.open("wb") as file:
        while size > 0:
            size -= file.write(bytes(min(size, 1 << 20)))


def _free(disk: Path) -> int:
    return shutil.disk_usage(disk).free


def _danvan(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], capture_output=True, text=True, check=False)
