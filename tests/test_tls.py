"""Old TLS is spoken only to the hosts of a profile that opts in: a real TLS 1.0 server on loopback."""

import os
import sqlite3
import ssl
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

STORY = """<!DOCTYPE html><html><head><title>Xã Đồng Rộc công khai quỹ vì người nghèo</title></head><body>
<h1>Xã Đồng Rộc công khai quỹ vì người nghèo</h1><p>Ngày 12/5/2014, Ủy ban Mặt trận Tổ quốc xã Đồng Rộc niêm yết danh
sách đóng góp quỹ vì người nghèo ở cả bảy nhà văn hóa thôn để bà con cùng xem.</p><p>Cán bộ dân vận xã cho biết mọi khoản
chi đều có đại diện các hộ ký nhận, ai thắc mắc được trả lời ngay trong buổi họp thôn hằng tháng.</p></body></html>"""


class _Page(BaseHTTPRequestHandler):
    def do_GET(self):
        data = STORY.encode()
        self.send_response(404 if self.path == "/robots.txt" else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate that nobody signed, and its key, in one file."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mau.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=9)).not_valid_after(now + timedelta(days=9))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def old_server(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1
    context.load_cert_chain(certificate)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        server.handle_error = lambda *_: None  # a refused handshake
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated")
@pytest.mark.parametrize(("opted", "saved"), [("true", 1), ("false", 0)])
def test_a_tls_1_server_is_read_only_where_the_profile_opts_in(old_server, tmp_path, opted, saved):
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "xa.toml").write_text(
        f'name = "xa"\ntitle = "Xã"\nhosts = ["127.0.0.1"]\ntopic = "all"\n[politeness]\ndelay = 0.0\n'
        f"legacy_tls = {opted}\n[addresses]\narticle = ['^/bai/']\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "crawler", "-a", str(tmp_path / "a"), "crawl", "--allow-private", "--quiet",
         f"https://127.0.0.1:{old_server.server_port}/bai/1"],
        capture_output=True, text=True, check=False, timeout=120,
        env=os.environ | {"DANVAN_SITES": str(tmp_path / "sites"), "DANVAN_CONTACT": "luu-tru@mau.example"},
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    with sqlite3.connect(tmp_path / "a" / "archive.db") as database:
        assert database.execute("SELECT count(*) FROM articles").fetchone() == (saved,)
