"""A loopback server that misbehaves on purpose, one path a fault; it logs what it was asked."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ARTICLE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head><body>
<h1>{title}</h1><p class="date">Thứ Hai, 02/06/2025 08:30</p>
<div class="content"><p><b>Sáng nay, xã Bình Minh tổ chức hội nghị đối thoại với nhân dân về công tác dân vận.</b></p>
<p>Tại hội nghị, lãnh đạo xã đã nghe mười hai ý kiến của bà con về đường giao thông, nước sạch và chợ dân sinh.</p>
<p>Đồng chí Bí thư Đảng ủy xã khẳng định mọi kiến nghị đều được ghi vào sổ, có người phụ trách và thời hạn trả lời.</p>
<p>Kết thúc buổi đối thoại, đại diện các thôn thống nhất gặp lại nhau vào ngày mồng mười hằng tháng.</p></div>
</body></html>"""


class BadServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[float, str, str]] = []
        self.robots: tuple[int, str] = (404, "")
        self.busy_left = 0  # answers of 503 before /busy is well again
        self.retry_after = "1"
        self.pages: dict[str, str] = {}
        self.files: dict[str, tuple[str, bytes]] = {}  # media type and body
        self.moved: dict[str, str] = {}
        self.gone: set[str] = set()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up, as one does on what is too large, is no fault here."""

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked]


@contextmanager
def bad_server() -> Iterator[BadServer]:
    server = BadServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: BadServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append((time.monotonic(), self.path, self.headers.get("User-Agent", "")))
        path = self.path.split("?")[0]
        fault = getattr(self, f"_{path.strip('/').split('/')[0].replace('.', '_')}", None)
        if path in self.server.pages:
            self._send(self.server.pages[path])
        elif path in self.server.files:
            kind, body = self.server.files[path]
            self._send(body, Content_Type=kind)
        elif path in self.server.moved:
            self._send("", status=302, Location=self.server.moved[path])
        elif fault:
            fault()
        elif path.startswith("/tin-") and path not in self.server.gone:
            self._send(ARTICLE.format(title=f"Đối thoại với nhân dân ở thôn {path[5:]}"))
        else:
            self._send("<html><body>Không có</body></html>", status=404)

    def _send(self, text: str | bytes, *, status: int = 200, **headers: str) -> None:
        body = text.encode() if isinstance(text, str) else text
        self.send_response(status)
        headers.setdefault("Content_Type", "text/html; charset=utf-8")
        headers.setdefault("Content_Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _robots_txt(self) -> None:
        status, text = self.server.robots
        self._send(text, status=status, Content_Type="text/plain")

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        for _ in range(100000):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.2)

    def _cut(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(ARTICLE.format(title="Bị cắt").encode())
        self.close_connection = True

    def _cutgzip(self) -> None:
        packed = gzip.compress(ARTICLE.format(title="Gzip bị cắt").encode() * 50)
        self._send(packed[: len(packed) // 2], Content_Encoding="gzip")

    def _bomb(self) -> None:
        self._send(gzip.compress(b"<p>x</p>" * 30_000_000, 9), Content_Encoding="gzip")

    def _loop(self) -> None:
        self._send("", status=302, Location="/loop")

    def _private(self) -> None:
        self._send("", status=302, Location="http://10.11.12.13/secret")

    def _file(self) -> None:
        self._send("", status=302, Location="file:///etc/passwd")

    def _broken(self) -> None:
        self._send("sập rồi", status=500)

    def _busy(self) -> None:
        self.server.busy_left -= 1
        if self.server.busy_left >= 0:
            self._send("bận", status=503, Retry_After=self.server.retry_after)
        else:
            self._send(ARTICLE.format(title="Hết bận"))

    def _captcha(self) -> None:
        self._send(
            "<html><head><title>Just a moment...</title></head><body><h1>Xác minh bạn là con người</h1>"
            "<div class='g-recaptcha'></div><p>Vui lòng nhập mã captcha để tiếp tục.</p></body></html>"
        )

    def log_message(self, *_: object) -> None:
        pass
