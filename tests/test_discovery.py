"""Feeds, sitemaps and lists in the shapes sites answer with: nothing missed, nothing crashes."""

import gzip
import re
import tracemalloc
import unicodedata
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.discovery import Kind, read_feed, read_listing, read_sitemap
from crawler.profile import Site, Source

URL = "https://baodia.vn/nguon/tin.xml"
SITE = Site(name="baodia_vn", hosts=("baodia.vn", "www.baodia.vn"))
ONE, TWO, THREE = (f"https://baodia.vn/dan-van-kheo-o-xa-{n}-post{n}.html" for n in (1, 2, 3))
ALL = [ONE, TWO, THREE]
DATE = "2024-03-06T08:30:00+07:00"


def urls(found) -> list[str]:
    return [one.url for one in found]


def rss(items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>', channel: str = "") -> str:
    return f'{head}<rss version="2.0"><channel><title>Tin mới</title>{channel}{items}</channel></rss>'


def item(
    link: str, title: str = "Dân vận khéo ở xã", date: str = "Wed, 06 Mar 2024 08:30:00 +0700", extra: str = ""
) -> str:
    return f"<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate>{extra}</item>"


TONES = "\u0300\u0301\u0303\u0309\u0323"


def cp1258(text: str) -> bytes:
    """Windows' Vietnamese code page writes the tone after its letter."""
    letters = unicodedata.normalize("NFD", text)
    clusters = re.findall(r".[\u0300-\u036f]*", letters, re.DOTALL)
    return "".join(
        unicodedata.normalize("NFC", "".join(c for c in one if c not in TONES)) + "".join(c for c in one if c in TONES)
        for one in clusters
    ).encode("cp1258")


ITEMS = "".join(item(link) for link in ALL)
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Tin</title>{}</feed>'
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Tin</title></channel>{}</rdf:RDF>'
)

# name → (bytes, content type): each holds the three articles, in order.
FEEDS = {
    "rss": (rss(ITEMS).encode(), "application/rss+xml"),
    "rss, labelled as a page": (rss(ITEMS).encode(), "text/html; charset=iso-8859-1"),
    "cdata": (rss("".join(item(f"<![CDATA[ {u} ]]>", "<![CDATA[Dân vận & khéo]]>") for u in ALL)).encode(), None),
    "relative links": (rss("".join(item(u.removeprefix("https://baodia.vn")) for u in ALL)).encode(), None),
    "links without a scheme": (rss("".join(item(u.removeprefix("https:")) for u in ALL)).encode(), None),
    "only guids": (rss("".join(f"<item><title>T</title><guid>{u}</guid></item>" for u in ALL)).encode(), "text/xml"),
    "atom": (
        ATOM.format(
            "".join(f'<entry><title>Tin</title><link href="{u}"/><id>tag:{n}</id></entry>' for n, u in enumerate(ALL))
        ).encode(),
        "application/atom+xml",
    ),
    "atom with several links": (
        ATOM.format(
            "".join(
                f'<entry><link rel="enclosure" type="image/jpeg" href="/a.jpg"/><link rel="alternate" href="{u}"/></entry>'
                for u in ALL
            )
        ).encode(),
        None,
    ),
    "rdf": (
        RDF.format("".join(f'<item rdf:about="{u}"><title>Tin</title><link>{u}</link></item>' for u in ALL)).encode(),
        None,
    ),
    "json feed": (
        (
            '{"version":"https://jsonfeed.org/version/1.1","items":['
            + ",".join(f'{{"url":"{u}","title":"T"}}' for u in ALL)
            + "]}"
        ).encode(),
        "application/json",
    ),
    "windows-1258": (cp1258(rss(ITEMS, '<?xml version="1.0" encoding="windows-1258"?>')), None),
    "utf-8 said to be utf-16": (rss(ITEMS, '<?xml version="1.0" encoding="utf-16"?>').encode(), None),
    "utf-16": (rss(ITEMS, '<?xml version="1.0" encoding="utf-16"?>').encode("utf-16"), None),
    "blank lines and a warning before": (b"\xef\xbb\xbf\n\n Notice: undefined index\n" + rss(ITEMS).encode(), None),
    "bare ampersands": (rss("".join(item(u, "Dân vận & dân chủ") for u in ALL)).encode(), None),
    "html entities": (rss("".join(item(u, "D&acirc;n vận&nbsp;kh&eacute;o") for u in ALL)).encode(), None),
    "unclosed tags": (rss(ITEMS.replace("</title>", "")).encode(), None),
    "cut off after the last link": (rss(ITEMS).encode().rpartition(b"<pubDate>")[0], None),
    "control characters": (rss("".join(item(u, "Dân\x0b vận\x00 khéo\x1f") for u in ALL)).encode(), None),
    "markup in titles": (rss("".join(item(u, "&lt;b&gt;Dân vận&lt;/b&gt;") for u in ALL)).encode(), None),
    "a wrong namespace": (rss(ITEMS).replace("<rss ", '<rss xmlns="urn:sai" ').encode(), None),
    "no rss element": (f"<channel>{ITEMS}</channel>".encode(), None),
    "tags that feedparser trips over": (f"<rss ><channel<item<link</item/</link<x>{ITEMS}".encode(), None),
    "an address repeated": (rss(ITEMS + ITEMS.replace(".html", ".html?utm_source=rss")).encode(), None),
    "a doctype": (rss(ITEMS, '<!DOCTYPE rss PUBLIC "-//x//DTD" "http://a.vn/x.dtd">').encode(), None),
}


