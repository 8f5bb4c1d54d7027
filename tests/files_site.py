"""A site whose articles have images and documents, crawled once a module: what the tests of files share."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests import documents
from tests.bad_server import ARTICLE, BadServer, bad_server

PAGE = ARTICLE.replace("</div>\n</body>", "{files}</div>\n</body>")
FIGURE = '<figure><img src="{}" alt="ảnh"><figcaption>{}</figcaption></figure>'
LINK = '<p><a href="{}">{}</a></p>'
PROFILE = """
name = "thu_nghiem"
hosts = ["127.0.0.1"]
home = "{base}/"
topic = "all"
[[sources]]
kind = "listing"
url = "{base}/"
[addresses]
article = ['^/tin-']
[politeness]
delay = 0.0
autothrottle = false
[files]
hosts = {hosts}
max_image_mb = 1
max_attachment_mb = 2
"""
PLAN = documents.docx("Kế hoạch ra quân", "Mỗi thôn cử hai người đo lòng mương trước vụ gặt.")
GUIDE = documents.pdf("Huong dan ghi so tiep dan")
PHOTO = documents.png()
SHARED = FIGURE.format("/anh/hop-2.png", "Vẫn buổi họp ấy") + LINK.format(
    "/tep/ban-sao.docx", "Kế hoạch (bản sao).docx"
)


def serve(server: BadServer) -> None:
    """Two articles: one with everything, one that shares a picture and a document with it under other addresses."""
    files = "".join((
        FIGURE.format("/anh/hop.png", "Buổi họp ở nhà văn hóa thôn. Ảnh: Thu Hà"),
        FIGURE.format("/anh/lon.png", "Toàn cảnh cánh đồng"),
        FIGURE.format("http://cdn.example/anh/xa.png", "Bản đồ xã"),
        LINK.format("/tep/ke%20hoạch.docx", "Kế hoạch ra quân.docx"),
        LINK.format("/tep/chuyen.pdf", "Hướng dẫn ghi sổ (PDF)"),
        LINK.format("/tep/mat.pdf", "Biểu mẫu (PDF)"),
        LINK.format("/tep/gia.pdf", "Danh sách hộ (PDF)"),
        LINK.format("/tep/bom.docx", "Phụ lục (DOCX)"),
        LINK.format("/tep/cu.doc", "Báo cáo cũ (DOC)"),
        LINK.format("/tep/to.pdf", "Bản đồ khổ lớn (PDF)"),
    ))  # fmt: skip
    server.pages["/"] = "".join(
        LINK.format(f"/tin-{n}", f"Đối thoại với nhân dân ở thôn số {n} của xã") for n in (1, 2)
    )
    server.pages["/tin-1"] = PAGE.format(title="Đối thoại ở thôn Đông", files=files)
    server.pages["/tin-2"] = PAGE.format(title="Đối thoại ở thôn Đoài", files=SHARED)
    server.files |= {
        "/anh/hop.png": ("image/png", PHOTO),
        "/anh/hop-2.png": ("application/octet-stream", PHOTO),
        "/anh/lon.png": ("image/png", PHOTO + bytes(2**20)),
        "/tep/ke%20ho%E1%BA%A1ch.docx": ("application/msword", PLAN),
        "/tep/ban-sao.docx": (documents.DOCX_TYPE, PLAN),
        "/tai-ve/7": ("application/pdf", GUIDE),
        "/tep/gia.pdf": ("application/pdf", b"<html><body>Phien lam viec da het</body></html>"),
        "/tep/bom.docx": (documents.DOCX_TYPE, documents.docx_bomb()),
        "/tep/cu.doc": ("application/msword", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        "/tep/to.pdf": ("application/pdf", GUIDE + bytes(2 * 2**20)),
    }
    server.moved["/tep/chuyen.pdf"] = "/tai-ve/7"


@dataclass
class Ground:
    """An archive, the site it is of, and `danvan` on it."""

    archive: Path
    server: BadServer
    monkey: pytest.MonkeyPatch

    def profile(self, *, hosts: str = "[]") -> None:
        folder = self.archive.parent / "sites"
        folder.mkdir(exist_ok=True)
        (folder / "thu_nghiem.toml").write_text(PROFILE.format(base=self.server.base, hosts=hosts))
        self.monkey.setenv("DANVAN_SITES", str(folder))

    def danvan(self, *words: object, archive: Path | None = None) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "crawler", "-a", archive or self.archive, *map(str, words)],
            capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def crawl(self, *words: str) -> subprocess.CompletedProcess[str]:
        self.archive.mkdir(exist_ok=True)
        (self.archive / "settings.toml").write_text('contact = "test@danvan.example"\ntimeout_seconds = 5\n')
        return self.danvan("crawl", *(words or ("thu_nghiem",)), "--allow-private", "--quiet")

    def rows(self, sql: str, *values: object, archive: Path | None = None) -> list[tuple]:
        with sqlite3.connect((archive or self.archive) / "archive.db") as db:
            return db.execute(sql, values).fetchall()

    def files(self, archive: Path | None = None) -> dict[str, tuple]:
        """{label: (state, reason, media type, bytes, text_reason)}"""
        sql = "SELECT label, state, reason, media_type, bytes, text_reason FROM article_files"
        return {row[0]: row[1:] for row in self.rows(sql, archive=archive)}

    def number(self, title: str) -> int:
        return self.rows("SELECT id FROM articles WHERE headline = ?", title)[0][0]


@pytest.fixture
def open_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    """Nothing crawled yet."""
    with bad_server() as server:
        serve(server)
        made = Ground(tmp_path / "archive", server, monkeypatch)
        made.profile()
        yield made


@pytest.fixture(scope="module")
def crawled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The site crawled once."""
    with pytest.MonkeyPatch.context() as monkey, bad_server() as server:
        serve(server)
        made = Ground(tmp_path_factory.mktemp("files") / "archive", server, monkey)
        made.profile()
        done = made.crawl()
        assert done.returncode == 0, done.stderr
        yield made


@pytest.fixture
def crawled_site(crawled_once: Ground, tmp_path: Path) -> Ground:
    """The crawled archive to oneself; the server is everyone's."""
    return replace(crawled_once, archive=Path(shutil.copytree(crawled_once.archive, tmp_path / "archive")))
