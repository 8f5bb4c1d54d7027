"""Images and attachments: kept once beside their articles, found by their text, and through everything an archive does."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.raw import iter_records, read_record
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
    again = FIGURE.format("/anh/hop-2.png", "Vẫn buổi họp ấy") + LINK.format(
        "/tep/ban-sao.docx", "Kế hoạch (bản sao).docx"
    )
    server.pages["/"] = "".join(
        LINK.format(f"/tin-{n}", f"Đối thoại với nhân dân ở thôn số {n} của xã") for n in (1, 2)
    )
    server.pages["/tin-1"] = PAGE.format(title="Đối thoại ở thôn Đông", files=files)
    server.pages["/tin-2"] = PAGE.format(title="Đối thoại ở thôn Đoài", files=again)
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

    def profile(self, *, hosts: str = "[]", more: str = "") -> None:
        folder = self.archive.parent / "sites"
        folder.mkdir(exist_ok=True)
        (folder / "thu_nghiem.toml").write_text(PROFILE.format(base=self.server.base, hosts=hosts) + more)
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
def ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    with bad_server() as server:
        serve(server)
        made = Ground(tmp_path / "archive", server, monkeypatch)
        made.profile()
        yield made


@pytest.fixture
def crawled(ground: Ground) -> Ground:
    done = ground.crawl()
    assert done.returncode == 0, done.stderr
    return ground


def test_each_file_of_an_article_is_kept_or_told_why_not(crawled: Ground) -> None:
    docx, pdf = documents.DOCX_TYPE, "application/pdf"
    assert crawled.files() == {
        "Buổi họp ở nhà văn hóa thôn.": ("kept", None, "image/png", len(PHOTO), None),
        "Toàn cảnh cánh đồng": ("refused", "too_large", None, None, None),
        "Bản đồ xã": ("refused", "offsite", None, None, None),
        "Vẫn buổi họp ấy": ("kept", None, "image/png", len(PHOTO), None),
        "Kế hoạch ra quân.docx": ("kept", None, docx, len(PLAN), None),
        "Kế hoạch (bản sao).docx": ("kept", None, docx, len(PLAN), None),
        "Hướng dẫn ghi sổ (PDF)": ("kept", None, pdf, len(GUIDE), None),
        "Biểu mẫu (PDF)": ("gone", "404", None, None, None),
        "Danh sách hộ (PDF)": ("refused", "media_type", None, None, None),
        "Phụ lục (DOCX)": ("kept", None, docx, len(documents.docx_bomb()), "too_large"),
        "Báo cáo cũ (DOC)": ("kept", None, "application/msword", 608, "format"),
        "Bản đồ khổ lớn (PDF)": ("refused", "too_large", None, None, None),
    }
    assert "http://cdn.example" not in str(crawled.server.paths())


def test_files_are_no_failed_articles_and_the_ledger_adds_up(crawled: Ground) -> None:
    told = json.loads(crawled.danvan("status", "--json").stdout)["sites"][0]
    assert told["articles"] == 2
    assert sum(line["pages"] for line in told["outcomes"]) == told["discovered"]
    assert crawled.rows("SELECT sum(pages) FROM run_counts") == crawled.rows("SELECT count(*) FROM pages")
    by = {(line["outcome"], line["reason"]): line["pages"] for line in told["outcomes"]}
    assert (by["saved", None], by["not_article", "image"], by["not_article", "attachment"]) == (2, 2, 5)
    assert not [line for line in told["outcomes"] if line["outcome"] in ("failed", "pending")]


def test_equal_files_are_one_copy_whatever_their_addresses(crawled: Ground) -> None:
    sql = (
        "SELECT record_type, count(*) FROM captures JOIN pages ON pages.id = page_id JOIN files ON files.page_id = pages.id "
        "GROUP BY files.digest, record_type ORDER BY count(*) DESC, record_type"
    )
    assert sorted(crawled.rows(sql)) == [("response", 1)] * 5 + [("revisit", 1)] * 2
    (file,) = (crawled.archive / "warc").glob("*-crawl-*.warc.gz")
    revisits = [record for record in iter_records(file) if record.type == "revisit"]
    bodies = {(r.url, r.date): r for r in iter_records(file) if r.type == "response"}
    assert len(revisits) == 2
    for record in revisits:
        first = bodies[
            record.warc_header("WARC-Refers-To-Target-URI"),
            record.warc_header("WARC-Refers-To-Date").replace("Z", "+00:00"),
        ]
        assert (first.digest, record.raw_body) == (record.digest, b"")
        assert first.url != record.url
        assert record.http_status == 200
    assert crawled.danvan("check", "--deep").returncode == 0


def test_files_come_after_every_article_and_are_not_asked_for_again(crawled: Ground) -> None:
    asked = [path for path in crawled.server.paths() if path != "/robots.txt"]
    assert max(asked.index(page) for page in ("/tin-1", "/tin-2")) < min(
        n for n, path in enumerate(asked) if path.startswith(("/anh/", "/tep/"))
    )
    crawled.rows("UPDATE pages SET due_at = 0 WHERE due_at IS NOT NULL")
    before = len(crawled.server.paths())
    assert crawled.crawl().returncode == 0
    assert not [path for path in crawled.server.paths()[before:] if path.startswith(("/anh/", "/tep/", "/tai-ve/"))]


def test_a_query_finds_an_article_by_its_attachment_and_says_so(crawled: Ground) -> None:
    for query in ("đo lòng mương", "do long muong", "tệp: mương", '"Mỗi thôn cử hai người"'):
        hits = json.loads(crawled.danvan("search", query, "--json").stdout)
        assert {hit["headline"]: hit["attachment"] for hit in hits} == {
            "Đối thoại ở thôn Đông": "Kế hoạch ra quân.docx", "Đối thoại ở thôn Đoài": "Kế hoạch (bản sao).docx",
        }  # fmt: skip
        assert all(hit["snippetMarks"] for hit in hits)
    assert crawled.danvan("search", "ghi so tiep dan", "--count").stdout == "1\n", "behind a redirect"
    hits = json.loads(crawled.danvan("search", "mười hai ý kiến", "--json").stdout)
    assert [hit["attachment"] for hit in hits] == [None, None]
    assert crawled.danvan("search", "tiêu đề: mương", "--count").stdout == "0\n"


def test_show_tells_of_each_file_and_gives_its_bytes(crawled: Ground) -> None:
    key = crawled.number("Đối thoại ở thôn Đông")
    text = crawled.danvan("show", key).stdout
    assert "document 4: Kế hoạch ra quân.docx" in text
    assert "(refused: offsite)" in text
    files = json.loads(crawled.danvan("show", key, "--json").stdout)["files"]
    assert [file["number"] for file in files] == list(range(1, 11))
    kept = files[3]
    assert (kept["state"], kept["mediaType"], kept["bytes"]) == ("kept", documents.DOCX_TYPE, len(PLAN))
    record = read_record(crawled.archive / "warc", kept["warc"]["file"], kept["warc"]["offset"])
    assert record.body == PLAN
    shown = subprocess.run(
        [sys.executable, "-m", "crawler", "-a", crawled.archive, "show", str(key), "--file", "4"],
        capture_output=True, check=True,
    )  # fmt: skip
    assert shown.stdout == PLAN
    refused = crawled.danvan("show", key, "--file", "2")
    assert refused.returncode == 1
    assert "too_large" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_a_rebuilt_and_an_imported_archive_have_the_same_files(crawled: Ground, tmp_path: Path) -> None:
    searched = "SELECT url, attachment_text FROM articles ORDER BY url"
    files, texts = crawled.files(), crawled.rows(searched)
    assert texts[0][1]
    joined = tmp_path / "joined"
    assert crawled.danvan("import", crawled.archive, "--quiet", archive=joined).returncode == 0
    (crawled.archive / "archive.db").unlink()
    assert crawled.danvan("rebuild", "--quiet").returncode == 0
    for archive in (crawled.archive, joined):
        assert crawled.files(archive) == {label: _without_capture(row) for label, row in files.items()}
        assert crawled.rows(searched, archive=archive) == texts
        assert crawled.danvan("check", "--deep", archive=archive).returncode == 0
    copies = (
        "SELECT count(*) FROM captures JOIN files ON files.page_id = captures.page_id WHERE record_type = 'response'"
    )
    assert crawled.rows(copies, archive=joined) == [(5,)], "one copy there too"


def _without_capture(row: tuple) -> tuple:
    """What was refused before an answer came left no record; it is due where only records are known."""
    return ("pending", None, None, None, None) if row[:2] == ("refused", "too_large") else row


def test_a_lost_record_is_asked_for_again_for_every_address_of_the_file(crawled: Ground) -> None:
    first = crawled.rows("SELECT capture_id FROM files JOIN pages ON pages.id = page_id WHERE url LIKE '%/anh/hop.png'")
    with sqlite3.connect(crawled.archive / "archive.db") as db:
        db.execute("UPDATE captures SET warc_offset = 99999999 WHERE id = ?", first[0])
    assert crawled.danvan("check").returncode == 3
    assert crawled.danvan("check", "--repair").returncode == 0
    assert crawled.files()["Vẫn buổi họp ấy"][0] != "kept"
    assert crawled.crawl().returncode == 0
    assert {crawled.files()[label][0] for label in ("Vẫn buổi họp ấy", "Buổi họp ở nhà văn hóa thôn.")} == {"kept"}
    assert crawled.danvan("check", "--deep").returncode == 0


def test_a_package_and_a_backup_hold_the_files_too(crawled: Ground, tmp_path: Path) -> None:
    package, copy = tmp_path / "a.wacz", tmp_path / "copy"
    assert crawled.danvan("export", "thôn Đoài", "--format", "wacz", "--output", package).returncode == 0
    with zipfile.ZipFile(package) as opened:
        (tmp_path / "data.warc.gz").write_bytes(opened.read("archive/data-00000.warc.gz"))
        assert len(opened.read("pages/pages.jsonl").decode().splitlines()) == 2, "a heading and one page"
    urls = {record.url.removeprefix(crawled.server.base) for record in iter_records(tmp_path / "data.warc.gz")}
    assert {"/tin-2", "/anh/hop-2.png", "/anh/hop.png", "/tep/ban-sao.docx"} <= urls
    assert crawled.danvan("backup", copy).returncode == 0
    assert crawled.files(copy) == crawled.files()


def test_files_of_a_named_host_are_asked_of_it_by_its_own_robots_txt(ground: Ground) -> None:
    port = ground.server.server_address[1]
    ground.profile(hosts='["localhost"]')
    ground.server.robots = (200, "User-agent: *\nDisallow: /anh/cam")
    pictures = [FIGURE.format(f"http://localhost:{port}/anh/{name}", name) for name in ("hop.png", "cam.png")]
    ground.server.pages["/tin-1"] = PAGE.format(title="Đối thoại ở thôn Đông", files="".join(pictures))
    del ground.server.pages["/tin-2"]
    ground.crawl()
    assert {label: row[:2] for label, row in ground.files().items() if label.endswith("png")} == {
        "hop.png": ("kept", None), "cam.png": ("refused", "robots"),
    }  # fmt: skip
    assert ground.server.paths().count("/robots.txt") == 2
    assert "/anh/cam.png" not in ground.server.paths()


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        ("images = false\n", {"attachment"}),
        ("attachments = false\n", {"image"}),
        ("max_files = 1\n", {"attachment", "image"}),
    ],
)
def test_the_profile_says_which_files_are_kept(ground: Ground, more: str, kept: set[str]) -> None:
    ground.profile(more=more)
    ground.crawl()
    asked = {row[0] for row in ground.rows("SELECT kind FROM pages WHERE kind IN ('image', 'attachment')")}
    assert asked <= kept
    if "max_files" in more:
        assert ground.rows("SELECT count(*) FROM article_files WHERE state <> 'not_asked'") == [(2,)]


def test_a_site_without_a_profile_keeps_attachments_and_no_images(ground: Ground) -> None:
    ground.monkey.delenv("DANVAN_SITES")
    assert ground.crawl(f"{ground.server.base}/tin-2").returncode == 0
    found = ground.files()
    assert found["Kế hoạch (bản sao).docx"][0] == "kept"
    assert found["Vẫn buổi họp ấy"][0] == "not_asked"


def test_a_file_whose_server_breaks_is_tried_three_times_and_then_left(ground: Ground) -> None:
    ground.server.pages["/tin-2"] = PAGE.format(
        title="Đối thoại ở thôn Đoài", files=LINK.format("/broken/a.pdf", "Phụ lục.pdf")
    )
    for _ in range(5):
        assert ground.crawl().returncode in (0, 1)
        assert ground.files()["Phụ lục.pdf"][:2] == ("failed", "http_5xx")
        ground.rows("UPDATE pages SET due_at = 0 WHERE due_at IS NOT NULL AND kind = 'attachment'")
    assert ground.rows("SELECT visits, state FROM pages WHERE url LIKE '%/broken/a.pdf'") == [(3, "done")]


def test_an_edited_article_loses_the_text_of_a_document_it_no_longer_offers(crawled: Ground) -> None:
    crawled.server.pages["/tin-2"] = PAGE.format(title="Đối thoại ở thôn Đoài, bản sửa", files="")
    crawled.rows("UPDATE pages SET due_at = 0 WHERE kind = 'article'")
    assert crawled.crawl().returncode == 0
    assert crawled.rows("SELECT versions, attachment_text FROM articles WHERE headline LIKE '%bản sửa'") == [(2, None)]
    assert crawled.danvan("search", "đo lòng mương", "--count").stdout == "1\n"
    assert crawled.danvan("check", "--deep").returncode == 0


def test_hostile_documents_end_with_a_reason_and_the_crawl_goes_on(ground: Ground) -> None:
    hostile = {
        "bom.pdf": documents.pdf_bomb(), "vong.pdf": documents.pdf_of_loops(), "rach.pdf": GUIDE[:200],
        "cuoi.docx": documents.docx_of_entities(), "quet.pdf": documents.pdf(""),
    }  # fmt: skip
    ground.server.files |= {f"/tep/{name}": ("application/pdf", body) for name, body in hostile.items()}
    links = "".join(LINK.format(f"/tep/{name}", name) for name in hostile)
    ground.server.pages["/tin-2"] = PAGE.format(title="Đối thoại ở thôn Đoài", files=links)
    assert ground.crawl().returncode == 0
    found = ground.files()
    assert {name: found[name][0] for name in hostile} == dict.fromkeys(hostile, "kept")
    assert {name: found[name][4] for name in hostile} == {
        "bom.pdf": "too_large", "vong.pdf": "damaged", "rach.pdf": "damaged", "cuoi.docx": "damaged", "quet.pdf": "no_text",
    }  # fmt: skip


def test_an_archive_of_the_first_schema_is_brought_to_this_one_when_it_is_opened(
    crawled: Ground, tmp_path: Path
) -> None:
    old = Path(shutil.copytree(crawled.archive, tmp_path / "old"))
    _as_first_schema(old / "archive.db")
    assert crawled.danvan("search", "đối thoại", "--count", archive=old).stdout == "2\n"
    assert crawled.rows("PRAGMA user_version", archive=old) == [(2,)]
    listed = crawled.rows("SELECT url, name FROM attachments ORDER BY 1")
    assert crawled.rows("SELECT url, name FROM attachments ORDER BY 1", archive=old) == listed
    assert crawled.danvan("check", "--deep", archive=old).returncode == 0


def _as_first_schema(database: Path) -> None:
    """The file as the first schema had it: made anew by its migrations, the rows copied over."""
    from sqlite_utils import Database

    from archive.schema import APPLICATION_ID, m001_tables, m002_full_text, migrations

    with sqlite3.connect(database) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    source = database.with_suffix(".source")
    database.rename(source)
    made = sqlite3.connect(database, isolation_level=None)
    made.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    wanted = Database(made, recursive_triggers=False)
    first = type(migrations)(migrations.name)
    for step in (m001_tables, m002_full_text):
        first()(step)
    first.apply(wanted)
    made.execute("PRAGMA user_version = 1")
    made.execute(f"ATTACH '{source}' AS source")
    for (table,) in made.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' AND name NOT LIKE 'articles\\_%\\_%' ESCAPE '\\' AND name NOT LIKE '\\_%' ESCAPE '\\'"
    ).fetchall():
        columns = ", ".join(row[1] for row in made.execute(f"PRAGMA main.table_info({table})"))
        made.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM source.{table}")
    made.close()
