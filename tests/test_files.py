"""Images and attachments: kept once beside their articles, found by their text, and through everything an archive does."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

pytest.importorskip("datasette")

from archive import Archive
from archive.check import check
from archive.coverage import ledger
from archive.facts import hide
from archive.raw import Exchange, iter_records, payload_digest, read_record
from archive.records import Article, Attachment, Image, KeptFile, Lease, Outcome
from crawler.files import children_of_article
from crawler.job import Job, give_up
from crawler.revisit import next_visit
from crawler.site import Files, Site, generic_site
from tests import documents
from tests.bad_server import ARTICLE, BadServer, bad_server
from tests.command import caller
from tests.webview import ask

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


def job_of(url: str, kind: str, body: bytes = b"") -> Job:
    lease = Lease(
        page_id=1, site="bao", url=url, identity=url, kind=kind, depth=0, section=None, text=None, visits=0, quiet_visits=0,
        attempts=1, crashes=0, etag=None, last_modified=None, digest=None, captured_url=None, captured_at=None,
        has_article=False,
    )  # fmt: skip
    exchange = Exchange(url=url, status=200, fetched_at="2025-06-02T01:00:00+00:00", body=body)
    return Job(lease=lease, exchange=exchange, now=0)


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
def ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    """Nothing crawled yet."""
    with bad_server() as server:
        serve(server)
        made = Ground(tmp_path / "archive", server, monkeypatch)
        made.profile()
        yield made


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The site crawled once."""
    with pytest.MonkeyPatch.context() as monkey, bad_server() as server:
        serve(server)
        made = Ground(tmp_path_factory.mktemp("files") / "archive", server, monkey)
        made.profile()
        done = made.crawl()
        assert done.returncode == 0, done.stderr
        yield made


@pytest.fixture
def crawled(once: Ground, tmp_path: Path) -> Ground:
    """The crawled archive to oneself; the server is everyone's."""
    return replace(once, archive=Path(shutil.copytree(once.archive, tmp_path / "archive")))


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
    with Archive.open(crawled.archive) as archive:
        lines = {(line.outcome, line.reason): line.pages for line in ledger(archive.connection)}
    assert (lines["saved", ""], lines["not_article", "image"], lines["not_article", "attachment"]) == (2, 2, 5)
    assert not {outcome for outcome, _ in lines} & {"failed", "pending"}
    discovered = crawled.rows("SELECT count(*) FROM pages")
    assert [(sum(lines.values()),)] == discovered == crawled.rows("SELECT sum(pages) FROM run_counts")


def test_equal_files_are_one_copy_whatever_their_addresses(crawled: Ground) -> None:
    (file,) = (crawled.archive / "warc").glob("*-crawl-*.warc.gz")
    records = list(iter_records(file))
    bodies = {(record.url, record.date): record for record in records if record.type == "response"}
    repeats = [record for record in records if record.type == "revisit"]
    assert {record.digest for record in repeats} == {payload_digest(PHOTO), payload_digest(PLAN)}
    for record in repeats:
        date = record.warc_header("WARC-Refers-To-Date").replace("Z", "+00:00")
        first = bodies[record.warc_header("WARC-Refers-To-Target-URI"), date]
        assert (first.digest, first.raw_body in (PHOTO, PLAN)) == (record.digest, True)
        assert first.url != record.url
        assert (record.raw_body, record.http_status) == (b"", 200)
    copies = [record.digest for record in bodies.values() if record.raw_body]
    assert len(copies) == len(set(copies))
    with Archive.open_writer(crawled.archive) as archive:
        assert check(archive, deep=True).sound


def test_files_come_after_every_article(crawled: Ground) -> None:
    kinds = [
        kind
        for (kind,) in crawled.rows("SELECT kind FROM captures JOIN pages ON pages.id = page_id ORDER BY captures.id")
    ]
    places = {kind: [n for n, one in enumerate(kinds) if one == kind] for kind in set(kinds)}
    assert max(places["article"]) < min(places["attachment"] + places["image"])


@pytest.mark.parametrize("query", ["đo lòng mương", "do long muong", "tệp: mương", '"Mỗi thôn cử hai người"'])
def test_a_query_finds_an_article_by_its_attachment_and_says_so(crawled: Ground, query: str) -> None:
    with Archive.open(crawled.archive) as archive:
        found = archive.search(query)
        assert {hit.headline.text: hit.attachment for hit in found.hits} == {
            "Đối thoại ở thôn Đông": "Kế hoạch ra quân.docx", "Đối thoại ở thôn Đoài": "Kế hoạch (bản sao).docx",
        }  # fmt: skip
        assert (found.total, found.fallback) == (2, False)
        assert all(hit.snippet.marks for hit in found.hits)