@pytest.mark.parametrize("name", FEEDS)
def test_no_article_of_a_feed_is_missed(name: str) -> None:
    feed = read_feed(FEEDS[name][0], URL, FEEDS[name][1])
    assert feed.error is None
    assert urls(feed.entries) == ALL


def test_a_feed_entry_brings_headline_section_and_date() -> None:
    extra = "<category>Xây dựng Đảng</category>"
    entry = read_feed(rss(item(ONE, "<![CDATA[Dân vận &amp; <i>khéo</i>]]>", extra=extra)).encode(), URL).entries[0]
    assert (entry.text, entry.section, entry.published) == ("Dân vận & khéo", "Xây dựng Đảng", DATE)
    assert read_feed(rss(ITEMS).encode(), URL).title == "Tin mới"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Wed, 06 Mar 2024 01:30:00 GMT", DATE),
        ("Wed, 06 Mar 2024 08:30:00 GMT+7", DATE),
        ("2024-03-06T01:30:00Z", DATE),
        ("2024-03-06 08:30:00", DATE),
        ("06/03/2024 08:30", DATE),
        ("6/3/2024 8:30:00 AM", DATE),
        ("3/26/2024 8:30:00 PM", "2024-03-26T20:30:00+07:00"),
        ("06/03/2024", "2024-03-06"),
        ("2024-03-06", "2024-03-06"),
        ("Tue, 05 Mar 2024 23:00:00 GMT", "2024-03-06T06:00:00+07:00"),
        ("hôm qua", None),
        ("32/13/2024", None),
        ("0001-01-01T00:00:00", None),
    ],
)
def test_a_feeds_date_is_read_day_first_and_in_vietnams_time(written: str, read: str | None) -> None:
    assert read_feed(rss(item(ONE, date=written)).encode(), URL).entries[0].published == read


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "not_feed"),
        (b"<html><body><p>Trang kh\xc3\xb4ng t\xe1\xbb\x93n t\xe1\xba\xa1i</p></body></html>", "not_feed"),
        (b"{}", "not_feed"),
        (b"[1, 2", "not_feed"),
        (b"[" * 100_000, "not_feed"),
        (b"<rss>" + b" " * 9 * 2**20, "too_large"),
    ],
)
def test_what_is_no_feed_says_so(body: bytes, error: str) -> None:
    assert read_feed(body, URL).error == error


