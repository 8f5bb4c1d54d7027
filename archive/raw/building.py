"""WARC records as bytes: pure functions, so that worker processes build and compress what one thread appends.

WARC 1.1 (ISO 28500:2017). warcio serialises; the gzip member is ours, because warcio compresses at
level 9, seven times the work of zlib-ng's 5 for 2 % of size. The payload digest is taken over the entity body
with its Content-Encoding and without transfer encoding, which is what warcio, pywb and CDX servers compare.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

try:
    from zlib_ng import zlib_ng as zlib
except ImportError:  # a machine it has no wheel for
    import zlib  # type: ignore[no-redef]

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PROFILES = "http://netpreserve.org/warc/1.1/revisit/"
"""IIPC's names of revisit profiles, but for their last part."""

SOURCE_URI = "WARC-Source-URI"
"""Where in a web archive a capture was found; the name is cdx_toolkit's, WARC 1.1 has none."""

_LEVEL = 5
_TRUNCATED = ("length", "time", "disconnect")  # WARC 1.1, 5.13; "unspecified" is the fourth
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff]")
_REQUEST_TARGET = "!$%&'()*+,/:;=?@[]~"  # RFC 3986's own characters, and escapes that are already there
_LINE_ENDS = re.compile(r"[\r\n]+[ \t]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its response. Header names and values are latin-1 text, which keeps every byte.

    `body` is content-encoded as received, its transfer encoding undone. `fetched_at` is ISO 8601 with
    offset; `ip` the server's address. `truncated` says why the body is known to be part of the whole,
    `source_uri` where in a web archive the capture was found.
    """

    url: str
    status: int
    fetched_at: str
    body: bytes = b""
    response_headers: tuple[tuple[str, str], ...] = ()
    reason_phrase: str | None = None
    http_version: str = "HTTP/1.1"
    method: str = "GET"
    request_headers: tuple[tuple[str, str], ...] = ()
    ip: str | None = None
    truncated: str | None = None
    source_uri: str | None = None

    def header(self, name: str) -> str | None:
        """The first response header of that name, ignoring case."""
        wanted = name.lower()
        return next((value for key, value in self.response_headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCapture:
    """The response that a revisit refers to: its address, capture time and payload digest."""

    url: str
    date: str
    digest: str
    record_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltRecords:
    """Gzip members ready to append: the response or revisit (`response_length` bytes), then its request.

    `digest` of a 304 is the earlier capture's, for that is the content the page still has.
    """

    data: bytes
    response_length: int
    record_type: str
    digest: str
    profile: str | None = None


def record_id() -> str:
    """A new WARC-Record-ID."""
    return f"<urn:uuid:{uuid.uuid4()}>"


def payload_digest(body: bytes) -> str:
    """The digest as WARC and CDX write it: "sha1:" and base32."""
    return f"sha1:{base64.b32encode(hashlib.sha1(body).digest()).decode()}"  # noqa: S324 - WARC's customary digest


def build_records(
    exchange: Exchange,
    *,
    warcinfo_id: str | None = None,
    earlier: EarlierCapture | None = None,
    new_id: Callable[[], str] = record_id,
) -> BuiltRecords:
    """The exchange as WARC records. What `earlier` already holds becomes a revisit without body."""
    digest, profile = payload_digest(exchange.body), None
    if exchange.status == HTTPStatus.NOT_MODIFIED:
        profile = f"{PROFILES}server-not-modified"
        digest = earlier.digest if earlier else digest
    elif earlier and exchange.body and earlier.digest == digest:
        profile = f"{PROFILES}identical-payload-digest"
    kind = "revisit" if profile else "response"
    own_id = new_id()
    shared = _shared_headers(exchange, warcinfo_id)
    headers = {"WARC-Record-ID": own_id, **shared, "WARC-Payload-Digest": digest}
    if profile:
        headers |= {"WARC-Profile": profile, **(refers_to(earlier) if earlier else {})}
    body = b"" if profile else exchange.body
    response = as_member(kind, exchange.url, headers, body, head=_response_head(exchange))
    request = as_member(
        "request",
        exchange.url,
        {"WARC-Record-ID": new_id(), **shared, "WARC-Concurrent-To": own_id},
        b"",
        head=_request_head(exchange),
    )
    return BuiltRecords(
        data=response + request, response_length=len(response), record_type=kind, digest=digest, profile=profile
    )


def warcinfo_record(filename: str, fields: Mapping[str, str], date: str, *, own_id: str) -> bytes:
    """The record a file begins with: who wrote it, with what."""
    headers = {"WARC-Record-ID": own_id, "WARC-Date": warc_date(date), "WARC-Filename": filename}
    return as_member("warcinfo", None, headers, _warc_fields(fields))


def metadata_record(
    url: str,
    fields: Mapping[str, str],
    date: str,
    *,
    warcinfo_id: str | None = None,
    concurrent_to: str | None = None,
    own_id: str | None = None,
) -> bytes:
    """What is known of an address beside its bytes (hidden, gone, …), so that it survives the database."""
    headers = {"WARC-Record-ID": own_id or record_id(), "WARC-Date": warc_date(date)}
    if warcinfo_id:
        headers["WARC-Warcinfo-ID"] = warcinfo_id
    if concurrent_to:
        headers["WARC-Concurrent-To"] = concurrent_to
    return as_member("metadata", url, headers, _warc_fields(fields))


def warc_date(moment: str) -> str:
    """ISO 8601 with any offset → WARC-Date, UTC, as fine as given and no finer than milliseconds."""
    precision = "milliseconds" if "." in moment else "seconds"
    return datetime.fromisoformat(moment).astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def _shared_headers(exchange: Exchange, warcinfo_id: str | None) -> dict[str, str]:
    headers = {"WARC-Date": warc_date(exchange.fetched_at)}
    if exchange.ip:
        headers["WARC-IP-Address"] = exchange.ip
    if warcinfo_id:
        headers["WARC-Warcinfo-ID"] = warcinfo_id
    if exchange.source_uri:
        headers[SOURCE_URI] = _uri(exchange.source_uri)
    if exchange.truncated:
        headers["WARC-Truncated"] = exchange.truncated if exchange.truncated in _TRUNCATED else "unspecified"
    return headers


def refers_to(earlier: EarlierCapture) -> dict[str, str]:
    headers = {
        "WARC-Refers-To-Target-URI": _uri(earlier.url),
        "WARC-Refers-To-Date": warc_date(earlier.date),
    }
    if earlier.record_id:
        headers["WARC-Refers-To"] = earlier.record_id
    return headers


def _response_head(exchange: Exchange) -> bytes:
    """Status line and headers as received, save those that contradict a body whose transfer encoding is undone."""
    reason = exchange.reason_phrase
    if reason is None:
        try:
            reason = HTTPStatus(exchange.status).phrase
        except ValueError:
            reason = ""
    headers = []
    for name, value in exchange.response_headers:
        contradicts = name.lower() == "transfer-encoding" or (
            name.lower() == "content-length" and exchange.body and value.strip() != str(len(exchange.body))
        )
        headers.append((f"X-Orig-{name}" if contradicts else name, value))
    return _head(f"{exchange.http_version} {exchange.status} {reason}", headers)


def _request_head(exchange: Exchange) -> bytes:
    parts = urlsplit(_uri(exchange.url))
    target = quote(f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", safe=_REQUEST_TARGET)
    headers = list(exchange.request_headers)
    if not any(name.lower() == "host" for name, _ in headers):
        headers.insert(0, ("Host", quote(parts.netloc.rpartition("@")[2], safe=":[]")))
    return _head(f"{exchange.method} {target} HTTP/1.1", headers)


def _head(first: str, headers: list[tuple[str, str]]) -> bytes:
    lines = [_LINE_ENDS.sub(" ", line) for line in (first, *(f"{name}: {value}" for name, value in headers))]
    return "\r\n".join((*lines, "\r\n")).encode("latin-1", "replace")


def _warc_fields(fields: Mapping[str, str]) -> bytes:
    lines = (f"{name}: {_LINE_ENDS.sub(' ', value)}\r\n" for name, value in fields.items() if value)
    return "".join(lines).encode("utf-8", "replace")


def _uri(url: str) -> str:
    """The address on one line, whatever it holds; what may stand in an address stays verbatim."""
    return _UNSAFE.sub(lambda found: quote(found.group(), errors="replace"), url)


class _HeadAsReceived(StatusAndHeaders):  # type: ignore[misc]
    """A head warcio writes byte for byte; its own percent-encodes what is not ASCII."""

    def __init__(self, head: bytes) -> None:
        super().__init__("as received", [])
        self._head = head

    def compute_headers_buffer(self, header_filter: object = None) -> None:  # noqa: ARG002 - warcio's signature
        self.headers_buff = self._head


def as_member(kind: str, url: str | None, headers: dict[str, str], body: bytes, *, head: bytes | None = None) -> bytes:
    """One record as one gzip member; warcio adds Content-Length, Content-Type and the digests."""
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=False, warc_version="1.1")
    record = writer.create_warc_record(
        _uri(url) if url else None,
        kind,
        payload=io.BytesIO(body),
        length=len(body),
        warc_headers_dict={"WARC-Type": kind, **headers},
        http_headers=_HeadAsReceived(head) if head is not None else None,
    )
    writer.write_record(record)
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
    return compressor.compress(buffer.getbuffer()) + compressor.flush()
