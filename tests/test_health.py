"""`danvan sites check`, ended hosts and notifications: real databases, a real receiver, a real command."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from archive import Archive
from crawler.aftermath import look_after
from crawler.ended import hosts_gone
from crawler.health import health

FIRST = datetime(2025, 6, 2, 1, tzinfo=UTC)
GOOD = {"articles": 4, "with_date": 4, "with_description": 3, "with_author": 4, "body_length": 8000, "misses": 0}


@pytest.fixture
def archive(archive_dir):
    with Archive.open_writer(archive_dir) as opened, opened.transaction() as connection:
        connection.execute("INSERT INTO sites (name) VALUES ('tot'), ('hong')")
        for day in range(20):
            _run(connection, day, tot=GOOD, hong=GOOD)
    return archive_dir


def _run(connection, day, counts=(), **fields):
    at = FIRST + timedelta(days=day)
    run = connection.execute(
        "INSERT INTO runs (name, verb, started_at, pid) VALUES (?, 'crawl', ?, 1) RETURNING id",
        (f"run-{day}", at.isoformat()),
    ).fetchone()[0]
    for site, row in fields.items():
        connection.execute(
            "INSERT INTO run_fields SELECT ?, id, ?, ?, ?, ?, ?, ? FROM sites WHERE name = ?",
            (run, *row.values(), site),
        )
    for site, outcome, reason, pages in counts:
        connection.execute(
            "INSERT INTO run_counts SELECT ?, id, ?, ?, ? FROM sites WHERE name = ?",
            (run, outcome, reason, pages, site),
        )
    return run


def _found(archive):
    with Archive.open(archive) as opened:
        return [(one.site, one.kind) for one in health(opened.connection)]


def _change(archive, sql, *values):
    with sqlite3.connect(archive / "archive.db") as connection:
        connection.execute(sql, values)


def test_a_site_that_stays_as_it_was_gives_no_line(archive):
    assert _found(archive) == []


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"misses": 4}, "selectors"),
        ({"with_date": 0}, "date"),
        ({"with_description": 0}, "description"),
        ({"with_author": 0}, "author"),
        ({"body_length": 900}, "body"),
    ],
)
def test_a_field_that_falls_behind_the_sites_own_past_is_named(archive, change, kind):
    with sqlite3.connect(archive / "archive.db") as connection:
        _run(connection, 20, tot=GOOD, hong=GOOD | change)
    assert _found(archive) == [("hong", kind)]


def test_pages_that_turn_out_to_be_no_articles_any_more_are_a_missing_headline(archive):
    with sqlite3.connect(archive / "archive.db") as connection:
        _run(connection, 20, [("hong", "not_article", "empty", 9)], tot=GOOD, hong=GOOD | {"articles": 1})
    assert ("hong", "headline") in _found(archive)


def test_a_single_odd_article_is_no_drift(archive):
    odd = GOOD | {"with_date": 3, "misses": 1}
    with sqlite3.connect(archive / "archive.db") as connection:
        _run(connection, 20, tot=odd)
    assert _found(archive) == []


def test_a_site_without_a_past_is_not_judged(archive_dir):
    with Archive.open_writer(archive_dir) as opened, opened.transaction() as connection:
        connection.execute("INSERT INTO sites (name) VALUES ('moi')")
        _run(connection, 0, moi=GOOD | {"with_date": 0, "misses": 4})
    assert _found(archive_dir) == []


@pytest.mark.parametrize(
    ("outcome", "reason", "attempts", "quiet", "dead"),
    [
        ("failed", "http_5xx", 3, 0, True),
        ("failed", "http_5xx", 2, 0, False),
        ("gone", "404", 0, 3, True),
        ("not_article", "empty", 0, 5, True),
        ("not_article", "listing", 0, 500, False),
        ("unchanged", None, 0, 500, False),
    ],
)
def test_a_source_is_dead_when_it_fails_or_shows_nothing_three_times(archive, outcome, reason, attempts, quiet, dead):
    _change(
        archive,
        "INSERT INTO pages (site_id, identity, url, kind, discovered_at, outcome, reason, attempts, quiet_visits) "
        "VALUES (1, 'a', 'http://tot.example/rss', 'feed', ?, ?, ?, ?, ?)",
        FIRST.isoformat(), outcome, reason, attempts, quiet,
    )  # fmt: skip
    assert _found(archive) == ([("tot", "source")] if dead else [])


def _articles(archive, days):
    with sqlite3.connect(archive / "archive.db") as connection:
        for number, day in enumerate([-1, *days]):
            at = (FIRST + timedelta(days=day, hours=-2)).isoformat()
            page = connection.execute(
                "INSERT INTO pages (site_id, identity, url, kind, discovered_at, discovered_run) "
                "VALUES (1, ?1, ?1, 'article', ?2, ?3) RETURNING id",
                (f"http://tot.example/{number}", at, min(number, 1) + 1),
            ).fetchone()[0]
            connection.execute(
                "INSERT INTO articles (site_id, page_id, url, headline, article_body, captured_at, first_captured_at, "
                "content_hash) VALUES (1, ?, ?, 'Tin', 'Tin', ?, ?, '')",
                (page, f"http://tot.example/{number}", at, at),
            )


def test_a_site_that_falls_silent_is_reported_by_its_volume(archive):
    _articles(archive, [day for day in range(1, 17) for _ in range(4)])
    assert _found(archive) == [("tot", "volume")]


def test_a_site_that_goes_on_as_usual_is_not(archive):
    _articles(archive, [day for day in range(1, 20) for _ in range(4)])
    assert _found(archive) == []


def test_the_verb_prints_a_line_each_and_exits_1(archive):
    check = ("-a", archive, "sites", "check")
    assert _danvan(*check).returncode == 0
    _drift(archive)
    ran = _danvan(*check)
    assert (ran.returncode, ran.stdout) == (1, "hong: 0 of 4 articles have a date, 80 of 80 before\n")
    assert _danvan(*check, "tot").returncode == 0
    assert json.loads(_danvan(*check, "--json").stdout)[0]["kind"] == "date"
    assert _danvan(*check, "khong_co").returncode == 2


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Receiver) as server:
        server.got, server.status = [], 200
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _settings(archive, **values):
    archive.mkdir(exist_ok=True)
    text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
    (archive / "settings.toml").write_text(text)


def _drift(archive):
    with sqlite3.connect(archive / "archive.db") as connection:
        _run(connection, 20, hong=GOOD | {"with_date": 0})


def test_drift_is_posted_and_piped_once(archive, receiver, tmp_path):
    out = tmp_path / "told"
    script = tmp_path / "tell.py"
    script.write_text(f"import os, sys; open({str(out)!r}, 'a').write(sys.stdin.read() + os.environ['DANVAN_MESSAGE'])")
    _settings(
        archive, notify_url=f"http://127.0.0.1:{receiver.server_port}/a", notify_command=f"{sys.executable} {script}"
    )
    assert look_after(archive, run="run-19", exit_code=0, failure=None) == ()
    assert not receiver.got
    _drift(archive)
    assert look_after(archive, run="run-20", exit_code=0, failure=None) == ()
    assert look_after(archive, run="run-20", exit_code=1, failure=None) == ()
    assert [one["findings"][0]["kind"] for one in receiver.got] == ["date"]
    assert "hong: 0 of 4 articles have a date" in receiver.got[0]["text"]
    assert out.read_text().count("run-20") == 1
    assert out.read_text().endswith("hong: 0 of 4 articles have a date, 80 of 80 before")


def test_a_notification_that_fails_is_one_line_each(archive, receiver):
    receiver.status = 500
    _settings(archive, notify_url=f"http://127.0.0.1:{receiver.server_port}/", notify_command="khong-co-lenh-nay --x")
    _drift(archive)
    lines = look_after(archive, run="run-20", exit_code=0, failure=None)
    assert [line.partition(":")[0] for line in lines] == ["notify_command", "notify_url"]
    assert all("\n" not in line for line in lines)


def _danvan(*words, **environment):
    return subprocess.run(
        [sys.executable, "-m", "crawler", *map(str, words)], capture_output=True, text=True, check=False,
        env=os.environ | environment, timeout=120,
    )  # fmt: skip


def test_a_crawl_that_cannot_start_for_want_of_space_is_told(tmp_path, receiver):
    _settings(tmp_path / "a", notify_url=f"http://127.0.0.1:{receiver.server_port}/", minimum_free_megabytes=10**9)
    done = _danvan("-a", tmp_path / "a", "crawl", "--sample", "--quiet")
    assert done.returncode == 3
    assert "MB free" in receiver.got[0]["failure"]
    assert receiver.got[0]["exitCode"] == 3


def _profile(folder: Path, port: int) -> None:
    folder.mkdir()
    (folder / "mat_tich.toml").write_text(
        f'name = "mat_tich"\ntitle = "Mất tích"\nhosts = ["127.0.0.1"]\nhome = "http://127.0.0.1:{port}/"\n'
        'topic = "all"\n[politeness]\ndelay = 0.0\n[addresses]\narticle = ["^/bai/"]\n'
    )


def test_a_host_that_stays_gone_is_ended_and_asked_again_only_when_enabled_anew(tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        _profile(tmp_path / "sites", closed.getsockname()[1])
        archive, more = tmp_path / "a", {"DANVAN_SITES": str(tmp_path / "sites"), "DANVAN_CONTACT": "a@b.example"}
        crawl = ("-a", archive, "crawl", "mat_tich", "--allow-private", "--quiet")
        assert _danvan(*crawl, **more).returncode == 1
        reason = sqlite3.connect(archive / "archive.db").execute("SELECT outcome, reason FROM run_counts").fetchall()
        assert ("failed", "connection") in reason
        with sqlite3.connect(archive / "archive.db") as connection:
            now = datetime.now(UTC)
            connection.execute("UPDATE runs SET started_at = ?", ((now - timedelta(days=15)).isoformat(),))
            connection.execute("UPDATE sites SET wait_until = NULL")
            connection.execute("UPDATE pages SET due_at = 0")
            for day in (12, 9, 5):
                run = connection.execute(
                    "INSERT INTO runs (name, verb, started_at, pid) VALUES (?, 'crawl', ?, 1) RETURNING id",
                    (f"day-{day}", (now - timedelta(days=day)).isoformat()),
                ).fetchone()[0]
                connection.execute("INSERT INTO run_counts VALUES (?, 1, 'failed', 'connection', 1)", (run,))
        done = _danvan(*crawl, **more)
        assert done.returncode == 1
        assert "danvan backfill mat_tich --from wayback" in done.stderr
        checked = _danvan("-a", archive, "sites", "check", **more)
        assert checked.returncode == 1
        assert "ended" in checked.stdout
        refused = _danvan(*crawl, **more)
        assert refused.returncode == 2
        assert "backfill mat_tich" in refused.stderr
        assert _danvan("-a", archive, "sites", "enable", "mat_tich", **more).returncode == 0
        assert _danvan(*crawl, **more).returncode != 2


def test_our_own_line_being_down_ends_no_site(archive):
    with sqlite3.connect(archive / "archive.db") as connection:
        for day in range(20, 40):
            _run(connection, day, [(site, "failed", "dns", 1) for site in ("tot", "hong")])
    with Archive.open(archive) as opened:
        assert hosts_gone(opened.connection) == ()
    with sqlite3.connect(archive / "archive.db") as connection:
        for day in range(40, 60):
            _run(connection, day, [("tot", "saved", "", 1), ("hong", "failed", "dns", 1)])
    with Archive.open(archive) as opened:
        assert [one.name for one in hosts_gone(opened.connection)] == ["hong"]
