"""What stands inside a WARC record: header lines, HTTP messages, chunks, dates. Lenient, for archives are old."""

from __future__ import annotations

import re
from datetime import UTC, datetime

Headers = tuple[tuple[str, str], ...]
MAX_HEADERS = 1000
_STATUS = re.compile(rb"HTTP/\S+ +(\d{3})(?: ([^\r\n]*))?")
_DATE = re.compile(r"(\d{4})-?(\d\d)?-?(\d\d)?(?:T?(\d\d):?(\d\d)?:?(\d\d)?(\.\d{1,6})?\d*)?Z?")
_CHUNK = re.compile(rb"\s*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")


def iso_date(text: str) -> str:
    """A WARC-Date, however coarse or old in style, as ISO 8601 in UTC as fine as given; "" for no date."""
    found = _DATE.fullmatch(text)
    try:
        if found is None:
            return datetime.fromisoformat(text).astimezone(UTC).isoformat()
        year, month, day, hour, minute, second, fraction = found.groups()
        moment = f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}"
        datetime.fromisoformat(moment)
    except (ValueError, OverflowError):
        return ""
    return f"{moment}{fraction or ''}+00:00"


def http_message(block: bytes) -> tuple[bytes, int, Headers, bytes]:
    """(first line, status or 0, headers, rest) of an HTTP message."""
    end = re.search(rb"\r?\n\r?\n", block)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    first, *lines = head.splitlines() or [b""]
    found = _STATUS.match(first)
    return first, int(found[1]) if found else 0, headers_of(lines[:MAX_HEADERS], "latin-1"), body


def headers_of(lines: list[bytes], charset: str) -> Headers:
    """Header lines as (name, value); folded lines joined, lines without a colon passed over."""
    headers: list[tuple[str, str]] = []
    for line in lines:
        text = line.decode(charset, "replace").rstrip("\r\n")
        if text[:1] in (" ", "\t") and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {text.strip()}")
            continue
        name, found, value = text.partition(":")
        if found:
            headers.append((name.strip(), value.strip()))
    return tuple(headers)


def unchunk(body: bytes) -> tuple[bytes, bool]:
    """The body without chunked transfer encoding, and whether it was whole; as it is when it was not chunked."""
    parts: list[bytes] = []
    position = 0
    while found := _CHUNK.match(body, position):
        size = int(found[1], 16)
        if size == 0:
            return b"".join(parts), True
        parts.append(body[found.end() : found.end() + size])
        position = found.end() + size
        if position > len(body):
            return b"".join(parts), False
    return (b"".join(parts), False) if parts else (body, True)


def first_of(headers: Headers, name: str) -> str | None:
    """The first value of that name, ignoring case."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)
