"""Captures taken out as one WACZ file, which ReplayWeb.page and pywb play.

WACZ 1.1.1, https://specs.webrecorder.net/wacz/1.1.1/: archive/*.warc.gz (members copied bit for bit), a
CDXJ index in gzip blocks with its index, the page list, and the Frictionless data package with every digest.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any, Self

from archive.cdxj import cdxj_line, sorted_lines
from archive.errors import NotFoundError, StorageError
from archive.raw import StoredRecord, read_record, warcinfo_record
from archive.raw.building import record_id
from archive.raw.writing import GIBIBYTE, OPEN

VERSION = "1.1.1"
BLOCK_LINES = 1024  # index lines a gzip block, as archiveweb.page has it
INDEX, BLOCKS, PAGES = "indexes/index.cdx.gz", "indexes/index.idx", "pages/pages.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaczPage:
    """A page of the package: where its capture stands, and what the page list says of it.

    What is not `listed` is part of a page, an image of it or a document.
    """

    file: str
    offset: int
    title: str | None = None
    text: str | None = None
    listed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WaczResult:
    """What was written: pages, WARC records, bytes of the whole file."""

    pages: int
    records: int
    size: int


def write_wacz(
    target: Path,
    directory: Path,
    pages: Iterable[WaczPage],
    *,
    title: str = "",
    description: str = "",
    software: str = "danvan-archive",
    created: datetime | None = None,
    max_bytes: int = GIBIBYTE,
) -> WaczResult:
    """Write the captures at the pages' positions in `directory`, with their requests, as `target`.

    A revisit needs the response it refers to among `pages`. The file appears only when it is whole.
    DamageError when a record cannot be read; NotFoundError when there are no pages; StorageError otherwise.
    """
    moment = (created or datetime.now(UTC)).astimezone(UTC)
    partial = target.with_name(f"{target.name}.partial")
    try:
        with partial.open("wb") as file:
            with zipfile.ZipFile(file, "w") as package:
                writing = _Package(package, moment, software, max_bytes)
                writing.write(directory, pages)
                writing.describe(title, description)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError as error:
        raise StorageError(f"{error.filename or target}: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)
    return WaczResult(pages=writing.pages, records=writing.records, size=target.stat().st_size)


@dataclass(slots=True)
class _Package:
    package: zipfile.ZipFile
    moment: datetime
    software: str
    max_bytes: int
    pages: int = 0
    records: int = 0
    resources: list[dict[str, Any]] = field(default_factory=list)

    def write(self, directory: Path, pages: Iterable[WaczPage]) -> None:
        """WARCs first, in one walk over the pages; their index and list wait in temporary files."""
        with tempfile.TemporaryFile("w+", encoding="utf-8") as listed, tempfile.TemporaryFile("w+") as lines:
            listed.write(_line({"format": "json-pages-1.0", "id": "pages", "title": "Pages"}))
            waiting = iter(pages)
            serial = 0
            while page := next(waiting, None):
                with self._entry(f"archive/data-{serial:05d}.warc.gz") as out:
                    self._fill(out, directory, page, waiting, listed, lines)
                serial += 1
            if serial == 0:
                raise NotFoundError("there is no capture to export")
            lines.seek(0)
            self._index(sorted_lines(line.rstrip("\n") for line in lines))
            listed.seek(0)
            with self._entry(PAGES, compressed=True) as out:
                for line in listed:
                    out.write(line.encode())

    def describe(self, title: str, description: str) -> None:
        """The data package, and the digest that seals it."""
        facts = {
            "profile": "data-package",
            "resources": self.resources,
            "title": title,
            "description": description,
            "created": self.moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "wacz_version": VERSION,
            "software": self.software,
        }
        described = json.dumps({name: value for name, value in facts.items() if value}, ensure_ascii=False, indent=2)
        self._plain("datapackage.json", described.encode())
        digest = {"path": "datapackage.json", "hash": _sha256(described.encode())}
        self._plain("datapackage-digest.json", json.dumps(digest, indent=2).encode())

    def _fill(
        self, out: _Entry, directory: Path, page: WaczPage, waiting: Iterator[WaczPage], listed: IO[str], lines: IO[str]
    ) -> None:
        """One WARC of the package, up to its size; at least one page."""
        facts = {"software": self.software, "format": "WARC File Format 1.1"}
        out.write(warcinfo_record(out.name, facts, self.moment.isoformat(timespec="seconds"), own_id=record_id()))
        following: WaczPage | None = page
        while following:
            record = read_record(directory, following.file, following.offset)
            lines.write(f"{cdxj_line(replace(record, file=out.name, offset=out.size))}\n")
            for part in _with_request(directory, record):
                out.write(part)
                self.records += 1
            if following.listed:
                self.pages += 1
                listed.write(_line(_listed(following, record, self.pages)))
            following = next(waiting, None) if out.size < self.max_bytes else None

    def _index(self, lines: Iterator[str]) -> None:
        """Blocks of lines, each its own gzip member, and the list of the blocks."""
        meta = {"format": "cdxj-gzip-1.0", "filename": Path(INDEX).name}
        blocks = [f"!meta 0 {json.dumps(meta)}\n"]
        with self._entry(INDEX) as out:
            while block := list(islice(lines, BLOCK_LINES)):
                packed = gzip.compress("".join(f"{line}\n" for line in block).encode(), mtime=0)
                place = {"offset": out.size, "length": len(packed), "digest": _sha256(packed)}
                blocks.append(f"{block[0].partition(' {')[0]} {json.dumps(place)}\n")
                out.write(packed)
        with self._entry(BLOCKS, compressed=True) as out:
            out.write("".join(blocks).encode())

    def _entry(self, path: str, *, compressed: bool = False) -> _Entry:
        return _Entry(self.package, self._info(path, compressed=compressed), self.resources)

    def _info(self, path: str, *, compressed: bool) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(path, self.moment.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
        return info

    def _plain(self, path: str, content: bytes) -> None:
        self.package.writestr(self._info(path, compressed=True), content)


class _Entry:
    """A file inside the package; noted with its size and digest when it is closed."""

    def __init__(self, package: zipfile.ZipFile, info: zipfile.ZipInfo, resources: list[dict[str, Any]]) -> None:
        self.name = Path(info.filename).name
        self.size = 0
        self._path = info.filename
        self._out = package.open(info, "w", force_zip64=True)
        self._digest = hashlib.sha256()
        self._resources = resources

    def write(self, content: bytes) -> None:
        self._out.write(content)
        self._digest.update(content)
        self.size += len(content)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._out.close()
        if kind is None:
            digest = f"sha256:{self._digest.hexdigest()}"
            self._resources.append({"name": self.name, "path": self._path, "hash": digest, "bytes": self.size})


def _with_request(directory: Path, record: StoredRecord) -> Iterator[bytes]:
    """The record's gzip member, and that of its request when it follows."""
    path = directory / record.file
    path = path if path.exists() else path.with_name(f"{path.name}{OPEN}")
    with path.open("rb") as file:
        file.seek(record.offset)
        yield file.read(record.length)
        end = file.seek(0, os.SEEK_END)
        after = record.offset + record.length
        if after >= end:
            return
        following = read_record(directory, record.file, after)
        if following.warc_header("WARC-Concurrent-To") == record.warc_header("WARC-Record-ID"):
            file.seek(after)
            yield file.read(following.length)


def _listed(page: WaczPage, record: StoredRecord, number: int) -> dict[str, str]:
    facts = {
        "id": str(number),
        "url": record.url,
        "ts": record.date.replace("+00:00", "Z"),
        "title": page.title or record.url,
        "text": page.text or "",
    }
    return {name: value for name, value in facts.items() if value}


def _line(value: dict[str, str]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


def _sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
