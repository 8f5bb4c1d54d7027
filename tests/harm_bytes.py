"""WARCs cut, or with one bit turned, at a random place: what is whole is kept, and nothing is invented."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
from pathlib import Path

from archive.errors import DamageError
from archive.raw import StoredRecord, iter_records
from archive.sources import iter_captures

Fact = tuple[str, str, str, bytes]


def facts(record: StoredRecord) -> Fact:
    return record.type, record.url, record.date, record.raw_body


def harm(warcs: Path, count: int, folder: Path, rng: random.Random) -> str:
    """Harm so many copies of the directory's WARCs; a line that says what was found. Raises at a difference."""
    folder.mkdir()
    plain = folder / "plain.warc"
    sources = sorted(warcs.glob("*.warc.gz"), key=lambda path: path.stat().st_size)[-3:]
    plain.write_bytes(gzip.decompress(sources[-1].read_bytes()))
    sources.append(plain)
    kept = lost = 0
    for number in range(count):
        source = sources[number % len(sources)]
        whole = [(record, facts(record)) for record in iter_captures(source)]
        target = folder / f"{number}-{source.name}"
        if number % 2:
            found, wanted = _bit_turned(source, whole, target, rng)
        else:
            found, wanted = _cut(source, whole, target, rng)
        assert found == wanted, f"{target}: {len(found)} captures instead of {len(wanted)}"
        kept, lost = kept + len(found), lost + len(whole) - len(found)
    return f"{count} WARCs harmed: {kept} captures kept, {lost} lost with the bytes they stood in, 0 invented"


def _cut(source: Path, whole: list[tuple[StoredRecord, Fact]], target: Path, rng: random.Random) -> tuple[list, list]:
    """The captures before the tear, all of them. A revisit stands where its original is known."""
    content = source.read_bytes()
    cut = rng.randrange(len(content))
    target.write_bytes(content[:cut])
    return _read(target), [fact for record, fact in whole if record.offset + record.length <= cut]


def _bit_turned(
    source: Path, whole: list[tuple[StoredRecord, Fact]], target: Path, rng: random.Random
) -> tuple[list, list]:
    """All captures but the one that was hit, and what refers to it; the bits of a gzip header may not matter."""
    content = bytearray(source.read_bytes())
    hit = rng.choice([record for record, _ in whole if record.type == "response" and record.raw_body])
    start = hit.offset
    if source.suffix == ".warc":  # its headers are covered by no checksum
        start = content.index(b"\r\n\r\n", hit.offset) + 4
    at = rng.randrange(start, hit.offset + hit.length - 4)
    content[at] ^= 1 << rng.randrange(8)
    target.write_bytes(content)
    found = _read(target)
    if len(found) == len(whole):
        assert found == [fact for _, fact in whole], "a bit of no meaning was turned"
        return found, found
    others = {record.digest for record, _ in whole if record.type == "response" and record.offset != hit.offset}
    return found, [
        fact
        for record, fact in whole
        if record.offset != hit.offset and (record.digest in others or record.http_status == 304)
    ]


def _read(path: Path) -> list[Fact]:
    damage: list[DamageError] = []
    return [facts(record) for record in iter_captures(path, on_damage=damage.append) if not record.defect]


def import_torn(source: Path, folder: Path, rng: random.Random) -> tuple[subprocess.CompletedProcess[str], int]:
    """`danvan import` of a torn copy into a new archive: how it ended, and the captures before the tear."""
    content = source.read_bytes()
    cut = rng.randrange(len(content) // 4, len(content) - 1)
    torn = folder / f"torn-{source.name}"
    torn.write_bytes(content[:cut])
    done = subprocess.run(
        [sys.executable, "-m", "crawler", "-a", str(folder / "archive"), "import", str(torn)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    whole = sum(record.type == "response" and record.offset + record.length <= cut for record in iter_records(source))
    return done, whole