def test_a_hit_in_the_article_itself_names_no_attachment(crawled: Ground) -> None:
    with Archive.open(crawled.archive) as archive:
        assert [hit.attachment for hit in archive.search("mười hai ý kiến").hits] == [None, None]
        assert [hit.attachment for hit in archive.search("").hits] == [None, None]
        assert archive.search("tiêu đề: mương").total == 0
        assert archive.search("ghi so tiep dan").total == 1, "a document behind a redirect"
        assert archive.search("mười hai ý kiến mương -lòng").total == 0


def test_show_tells_of_each_file_and_gives_its_bytes(
    crawled: Ground, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    key = str(crawled.number("Đối thoại ở thôn Đông"))
    danvan = caller(crawled.archive, monkeypatch, capfdbinary)
    text = danvan("show", key).out
    assert "document 4: Kế hoạch ra quân.docx" in text
    assert "(refused: offsite)" in text
    files = json.loads(danvan("show", key, "--json").out)["files"]
    assert [file["number"] for file in files] == list(range(1, 11))
    warc = files[3]["warc"]
    assert (files[3]["state"], files[3]["mediaType"], files[3]["bytes"]) == ("kept", documents.DOCX_TYPE, len(PLAN))
    assert read_record(crawled.archive / "warc", warc["file"], warc["offset"]).body == PLAN
    command = [sys.executable, "-m", "crawler", "-a", crawled.archive, "show", key, "--file", "4"]
    assert subprocess.run(command, capture_output=True, check=True).stdout == PLAN
    refused = danvan("show", key, "--file", "2")
    assert (refused.code, len(refused.err.splitlines())) == (1, 1)
    assert "too_large" in refused.err


def test_the_web_view_shows_pictures_and_gives_documents_as_files_to_save(crawled: Ground) -> None:
    key = crawled.number("Đối thoại ở thôn Đông")
    paths = [
        f"/article/{key}",
        f"/article/{key}.json",
        *(f"/article/{key}/file/{n}" for n in (1, 2, 4, 99)),
        "/search?q=muong",
    ]
    page, record, picture, refused, document, none, results = ask(
        crawled.archive, *(("GET", path, {}) for path in paths)
    )
    assert f'<img src="/article/{key}/file/1"' in page.text
    assert f'href="/article/{key}/file/4" download' in page.text
    assert "nằm ở máy chủ khác" in page.text
    assert "quá lớn" in page.text
    assert [file["state"] for file in record.json()["files"]][:4] == ["kept", "refused", "refused", "kept"]
    assert (picture.content, picture.headers["content-type"]) == (PHOTO, "image/png")
    assert (document.content, document.headers["content-type"]) == (PLAN, "application/octet-stream")
    assert document.headers["content-disposition"] == (
        "attachment; filename=\"ke-hoach.docx\"; filename*=UTF-8''ke-ho%E1%BA%A1ch.docx"
    )
    for answer in (picture, document):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("sandbox;")
    assert (refused.status_code, none.status_code) == (404, 404)
    assert "Trong tệp đính kèm Kế hoạch ra quân.docx" in results.text


def test_the_files_of_a_hidden_article_are_hidden_with_it(crawled: Ground) -> None:
    key = crawled.number("Đối thoại ở thôn Đông")
    with Archive.open_writer(crawled.archive) as archive:
        hide(archive, archive.article(key).article.url, "theo yêu cầu")
    answers = ask(crawled.archive, *(("GET", f"/article/{key}/file/{n}", {}) for n in (1, 4)))
    assert [answer.status_code for answer in answers] == [404, 404]
    with Archive.open(crawled.archive) as archive:
        assert archive.search("đo lòng mương").total == 1, "by the other article, which is not"


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
    assert {"/tin-2", "/anh/hop-2.png", "/tep/ban-sao.docx"} <= urls
    held = {record.digest for record in iter_records(tmp_path / "data.warc.gz") if record.type == "response"}
    assert {payload_digest(PHOTO), payload_digest(PLAN)} <= held, "what a revisit among them repeats is there too"
    assert crawled.danvan("backup", copy).returncode == 0
    assert crawled.files(copy) == crawled.files()


def test_files_of_a_named_host_are_asked_of_it_by_its_own_robots_txt(ground: Ground) -> None:
    other = f"http://localhost:{ground.server.server_address[1]}"
    ground.profile(hosts='["localhost"]')
    ground.server.robots = (200, "User-agent: *\nDisallow: /anh/cam")
    names = ("anh/hop.png", "anh/cam.png", "broken/a.png")
    pictures = "".join(FIGURE.format(f"{other}/{name}", name) for name in names)
    ground.server.pages = {"/": ground.server.pages["/"], "/tin-1": PAGE.format(title="Đối thoại", files=pictures)}
    assert ground.crawl().returncode == 1, "one failed"
    assert [ground.files()[name][:2] for name in names] == [
        ("kept", None),
        ("refused", "robots"),
        ("failed", "http_5xx"),
    ]
    assert ground.server.paths().count("/robots.txt") == 2
    assert "/anh/cam.png" not in ground.server.paths()
    assert ground.rows("SELECT count(*) FROM articles JOIN pages ON pages.id = page_id WHERE outcome = 'saved'") == [
        (2,)
    ]


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        (Files(), ["attachment", "attachment", "image"]),
        (Files(images=False), ["attachment", "attachment"]),
        (Files(attachments=False), ["image"]),
        (Files(max_files=1), ["attachment"]),
        (None, ["attachment", "attachment"]),
    ],
    ids=["both", "no images", "no attachments", "one file", "no profile"],
)
def test_the_profile_says_which_files_are_asked_for(files: Files | None, asked: list[str]) -> None:
    url = "https://bao.example/tin-1"
    site = Site(name="bao", hosts=("bao.example",), files=files) if files else generic_site(url)
    article = Article(
        url=url, headline="Đối thoại", article_body="Thân bài", images=(Image(url="https://bao.example/a.png"),),
        attachments=(Attachment(url="https://bao.example/b.pdf", name="B"), Attachment(url="https://bao.example/c.doc", name="C")),
    )  # fmt: skip
    children = children_of_article(job_of(url, "article"), site, article)
    assert [child.kind for child in children] == asked
    assert {child.outcome for child in children} == {None}


