"""Records read back: one by its position, or every record of a file, whoever wrote it.

A reader of its own rather than warcio's, which passes torn and damaged members silently: nothing here
is yielded before its gzip member ended with the right CRC, or, without gzip, its block has the digest it declares.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn

from archive.errors import DamageError, NotFoundError, StorageError, TooLargeError, TruncatedError
from archive.raw.building import SOURCE_URI, Exchange, payload_digest
from archive.raw.content import decode_content
from archive.raw.members import MemberStream
from archive.raw.parsing import MAX_HEADERS, Headers, first_of, headers_of, http_message, iso_date, unchunk
from archive.raw.writing import OPEN

MAX_BLOCK = 32 << 20  # bytes of a record that are read; a larger one is passed over, its body TooLargeError
MAX_BODY = 32 << 20  # bytes of a body once decoded
MAX_HOPS = 4  # revisits that refer to revisits
_MAX_LINE = 1 << 20


class _WrongBlockError(DamageError):
    """A record that is whole in form, so that the next one can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """One WARC record. Without HTTP (warcinfo, metadata) the block is `raw_body` and the status 0; a resource's is 200.

    `date` is ISO 8601 with +00:00, "" when the record has none that can be read. `raw_body` has its
    transfer encoding undone, its Content-Encoding not.
    `digest` is computed from it, a revisit's is the one it names. `length` is the compressed record's,
    0 where several records share one gzip member. `defect` says why the body is not whole, else None.
    """

    file: str
    offset: int
    length: int
    type: str
    url: str
    date: str
    warc_headers: Headers
    http_line: str
    http_status: int
    http_headers: Headers
    raw_body: bytes
    digest: str
    defect: str | None = None

    def header(self, name: str) -> str | None:
        """The first HTTP header of that name, ignoring case."""
        return first_of(self.http_headers, name)

    def warc_header(self, name: str) -> str | None:
        """The first WARC header of that name, ignoring case."""
        return first_of(self.warc_headers, name)

    @property
    def body(self) -> bytes:
        """The body with every encoding undone; TruncatedError or TooLargeError when that cannot be had."""
        if self.defect == "too_large":
            raise TooLargeError(f"{self.url}: the record has more than {MAX_BLOCK} bytes")
        if self.defect:
            raise TruncatedError(f"{self.url}: the record holds only part of the body ({self.defect})")
        return decode_content(self.raw_body, self.header("content-encoding"), limit=MAX_BODY)

    @property
    def fields(self) -> dict[str, str]:
        """The lines of a warcinfo or metadata record (application/warc-fields)."""
        lines = self.raw_body.decode("utf-8", "replace").splitlines()
        return {name.strip(): value.strip() for name, found, value in (line.partition(":") for line in lines) if found}

    def exchange(self) -> Exchange:
        """The capture as if it had just been fetched, to be worked on again."""
        version, _, rest = self.http_line.partition(" ")
        return Exchange(
            url=self.url,
            status=self.http_status,
            reason_phrase=rest[4:],
            http_version=version or "HTTP/1.1",
            response_headers=self.http_headers,
            body=self.raw_body,
            fetched_at=self.date,
            ip=self.warc_header("WARC-IP-Address"),
            truncated=self.defect,
            source_uri=self.warc_header(SOURCE_URI),
        )


def read_record(
    directory: Path,
    file: str,
    offset: int,
    *,
    resolve: Callable[[StoredRecord], tuple[str, int] | None] | None = None,
) -> StoredRecord:
    """The record at a position, in a closed file or one still written.

    `resolve` gives the position of the response a revisit refers to, which is then returned instead.
    DamageError when there is no whole record there, or its block is not what its digest says.
    """
    record = _read_at(directory, file, offset)
    for _ in range(MAX_HOPS):
        target = resolve(record) if resolve and record.type == "revisit" else None
        if target is None:
            break
        record = _read_at(directory, *target)
    return record


def iter_records(path: Path, *, on_damage: Callable[[DamageError], None] | None = None) -> Iterator[StoredRecord]:
    """Every record of a WARC file in order; memory stays bounded by one record.

    At damage: DamageError, after everything before it was yielded. With `on_damage` the error is handed
    over instead, and reading goes on with the next whole gzip member.
    """
    try:
        with path.open("rb") as opened:
            yield from records_of(path, opened, on_damage=on_damage)
    except OSError as error:
        _refuse(path, error)


