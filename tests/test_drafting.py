"""A profile drafted from a few pages: it loads, and it finds on other pages of the site what it should."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from functools import cache

import pytest

from archive.errors import UsageError
from archive.records import Page
from crawler.drafting import PROBES, draft_profile
from crawler.extraction import extract
from crawler.profile import SITES_SETTING, load_site
from crawler.sample import SampleWorld, sample_sites
from crawler.sample.server import serve_sample

HOSTS = sorted(sample_sites())
WORLD = SampleWorld(1)


def page_of(url: str) -> Page:
    host = url.split("/")[2]
    reply = WORLD.reply(host, url.split(host, 1)[1])
    return Page(
        url=url,
        body=reply.body,
        captured_at="2025-06-02T08:00:00+07:00",
        headers=(("Content-Type", reply.content_type),),
        status=reply.status,
    )


def newer(host: str):
    """Articles in the site's present layout."""
    return [article for article in WORLD.articles(host) if article.published.year >= 2016]


@cache
def drafted(host: str) -> str:
    site = sample_sites()[host]
    listing = site.path("listing", section=next(iter(site.sections)))
    urls = [f"http://{host}{path}" for path in ("/", *PROBES, listing)]
    urls += [WORLD.url(article) for article in newer(host)[:6]]
    return draft_profile(f"http://{host}/", [page_of(url) for url in urls])


@pytest.fixture
def load(tmp_path, monkeypatch):
    def write(text: str):
        name = tomllib.loads(text)["name"]
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        monkeypatch.setenv(SITES_SETTING, str(tmp_path))
        return load_site(name)

    return write


@pytest.mark.parametrize("host", HOSTS)
def test_a_draft_is_a_profile_of_the_site(host, load):
    site = load(drafted(host))
    assert site.hosts == (host, f"www.{host}")
    assert (site.status, site.checked) == ("unverified", None)
    assert site.home == f"http://{host}/"


@pytest.mark.parametrize("host", HOSTS)
def test_its_sources_are_the_sites_feed_sitemap_and_lists(host, load):
    paths = sample_sites()[host].paths
    sources = load(drafted(host)).sources
    assert {(s.kind, s.url) for s in sources if s.kind != "listing"} == {
        ("feed", f"http://{host}{paths['feed']}"),
        ("sitemap", f"http://{host}{paths['sitemap']}"),
    }
    section = next(iter(sample_sites()[host].sections))
    (pages,) = {s.pages for s in sources if s.pages}
    assert pages.format(page=7) == f"http://{host}{sample_sites()[host].path('page', section=section, page=7)}"


@pytest.mark.parametrize("host", HOSTS)
def test_its_patterns_tell_articles_from_lists(host, load):
    site, look = load(drafted(host)), sample_sites()[host]

    def hit(path: str) -> bool:
        return any(re.search(pattern, path) for pattern in site.addresses.article)

    assert all(hit(WORLD.url(article).split(host, 1)[1]) for article in newer(host))
    for section in look.sections:
        assert not hit(look.path("listing", section=section))
        assert not hit(look.path("page", section=section, page=2))
    assert not hit("/lien-he")


@pytest.mark.parametrize("host", HOSTS)
def test_its_selectors_read_the_pages_it_was_not_drafted_from(host, load):
    site = load(drafted(host))
    for article in newer(host)[6:]:
        result = extract(page_of(WORLD.url(article)), site)
        assert result.article is not None
        assert result.article.headline == article.title
        if "date" in tomllib.loads(drafted(host))["layouts"][0]["select"]:
            assert (result.article.date_published or "").startswith(f"{article.published:%Y-%m-%d}")
        assert set(result.selector_misses) <= {"author", "description"}


def test_the_selectors_are_the_layouts_own_names():
    select = tomllib.loads(drafted("dangcongsan.example"))["layouts"][0]["select"]
    assert select["headline"] == ["#contenttitle"]
    assert select["body"] == [".noidungtt"]
    assert select["date"] == ["#ngaytao"]


