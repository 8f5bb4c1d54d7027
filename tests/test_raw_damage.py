"""Torn, damaged and killed: whole records are kept, nothing is invented, and the files are WARC again."""

from __future__ import annotations

import gzip
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive.errors import DamageError, StorageError
from archive.raw import Exchange, WarcWriter, build_records, iter_records, read_record, recover
from archive.raw import members as members_module

URL = "https://danvan.example/tin-tuc/hoa-giai-o-co-so"
ROOT = Path(__file__).parents[1]


def page(number: int, size: int = 40) -> Exchange:
    noise = random.Random(number).randbytes(size)
    return Exchange(url=f"{URL}-{number}", status=200, fetched_at="2026-03-06T08:00:00+07:00", body=noise)


def left_open(directory: Path, count: int, size: int = 40) -> Path:
    """A file as a run leaves it that was killed after `count` pages."""
    writer = WarcWriter(directory, prefix="run")
    for number in range(count):
        writer.append(build_records(page(number, size)).data)
    writer.sync()
    return next(directory.glob("*.open"))


def facts(path: Path) -> list[tuple[str, str, int, bytes]]:
    return [(record.type, record.url, record.offset, record.raw_body) for record in iter_records(path)]


def ends(path: Path) -> list[int]:
    return [record.offset + record.length for record in iter_records(path)]


def mend(directory: Path, content: bytes) -> tuple[Path, bytes]:
    """The mended file and the bytes set aside, of a killed run's `content`."""
    directory.mkdir()
    (directory / "x.warc.gz.open").write_bytes(content)
    recover(directory)
    torn = directory / "x.warc.gz.torn"
    return directory / "x.warc.gz", torn.read_bytes() if torn.exists() else b""


def test_a_file_torn_at_every_byte_keeps_its_whole_records_and_no_more(tmp_path):
    source = left_open(tmp_path, 2)
    content, whole, records = source.read_bytes(), [0, *ends(source)], facts(source)
    for cut in range(len(content) + 1):
        directory = tmp_path / str(cut)
        kept, aside = mend(directory, content[:cut])
        end = max(offset for offset in whole if offset <= cut)
        assert kept.exists() == (end > 0)
        assert aside == content[end:cut]
        if end:
            assert kept.read_bytes() == content[:end]
            assert facts(kept) == records[: whole.index(end)]
        shutil.rmtree(directory)


def test_a_larger_file_torn_at_random_passes_other_peoples_checks(tmp_path):
    source = left_open(tmp_path, 60, size=3000)
    content, whole = source.read_bytes(), ends(source)
    dice = random.Random(7)
    for number in range(40):
        cut = dice.randrange(whole[0], len(content))
        kept, aside = mend(tmp_path / str(number), content[:cut])
        assert kept.read_bytes() + aside == content[:cut]
        assert kept.stat().st_size == max(end for end in whole if end <= cut)
        gzip.decompress(kept.read_bytes())
        if number < 3:
            check_with_tools(kept)


def check_with_tools(path: Path) -> None:
    subprocess.run(["gzip", "-t", path], check=True)
    for verb in ("check", "index"):
        subprocess.run([sys.executable, "-m", "warcio.cli", verb, path], check=True, capture_output=True)


def test_recovering_says_what_it_did_and_twice_is_once(tmp_path):
    source = left_open(tmp_path, 2)
    size = source.stat().st_size
    with source.open("ab") as file:
        file.write(b"\x1f\x8b half a member")
    [recovered] = recover(tmp_path)
    assert (recovered.records, recovered.kept_bytes, recovered.torn_bytes) == (5, size, 16)
    assert str(recovered) == f"{recovered.file} (5 whole records, 16 bytes set aside in {recovered.file}.torn)"
    assert recover(tmp_path) == []


def test_zeros_that_a_power_cut_left_are_set_aside(tmp_path):
    source = left_open(tmp_path, 2)
    content = source.read_bytes()
    kept, aside = mend(tmp_path / "cut", content + bytes(4096))
    assert (kept.read_bytes(), aside) == (content, bytes(4096))


def test_an_empty_file_leaves_nothing(tmp_path):
    kept, aside = mend(tmp_path / "empty", b"")
    assert not kept.exists()
    assert aside == b""
    assert list((tmp_path / "empty").iterdir()) == []