def test_a_page_that_lists_feeds_gives_the_feeds() -> None:
    page = (
        '<html><head><link rel="alternate" type="application/rss+xml" href="/rss/home.rss"></head><body><ul>'
        '<li><a href="/rss/dan-van.rss">Dân vận</a><li><a href="https://baodia.vn/rss/thoi-su">Thời sự</a>'
        '<li><a href="/gioi-thieu">Giới thiệu</a></ul></body></html>'
    )
    feed = read_feed(page.encode(), "https://baodia.vn/rss")
    assert urls(feed.feeds) == [f"https://baodia.vn/rss/{name}" for name in ("home.rss", "dan-van.rss", "thoi-su")]
    assert {one.kind for one in feed.feeds} == {Kind.FEED}
    assert feed.error is None


LAUGHS = "<!DOCTYPE r [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
) + "]>"  # fmt: skip
XXE = "<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"


@pytest.mark.parametrize("doctype", [LAUGHS, XXE, "<!DOCTYPE r [<!ENTITY a '" + "x" * 50_000 + "'>]>"])
@pytest.mark.parametrize("entity", ["&a;", "&j;"])
def test_entities_of_a_document_are_never_expanded(doctype: str, entity: str) -> None:
    feed = read_feed(f"<?xml version='1.0'?>{doctype}{rss(item(ONE, entity * 200, extra=entity), '')}".encode(), URL)
    assert urls(feed.entries) == [ONE]
    assert all(junk not in feed.entries[0].text for junk in ("haha", "root:", "xxx"))
    body = (
        f"<?xml version='1.0'?>{doctype}<urlset><url><loc>{ONE}</loc><lastmod>{entity * 200}</lastmod></url></urlset>"
    )
    assert urls(read_sitemap(body.encode(), URL).entries) == [ONE]


XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
ROWS = "".join(f"<url><loc>{u}</loc><lastmod>2024-03-06T08:30:00+07:00</lastmod></url>" for u in ALL)
SITEMAP = f'<?xml version="1.0" encoding="UTF-8"?><urlset {XMLNS}>{ROWS}</urlset>'
NEWS = (
    "<url><loc>{}</loc><news:news><news:publication><news:name>Báo</news:name></news:publication>"
    "<news:publication_date>2024-03-06T08:30:00+07:00</news:publication_date><news:title>Dân vận khéo</news:title>"
    "</news:news><image:image><image:loc>https://baodia.vn/a.jpg</image:loc></image:image></url>"
)

SITEMAPS = {
    "plain": SITEMAP.encode(),
    "gzip": gzip.compress(SITEMAP.encode()),
    "without a namespace": SITEMAP.replace(XMLNS, "").encode(),
    "a wrong namespace": SITEMAP.replace(XMLNS, 'xmlns="https://www.google.com/schemas/sitemap/0.84"').encode(),
    "prefixed": re.sub(r"<(/?)(?=[a-z])", r"<\1s:", SITEMAP).replace("xmlns=", "xmlns:s=").encode(),
    "news and images": f'<urlset {XMLNS} xmlns:news="n" xmlns:image="i">{"".join(map(NEWS.format, ALL))}</urlset>'.encode(),
    "undeclared prefixes": f"<urlset {XMLNS}>{''.join(map(NEWS.format, ALL))}</urlset>".encode(),
    "blank space and cdata": SITEMAP.replace("<loc>", "<loc>\n  <![CDATA[").replace("</loc>", "]]>\n </loc>").encode(),
    "relative": SITEMAP.replace("https://baodia.vn", "").encode(),
    "a warning before": b"<br />\n<b>Warning</b>: headers sent<br />\n" + SITEMAP.encode(),
    "comments": SITEMAP.replace("<url>", "<!-- tin --><url>").encode(),
    "cut off": SITEMAP.encode()[: SITEMAP.rindex("<lastmod>")],
    "cut off inside an address": (SITEMAP.removesuffix("</urlset>") + "<url><loc>https://baodia.vn/dan-va").encode(),
    "unclosed rows": SITEMAP.replace("</url>", "").encode(),
    "no rows, only addresses": f"<urlset {XMLNS}>{''.join(f'<loc>{u}</loc>' for u in ALL)}</urlset>".encode(),
    "mismatched end": SITEMAP.replace("</urlset>", "</sitemap>").encode(),
    "utf-16": SITEMAP.encode("utf-16"),
    "wrong charset in the declaration": SITEMAP.replace("UTF-8", "hex").encode(),
    "text": "\r\n".join(ALL).encode(),
    "text with a mark": b"\xef\xbb\xbf" + "\n".join(ALL).encode(),
    "a feed": rss(ITEMS).encode(),
    "control characters": SITEMAP.replace("<url>", "\x0b<url>").encode(),
}