def records_of(
    path: Path, opened: BinaryIO, *, on_damage: Callable[[DamageError], None] | None = None, salvage: bool = False
) -> Iterator[StoredRecord]:
    """`iter_records` of a file that is open, `path` being its name; `salvage` looks for records in any bytes."""
    stream = None
    while True:
        try:
            stream = stream or MemberStream(path, opened, salvage=salvage)
            record = _parse(stream) if stream.begin() else None
        except DamageError as error:
            if on_damage is None:
                raise
            on_damage(error)
            if not isinstance(error, _WrongBlockError) and (stream is None or not stream.resynchronise()):
                return
            continue
        if record is None:
            return
        yield record


def record_at(path: Path, opened: BinaryIO, offset: int, *, check_block: bool = False) -> StoredRecord:
    """The record at a position of an open file."""
    stream = MemberStream(path, opened, offset)
    if not stream.begin():
        raise stream.damage("the file ends before this record")
    return _parse(stream, check_block=check_block)


def _read_at(directory: Path, file: str, offset: int) -> StoredRecord:
    # A file may be renamed between the two looks, so the final name is tried again.
    for name in (file, f"{file}{OPEN}", file):
        path = directory / name
        try:
            with path.open("rb") as opened:
                return record_at(path, opened, offset, check_block=True)
        except FileNotFoundError:
            continue
        except OSError as error:
            _refuse(path, error)
    raise DamageError(f"{directory / file}: the file is missing; `danvan check --repair` asks for its pages again")


def _refuse(path: Path, error: OSError) -> NoReturn:
    if isinstance(error, FileNotFoundError):
        raise NotFoundError(f"{path}: no such file") from error
    raise StorageError(f"{path}: cannot be read: {error.strerror}") from error


def _parse(stream: MemberStream, *, check_block: bool = False) -> StoredRecord:
    """The record the stream stands at, read to the end of its member."""
    offset = stream.offset
    headers = _warc_headers(stream)
    length_text = first_of(headers, "content-length") or ""
    if not length_text.isdecimal():
        raise stream.damage(f"the record names no length ({length_text[:40]!r})")
    size = int(length_text)
    oversize = size > MAX_BLOCK
    block = b"" if oversize else stream.read(size)
    if oversize:
        stream.skip(size)
    stream.skip_line_ends()
    length = stream.settle()
    if (check_block or not stream.has_checksums) and not oversize:
        declared = first_of(headers, "warc-block-digest") or ""
        if re.fullmatch(r"sha1:[A-Z2-7]{32}", declared) and payload_digest(block) != declared:
            raise _WrongBlockError(str(stream.damage("the record is not what its digest says")))
    return _record(stream.path, offset, length, headers, block, oversize=oversize)


def _warc_headers(stream: MemberStream) -> Headers:
    line = stream.line(_MAX_LINE)
    while not line.strip():
        line = stream.line(_MAX_LINE)
    if not line.startswith(b"WARC/"):
        raise stream.damage("is no WARC record")
    lines: list[bytes] = []
    while (line := stream.line(_MAX_LINE)).strip():
        lines.append(line)
        if len(lines) > MAX_HEADERS:
            raise stream.damage("the record has too many headers")
    return headers_of(lines, "utf-8")


def _record(path: Path, offset: int, length: int, headers: Headers, block: bytes, *, oversize: bool) -> StoredRecord:
    kind = (first_of(headers, "warc-type") or "").lower()
    content_type = first_of(headers, "content-type") or ""
    line, status, body = b"", 0, block
    http_headers: Headers = ()
    if content_type.lower().startswith("application/http") or kind == "revisit":
        line, status, http_headers, body = http_message(block)
    elif kind == "resource":
        status, http_headers = 200, (("Content-Type", content_type),)
    defect = "too_large" if oversize else first_of(headers, "warc-truncated")
    if "chunked" in (first_of(http_headers, "transfer-encoding") or "").lower():
        body, whole = unchunk(body)
        defect = defect or (None if whole else "chunks")
    declared = first_of(headers, "warc-payload-digest")
    return StoredRecord(
        file=path.name.removesuffix(OPEN),
        offset=offset,
        length=length,
        type=kind,
        url=(first_of(headers, "warc-target-uri") or "").strip("<>"),
        date=iso_date(first_of(headers, "warc-date") or ""),
        warc_headers=headers,
        http_line=line.decode("latin-1"),
        http_status=status,
        http_headers=http_headers,
        raw_body=body,
        digest=declared if declared and (kind == "revisit" or oversize) else payload_digest(body),
        defect=defect,
    )
