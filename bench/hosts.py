"""Twenty hosts on loopback, each an address of its own, of which some may misbehave; the server logs what it is asked.

`python -m bench.hosts PORT PAGES FAULT ...` serves until its standard input ends, then prints the log as JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from crawler.sample.bulletins import bulletins

HOSTS = 20
BAD = "127.0.1.1"
HEAVY = '<li><a href="/x">Tin cũ hơn ở xã bên</a> 12/3/2020</li>' * 200_000
"""What takes a worker a second or two to read, though it is little on the wire."""
FAULTS = ("drip", "timeout", "500s", "redirects", "calendar", "reset", "robots")


@dataclass(slots=True, kw_only=True)
class Log:
    """What one host was asked: requests, the most at once, and when the last answer had gone out."""

    requests: int = 0
    at_once: int = 0
    most_at_once: int = 0
    ended: float = 0.0
    paths: list[str] = field(default_factory=list)


def names() -> tuple[str, ...]:
    """The hosts' addresses, the bad one first."""
    return tuple(f"127.0.1.{n + 1}" for n in range(HOSTS))


class Hosts:
    """One port on every address; the first ones have those faults, the others a sitemap and their pages."""

    def __init__(self, pages: int, faults: list[str]) -> None:
        self.pages, self.faults = pages, dict(zip(names(), faults, strict=False))
        self.log = {name: Log() for name in names()}
        self.started = 0.0
        articles = [article for article in bulletins(40) if article.blocks]
        self._texts = [_page(article.title, article.blocks) for article in articles]
        self._heavy = gzip.compress(self._texts[0].replace("</body>", f"{HEAVY}</body>").encode())

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, for as long as it lasts."""
        host, port = writer.get_extra_info("sockname")[:2]
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.started = self.started or time.monotonic()
                log = self.log[host]
                log.requests += 1
                log.at_once += 1
                log.most_at_once = max(log.most_at_once, log.at_once)
                path = head.split(b" ", 2)[1].decode("latin-1")
                log.paths.append(path)
                try:
                    await self._answer(host, path, f"http://{host}:{port}", reader, writer)
                finally:
                    log.at_once -= 1
                    log.ended = time.monotonic() - self.started
        writer.close()

    async def _answer(
        self, host: str, path: str, base: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        fault = self.faults.get(host, "none")
        if path == "/robots.txt" and fault != "robots":
            return await _send(writer, b"not here", status="404 Not Found")
        if fault == "robots" or (fault != "none" and path != "/sitemap.xml"):
            return await self._misbehave(fault, path, base, reader, writer)
        if path == "/sitemap.xml":
            return await _send(writer, self._sitemap(base))
        number = int(path.rpartition("-post")[2].removesuffix(".html"))
        return await _send(writer, self._texts[number % len(self._texts)].encode())

    def _sitemap(self, base: str) -> bytes:
        rows = "".join(f"<url><loc>{base}/dan-van-kheo-post{n}.html</loc></url>" for n in range(self.pages))
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()

    async def _misbehave(
        self, fault: str, path: str, base: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        match fault:
            case "drip":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000000\r\n\r\n")
                while not reader.at_eof():
                    writer.write(b"x")
                    await writer.drain()
                    await asyncio.sleep(0.1)
            case "timeout" | "robots":
                await reader.read()  # until the other end gives up
            case "500s":
                await _send(writer, b"broken", status="500 Internal Server Error")
            case "redirects":
                await _send(writer, b"", status="302 Found", location=f"{path.partition('?')[0]}?n={_next(path)}")
            case "calendar":
                await _send(writer, self._calendar(path, base))
            case "heavy":
                await _send(writer, self._heavy, encoding="gzip")
            case "reset":
                writer.transport.abort()

    def _calendar(self, path: str, base: str) -> bytes:
        n = _next(path)
        links = "".join(f'<li><a href="{base}/lich-hoat-dong-{n + k}-post{n + k}.html?n={n + k}">Tháng sau {k}</a></li>'
                        for k in range(40))  # fmt: skip
        return self._texts[n % len(self._texts)].replace("</body>", f"<ul>{links}</ul></body>").encode()


def _next(path: str) -> int:
    digits = path.rpartition("?n=")[2]
    return int(digits) + 1 if digits.isdigit() else 1000


def _page(title: str, blocks: tuple[str, ...]) -> str:
    body = "".join(f"<p>{block}</p>" for block in blocks)
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f'<h1>{title}</h1><p class="date">02/06/2025 08:30</p><div class="content">{body}</div></body></html>'
    )


async def _send(
    writer: asyncio.StreamWriter, body: bytes, *, status: str = "200 OK", location: str = "", encoding: str = ""
) -> None:
    where = f"Location: {location}\r\n" if location else ""
    where += f"Content-Encoding: {encoding}\r\n" if encoding else ""
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n{where}Content-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()


async def _until_stdin_ends(hosts: Hosts, port: int, ready: Callable[[], None]) -> None:
    for name in names():
        await asyncio.start_server(hosts.answer, name, port, backlog=64)
    ready()
    await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    """Serve, then print {host: its log}."""
    port, pages, faults = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    hosts = Hosts(pages, faults)
    asyncio.run(_until_stdin_ends(hosts, port, lambda: print("ready", flush=True)))
    print(json.dumps({
        name: {"requests": log.requests, "most_at_once": log.most_at_once, "ended": log.ended}
        for name, log in hosts.log.items()
    }))  # fmt: skip


if __name__ == "__main__":
    main()