def test_one_damaged_record_is_named_and_costs_no_other(tmp_path):
    source = left_open(tmp_path, 20, size=2000)
    records = facts(source)
    content = bytearray(source.read_bytes())
    broken = records[9]
    content[broken[2] + 700] ^= 0xFF
    source.write_bytes(content)
    with pytest.raises(DamageError, match=rf"{source.name} at byte {broken[2]}"):
        read_record(tmp_path, source.name.removesuffix(".open"), broken[2])
    found: list[DamageError] = []
    kept = [(r.type, r.url, r.offset, r.raw_body) for r in iter_records(source, on_damage=found.append)]
    assert kept == [record for record in records if record is not broken]
    assert [str(broken[2]) in str(error) for error in found] == [True]
    with pytest.raises(DamageError):
        list(iter_records(source))


def test_gzip_magic_inside_a_page_is_not_taken_for_a_record(tmp_path):
    writer = WarcWriter(tmp_path, prefix="run")
    inner = gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 0\r\n\r\n")
    for number in range(3):
        body = random.Random(number).randbytes(900) + gzip.compress(b"khong phai") + inner[:8]
        writer.append(
            build_records(
                Exchange(url=f"{URL}-{number}", status=200, fetched_at="2026-03-06T08:00:00+07:00", body=body)
            ).data
        )
    writer.close()
    [path] = tmp_path.iterdir()
    records = facts(path)
    content = bytearray(path.read_bytes())
    content[records[1][2] + 400] ^= 0xFF
    path.write_bytes(content)
    kept = [record.url for record in iter_records(path, on_damage=lambda error: None)]
    assert kept == [url for _, url, offset, _ in records if offset != records[1][2]]


def test_killed_writers_lose_nothing_they_had_synced(tmp_path):
    for number in range(5):
        directory = tmp_path / str(number)
        directory.mkdir()
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.killed_writer", directory], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        synced = [process.stdout.readline() for _ in range(3 + 4 * number)]
        time.sleep(0.003 * number)
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0]
        synced += rest.splitlines(keepends=True)[:-1]
        recover(directory)
        for line in synced:
            file, offset, url = line.split()
            assert read_record(directory, file, int(offset)).url == url
        for path in directory.glob("*.warc.gz"):
            check_with_tools(path)
        assert not list(directory.glob("*.open"))


def test_a_full_disk_is_named_and_costs_no_whole_record(tmp_path):
    writer = WarcWriter(tmp_path, prefix="run")
    first = writer.append(build_records(page(1, 5000)).data)
    [path] = tmp_path.iterdir()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 3000, hard))
    try:
        with pytest.raises(StorageError, match=rf"{path}: cannot be written: File too large"):
            writer.append(build_records(page(2, 5000)).data)
        assert read_record(tmp_path, *first).raw_body == page(1, 5000).body
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    second = writer.append(build_records(page(3, 5000)).data)
    writer.close()
    kept = tmp_path / first[0]
    check_with_tools(kept)
    assert [record.url for record in iter_records(kept) if record.type == "response"] == [f"{URL}-1", f"{URL}-3"]
    assert read_record(tmp_path, *second).raw_body == page(3, 5000).body


def test_a_full_disk_at_the_first_record_leaves_no_file_behind(tmp_path):
    writer = WarcWriter(tmp_path, prefix="run")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(StorageError, match="File too large"):
            writer.append(build_records(page(1)).data)
        writer.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_is_not_there_is_named(tmp_path):
    writer = WarcWriter(tmp_path / "none", prefix="run")
    with pytest.raises(StorageError, match=r"none.*No such file or directory"):
        writer.append(build_records(page(1)).data)


def test_a_huge_record_does_not_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(members_module, "_OUTPUT", 1 << 12)
    monkeypatch.setattr("archive.raw.reading.MAX_BLOCK", 1 << 16)
    writer = WarcWriter(tmp_path, prefix="run")
    position = writer.append(build_records(page(1, 1 << 17)).data)
    writer.append(build_records(page(2)).data)
    writer.close()
    record = read_record(tmp_path, *position)
    assert (record.url, record.raw_body, record.defect) == (f"{URL}-1", b"", "too_large")
    assert len(list(iter_records(tmp_path / position[0]))) == 5
