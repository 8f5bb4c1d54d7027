"""The bundled sample sites, asked over real HTTP: what every page, day and server promises."""

from __future__ import annotations

import gzip
import http.client
import re
import subprocess
import sys
import threading
from io import BytesIO
from itertools import pairwise
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

import feedparser
import pytest
from docx import Document
from lxml import html
from pypdf import PdfReader

from archive.records import Page
from crawler.extraction import extract
from crawler.profile import load_sample_sites, site_for_url
from crawler.sample import FIRST_DAY, SampleWorld, sample_clock, sample_sites
from crawler.sample.bulletins import bulletins
from crawler.sample.content import composed_articles
from crawler.sample.server import SampleServer, serve_sample
from crawler.topic import judge_article, load_topic

HOSTS = sorted(sample_sites())
PARTY = re.compile(r"đảng", re.IGNORECASE)


@pytest.fixture(scope="module")
def server():
    with serve_sample(day=1) as running:
        yield running


def ask(server: SampleServer, url: str, method: str = "GET", **headers: str):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request(
            method, quote(url, safe=":/?&=%;"), headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def page(server: SampleServer, url: str):
    response, body = ask(server, url)
    assert response.status == 200, url
    return html.fromstring(body.decode("utf-8"), base_url=url)


def text_of(article) -> str:
    return " ".join((article.title, article.lead, *article.blocks))


# What is there on the first day


def test_there_are_five_sites_with_at_least_twelve_articles_each():
    world = SampleWorld(1)
    assert len(HOSTS) == 5
    assert all(sum(not a.off_topic for a in world.articles(host)) >= 12 for host in HOSTS)


def test_articles_are_of_article_length_and_only_reprints_share_a_text():
    lengths = {a.key: len(text_of(a).split()) for a in composed_articles()}
    assert {key: n for key, n in lengths.items() if not 110 <= n <= 550} == {}
    texts = [a.blocks for a in composed_articles()]
    assert len(texts) - len(set(texts)) == 1


def test_dates_reach_from_2013_into_the_thirty_days_before_the_first():
    published = [a.published for host in HOSTS for a in SampleWorld(1).articles(host)]
    assert min(published).year == 2013
    assert max(published) < FIRST_DAY
    for host in HOSTS:
        recent = [a for a in SampleWorld(1).articles(host) if (FIRST_DAY - a.published).days < 30]
        assert len(recent) >= 6


def test_some_articles_say_dang_without_ever_naming_the_party():
    only_dang = [a for a in composed_articles() if "đang" in text_of(a) and not PARTY.search(text_of(a))]
    assert len(only_dang) >= 10


@pytest.mark.parametrize("host", HOSTS)
def test_every_article_shows_its_text_and_no_template_is_left_open(server, host):
    for article in server.world.articles(host):
        response, body = ask(server, server.world.url(article))
        shown = " ".join(html.fromstring(body.decode()).text_content().split())
        assert response.status == 200
        assert article.title in shown
        paragraphs = [b for b in article.blocks if b[0] not in "!|#>-"]
        assert all(" ".join(p.split()) in shown for p in paragraphs)
        assert not re.search(rb"\$[a-z_]+", body)


@pytest.mark.parametrize("host", HOSTS)
def test_links_of_a_site_lead_to_all_its_articles(server, host):
    """Walking links from the home page reaches every article, and each answers 200, 301 or is a known dead end."""
    site, seen, due, dead, moved = site_for_url(f"http://{host}/"), set(), [f"http://{host}/"], [], []
    titles: set[str] = set()
    while due:
        url = due.pop()
        path = urlsplit(url)
        key = (path.path, path.query)
        if key in seen or path.hostname not in site.hosts or path.path.startswith("/media"):
            continue
        seen.add(key)
        response, body = ask(server, url)
        if response.status == 301:
            moved.append(url)
            due.append(response.headers["Location"])
        elif response.status == 404:
            dead.append(url)
        elif response.headers["Content-Type"].startswith("text/html"):
            tree = html.fromstring(body.decode())
            titles |= {h1.text_content() for h1 in tree.iter("h1")}
            tree.make_links_absolute(url)
            due += [a.get("href") for a in tree.iter("a") if (a.get("href") or "").startswith("http:")]
    assert {a.title for a in server.world.articles(host)} <= titles
    assert dead, "a dead link is part of the sample"
    assert moved or host not in ("danvan.example", "most.example")
    assert any("utm_source" in query or "fbclid" in query for _, query in seen)


def test_sessions_tracking_and_www_change_nothing(server):
    url = server.world.url(server.world.articles("most.example")[0])
    plain = ask(server, url)[1]
    assert ask(server, f"{url};jsessionid=0AF3?utm_source=x&fbclid=y")[1] == plain
    assert ask(server, url.replace("//most", "//www.most"))[1] == plain
    listing = ask(server, "http://most.example/vn/chuyen-muc/493/danh-sach.aspx")[1]
    assert b";jsessionid=" in listing


@pytest.mark.parametrize("host", HOSTS)
def test_pagination_shows_every_article_once(server, host):
    site, world = sample_sites()[host], server.world
    section = next(iter(site.sections))
    rows: list[str] = []
    for number in range(1, 100):
        path = site.path("listing", section=section) if number == 1 else site.path("page", section=section, page=number)
        tree = page(server, f"http://{host}{path}")
        items = site_for_url(f"http://{host}/").sources[-1].items
        rows += [a.text_content() for a in tree.cssselect(items)]
        if not tree.xpath(f"//a[contains(@href, '{site.path('page', section=section, page=number + 1)}')]"):
            break
    assert rows == [a.title for a in world.articles(host)]


def test_a_page_past_the_end_is_missing_or_the_first_again_by_site(server):
    past = "http://dangcongsan.example/noidung/tintuc/Lists/Tinhoatdong/View.aspx?Page=99"
    first = "http://dangcongsan.example/noidung/tintuc/Lists/Tinhoatdong/View.aspx"
    assert ask(server, past)[1] == ask(server, first)[1]
    assert ask(server, "http://dukcqtw.example/tin-tuc/trang-99")[0].status == 404


@pytest.mark.parametrize("host", HOSTS)
def test_feeds_name_the_newest_articles_with_their_dates(server, host):
    feed = feedparser.parse(BytesIO(ask(server, f"http://{host}{sample_sites()[host].paths['feed']}")[1]))
    newest = server.world.articles(host)[: len(feed.entries)]
    assert not feed.bozo
    assert [e.link for e in feed.entries] == [server.world.url(a) for a in newest]
    assert [e.title for e in feed.entries] == [a.title for a in newest]
    assert all(e.published_parsed for e in feed.entries)


@pytest.mark.parametrize("host", HOSTS)
def test_sitemaps_named_by_robots_list_every_article(server, host):
    robots = ask(server, f"http://{host}/robots.txt")[1].decode()
    assert f"Disallow: {sample_sites()[host].disallow}" in robots
    due = re.findall(r"Sitemap: (\S+)", robots)
    found: list[str] = []
    while due:
        address = due.pop()
        body = ask(server, address)[1]
        root = ET.fromstring(gzip.decompress(body) if address.endswith(".gz") else body)
        places = [loc.text or "" for loc in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
        (due if root.tag.endswith("sitemapindex") else found).extend(places)
    assert sorted(found) == sorted(server.world.url(a) for a in server.world.articles(host))


def test_soft_404_print_twin_and_moved_address(server):
    for host, site in sample_sites().items():
        article = server.world.articles(host)[0]
        soft = page(server, f"http://{host}{site.paths['soft_404']}").text_content()
        assert "không tồn tại hoặc đã bị xóa" in soft
        parts = {"number": article.number, "slug": article.slug}
        twin = page(server, f"http://{host}{site.path('print', **parts)}")
        assert twin.xpath("//link[@rel='canonical']/@href") == [server.world.url(article)]
        response, _ = ask(server, f"http://{host}{site.path('moved', **parts)}")
        assert (response.status, response.headers["Location"]) == (301, server.world.url(article))


def test_pictures_and_attachments_are_real_files(server):
    files = {name for a in composed_articles() for name, _ in a.files}
    assert {name.rpartition(".")[2] for name in files} == {"pdf", "docx"}
    for name in files:
        response, body = ask(server, f"http://most.example/files/{name}")
        if name.endswith(".pdf"):
            assert response.headers["Content-Type"] == "application/pdf"
            assert (
                "kế hoạch" in PdfReader(BytesIO(body)).pages[0].extract_text().lower()
                or "giám sát" in PdfReader(BytesIO(body)).pages[0].extract_text().lower()
            )
        else:
            assert Document(BytesIO(body)).paragraphs[1].text
    first, second = (ask(server, f"http://danvan.example/media/son-lam-{n}.png")[1] for n in (1, 2))
    assert first.startswith(b"\x89PNG\r\n\x1a\n")
    assert first != second


def test_captions_stand_with_their_pictures(server):
    article = next(a for a in server.world.articles("baonghean.example") if a.key == "hien-dat-thanh-thuy")
    figure = page(server, server.world.url(article)).cssselect("figure")[0]
    assert figure.text_content().strip() == "Người dân xóm Một tháo dỡ tường rào Ảnh: Thu Giang"


# Days


def test_the_second_day_edits_one_removes_one_and_adds_at_least_two():
    first, second = SampleWorld(1), SampleWorld(2)
    before = {second.url(a): a for host in HOSTS for a in first.articles(host)}
    after = {second.url(a): a for host in HOSTS for a in second.articles(host)}
    edited = [url for url in before.keys() & after.keys() if before[url] != after[url]]
    assert len(edited) == 1
    old, new = before[edited[0]], after[edited[0]]
    assert old.title != new.title
    assert sum(a != b for a, b in zip(old.blocks, new.blocks, strict=True)) == 1
    assert new.modified == sample_clock(2).replace(hour=7)
    assert [second.url(a) for host in HOSTS for a in second.gone(host)] == [*(before.keys() - after.keys())]
    assert len(after.keys() - before.keys()) >= 2


def test_a_removed_article_answers_gone(server):
    with serve_sample(day=2) as second:
        (gone,) = (a for host in HOSTS for a in second.world.gone(host))
        assert ask(second, second.world.url(gone))[0].status == 410
        assert ask(server, server.world.url(gone))[0].status == 200


def test_every_day_of_a_month_brings_news_everywhere_and_some_edits_and_removals():
    worlds = [SampleWorld(day) for day in range(1, 36)]
    for before, after in pairwise(worlds):
        for host in HOSTS:
            fresh = {a.key for a in after.articles(host)} - {a.key for a in before.articles(host)}
            assert fresh, (host, after.day)
    assert sum(len(worlds[-1].gone(host)) for host in HOSTS) >= 5
    assert sum(a.modified is not None for host in HOSTS for a in worlds[-1].articles(host)) >= 8


def test_bulletins_differ_in_text_and_depend_on_the_day_alone():
    month = bulletins(60)
    assert len({a.blocks for a in month}) == len({a.title for a in month}) == len(month)
    assert bulletins(10) == month[: len(bulletins(10))]
    assert all(a.published < sample_clock(a.appears_on_day) for a in month)
    assert any(a.off_topic for a in month)


def test_a_bulletin_edited_later_keeps_its_address():
    edited = next(a for a in bulletins(20) if a.edited_on_day)
    then, now = edited.on(edited.edited_on_day - 1), edited.on(edited.edited_on_day)
    assert then.blocks != now.blocks
    assert SampleWorld(1).url(then) == SampleWorld(1).url(now)


def test_set_day_changes_a_running_server():
    with serve_sample(day=1) as running:
        new = next(a for a in SampleWorld(2).articles("most.example") if a.appears_on_day == 2)
        assert ask(running, running.world.url(new))[0].status == 404
        running.set_day(2)
        assert ask(running, running.world.url(new))[0].status == 200


def test_a_day_before_the_first_is_refused():
    with pytest.raises(ValueError, match="day 0"):
        SampleWorld(0)


# The server


def test_validators_give_304_until_the_article_changes():
    with serve_sample(day=1) as running:
        article = next(a for a in running.world.articles("danvan.example") if a.edited_on_day == 2)
        url = running.world.url(article)
        response, body = ask(running, url)
        tag, changed = response.headers["ETag"], response.headers["Last-Modified"]
        again, empty = ask(running, url, If_None_Match=tag, If_Modified_Since=changed)
        assert (again.status, empty, again.headers["ETag"]) == (304, b"", tag)
        assert ask(running, url, If_Modified_Since=changed)[0].status == 304
        assert ask(running, url, If_None_Match='"other"', If_Modified_Since=changed)[0].status == 200
        running.set_day(2)
        edited, new_body = ask(running, url, If_None_Match=tag, If_Modified_Since=changed)
        assert edited.status == 200
        assert new_body != body


def test_unchanged_articles_cost_a_304_the_next_day():
    with serve_sample(day=1) as running:
        for host in HOSTS:
            article = running.world.articles(host)[-1]
            url = running.world.url(article)
            running.set_day(1)
            headers = ask(running, url)[0].headers
            known = (
                {"If_None_Match": headers["ETag"]}
                if headers["ETag"]
                else {"If_Modified_Since": headers["Last-Modified"]}
            )
            running.set_day(2)
            assert ask(running, url, **known)[0].status == 304


def test_a_nonsense_date_condition_is_ignored(server):
    assert ask(server, "http://danvan.example/robots.txt", If_Modified_Since="yesterday")[0].status == 200
    article = server.world.articles("dangcongsan.example")[0]
    assert ask(server, server.world.url(article), If_Modified_Since="yesterday")[0].status == 200


def test_it_answers_as_a_proxy_and_by_host_header(server):
    as_proxy = ask(server, "http://danvan.example/Home/Tin-tuc")[1]
    by_host = ask(server, "/Home/Tin-tuc", Host=f"danvan.example:{server.port}")[1]
    assert as_proxy == by_host
    assert ask(server, "http://elsewhere.example/")[0].status == 404


def test_gzip_is_sent_to_those_who_accept_it(server):
    plain = ask(server, "http://danvan.example/")[1]
    response, packed = ask(server, "http://danvan.example/", Accept_Encoding="gzip, deflate")
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain)


def test_connections_are_kept_and_every_request_is_logged():
    with serve_sample() as running:
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
        connection.connect()
        socket = connection.sock
        for path in ("/", "/robots.txt", "/khong-co"):
            connection.request("GET", f"http://danvan.example{path}")
            connection.getresponse().read()
        assert connection.sock is socket
        connection.close()
        assert [(r.method, r.host, r.path, r.status) for r in running.requests] == [
            ("GET", "danvan.example", "/", 200),
            ("GET", "danvan.example", "/robots.txt", 200),
            ("GET", "danvan.example", "/khong-co", 404),
        ]
        assert all(r.bytes > 0 for r in running.requests)


def test_head_sends_no_body(server):
    response, body = ask(server, "http://danvan.example/", method="HEAD")
    assert (response.status, body) == (200, b"")
    assert int(response.headers["Content-Length"]) > 0


def test_many_ask_at_once(server):
    answers: list[int] = []

    def some() -> None:
        answers.extend(ask(server, f"http://{host}/")[0].status for host in HOSTS * 4)

    threads = [threading.Thread(target=some) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * (16 * 4 * len(HOSTS))


def test_an_outage_and_a_redesign_can_be_staged():
    with serve_sample() as running:
        running.down.add("most.example")
        assert ask(running, "http://most.example/")[0].status == 503
        assert ask(running, "http://danvan.example/")[0].status == 200
        running.down.clear()
        url = running.world.url(running.world.articles("danvan.example")[0])
        assert page(running, url).cssselect(".news-content")
        running.redesign("danvan.example")
        assert not page(running, url).cssselect(".news-content")
        assert ask(running, "http://most.example/")[0].status == 200


def test_it_runs_as_a_process_of_its_own():
    command = [sys.executable, "-m", "crawler.sample.server", "--day", "2", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        port = int(process.stdout.readline())
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "http://danvan.example/")
        assert "Thứ Ba, 3/6/2025" in connection.getresponse().read().decode()
        connection.close()
        process.terminate()
        assert process.stderr.read() == ""


def test_each_sample_site_has_a_profile_of_the_real_layout():
    profiles = load_sample_sites()
    assert sorted(p.hosts[0] for p in profiles) == HOSTS
    world = SampleWorld(12)
    for profile in profiles:
        assert profile.layout
        assert profile.layouts
        for article in world.articles(profile.hosts[0]):
            path = world.url(article).split(profile.hosts[0], 1)[1]
            assert any(re.search(pattern, path) for pattern in profile.addresses.article), path
        for source in profile.sources:
            assert world.reply(profile.hosts[0], source.url.split(profile.hosts[0], 1)[1]).status == 200


@pytest.mark.parametrize("profile", load_sample_sites(), ids=lambda p: p.name)
def test_the_layout_inherited_finds_headline_body_and_date(server, profile):
    for article in server.world.articles(profile.hosts[0]):
        tree = page(server, server.world.url(article))
        (layout,) = profile.layouts_on(article.published.date())
        found = {
            key: " ".join(
                " ".join(e.text_content() for s in getattr(layout.select, key) for e in tree.cssselect(s)).split()
            )
            for key in ("headline", "body", "date")
        }
        assert found["headline"] == article.title
        assert article.blocks[-1].split()[-1] in found["body"]
        assert str(article.published.year) in found["date"]


def test_extraction_and_topic_say_of_every_article_what_is_marked():
    world, topic = SampleWorld(12), load_topic()
    for host in HOSTS:
        for article in world.articles(host):
            url = world.url(article)
            reply = world.reply(host, url.split(host, 1)[1])
            page = Page(url=url, body=reply.body, captured_at=world.now.isoformat())
            record = extract(page, site_for_url(url)).article
            assert record is not None, url
            assert (record.headline, record.description or "") == (article.title, article.lead)
            assert (record.date_published or "").startswith(f"{article.published:%Y-%m-%d}")
            assert judge_article(topic, record)[0] is not article.off_topic, article.title
