"""Captures that others made: WARC files and WACZ packages of any crawler, as one stream of records.

Shapes met: wget (chunked bodies, <> around addresses), Heritrix (dns: records), Common Crawl
(WARC-Truncated), Browsertrix (WACZ, resource records, HTTP/2 status lines); gzip, zstd or no compression.
WACZ 1.1.1: https://specs.webrecorder.net/wacz/1.1.1/
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from archive.errors import DamageError, NotFoundError, StorageError
from archive.raw.reading import StoredRecord, record_at, records_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_WARC_ENTRY = re.compile(r"archive/[^/]+\.warc(\.gz|\.zst)?")
_LOCAL_HEADER = 30  # bytes of a zip entry's own header before its name and extra field (APPNOTE 4.3.7)
_ZIP = b"PK\x03\x04"


def iter_captures(*paths: Path, on_damage: Callable[[DamageError], None] | None = None) -> Iterator[StoredRecord]:
    """Every http(s) capture of WARCs or WACZs: responses, resources, and revisits with the body they refer to.

    A 304 has no body. A revisit whose original is in none of `paths` has the `defect` "revisit"; one that stands
    before its original comes last. Damage is told as `iter_records` tells it, a record without a date or a file of
    text or metadata alone included; a WACZ cut short gives the whole gzip records it holds.
    """
    originals = _Originals()
    waiting: list[StoredRecord] = []
    for path in paths:
        try:
            for record in _captures(path, originals, on_damage):
                if record.defect == "revisit":
                    waiting.append(record)
                else:
                    yield record
        except FileNotFoundError as error:
            raise NotFoundError(f"{path}: no such file") from error
        except OSError as error:
            raise StorageError(f"{path}: cannot be read: {error.strerror}") from error
    for record in waiting:
        yield originals.resolve(record)


def _captures(
    path: Path, originals: _Originals, on_damage: Callable[[DamageError], None] | None
) -> Iterator[StoredRecord]:
    derived, captures = "", 0
    for part in _parts(path, on_damage):
        with part.open() as opened:
            for record in records_of(part.path, opened, on_damage=on_damage, salvage=part.salvage):
                derived = derived or _derived(record)
                if not _is_capture(record) or not _is_dated(record, on_damage):
                    continue
                captures += 1
                if record.type != "revisit":
                    originals.remember(part, record)
                elif record.http_status != 304:
                    record = originals.resolve(record)  # noqa: PLW2901 - the same capture, with its body
                yield record
    if derived and not captures:
        _tell(DamageError(f"{path}: holds {derived}, not the captures it was made from; give their WARC"), on_damage)


def _derived(record: StoredRecord) -> str:
    """What Common Crawl's WET and WAT files hold instead of captures."""
    if record.type == "conversion":
        return "plain text (WET)"
    json = (record.warc_header("Content-Type") or "").startswith("application/json")
    return "metadata (WAT)" if record.type == "metadata" and json else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A WARC to read: a file, or the `length` bytes of a zip entry from `start` (None to the end)."""

    path: Path
    source: Path
    start: int = 0
    length: int | None = None
    salvage: bool = False

    def open(self) -> BinaryIO:
        file = self.source.open("rb")
        return file if self.length is None else io.BufferedReader(_Window(file, self.start, self.length))


class _Window(io.RawIOBase):
    """Part of a file as a file of its own: zipfile can read an entry, but seeks back only by reading it anew."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self._file, self._start, self._length, self._at = file, start, length, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        self._at = origin + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        size = max(0, min(len(buffer), self._length - self._at))
        self._file.seek(self._start + self._at)
        data = self._file.read(size)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


class _Originals:
    """Where each payload stands that a revisit may refer to, by digest."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[_Part, int]] = {}

    def remember(self, part: _Part, record: StoredRecord) -> None:
        if not record.length:
            return  # it shares its gzip member, so it cannot be read again by position
        for digest in {record.digest, record.warc_header("WARC-Payload-Digest")}:
            if digest:
                self._places.setdefault(digest, (part, record.offset))

    def resolve(self, revisit: StoredRecord) -> StoredRecord:
        """The revisit with its original's body, and headers where it has none of its own."""
        place = self._places.get(revisit.digest)
        if place is None:
            return replace(revisit, defect="revisit")
        part, offset = place
        with part.open() as opened:
            original = record_at(part.path, opened, offset)
        return with_body(revisit, original)


def with_body(revisit: StoredRecord, original: StoredRecord) -> StoredRecord:
    """The revisit with the body of the response it refers to, and its headers where it has none of its own."""
    return replace(
        revisit,
        raw_body=original.raw_body,
        digest=original.digest,
        defect=original.defect,
        http_line=revisit.http_line or original.http_line,
        http_status=revisit.http_status or original.http_status,
        http_headers=_headers_for(revisit, original),
    )


def _headers_for(revisit: StoredRecord, original: StoredRecord) -> tuple[tuple[str, str], ...]:
    """The revisit's headers, but how the body is encoded is told by the one that has it."""
    coding = ("content-encoding", "transfer-encoding")
    own = tuple(header for header in revisit.http_headers if header[0].lower() not in coding)
    encoded = tuple(header for header in original.http_headers if header[0].lower() in coding)
    return own + encoded if revisit.http_headers else original.http_headers


def _is_capture(record: StoredRecord) -> bool:
    return record.type in ("response", "revisit", "resource") and record.url.lower().startswith(("http://", "https://"))


def _is_dated(record: StoredRecord, on_damage: Callable[[DamageError], None] | None) -> bool:
    if record.date:
        return True
    _tell(DamageError(f"{record.file} at byte {record.offset}: the capture of {record.url} has no date"), on_damage)
    return False


def _tell(damage: DamageError, on_damage: Callable[[DamageError], None] | None) -> None:
    if on_damage is None:
        raise damage
    on_damage(damage)


def _parts(path: Path, on_damage: Callable[[DamageError], None] | None) -> Iterator[_Part]:
    with path.open("rb") as file:
        packed = file.read(4) == _ZIP
    if not packed:
        yield _Part(path=path, source=path)
        return
    try:
        with zipfile.ZipFile(path) as package:
            parts = [_entry(path, info) for info in package.infolist() if _WARC_ENTRY.fullmatch(info.filename)]
    except zipfile.BadZipFile as error:
        damage = DamageError(f"{path}: its directory is missing or damaged ({error})")
        if on_damage is None:
            raise damage from error
        on_damage(damage)
        parts = [_Part(path=path, source=path, salvage=True)]
    if not parts:
        raise DamageError(f"{path}: is a zip file, but no WACZ: it has no archive/*.warc.gz")
    yield from parts


def _entry(path: Path, info: zipfile.ZipInfo) -> _Part:
    if info.compress_type != zipfile.ZIP_STORED:
        raise DamageError(
            f"{path}: {info.filename} is compressed by zip, which WACZ forbids; unpack it and give the WARC"
        )
    with path.open("rb") as file:
        file.seek(info.header_offset)
        header = file.read(_LOCAL_HEADER)
    if not header.startswith(_ZIP) or len(header) < _LOCAL_HEADER:
        raise zipfile.BadZipFile(f"no entry where {info.filename} should stand")
    name, extra = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
    start = info.header_offset + _LOCAL_HEADER + name + extra
    return _Part(path=Path(info.filename), source=path, start=start, length=info.file_size)
