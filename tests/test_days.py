"""Archives by day, and lists that tell no dates: how far back a crawl of a loopback site goes."""

import os
import re
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from crawler.site import Source

TODAY = (datetime.now(UTC) + timedelta(hours=7)).date()
STORY = """<html><head><title>{title}</title></head><body><div class="bai"><h1>{title}</h1><p class="ngay">{day:%d/%m/%Y}
08:00</p><div class="noi-dung"><p>Sáng {day:%d/%m}, tổ dân vận ấp {n} vận động bà con góp công nạo vét con mương dài hơn
một cây số để nước vào đồng kịp vụ gieo sạ.</p><p>Bốn mươi hộ dân tham gia, mỗi nhà một người, làm xong trong hai buổi
và hẹn nhau tháng sau quay lại dọn cỏ hai bên bờ.</p></div></div></body></html>"""


class _Site(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        if found := re.fullmatch(r"/ngay/(\d\d)-(\d\d)-(\d{4})\.html", self.path):
            day = date(int(found[3]), int(found[2]), int(found[1]))
            body = _links([f"/bai/{(TODAY - day).days}"])
        elif found := re.fullmatch(r"/tin/(?:trang-(\d+))?", self.path):
            page = int(found[1] or 1)
            body = _links([f"/bai/{n}" for n in range((page - 1) * 10, page * 10)])
        elif found := re.fullmatch(r"/bai/(\d+)", self.path):
            n = int(found[1])
            body = STORY.format(
                title=f"Tổ dân vận ấp {n} nạo vét mương cùng bà con", n=n, day=TODAY - timedelta(days=n)
            )
        else:
            return self.send_error(404)
        data = f"<!DOCTYPE html>{body}".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        return self.wfile.write(data)

    def log_message(self, *_):
        pass


def _links(paths):
    items = "".join(
        f'<li><a href="{path}">Ấp {path[5:]} nạo vét mương, dân vận khéo ở cơ sở</a></li>' for path in paths
    )
    return f"<html><body><h1>Tin dân vận</h1><ul>{items}</ul></body></html>"


@pytest.fixture
def site():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        server.asked = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def crawl(tmp_path, site, source, *words):
    home = f"http://127.0.0.1:{site.server_port}"
    (tmp_path / "sites").mkdir(exist_ok=True)
    (tmp_path / "sites" / "ap.toml").write_text(
        f'name = "ap"\ntitle = "Ấp"\nhosts = ["127.0.0.1"]\ntopic = "all"\n[[sources]]\n{source.format(home=home)}\n'
        '[politeness]\ndelay = 0.0\nautothrottle = false\n[addresses]\narticle = ["^/bai/"]\n'
        '[[layouts]]\n[layouts.select]\nheadline = [".bai h1"]\nbody = [".bai .noi-dung"]\ndate = [".bai .ngay"]\n'
    )
    site.asked.clear()
    environment = os.environ | {"DANVAN_SITES": str(tmp_path / "sites"), "DANVAN_CONTACT": "luu-tru@mau.example"}
    done = subprocess.run(
        [sys.executable, "-m", "crawler", "-a", str(tmp_path / "a"), "crawl", "ap", "--allow-private", "--quiet", *words],
        capture_output=True, text=True, check=False, env=environment, timeout=120,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr  # robots.txt is not there, which is no failure
    with sqlite3.connect(tmp_path / "a" / "archive.db") as database:
        days = database.execute("SELECT substr(date_published, 1, 10) FROM articles ORDER BY 1 DESC").fetchall()
    return [date.fromisoformat(day) for (day,) in days]


BY_DAY = 'kind = "listing"\nurl = "{home}/ngay/{{date:%d-%m-%Y}}.html"'
NUMBERED = 'kind = "listing"\nurl = "{home}/tin/"\npages = "{home}/tin/trang-{{page}}"'


def test_an_archive_by_day_is_walked_back_to_since_and_then_only_its_last_days_are_asked_again(site, tmp_path):
    since = TODAY - timedelta(days=5)
    assert crawl(tmp_path, site, BY_DAY, "--since", since.isoformat()) == [TODAY - timedelta(days=n) for n in range(6)]
    crawl(tmp_path, site, BY_DAY, "--since", since.isoformat())
    lists = [path for path in site.asked if path.startswith("/ngay/")]
    assert lists == [f"/ngay/{TODAY - timedelta(days=n):%d-%m-%Y}.html" for n in range(2)]


def test_a_first_run_goes_back_thirty_days_in_an_archive_by_day(site, tmp_path):
    assert len(crawl(tmp_path, site, BY_DAY)) == 31


def test_a_list_without_dates_is_left_once_its_articles_prove_too_old(site, tmp_path):
    days = crawl(tmp_path, site, NUMBERED, "--since", (TODAY - timedelta(days=14)).isoformat())
    assert days[:15] == [TODAY - timedelta(days=n) for n in range(15)]
    assert furthest(site) <= 4  # of pages without end
    days = crawl(tmp_path, site, NUMBERED, "--since", (TODAY - timedelta(days=44)).isoformat())
    assert days[:45] == [TODAY - timedelta(days=n) for n in range(45)]
    assert furthest(site) <= 7


def furthest(site):
    return max(int(path.rpartition("-")[2]) for path in site.asked if "trang-" in path)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://a.vn/{date}/", "https://a.vn/2025-06-02/"),
        ("https://a.vn/bydate/{date:%d-%m-%Y}.htm", "https://a.vn/bydate/02-06-2025.htm"),
        ("https://a.vn/sitemap-{date:%Y%m}.xml", "https://a.vn/sitemap-202506.xml"),
    ],
)
def test_the_address_of_a_day(url, address):
    source = Source(kind="listing", url=url)
    assert source.dated
    assert source.address_on(date(2025, 6, 2)) == address
    assert address.startswith(source.stem)