@pytest.mark.parametrize(
    ("url", "ended"),
    [
        ("https://cdn.khac.example/a.pdf", [(Outcome.REFUSED, "offsite")]),
        ("http://10.0.0.1/a.pdf", [(Outcome.REFUSED, "private_address")]),
        ("http://2130706433/a.pdf", [(Outcome.REFUSED, "private_address")]),
        ("javascript:tai(7)", []),
        ("data:application/pdf;base64,JVBERi0=", []),
    ],
)
def test_what_may_not_be_asked_for_ends_at_once(url: str, ended: list[tuple[Outcome, str]]) -> None:
    site = Site(name="bao", hosts=("bao.example",))
    article = Article(url="x", headline="x", article_body="x", attachments=(Attachment(url=url, name="Tệp"),))
    children = children_of_article(job_of("https://bao.example/tin-1", "article"), site, article)
    assert [(child.outcome, child.reason) for child in children] == ended


def test_a_file_whose_server_breaks_is_tried_three_times_and_then_left() -> None:
    job = job_of("https://bao.example/a.pdf", "attachment")
    tries = [replace(job.lease, attempts=number) for number in (1, 2, 3)]
    assert [next_visit(lease, Outcome.FAILED, now=0) is None for lease in tries] == [False, False, True]
    assert next_visit(job.lease, Outcome.NOT_ARTICLE, now=0) is None


def test_a_document_that_breaks_its_worker_is_kept_without_its_text() -> None:
    visit = give_up(job_of("https://bao.example/a.pdf", "attachment", GUIDE), "extract_timeout")
    assert (visit.outcome, visit.reason, visit.crashed) == (Outcome.NOT_ARTICLE, "attachment", False)
    assert visit.file == KeptFile(media_type="application/pdf", bytes=len(GUIDE), text_reason="timeout")
    assert visit.raw


def test_an_edit_drops_the_text_of_a_document_and_no_file_is_asked_for_twice(crawled: Ground) -> None:
    crawled.monkey.setitem(
        crawled.server.pages, "/tin-2", PAGE.format(title="Đối thoại ở thôn Đoài, bản sửa", files="")
    )
    crawled.rows("UPDATE pages SET due_at = 0 WHERE due_at IS NOT NULL")
    before = len(crawled.server.paths())
    assert crawled.crawl().returncode == 0
    crawled.monkey.setitem(crawled.server.pages, "/tin-2", PAGE.format(title="Đối thoại ở thôn Đoài", files=SHARED))
    assert not [path for path in crawled.server.paths()[before:] if path.startswith(("/anh/", "/tep/", "/tai-ve/"))]
    assert crawled.rows("SELECT versions, attachment_text FROM articles WHERE headline LIKE '%bản sửa'") == [(2, None)]
    with Archive.open(crawled.archive) as archive:
        assert archive.search("đo lòng mương").total == 1
    with Archive.open_writer(crawled.archive) as archive:
        assert check(archive, deep=True).sound


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