@pytest.mark.parametrize("name", SITEMAPS)
def test_no_page_of_a_sitemap_is_missed_and_none_invented(name: str) -> None:
    sitemap = read_sitemap(SITEMAPS[name], URL)
    assert sitemap.error is None
    assert urls(sitemap.entries) == ALL
    assert not sitemap.children


def test_a_news_sitemap_brings_headline_and_date() -> None:
    entry = read_sitemap(SITEMAPS["news and images"], URL).entries[0]
    assert (entry.text, entry.published) == ("Dân vận khéo", DATE)
    assert read_sitemap(SITEMAPS["plain"], URL).entries[0].modified == DATE


def test_bare_ampersands_in_addresses_are_kept() -> None:
    body = f"<urlset {XMLNS}><url><loc>https://baodia.vn/tin?a=1&b=2&amp;c=3&copy=4</loc></url></urlset>"
    assert urls(read_sitemap(body.encode(), URL).entries) == ["https://baodia.vn/tin?a=1&b=2&c=3&copy=4"]


def test_an_index_gives_further_sitemaps() -> None:
    rows = "".join(
        f"<sitemap><loc>https://baodia.vn/s-{n}.xml.gz</loc><lastmod>2024-03-06</lastmod></sitemap>" for n in (1, 2)
    )
    sitemap = read_sitemap(f"<sitemapindex {XMLNS}>{rows}</sitemapindex>".encode(), URL)
    assert urls(sitemap.children) == ["https://baodia.vn/s-1.xml.gz", "https://baodia.vn/s-2.xml.gz"]
    assert [child.modified for child in sitemap.children] == ["2024-03-06"] * 2
    assert not sitemap.entries


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "not_sitemap"),
        (b"<html><body>404</body></html>", "not_sitemap"),
        (gzip.compress(SITEMAP.encode())[:-12], "truncated"),
        (b"\x1f\x8b\x08rubbish", "truncated"),
    ],
)
def test_what_is_no_sitemap_says_so(body: bytes, error: str) -> None:
    assert read_sitemap(body, URL).error == error


def test_a_gzip_bomb_is_refused_within_bounded_memory() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b"<url>" * 200_000) for _ in range(200)) + packer.flush()
    tracemalloc.start()
    try:
        assert read_sitemap(bomb, URL).error == "too_large"
        assert tracemalloc.get_traced_memory()[1] < 100 * 2**20
    finally:
        tracemalloc.stop()


_BODIES = [body for body, _ in FEEDS.values()] + list(SITEMAPS.values())


@st.composite
def mutated(draw) -> bytes:
    body = bytearray(draw(st.sampled_from(_BODIES)))
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, max(0, len(body) - 1)))
        body[at : at + draw(st.integers(0, 40))] = draw(st.binary(max_size=12))
    return bytes(body)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated() | st.binary(max_size=300))
def test_no_bytes_crash_a_reader(body: bytes) -> None:
    source = Source(kind="listing", url=URL, items="h2 a", next="a.next")
    found = (
        *read_feed(body, URL).entries,
        *read_sitemap(body, URL).entries,
        *read_listing(body, URL, SITE, source).entries,
    )
    assert all(one.url.startswith(("http://", "https://")) and one.url.isascii() for one in found)
