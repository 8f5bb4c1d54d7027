"""Kept images and attachments: found, shown, hidden, exported, rebuilt and mended with their articles."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("datasette")

from archive import Archive
from archive.facts import hide
from archive.raw import iter_records, payload_digest, read_record
from tests import documents
from tests.command import caller
from tests.files_site import PHOTO, PLAN, Ground
from tests.webview import ask


@pytest.mark.parametrize("query", ["đo lòng mương", "do long muong", "tệp: mương", '"Mỗi thôn cử hai người"'])
def test_a_query_finds_an_article_by_its_attachment_and_says_so(crawled_site: Ground, query: str) -> None:
    with Archive.open(crawled_site.archive) as archive:
        found = archive.search(query)
        assert {hit.headline.text: hit.attachment for hit in found.hits} == {
            "Đối thoại ở thôn Đông": "Kế hoạch ra quân.docx", "Đối thoại ở thôn Đoài": "Kế hoạch (bản sao).docx",
        }  # fmt: skip
        assert (found.total, found.fallback) == (2, False)
        assert all(hit.snippet.marks for hit in found.hits)


def test_a_hit_in_the_article_itself_names_no_attachment(crawled_site: Ground) -> None:
    with Archive.open(crawled_site.archive) as archive:
        assert [hit.attachment for hit in archive.search("mười hai ý kiến").hits] == [None, None]
        assert [hit.attachment for hit in archive.search("").hits] == [None, None]
        assert archive.search("tiêu đề: mương").total == 0
        assert archive.search("ghi so tiep dan").total == 1, "a document behind a redirect"
        assert archive.search("mười hai ý kiến mương -lòng").total == 0


def test_show_tells_of_each_file_and_gives_its_bytes(
    crawled_site: Ground, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    key = str(crawled_site.number("Đối thoại ở thôn Đông"))
    danvan = caller(crawled_site.archive, monkeypatch, capfdbinary)
    text = danvan("show", key).out
    assert "document 4: Kế hoạch ra quân.docx" in text
    assert "(refused: offsite)" in text
    files = json.loads(danvan("show", key, "--json").out)["files"]
    assert [file["number"] for file in files] == list(range(1, 11))
    warc = files[3]["warc"]
    assert (files[3]["state"], files[3]["mediaType"], files[3]["bytes"]) == ("kept", documents.DOCX_TYPE, len(PLAN))
    assert read_record(crawled_site.archive / "warc", warc["file"], warc["offset"]).body == PLAN
    command = [sys.executable, "-m", "crawler", "-a", crawled_site.archive, "show", key, "--file", "4"]
    assert subprocess.run(command, capture_output=True, check=True).stdout == PLAN
    refused = danvan("show", key, "--file", "2")
    assert (refused.code, len(refused.err.splitlines())) == (1, 1)
    assert "too_large" in refused.err


def test_the_web_view_shows_pictures_and_gives_documents_as_files_to_save(crawled_site: Ground) -> None:
    key = crawled_site.number("Đối thoại ở thôn Đông")
    paths = [
        f"/article/{key}",
        f"/article/{key}.json",
        *(f"/article/{key}/file/{n}" for n in (1, 2, 4, 99)),
        "/search?q=muong",
    ]
    page, record, picture, refused, document, none, results = ask(
        crawled_site.archive, *(("GET", path, {}) for path in paths)
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


def test_the_files_of_a_hidden_article_are_hidden_with_it(crawled_site: Ground) -> None:
    key = crawled_site.number("Đối thoại ở thôn Đông")
    with Archive.open_writer(crawled_site.archive) as archive:
        hide(archive, archive.article(key).article.url, "theo yêu cầu")
    answers = ask(crawled_site.archive, *(("GET", f"/article/{key}/file/{n}", {}) for n in (1, 4)))
    assert [answer.status_code for answer in answers] == [404, 404]
    with Archive.open(crawled_site.archive) as archive:
        assert archive.search("đo lòng mương").total == 1, "by the other article, which is not"


def test_a_rebuilt_and_an_imported_archive_have_the_same_files(crawled_site: Ground, tmp_path: Path) -> None:
    searched = "SELECT url, attachment_text FROM articles ORDER BY url"
    files, texts = crawled_site.files(), crawled_site.rows(searched)
    assert texts[0][1]
    joined = tmp_path / "joined"
    assert crawled_site.danvan("import", crawled_site.archive, "--quiet", archive=joined).returncode == 0
    (crawled_site.archive / "archive.db").unlink()
    assert crawled_site.danvan("rebuild", "--quiet").returncode == 0
    for archive in (crawled_site.archive, joined):
        assert crawled_site.files(archive) == {label: _without_capture(row) for label, row in files.items()}
        assert crawled_site.rows(searched, archive=archive) == texts
        assert crawled_site.danvan("check", "--deep", archive=archive).returncode == 0
    copies = (
        "SELECT count(*) FROM captures JOIN files ON files.page_id = captures.page_id WHERE record_type = 'response'"
    )
    assert crawled_site.rows(copies, archive=joined) == [(5,)], "one copy there too"


def _without_capture(row: tuple) -> tuple:
    """What was refused before an answer came left no record; it is due where only records are known."""
    return ("pending", None, None, None, None) if row[:2] == ("refused", "too_large") else row


def test_documents_are_read_again_by_todays_rules(crawled_site: Ground) -> None:
    searched = "SELECT url, attachment_text FROM articles ORDER BY url"
    files, texts = crawled_site.rows("SELECT * FROM files"), crawled_site.rows(searched)
    assert " and 5 documents read, 0 changed" in crawled_site.danvan("reextract").stderr
    with sqlite3.connect(crawled_site.archive / "archive.db") as db:
        db.execute("UPDATE files SET text = 'chữ đọc sai', text_reason = 'cut' WHERE text IS NOT NULL")
        db.execute("UPDATE articles SET attachment_text = 'chữ đọc sai' WHERE attachment_text IS NOT NULL")
    tried = crawled_site.danvan("reextract", "--dry-run")
    assert "attachmentText: 3 changed" in tried.stdout
    assert "textReason: 3 changed" in tried.stdout
    assert crawled_site.rows(searched) != texts
    done = crawled_site.danvan("reextract", "thu_nghiem")
    assert (done.returncode, done.stdout) == (0, tried.stdout)
    assert (crawled_site.rows("SELECT * FROM files"), crawled_site.rows(searched)) == (files, texts)
    with Archive.open(crawled_site.archive) as archive:
        assert archive.search("đo lòng mương").total == 2
        assert archive.search("chữ đọc sai").total == 0
    assert ", 0 changed" in crawled_site.danvan("reextract").stderr


def test_a_document_that_cannot_be_read_now_keeps_the_text_it_has(
    crawled_site: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = crawled_site.rows("SELECT page_id, text FROM files ORDER BY 1")
    (tmp_path / "docx.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(__file__).parents[1]}")
    done = crawled_site.danvan("reextract")
    assert done.returncode == 1
    assert done.stderr.count("danvan-archive[attachments]") == 3
    assert crawled_site.rows("SELECT page_id, text FROM files ORDER BY 1") == texts


def test_a_lost_record_is_asked_for_again_for_every_address_of_the_file(crawled_site: Ground) -> None:
    first = crawled_site.rows(
        "SELECT capture_id FROM files JOIN pages ON pages.id = page_id WHERE url LIKE '%/anh/hop.png'"
    )
    with sqlite3.connect(crawled_site.archive / "archive.db") as db:
        db.execute("UPDATE captures SET warc_offset = 99999999 WHERE id = ?", first[0])
    assert crawled_site.danvan("check").returncode == 3
    assert crawled_site.danvan("check", "--repair").returncode == 0
    assert crawled_site.files()["Vẫn buổi họp ấy"][0] != "kept"
    assert crawled_site.crawl().returncode == 0
    assert {crawled_site.files()[label][0] for label in ("Vẫn buổi họp ấy", "Buổi họp ở nhà văn hóa thôn.")} == {"kept"}
    assert crawled_site.danvan("check", "--deep").returncode == 0


def test_a_package_and_a_backup_hold_the_files_too(crawled_site: Ground, tmp_path: Path) -> None:
    package, copy = tmp_path / "a.wacz", tmp_path / "copy"
    assert crawled_site.danvan("export", "thôn Đoài", "--format", "wacz", "--output", package).returncode == 0
    with zipfile.ZipFile(package) as opened:
        (tmp_path / "data.warc.gz").write_bytes(opened.read("archive/data-00000.warc.gz"))
        assert len(opened.read("pages/pages.jsonl").decode().splitlines()) == 2, "a heading and one page"
    urls = {record.url.removeprefix(crawled_site.server.base) for record in iter_records(tmp_path / "data.warc.gz")}
    assert {"/tin-2", "/anh/hop-2.png", "/tep/ban-sao.docx"} <= urls
    held = {record.digest for record in iter_records(tmp_path / "data.warc.gz") if record.type == "response"}
    assert {payload_digest(PHOTO), payload_digest(PLAN)} <= held, "what a revisit among them repeats is there too"
    assert crawled_site.danvan("backup", copy).returncode == 0
    assert crawled_site.files(copy) == crawled_site.files()


def test_an_archive_of_an_earlier_schema_is_not_changed_by_reading_and_kept_when_it_is_renewed(
    crawled_site: Ground, tmp_path: Path
) -> None:
    old = Path(shutil.copytree(crawled_site.archive, tmp_path / "old"))
    database, copy = old / "archive.db", old / "archive.db.schema-1"
    _as_first_schema(database)
    before = database.read_bytes()
    for words in (
        ("search", "đối thoại"),
        ("export", "", "--format", "jsonl"),
        ("status",),
        ("reextract", "--dry-run"),
    ):
        done = crawled_site.danvan(*words, archive=old)
        assert (done.returncode, len(done.stderr.splitlines())) == (3, 1), done.stderr
        assert "an earlier release (schema 1, this one reads 3); `danvan check` renews it" in done.stderr
    assert database.read_bytes() == before
    assert not copy.exists()
    assert crawled_site.danvan("check", "--deep", archive=old).returncode == 0
    assert crawled_site.rows("PRAGMA user_version", archive=old) == [(3,)]
    assert crawled_site.danvan("search", "đối thoại", "--count", archive=old).stdout == "2\n"
    listed = crawled_site.rows("SELECT url, name FROM attachments ORDER BY 1")
    assert crawled_site.rows("SELECT url, name FROM attachments ORDER BY 1", archive=old) == listed
    with sqlite3.connect(copy) as kept:
        assert kept.execute("PRAGMA user_version").fetchone() == (1,)
        assert kept.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert kept.execute("SELECT count(*) FROM articles").fetchone() == (2,)
    assert not list(old.glob("*.partial"))


def test_a_command_that_writes_renews_an_earlier_schema_by_itself(crawled_site: Ground, tmp_path: Path) -> None:
    old = Path(shutil.copytree(crawled_site.archive, tmp_path / "old"))
    _as_first_schema(old / "archive.db")
    assert crawled_site.danvan("reextract", "--quiet", archive=old).returncode == 0
    assert crawled_site.rows("PRAGMA user_version", archive=old) == [(3,)]
    assert (old / "archive.db.schema-1").exists()


def _as_first_schema(database: Path) -> None:
    """The file as the first schema had it: made anew by its migrations, the rows copied over."""
    from sqlite_utils import Database

    from archive.migrations import m001_tables, m002_full_text, migrations
    from archive.schema import APPLICATION_ID

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
