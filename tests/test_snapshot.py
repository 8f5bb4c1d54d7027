"""A fixture made from the archive is a page, its request and its record, and reads back to the same record."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from archive import Archive
from archive.errors import NotFoundError, StorageError, UsageError
from archive.records import Page, article_json
from crawler.extraction import extract
from crawler.profile import load_site
from crawler.snapshot import snapshot


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of one sample site, crawled in a process of its own (an engine runs once a process)."""
    folder = tmp_path_factory.mktemp("snapshot") / "archive"
    command = [sys.executable, "-m", "crawler", "-a", str(folder), "crawl", "--sample", "danvan_example", "--quiet"]
    subprocess.run(command, check=True, timeout=120)
    return folder


def address(archive: Archive) -> str:
    return archive.connection.execute("SELECT url FROM articles WHERE headline LIKE 'Người giữ hòa khí%'").fetchone()[0]


def test_a_snapshot_reads_back_to_what_it_says(crawled, tmp_path):
    with Archive.open(crawled) as archive:
        folder = snapshot(archive, address(archive), tmp_path)
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    page = Page(
        url=request["url"],
        body=(folder / "page.html").read_bytes(),
        captured_at=request["captured_at"],
        headers=tuple((name, value) for name, value in request["headers"]),
    )
    result = extract(page, load_site(request["site"]))
    assert result.article is not None
    record = article_json(result.article)
    assert folder == tmp_path / "danvan_example" / "nguoi_giu_hoa_khi_o_cho_que"
    assert page.body.startswith(b"<!DOCTYPE html>")
    assert expected["headline"] == "Người giữ hòa khí ở chợ quê"
    assert expected["articleBody"] == [line for line in record["articleBody"].split("\n") if line]
    for key in ("headline", "description", "datePublished", "images", "attachments", "viewCount"):
        assert expected[key] == record[key]
    assert expected["forbidden"] == []
    assert {name.lower() for name, _ in request["headers"]} <= {"content-type", "content-language", "last-modified"}


def test_any_address_of_the_page_finds_its_capture(crawled, tmp_path):
    with Archive.open(crawled) as archive:
        folder = snapshot(archive, f"{address(archive)}?utm_source=x", tmp_path)
    assert (folder / "page.html").is_file()


def test_a_page_that_is_no_article_is_kept_with_its_reason(crawled, tmp_path):
    with Archive.open(crawled) as archive:
        folder = snapshot(archive, "http://danvan.example/Home/Tin-tuc", tmp_path)
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    assert expected["outcome"] == "not_article"
    assert expected["reason"]


def test_what_is_there_already_is_not_overwritten(crawled, tmp_path):
    with Archive.open(crawled) as archive:
        folder = snapshot(archive, address(archive), tmp_path)
        with pytest.raises(UsageError, match="is there already"):
            snapshot(archive, address(archive), tmp_path)
    assert len(list(folder.iterdir())) == 3


def test_an_address_that_was_never_captured_is_named(crawled, tmp_path):
    with Archive.open(crawled) as archive, pytest.raises(NotFoundError, match="/khong-co: not captured in"):
        snapshot(archive, "http://danvan.example/khong-co", tmp_path)


def test_a_folder_that_cannot_be_written_is_named(crawled, tmp_path):
    (tmp_path / "tep").write_text("x")
    with Archive.open(crawled) as archive, pytest.raises(StorageError, match="cannot be written"):
        snapshot(archive, address(archive), tmp_path / "tep")
