"""Kill a sample crawl with SIGKILL at random moments until it has ended by itself; nothing may be lost.

    python tests/kills.py 100

The archive that results must hold what an uninterrupted crawl's does: the same addresses with the same
outcomes, the same article digests, each once, a sound database and whole WARCs.
"""

from __future__ import annotations

import gzip
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = [sys.executable, "-m", "crawler"]


def crawl(archive: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*COMMAND, "-a", str(archive), "crawl", "--sample", "--quiet"], stderr=subprocess.DEVNULL)


def state(archive: Path) -> dict[str, list[tuple[object, ...]]]:
    """What must be equal."""
    with sqlite3.connect(archive / "archive.db") as connection:
        return {
            "pages": connection.execute("SELECT identity, outcome, reason FROM pages ORDER BY 1").fetchall(),
            "articles": connection.execute("SELECT url, content_hash, versions FROM articles ORDER BY 1").fetchall(),
            "files": connection.execute(
                "SELECT url, files.digest, files.text FROM files JOIN pages ON pages.id = page_id ORDER BY 1"
            ).fetchall(),
            "integrity": connection.execute("PRAGMA integrity_check").fetchall(),
        }


def duplicated(archive: Path) -> int:
    """Capture rows that say the same twice."""
    with sqlite3.connect(archive / "archive.db") as connection:
        return connection.execute(
            "SELECT count(*) - count(DISTINCT page_id) FROM captures WHERE record_type = 'response'"
        ).fetchone()[0]


def survive(kills: int, folder: Path, rng: random.Random) -> tuple[int, int]:
    """Kill so many times, over as many archives as that takes; returns (kills, archives). Raises on a difference."""
    reference = folder / "reference"
    started = time.monotonic()
    if crawl(reference).wait():
        raise SystemExit("the uninterrupted crawl failed")
    whole = time.monotonic() - started
    wanted, done, archives = state(reference), 0, 0
    while done < kills:
        archive = folder / f"killed-{archives}"
        archives += 1
        for _ in range(min(5, kills - done)):
            process = crawl(archive)
            time.sleep(rng.uniform(0.2, 0.95) * whole)
            process.kill()
            process.wait()
            done += 1
        if crawl(archive).wait():
            raise SystemExit(f"{archive}: the resumed crawl failed")
        verify(archive, wanted)
        shutil.rmtree(archive)
    return done, archives


def verify(archive: Path, wanted: dict[str, list[tuple[object, ...]]]) -> None:
    """The archive equals the uninterrupted one."""
    found = state(archive)
    for what, rows in wanted.items():
        missing, extra = set(rows) - set(found[what]), set(found[what]) - set(rows)
        assert not missing, f"{what} lost: {sorted(missing, key=str)[:5]}; instead {sorted(extra, key=str)[:5]}"
        assert not extra, f"{what} invented: {sorted(extra, key=str)[:5]}"
        assert len(found[what]) == len(rows), f"{what} duplicated"
    assert duplicated(archive) == 0
    for path in (archive / "warc").glob("*.warc.gz*"):
        assert path.suffix in (".gz", ".torn"), f"{path} was left open"
        if path.suffix == ".gz":
            gzip.decompress(path.read_bytes())


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as temporary:
        total, used = survive(number, Path(temporary), random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else None))
    print(f"{total} kills over {used} archives: 0 lost, 0 duplicated")
