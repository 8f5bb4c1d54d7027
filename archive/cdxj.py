"""The CDXJ index that replay tools look captures up in: one sorted line a capture.

    vn,danvan)/tin-tuc 20260306011530 {"url": …, "mime": …, "status": …, "digest": …, "length": …, …}

Keys are SURTs (host reversed, path and query made comparable) by the rules of the Internet Archive's
canonicaliser, which pywb looks up with. They are written anew here: its Python port is under the AGPL and idle.
Line format: https://specs.webrecorder.net/cdxj/0.1.0/
"""

from __future__ import annotations

import heapq
import ipaddress
import json
import os
import re
import tempfile
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes, unquote_to_bytes

from archive.errors import DamageError, StorageError
from archive.raw.reading import StoredRecord, iter_records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

RUN = 200_000  # lines sorted in memory at a time, about 60 MB
_SAFE = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_PARTS = re.compile(rb"(https?)://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)(?::(\d*))?([^?#]*)(?:\?([^#]*))?", re.IGNORECASE)
_DEFAULT_PORTS = {b"http": b"80", b"https": b"443"}
_PATH_SESSION = re.compile(rb"/\((?:(?:[a-z]\([0-9a-z]{24}\))+|[0-9a-z]{24})\)/(?=[^?]+\.aspx)")
_QUERY_SESSIONS = [
    re.compile(rb"^(.*)(?:" + name + rb")(?:&(.*))?$")
    for name in (
        rb"jsessionid=[0-9a-z]{32}",
        rb"phpsessid=[0-9a-z]{32}",
        rb"sid=[0-9a-z]{32}",
        rb"aspsessionid[a-z]{8}=[a-z]{24}",
        rb"cfid=[^&]+&cftoken=[^&]+",
    )
]


def surt(url: str) -> str:
    """The sort-friendly key of an address: https://www.danvan.vn/Tin?b=2&a=1 → vn,danvan)/tin?a=1&b=2."""
    parts = _PARTS.match(re.sub(rb"[\r\n\t]", b"", url.strip().encode("utf-8", "replace")))
    if parts is None:
        return url
    scheme, host, port, path, query = parts.groups()
    key = _host(host)
    if port and port != _DEFAULT_PORTS[scheme.lower()]:
        key += b":" + port
    key += b")" + _path(path)
    if query:
        key += _query(query)
    return key.decode("ascii")


def cdxj_line(record: StoredRecord) -> str:
    """The record's line, without its end."""
    mime = "warc/revisit" if record.type == "revisit" else re.split("[; ]", record.header("content-type") or "")[0]
    fields = {
        "url": record.url,
        "mime": mime,
        "status": str(record.http_status) if record.http_status else "",
        "digest": record.digest,
        "length": str(record.length),
        "offset": str(record.offset),
        "filename": record.file,
    }
    timestamp = re.sub(r"\D", "", record.date.partition("+")[0])[:14]
    return f"{surt(record.url)} {timestamp} {json.dumps({name: value for name, value in fields.items() if value})}"


def is_indexed(record: StoredRecord) -> bool:
    """Whether replay can show the record by itself."""
    return record.type in ("response", "revisit", "resource") and bool(record.length)


def write_cdxj(warcs: Iterable[Path], target: Path, *, on_damage: Callable[[DamageError], None] | None = None) -> int:
    """Index the WARC files into `target`, which appears only when it is whole; the number of lines."""
    lines = (
        cdxj_line(record) for path in warcs for record in iter_records(path, on_damage=on_damage) if is_indexed(record)
    )
    partial = target.with_name(f"{target.name}.partial")
    count = 0
    try:
        with partial.open("w", encoding="ascii", newline="\n") as file:
            for line in sorted_lines(lines):
                file.write(f"{line}\n")
                count += 1
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise StorageError(f"{target}: cannot be written: {error.strerror}") from error
    return count


def sorted_lines(lines: Iterable[str], *, run: int = RUN) -> Iterator[str]:
    """The lines in byte order, sorted in runs that wait on disk, so that memory stays bounded."""
    source = iter(lines)
    first = sorted(islice(source, run))
    runs: list[Iterator[str]] = [iter(first)]
    while len(first) == run and (chunk := sorted(islice(source, run))):
        runs.append(_spill(chunk))
    yield from heapq.merge(*runs)


def _spill(lines: list[str]) -> Iterator[str]:
    with tempfile.TemporaryFile("w+", encoding="ascii", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.seek(0)
        for line in file:
            yield line.rstrip("\n")


def _host(host: bytes) -> bytes:
    host = _unescape(host).strip(b"[]")
    try:
        host = host if host.isascii() else host.decode("utf-8", "ignore").encode("idna")
    except UnicodeError:
        host = _escape(host)
    host = re.sub(rb"\.{2,}", b".", host).strip(b".").lower()
    if host.isdigit():
        host = str(ipaddress.IPv4Address(int(host) & 0xFFFFFFFF)).encode()
    host = re.sub(rb"^www\d*\.", b"", _escape(host))
    return b",".join(reversed(host.split(b".")))


def _path(path: bytes) -> bytes:
    kept: list[bytes] = []
    for segment in _unescape(path).split(b"/")[1:]:
        if segment == b".." and kept:
            kept.pop()
        elif segment != b".":
            kept.append(segment)
    normal = _escape(b"/" + b"/".join(filter(None, kept))).lower()
    return _PATH_SESSION.sub(b"/", normal)


def _query(query: bytes) -> bytes:
    query = _escape(_unescape(query)).lower()
    for session in _QUERY_SESSIONS:
        if found := session.match(query):
            query = found[1] + (found[2] or b"")
    arguments = sorted(tuple(argument.split(b"=", 1)) for argument in query.split(b"&"))
    joined = b"&".join(b"=".join(argument) for argument in arguments)
    return b"?" + joined if joined else b""


def _unescape(text: bytes) -> bytes:
    while (plain := unquote_to_bytes(text)) != text:
        text = plain
    return text


def _escape(text: bytes) -> bytes:
    return quote_from_bytes(text, safe=_SAFE).encode("ascii")
