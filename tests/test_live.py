"""`danvan sites check --live`: a real site on loopback, asked as politely as any crawl."""

import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from crawler.site import Politeness

STORY = """<html><head><title>{title}</title></head><body><div class="bai"><h1>{title}</h1>
<p class="ngay">06/10/2022</p><div class="noi-dung"><p>Sáng nay, tổ dân vận khu phố {n} họp bàn việc mở rộng ngõ, có hơn
bốn mươi hộ dân cùng dự và góp ý kiến.</p><p>Bà con thống nhất hiến đất, tháo dỡ tường rào và góp ngày công để con đường
được rộng thêm hai mét trước mùa mưa.</p><p>Tổ trưởng tổ dân vận cho biết mọi khoản thu chi được niêm yết ở nhà văn hóa
để ai cũng xem và hỏi được.</p></div></div></body></html>"""


class _Site(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, self.headers["User-Agent"]))
        if self.path == "/robots.txt":
            body = self.server.robots
        elif self.path == "/":
            links = "".join(
                f'<li><a href="/bai/{n}">Khu phố {n} mở rộng ngõ nhờ dân vận khéo</a></li>' for n in range(9)
            )
            body = f"<html><body><ul>{links}</ul></body></html>"
        else:
            body = STORY.format(title=f"Khu phố {self.path[-1]} mở rộng ngõ nhờ dân vận khéo", n=self.path[-1])
            body = body.replace("bai", self.server.css)
        data = body.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@pytest.fixture
def site(tmp_path):
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        server.asked, server.robots, server.css = [], "User-agent: *\nDisallow: /quan-tri\n", "bai"
        home = f"http://127.0.0.1:{server.server_port}/"
        (tmp_path / "sites").mkdir()
        (tmp_path / "sites" / "khu_pho.toml").write_text(
            f'name = "khu_pho"\ntitle = "Khu phố"\nhosts = ["127.0.0.1"]\nhome = "{home}"\ntopic = "match"\n'
            f'[[sources]]\nkind = "listing"\nurl = "{home}"\n[politeness]\ndelay = 0.0\n'
            '[addresses]\narticle = ["^/bai/"]\n'
            '[[layouts]]\n[layouts.select]\nheadline = [".bai h1"]\nbody = [".bai .noi-dung"]\ndate = [".bai .ngay"]\n'
        )
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _danvan(tmp_path, *words):
    environment = os.environ | {"DANVAN_SITES": str(tmp_path / "sites"), "DANVAN_CONTACT": "luu-tru@mau.example"}
    return subprocess.run(
        [sys.executable, "-m", "crawler", "-a", str(tmp_path / "a"), *words],
        capture_output=True, text=True, check=False, env=environment, timeout=120,
    )  # fmt: skip


def _check(tmp_path, *words):
    return _danvan(tmp_path, "sites", "check", "--live", "khu_pho", *words)


def test_three_pages_are_fetched_and_each_field_reported(site, tmp_path):
    done = _check(tmp_path, "--allow-private", "--json")
    pages = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert len(pages) == 3
    assert {page["fields"]["date"] for page in pages} == {"2022-10-06"}
    assert all(page["fields"]["author"] is None for page in pages)
    assert [path for path, _ in site.asked][:2] == ["/robots.txt", "/"]
    assert len(site.asked) == 5
    assert all("luu-tru@mau.example" in agent for _, agent in site.asked)
    assert not (tmp_path / "a").exists()


def test_a_redesign_shows_as_selectors_that_found_nothing(site, tmp_path):
    site.css = "moi"
    done = _check(tmp_path, "--allow-private")
    assert done.returncode == 1
    assert "selectors that found nothing: layout" in done.stdout


def test_robots_keep_it_out(site, tmp_path):
    site.robots = "User-agent: *\nDisallow: /\n"
    done = _check(tmp_path, "--allow-private")
    assert done.returncode == 1
    assert [path for path, _ in site.asked] == ["/robots.txt"]
    assert "no article could be fetched" in done.stderr


def test_a_private_address_is_not_asked_unless_allowed(site, tmp_path):
    assert _check(tmp_path).returncode == 1
    assert site.asked == []


def _window(tmp_path, opens, closes):
    now = datetime.now(timezone(timedelta(hours=7)))
    window = f"{now + timedelta(hours=opens):%H:%M}-{now + timedelta(hours=closes):%H:%M}"
    profile = tmp_path / "sites" / "khu_pho.toml"
    profile.write_text(profile.read_text().replace("delay = 0.0", f'delay = 0.0\nwindow = "{window}"'))
    return window


def test_a_site_outside_its_window_is_not_asked_and_stays_due(site, tmp_path):
    window = _window(tmp_path, 2, 4)
    crawl = ("crawl", "khu_pho", "--allow-private")
    assert window in _danvan(tmp_path, *crawl, "--dry-run").stdout
    assert _danvan(tmp_path, *crawl).returncode == 0
    assert site.asked == []
    status = json.loads(_danvan(tmp_path, "status", "--json").stdout)
    assert status["sites"][0]["outcomes"] == [{"outcome": "pending", "reason": None, "pages": 1}]


def test_a_site_inside_its_window_is_asked(site, tmp_path):
    _window(tmp_path, -2, 2)
    assert _danvan(tmp_path, "crawl", "khu_pho", "--allow-private").returncode == 0
    assert len(site.asked) > 5


@pytest.mark.parametrize(
    ("window", "hour", "welcome"),
    [
        (None, 12, True),
        ("22:00-05:00", 23, True),
        ("22:00-05:00", 4, True),
        ("22:00-05:00", 5, False),
        ("22:00-05:00", 12, False),
        ("01:00-05:00", 0, False),
        ("01:00-05:00", 1, True),
    ],
)
def test_a_window_is_of_vietnams_clock_and_may_reach_over_midnight(window, hour, welcome):
    moment = datetime(2025, 6, 2, hour, tzinfo=timezone(timedelta(hours=7)))
    assert Politeness(window=window).welcome(moment.astimezone(UTC)) is welcome
