"""The loopback server of the sample sites: an HTTP/1.1 proxy for their names, and a plain server by Host.

`python -m crawler.sample.server --day 1 --port 0` runs it alone and prints its port.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import urlsplit

from .world import Reply, SampleWorld

_WORTH_PACKING = 512


class SampleRequest(NamedTuple):
    """One line of the server's log; `bytes` are those of the body as sent."""

    method: str
    host: str
    path: str
    status: int
    bytes: int


class SampleServer:
    """A running server: where it listens, what it was asked, and what it shows."""

    def __init__(self, day: int = 1, port: int = 0) -> None:
        self.requests: list[SampleRequest] = []
        self.down: set[str] = set()  # hosts that answer 503, for an outage
        self._redesigned: frozenset[str] = frozenset()
        self._world = SampleWorld(day)
        self._http = _Server(("127.0.0.1", port), self)
        self.port: int = self._http.server_address[1]

    @property
    def proxy(self) -> str:
        """The address to name as HTTP proxy."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def world(self) -> SampleWorld:
        """The sites as they stand now."""
        return self._world

    def set_day(self, day: int) -> None:
        """Show the sites as on that day; requests under way finish with the old one."""
        self._world = SampleWorld(day, self._redesigned)

    def redesign(self, *hosts: str) -> None:
        """Give those hosts their new layout, from now on."""
        self._redesigned = frozenset(hosts)
        self.set_day(self._world.day)

    def serve(self) -> None:
        """Answer until `close`."""
        self._http.serve_forever(poll_interval=0.1)

    def close(self) -> None:
        """Stop listening."""
        self._http.shutdown()
        self._http.server_close()


@contextmanager
def serve_sample(day: int = 1, port: int = 0) -> Iterator[SampleServer]:
    """The sample sites on 127.0.0.1 in a background thread; port 0 takes a free one."""
    server = SampleServer(day, port)
    thread = threading.Thread(target=server.serve, name="sample-sites", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], sample: SampleServer) -> None:
        self.sample = sample
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 60  # an idle kept-alive connection
    disable_nagle_algorithm = True
    wbufsize = 65536  # head and body leave in one piece

    def do_GET(self) -> None:
        """Answer; the host is the request line's when asked as a proxy, else the Host header's."""
        sample, split = self.server.sample, urlsplit(self.path)
        host = (split.hostname or self.headers.get("Host", "").partition(":")[0]).lower()
        target = (split.path or "/") + (f"?{split.query}" if split.query else "")
        if host in sample.down:
            reply = Reply(status=503, content_type="text/plain; charset=utf-8", body="Hệ thống đang bảo trì.".encode())
        else:
            reply = sample.world.reply(host, target)
        if self._unchanged(reply):
            reply = Reply(status=304, etag=reply.etag, last_modified=reply.last_modified)
        sent = self._send(reply)
        sample.requests.append(SampleRequest(self.command, host, target, reply.status, sent))

    def do_HEAD(self) -> None:
        """The same, without the body."""
        self.do_GET()

    def _unchanged(self, reply: Reply) -> bool:
        """RFC 9110: If-None-Match decides, If-Modified-Since only without it."""
        if reply.status != 200:
            return False
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            own = (reply.etag or "").removeprefix("W/")
            return bool(own) and own in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        since = self.headers.get("If-Modified-Since")
        if not since or not reply.last_modified:
            return False
        try:
            return parsedate_to_datetime(reply.last_modified) <= parsedate_to_datetime(since)
        except (ValueError, TypeError):
            return False

    def _send(self, reply: Reply) -> int:
        body = reply.body
        packed = (
            len(body) > _WORTH_PACKING
            and reply.content_type.startswith(("text/", "application/xml"))
            and "gzip" in self.headers.get("Accept-Encoding", "")
        )
        if packed:
            body = _packed(body)
        self.send_response(reply.status, HTTPStatus(reply.status).phrase)
        headers = {
            "Content-Type": reply.content_type if reply.status != 304 else None,
            "Content-Encoding": "gzip" if packed else None,
            "Vary": "Accept-Encoding" if packed else None,
            "ETag": reply.etag,
            "Last-Modified": reply.last_modified,
            "Location": reply.location,
            "Content-Length": str(len(body)) if reply.status != 304 else None,
        }
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return 0
        self.wfile.write(body)
        return len(body)

    def version_string(self) -> str:
        """The Server header: no version to disclose."""
        return "SampleSites"

    def log_message(self, *_: object) -> None:
        """Keep quiet: `SampleServer.requests` is the log."""


@lru_cache(maxsize=2048)
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=6, mtime=0)


def _close_with_stdin(server: SampleServer) -> None:
    sys.stdin.read()
    server.close()


def main() -> None:
    """Run the sample sites in the foreground."""
    parser = argparse.ArgumentParser(description="Serve the sample sites on 127.0.0.1.")
    parser.add_argument("--day", type=int, default=1, help="the day the sites stand on, from 1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--follow-stdin", action="store_true", help="end when standard input does")
    options = parser.parse_args()
    server = SampleServer(options.day, options.port)
    print(server.port, flush=True)
    if options.follow_stdin:
        threading.Thread(target=_close_with_stdin, args=[server], daemon=True).start()
    try:
        server.serve()
    except KeyboardInterrupt:
        server.close()


if __name__ == "__main__":
    main()
