"""What web archives hold of a host, by their CDX index, and the captures themselves, through cdx_toolkit.

Importing this wants the extra `backfill`. cdx_toolkit keeps the polite distance between requests; its
CDXT_*_MIN_RETRY_INTERVAL variables set the seconds.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cdx_toolkit import CaptureObject, CDXFetcher
from requests import RequestException

from archive.errors import DanvanError, UsageError
from archive.raw import SOURCE_URI, StoredRecord, payload_digest

if TYPE_CHECKING:
    from datetime import date

NAMES = {"wayback": "ia", "commoncrawl": "cc"}  # as cdx_toolkit calls them
_CC_BEGAN = "20080501000000"  # without a first day cdx_toolkit asks Common Crawl for its last year alone
_CC_AROUND = timedelta(days=60)
_ENDINGS = ("-cdx", "/cdx", "/index")  # of a CDX server's address, which its replay address lacks
_OF_THE_WIRE = ("content-encoding", "transfer-encoding", "content-length")  # the body comes with them undone
PATIENCE = 300.0  # seconds for one answer; left alone, cdx_toolkit asks a server in trouble for ever
_ERRORS = (RequestException, ValueError, RuntimeError, LookupError, OSError)  # what cdx_toolkit lets through


class FetchError(DanvanError):
    """The web archive did not give one capture: run again later, what is held is not asked for again."""


class _Fetcher(CDXFetcher):  # type: ignore[misc]
    """Ends a listing at the page that brings nothing new (pywb answers every page= with the whole), or in trouble."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._seen: set[tuple[str, str]] = set()

    def iter(self, *args: Any, **options: Any) -> Any:
        self._seen.clear()
        return super().iter(*args, **options)

    def get_for_iter(self, *args: Any, **options: Any) -> tuple[str, list[CaptureObject]]:
        ask = super().get_for_iter
        status, captures = _patiently(lambda: ask(*args, **options))
        new = [one for one in captures if (one["url"], one["timestamp"]) not in self._seen]
        self._seen.update((one["url"], one["timestamp"]) for one in new)
        return ("last page" if status == "ok" and not new else status), new


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A capture that the archive lists. `captured_at` is ISO 8601; `digest` is "sha1:BASE32", None if unknown.

    `size` is that of its record, compressed, in bytes, where the index tells it.
    """

    url: str
    captured_at: str
    digest: str | None
    source: CaptureObject
    size: int | None = None


class Index:
    """One web archive: "wayback", "commoncrawl", or the address of a CDX server with that of its replay."""

    def __init__(self, source: str, *, replay: str | None = None) -> None:
        self._name = NAMES.get(source, source.rstrip("/"))
        options = {"source": self._name}
        if source not in NAMES:
            if not source.startswith(("http://", "https://")):
                raise UsageError(f"--from {source!r}: must be wayback, commoncrawl or the address of a CDX server")
            options["wb"] = _replay_address(source, replay)
        elif replay is not None:
            raise UsageError(f"--replay goes with the address of a CDX server, not with --from {source}")
        try:
            self._fetcher = _patiently(lambda: _Fetcher(**options))
        except _ERRORS as error:
            raise DanvanError(f"{source}: does not answer: {error}") from error

    def captures(self, host: str, *, since: date | None, until: date | None) -> Iterator[Listed]:
        """Every capture of the host that has content of its own (status 200, no revisit), by address and time."""
        options: dict[str, Any] = {}
        if since:
            options["from_ts"] = f"{since:%Y%m%d}000000"
        elif self._name == "cc":
            options["from_ts"] = _CC_BEGAN
        if until:
            options["to"] = f"{until:%Y%m%d}235959"
        if self._name in NAMES.values():
            options["filter"] = ["status:200"]
        for row in self._rows(f"{host}/*", options):
            if row.get("status") == "200" and row.get("mime") != "warc/revisit":
                yield _listed(row)

    def captures_of(self, url: str, *, near: datetime) -> Iterator[Listed]:
        """Every capture of one address that is no web page, revisits too, whose original may have another address.

        Of Common Crawl only those of the months around `near`: each of its crawls is an index of its own to ask.
        """
        options: dict[str, Any] = {}
        if self._name == "cc":
            options = {"from_ts": f"{near - _CC_AROUND:%Y%m%d%H%M%S}", "to": f"{near + _CC_AROUND:%Y%m%d%H%M%S}"}
        for row in self._rows(url, options):
            if row.get("status") in ("200", "-") and row.get("mime") != "text/html":  # sent in a lost file's place
                yield _listed(row)

    def _rows(self, pattern: str, options: dict[str, Any]) -> Iterator[CaptureObject]:
        try:
            yield from self._fetcher.iter(pattern, **options)
        except _ERRORS as error:
            raise DanvanError(f"{self._name}: cannot be listed: {error}") from error

    def fetch(self, listed: Listed) -> StoredRecord:
        """The capture as it was received, its address in the web archive among its headers; else FetchError."""
        try:
            record = _patiently(listed.source.fetch_warc_record)
            body = record.content_stream().read()
            status = int(record.http_headers.get_statuscode())
        except _ERRORS as error:
            raise FetchError(f"{listed.url} of {listed.captured_at}: {error}") from error
        if status != 200 or not body:
            raise FetchError(f"{listed.url} of {listed.captured_at}: came back with status {status}, {len(body)} bytes")
        return _stored(listed, body, record.http_headers.headers, record.rec_headers.get_header(SOURCE_URI))


def _patiently(ask: Callable[[], Any]) -> Any:
    """What `ask` returns or raises, or TimeoutError; its thread ends with the process, whatever it waits for."""
    answer: Future[Any] = Future()

    def wait() -> None:
        try:
            answer.set_result(ask())
        except Exception as error:  # noqa: BLE001 - raised again where the answer is waited for
            answer.set_exception(error)

    _REFUSALS.status = None
    threading.Thread(target=wait, daemon=True).start()
    try:
        return answer.result(PATIENCE)
    except TimeoutError:
        why = f", status {_REFUSALS.status} each time" if _REFUSALS.status else ""
        raise TimeoutError(f"no answer within {PATIENCE:.0f} seconds{why}; run the command again later") from None


class _Refusals(logging.Handler):
    """The last status that cdx_toolkit tried again for: it tells its log alone."""

    status: int | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if isinstance(record.args, tuple) and record.args and isinstance(record.args[-1], int):
            self.status = record.args[-1]


_REFUSALS = _Refusals()
_LOG = logging.getLogger("cdx_toolkit.myrequests")
_LOG.setLevel(logging.INFO)
_LOG.propagate = False
_LOG.addHandler(_REFUSALS)


def _replay_address(source: str, replay: str | None) -> str:
    """Without its trailing slash: with two, pywb answers with an empty redirect."""
    if replay:
        return replay.rstrip("/")
    for ending in _ENDINGS:
        if source.rstrip("/").endswith(ending):
            return source.rstrip("/").removesuffix(ending)
    raise UsageError(f"--from {source}: name the address that replays its captures with --replay URL")


def _listed(row: CaptureObject) -> Listed:
    moment = datetime.strptime(row["timestamp"][:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    digest = row.get("digest")
    return Listed(
        url=row["url"],
        captured_at=moment.isoformat(),
        digest=f"sha1:{digest.removeprefix('sha1:')}" if digest and digest != "-" else None,
        source=row,
        size=int(row["length"]) if str(row.get("length", "")).isdigit() else None,
    )


def _stored(listed: Listed, body: bytes, headers: list[tuple[str, str]], address: str) -> StoredRecord:
    """A record at the time the index gives: the replayed one's own date is that of the request for it."""
    kept = [
        (name, value)
        for name, value in headers
        if name.lower() not in _OF_THE_WIRE and not name.lower().startswith("x-archive-")
    ]
    return StoredRecord(
        file="",
        offset=0,
        length=0,
        type="response",
        url=listed.url,
        date=listed.captured_at,
        warc_headers=((SOURCE_URI, address),),
        http_line="HTTP/1.1 200 OK",
        http_status=200,
        http_headers=tuple(kept),
        raw_body=body,
        digest=payload_digest(body),
    )
