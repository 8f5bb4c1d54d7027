"""The frontier and the store: leases, outcomes and articles, through the writer that crawls use."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from archive import Archive, frontier
from archive.errors import ArchiveLockedError, NotAnArchiveError, StorageError
from archive.records import Article, Author, Child, Image, Outcome, RawRecord, Visit, content_hash
from archive.writer import Writer

NOW = 1_750_000_000
MOMENT = "2025-06-15T08:00:00+07:00"


class FakeWarc:
    """Positions without a file: what the writer needs of a WARC."""

    def __init__(self) -> None:
        self.size = 0
        self.synced = 0
        self.broken = False

    def append(self, data: bytes) -> tuple[str, int]:
        if self.broken:
            raise StorageError("/full: no space left")
        offset, self.size = self.size, self.size + len(data)
        return "run.warc.gz", offset

    def sync(self) -> None:
        self.synced += 1

    def close(self) -> None:
        pass


def make_article(url: str, **changes: object) -> Article:
    article = Article(
        url=url,
        headline="Dân vận khéo ở xã Bình Minh",
        article_body="Đảng ủy xã họp dân.\n\nBà con hiến đất.",
        authors=(Author(name="Thu Hà", name_raw="Tin: Thu Hà"),),
        images=(Image(url="https://danvan.example/1.jpg", caption="Quang cảnh", credit="HM"),),
        captured_at=MOMENT,
    )
    article = replace(article, **changes)
    return replace(article, content_hash=content_hash(article))


@pytest.fixture
def archive(tmp_path: Path):
    with Archive.open_writer(tmp_path / "a") as archive:
        yield archive


@pytest.fixture
def writer(archive: Archive):
    run = archive.start_run("crawl", started_at=MOMENT, pid=1)
    writer = Writer(archive, FakeWarc(), run, now=lambda: NOW)
    writer.start()
    yield writer
    writer.close()


def seed(archive: Archive, writer: Writer, *names: str, kind: str = "article") -> None:
    children = [Child(identity=f"https://s.example/{n}", url=f"https://s.example/{n}", kind=kind) for n in names]

    def add(connection):
        site = archive.site_id("s", title="S")
        return frontier.add(connection, site, children, run_id=writer.run_id, discovered_at=MOMENT)

    writer.call(add).result(5)


def visit(lease, outcome=Outcome.SAVED, **facts) -> Visit:
    facts.setdefault("raw", RawRecord(data=b"x" * 10, record_type="response", digest=f"sha1:{lease.page_id}"))
    return Visit(lease=lease, outcome=outcome, url=lease.url, fetched_at=MOMENT, status=200, **facts)


def test_a_lease_is_given_once(archive, writer):
    seed(archive, writer, "1", "2", "3")
    first = writer.lease("s", limit=2).result(5)
    second = writer.lease("s", limit=5).result(5)
    assert [lease.url[-1] for lease in first + second] == ["1", "2", "3"]
    assert writer.lease("s", limit=5).result(5) == []


def test_a_saved_page_writes_capture_article_children_and_outcome_together(archive, writer):
    seed(archive, writer, "1")
    (lease,) = writer.lease("s", limit=1).result(5)
    child = Child(identity="https://s.example/2", url="https://s.example/2", kind="article", text="Tin hai")
    outcome = writer.submit(visit(lease, article=make_article(lease.url), children=(child,), due_at=NOW + 5)).result(5)
    assert outcome is Outcome.SAVED
    db = archive.connection
    row = db.execute("SELECT * FROM articles").fetchone()
    assert row["headline"] == "Dân vận khéo ở xã Bình Minh"
    assert json.loads(row["author_names"]) == ["Thu Hà"]
    assert db.execute("SELECT caption FROM images").fetchone()[0] == "Quang cảnh"
    assert db.execute("SELECT warc_file, warc_offset FROM captures").fetchone()[:] == ("run.warc.gz", 0)
    assert db.execute("SELECT count(*) FROM articles_folded WHERE articles_folded MATCH 'dang'").fetchone()[0] == 1
    assert db.execute("SELECT state, outcome FROM pages WHERE id = ?", (lease.page_id,)).fetchone()[:] == (
        "due",
        "saved",
    )
    assert [new.url for new in writer.lease("s", limit=5).result(5)] == ["https://s.example/2"]
    assert db.execute("SELECT count(*) FROM links").fetchone()[0] == 1


def test_the_same_content_is_unchanged_and_a_new_one_is_a_version(archive, writer):
    seed(archive, writer, "1")
    (lease,) = writer.lease("s", limit=1).result(5)
    writer.submit(visit(lease, article=make_article(lease.url))).result(5)
    same = make_article(lease.url, view_count=99)
    assert writer.submit(visit(lease, article=same)).result(5) is Outcome.UNCHANGED
    edited = make_article(lease.url, headline="Dân vận khéo: tiêu đề mới")
    assert writer.submit(visit(lease, article=edited)).result(5) is Outcome.SAVED
    db = archive.connection
    assert db.execute("SELECT versions, view_count FROM articles").fetchone()[:] == (2, None)
    old, new = db.execute("SELECT record FROM article_versions ORDER BY version").fetchall()
    assert json.loads(old[0])["headline"] == "Dân vận khéo ở xã Bình Minh"
    assert new[0] is None, "the current version stands in articles alone"
    for table in ("articles_exact", "articles_folded"):
        db.execute(f"INSERT INTO {table}({table}, rank) VALUES ('integrity-check', 1)")


def test_a_gone_page_keeps_its_article_with_the_date(archive, writer):
    seed(archive, writer, "1")
    (lease,) = writer.lease("s", limit=1).result(5)
    writer.submit(visit(lease, article=make_article(lease.url))).result(5)
    writer.submit(visit(lease, Outcome.GONE, reason="410")).result(5)
    row = archive.connection.execute("SELECT gone_at, headline FROM articles").fetchone()
    assert row["gone_at"] == MOMENT
    assert row["headline"]


def test_the_ledger_of_a_run_adds_up(archive, writer):
    seed(archive, writer, "1", "2", "3")
    leases = writer.lease("s", limit=2).result(5)
    writer.submit(visit(leases[0], article=make_article(leases[0].url))).result(5)
    writer.submit(visit(leases[1], Outcome.FAILED, reason="timeout", raw=None)).result(5)
    writer.close()
    archive.end_run(writer.run_id, ended_at=MOMENT, exit_code=1)
    rows = archive.connection.execute("SELECT outcome, reason, pages FROM run_counts ORDER BY outcome").fetchall()
    assert [tuple(row) for row in rows] == [("failed", "timeout", 1), ("pending", "", 1), ("saved", "", 1)]


def test_a_page_whose_text_cannot_be_stored_fails_alone(archive, writer):
    seed(archive, writer, "1", "2")
    bad, good = writer.lease("s", limit=2).result(5)
    broken = make_article(bad.url, content_hash="x")
    object.__setattr__(broken, "headline", "lone \ud800 surrogate")
    outcomes = [
        writer.submit(visit(bad, article=broken)),
        writer.submit(visit(good, article=make_article(good.url))),
    ]
    assert [future.result(5) for future in outcomes] == [Outcome.FAILED, Outcome.SAVED]
    assert archive.connection.execute("SELECT count(*) FROM captures").fetchone()[0] == 2


def test_a_full_disk_commits_nothing_and_refuses_what_follows(archive, writer):
    seed(archive, writer, "1", "2")
    first, second = writer.lease("s", limit=2).result(5)
    writer._warc.broken = True
    with pytest.raises(StorageError, match="/full"):
        writer.submit(visit(first, article=make_article(first.url))).result(5)
    with pytest.raises(StorageError):
        writer.submit(visit(second, article=make_article(second.url))).result(5)
    assert archive.connection.execute("SELECT count(*) FROM articles").fetchone()[0] == 0


def test_a_dead_runs_leases_go_back(archive, writer):
    seed(archive, writer, "1", "2")
    writer.lease("s", limit=2).result(5)
    writer.close()
    archive.start_run("crawl", started_at=MOMENT, pid=2)
    assert archive.connection.execute("SELECT count(*) FROM pages WHERE state = 'due'").fetchone()[0] == 2


def test_a_second_writer_is_refused_with_the_pid(archive):
    import os

    with pytest.raises(ArchiveLockedError, match=str(os.getpid())):
        Archive.open_writer(archive.path)


def test_opening_what_is_no_archive_says_so(tmp_path):
    with pytest.raises(NotAnArchiveError, match="holds no archive"):
        Archive.open(tmp_path)
    (tmp_path / "archive.db").write_bytes(b"not a database at all, but long enough to be read" * 20)
    with pytest.raises(StorageError):
        Archive.open(tmp_path)


def test_a_newer_schema_is_refused(archive):
    archive.connection.execute("PRAGMA user_version = 99")
    with pytest.raises(NotAnArchiveError, match="newer release"):
        Archive.open(archive.path)


def test_due_pages_of_a_waiting_site_are_not_leased(archive, writer):
    seed(archive, writer, "1")
    writer.call(lambda db: frontier.wait(db, 1, until=NOW + 60, reason="robots")).result(5)
    assert writer.lease("s", limit=5).result(5) == []


@pytest.mark.parametrize(
    ("stated", "due_again"),
    [({"1": "2025-06-16T09:00:00+07:00"}, {"1"}), ({"1": "2025-06-14"}, set()), (None, set())],
    ids=["one changed since", "none changed", "today's date on all is not believed"],
)
def test_a_sitemap_that_says_what_changed_brings_the_next_visit_forward(archive, writer, stated, due_again):
    names = [str(n) for n in range(1, 31)]
    seed(archive, writer, *names)
    later = NOW + 30 * 86400
    for lease in writer.lease("s", limit=50).result(5):
        writer.submit(visit(lease, article=make_article(lease.url), due_at=later)).result(5)
    seed(archive, writer, "sitemap.xml", kind="sitemap")
    (sitemap,) = writer.lease("s", limit=1).result(5)
    stated = dict.fromkeys(names, "2025-06-20") if stated is None else stated
    children = tuple(
        Child(identity=f"https://s.example/{n}", url=f"https://s.example/{n}", kind="article", modified=stated.get(n))
        for n in names
    )
    writer.submit(visit(sitemap, Outcome.NOT_ARTICLE, children=children)).result(5)
    soon = archive.connection.execute("SELECT url FROM pages WHERE due_at < ?", (later,)).fetchall()
    assert {row[0].rpartition("/")[2] for row in soon} == due_again


def test_a_chain_of_redirects_ends(archive, writer):
    seed(archive, writer, "0")
    for hop in range(1, 20):
        leases = writer.lease("s", limit=1).result(5)
        if not leases:
            break
        further = Child(identity=f"https://s.example/{hop}", url=f"https://s.example/{hop}", kind="article")
        writer.submit(visit(leases[0], Outcome.DUPLICATE, reason="redirect", children=(further,))).result(5)
    assert archive.connection.execute("SELECT count(*), max(reason) FROM pages").fetchone()[:] == (11, "redirects")
