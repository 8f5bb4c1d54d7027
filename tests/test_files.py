"""Images and attachments: which are asked for, kept once, and what becomes of those that are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive import Archive
from archive.check import check
from archive.coverage import ledger
from archive.raw import Exchange, iter_records, payload_digest
from archive.records import Article, Attachment, Image, KeptFile, Lease, Outcome
from crawler.files import children_of_article
from crawler.job import Job, give_up
from crawler.revisit import next_visit
from crawler.site import Files, Site, generic_site
from tests import documents
from tests.bad_server import bad_server
from tests.files_site import FIGURE, GUIDE, PAGE, PHOTO, PLAN, SHARED, Ground


def job_of(url: str, kind: str, body: bytes = b"") -> Job:
    lease = Lease(
        page_id=1, site="bao", url=url, identity=url, kind=kind, depth=0, section=None, text=None, visits=0, quiet_visits=0,
        attempts=1, crashes=0, etag=None, last_modified=None, digest=None, captured_url=None, captured_at=None,
        has_article=False, settled=False,
    )  # fmt: skip
    exchange = Exchange(url=url, status=200, fetched_at="2025-06-02T01:00:00+00:00", body=body)
    return Job(lease=lease, exchange=exchange, now=0)


def test_each_file_of_an_article_is_kept_or_told_why_not(crawled_site: Ground) -> None:
    docx, pdf = documents.DOCX_TYPE, "application/pdf"
    assert crawled_site.files() == {
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
    assert "http://cdn.example" not in str(crawled_site.server.paths())


def test_files_are_no_failed_articles_and_the_ledger_adds_up(crawled_site: Ground) -> None:
    with Archive.open(crawled_site.archive) as archive:
        lines = {(line.outcome, line.reason): line.pages for line in ledger(archive.connection)}
    assert (lines["saved", ""], lines["not_article", "image"], lines["not_article", "attachment"]) == (2, 2, 5)
    assert not {outcome for outcome, _ in lines} & {"failed", "pending"}
    discovered = crawled_site.rows("SELECT count(*) FROM pages")
    assert [(sum(lines.values()),)] == discovered == crawled_site.rows("SELECT sum(pages) FROM run_counts")


def test_equal_files_are_one_copy_whatever_their_addresses(crawled_site: Ground) -> None:
    (file,) = (crawled_site.archive / "warc").glob("*-crawl-*.warc.gz")
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
    with Archive.open_writer(crawled_site.archive) as archive:
        assert check(archive, deep=True).sound


def test_files_are_asked_for_after_every_article(crawled_site: Ground) -> None:
    asked = crawled_site.server.paths()
    files = [n for n, path in enumerate(asked) if path.startswith(("/anh/", "/tep/"))]
    assert max(asked.index("/tin-1"), asked.index("/tin-2")) < min(files)


def test_files_of_a_named_host_are_asked_of_it_by_its_own_robots_txt(open_site: Ground) -> None:
    other = f"http://localhost:{open_site.server.server_address[1]}"
    open_site.profile(hosts='["localhost"]')
    open_site.server.robots = (200, "User-agent: *\nDisallow: /anh/cam")
    names = ("anh/hop.png", "anh/cam.png", "broken/a.png")
    pictures = "".join(FIGURE.format(f"{other}/{name}", name) for name in names)
    open_site.server.pages = {
        "/": open_site.server.pages["/"],
        "/tin-1": PAGE.format(title="Đối thoại", files=pictures),
    }
    assert open_site.crawl().returncode == 1, "one failed"
    assert [open_site.files()[name][:2] for name in names] == [
        ("kept", None),
        ("refused", "robots"),
        ("failed", "http_5xx"),
    ]
    assert open_site.server.paths().count("/robots.txt") == 2
    assert "/anh/cam.png" not in open_site.server.paths()
    assert open_site.rows("SELECT count(*) FROM articles JOIN pages ON pages.id = page_id WHERE outcome = 'saved'") == [
        (2,)
    ]


def test_a_file_host_that_asks_for_patience_holds_up_its_own_files_alone(open_site: Ground) -> None:
    open_site.profile(hosts='["localhost"]')
    with bad_server() as other:
        other.robots = (200, "User-agent: *\nCrawl-delay: 1")
        base = f"http://localhost:{other.server_address[1]}"
        slow = [f"{base}/anh/{n}.png" for n in range(3)]
        own = [f"/anh/{n}.png" for n in range(12)]
        other.files = {f"/anh/{n}.png": ("image/png", documents.png(shade=n)) for n in range(3)}
        open_site.server.files = {path: ("image/png", documents.png(shade=n)) for n, path in enumerate(own, 10)}
        pictures = "".join(FIGURE.format(path, path) for path in (*slow, *own))
        open_site.server.pages = {
            "/": open_site.server.pages["/"], "/tin-1": PAGE.format(title="Đối thoại", files=pictures),
        }  # fmt: skip
        assert open_site.crawl().returncode == 0
        assert {row[0] for row in open_site.files().values()} == {"kept"}
        last = max(moment for moment, path, _ in other.asked if path.startswith("/anh/"))
        assert all(moment < last for moment, _, _ in open_site.server.asked)


def test_a_file_host_that_is_busy_for_long_is_left_alone_without_its_site(open_site: Ground) -> None:
    open_site.profile(hosts='["localhost"]')
    open_site.server.busy_left, open_site.server.retry_after = 99, "7200"
    other = f"http://localhost:{open_site.server.server_address[1]}"
    names = [f"/busy/{n}.png" for n in range(9)]
    open_site.server.pages = {
        "/": open_site.server.pages["/"],
        "/tin-1": PAGE.format(
            title="Đối thoại", files="".join(FIGURE.format(f"{other}{name}", name) for name in names)
        ),
    }
    assert open_site.crawl().returncode == 1
    assert len([path for path in open_site.server.paths() if path.startswith("/busy/")]) < len(names)
    assert {row[0] for row in open_site.files().values()} == {"failed"}
    assert open_site.rows("SELECT wait_until FROM sites") == [(None,)]


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


def test_a_file_whose_server_breaks_is_tried_for_days_and_then_left() -> None:
    job = job_of("https://bao.example/a.pdf", "attachment")
    tries = [replace(job.lease, attempts=number) for number in (1, 7, 8)]
    assert [next_visit(lease, Outcome.FAILED, now=0) is None for lease in tries] == [False, False, True]
    assert next_visit(job.lease, Outcome.NOT_ARTICLE, now=0) is None


def test_a_document_that_breaks_its_worker_is_kept_without_its_text() -> None:
    visit = give_up(job_of("https://bao.example/a.pdf", "attachment", GUIDE), "extract_timeout")
    assert (visit.outcome, visit.reason, visit.crashed) == (Outcome.NOT_ARTICLE, "attachment", False)
    assert visit.file == KeptFile(media_type="application/pdf", bytes=len(GUIDE), text_reason="timeout")
    assert visit.raw


def test_an_edit_drops_the_text_of_a_document_and_no_file_is_asked_for_twice(crawled_site: Ground) -> None:
    crawled_site.monkey.setitem(
        crawled_site.server.pages, "/tin-2", PAGE.format(title="Đối thoại ở thôn Đoài, bản sửa", files="")
    )
    crawled_site.rows("UPDATE pages SET due_at = 0 WHERE due_at IS NOT NULL")
    before = len(crawled_site.server.paths())
    assert crawled_site.crawl().returncode == 0
    crawled_site.monkey.setitem(
        crawled_site.server.pages, "/tin-2", PAGE.format(title="Đối thoại ở thôn Đoài", files=SHARED)
    )
    assert not [
        path for path in crawled_site.server.paths()[before:] if path.startswith(("/anh/", "/tep/", "/tai-ve/"))
    ]
    assert crawled_site.rows("SELECT versions, attachment_text FROM articles WHERE headline LIKE '%bản sửa'") == [
        (2, None)
    ]
    with Archive.open(crawled_site.archive) as archive:
        assert archive.search("đo lòng mương").total == 1
    with Archive.open_writer(crawled_site.archive) as archive:
        assert check(archive, deep=True).sound


def test_a_host_whose_files_fail_one_after_the_other_is_left_alone_without_its_site(open_site: Ground) -> None:
    other = f"http://localhost:{open_site.server.server_address[1]}"
    open_site.profile(hosts='["localhost"]')
    pictures = "".join(FIGURE.format(f"{other}/broken/{n}.png", f"Ảnh số {n}") for n in range(30))
    open_site.server.pages = {
        "/": open_site.server.pages["/"],
        "/tin-1": PAGE.format(title="Đối thoại", files=pictures),
    }
    assert open_site.crawl().returncode == 1
    asked = {path for path in open_site.server.paths() if path.startswith("/broken/")}
    assert 5 <= len(asked) < 15
    assert {row[:2] for row in open_site.files().values()} == {("failed", "http_5xx"), ("failed", "connection")}
    assert open_site.rows("SELECT wait_until FROM sites") == [(None,)]