def test_one_page_is_enough_for_a_draft(load):
    article = newer("baonghean.example")[0]
    site = load(draft_profile("http://baonghean.example/", [page_of(WORLD.url(article))]))
    assert re.search(site.addresses.article[0], "/mot-bai-khac-post7777.html")
    assert [source.kind for source in site.sources] == ["feed", "listing"]


def test_pages_that_say_nothing_do_no_harm(load):
    pages = [
        Page(url="http://trong.example/", body=body, captured_at="2025-06-02T08:00:00+07:00")
        for body in (b"", b"<!-- -->", b"\x00\xff", b"<html></html>", b'{"a": 1}')
    ]
    assert load(draft_profile("http://trong.example/", pages)).hosts == ("trong.example", "www.trong.example")


def test_names_that_need_quoting_stay_toml(load):
    body = '<meta property="og:site_name" content="Báo &quot;Một\\Hai&quot; &#127; \'x\'"><p>…</p>'.encode()
    page = Page(url="http://trong.example/", body=body, captured_at="2025-06-02T08:00:00+07:00")
    assert load(draft_profile("http://trong.example/", [page])).title.startswith('Báo "Một\\Hai"')


def test_a_link_to_another_hosts_feed_is_no_source(load):
    body = b'<link rel="alternate" type="application/rss+xml" href="http://khac.example/rss"><p>x</p>'
    page = Page(url="http://trong.example/", body=body, captured_at="2025-06-02T08:00:00+07:00")
    assert [s.kind for s in load(draft_profile("http://trong.example/", [page])).sources] == ["listing"]


@pytest.mark.parametrize("url", ["khong-phai-dia-chi", "file:///etc/passwd", "", "http://"])
def test_what_is_no_address_is_refused(url):
    with pytest.raises(UsageError, match="no web address"):
        draft_profile(url, [])


def test_no_page_of_the_site_is_refused_with_what_to_give():
    page = Page(url="http://khac.example/", body=b"x", captured_at="2025-06-02T08:00:00+07:00")
    with pytest.raises(UsageError, match=r"no page of trong\.example"):
        draft_profile("http://trong.example/", [page])


def test_saved_pages_that_name_no_address_still_give_the_layout(load):
    articles = newer("dangcongsan.example")[:3]
    pages = [page_of(url) for url in (*map(WORLD.url, articles), "http://dangcongsan.example/rss")]
    saved = [replace(page, url=f"http://dangcongsan.example/?saved={n}.html") for n, page in enumerate(pages)]
    site = load(draft_profile("http://dangcongsan.example/", saved))
    assert site.layouts[0].select.body == (".noidungtt",)
    assert site.addresses.article == ()
    assert [(s.kind, s.url) for s in site.sources] == [("listing", "http://dangcongsan.example/")]


def test_the_command_drafts_from_saved_pages_and_asks_private_addresses_only_when_told(tmp_path):
    for n, article in enumerate(newer("dangcongsan.example")[:3]):
        (tmp_path / f"{n}.html").write_bytes(page_of(WORLD.url(article)).body)
    command = [sys.executable, "-m", "crawler", "-a", str(tmp_path / "archive"), "sites", "new"]
    environment = os.environ | {"DANVAN_CONTACT": "nguoi.thu@mau.example"}

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        asked = [*command, *map(str, arguments)]
        return subprocess.run(asked, capture_output=True, text=True, env=environment, check=False, timeout=60)

    saved = run("http://dangcongsan.example/", *sorted(tmp_path.glob("*.html")))
    assert tomllib.loads(saved.stdout)["layouts"][0]["select"]["headline"] == ["#contenttitle"]
    with serve_sample() as server:
        home = f"http://127.0.0.1:{server.port}/"
        refused, answered = run(home), run("--allow-private", home)
    assert (refused.returncode, answered.returncode) == (2, 2)
    assert "--allow-private" in refused.stderr
    assert "could be read" in answered.stderr, "the sample answers by name, so all of these are missing"
    assert not (tmp_path / "archive").exists()
