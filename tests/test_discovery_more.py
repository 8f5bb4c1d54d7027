"""Further shapes of feeds, sitemaps, pagers and JSON lists: nothing missed."""

import gzip
import json

import pytest

from crawler.discovery import read_feed, read_listing, read_sitemap
from crawler.profile import Site

URL = "https://baodia.vn/nguon/tin.xml"
SITE = Site(name="baodia_vn", hosts=("baodia.vn", "www.baodia.vn"))
PATHS = [f"/dan-van-kheo-o-xa-{n}-post{n}.html" for n in (1, 2, 3)]
ALL = [f"https://baodia.vn{path}" for path in PATHS]
LIST = "https://baodia.vn/dan-van"


def rows(row: str, values=ALL) -> str:
    return "".join(row.format(value, n=n) for n, value in enumerate(values))


ATOM = '<feed xmlns="http://www.w3.org/2005/Atom" {}>{}</feed>'
RSS = '<rss version="2.0" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel>{}</channel></rss>'
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:rss="http://purl.org/rss/1.0/">'
    '<rss:channel rdf:about="x"><rss:title>Tin</rss:title></rss:channel>{}</rdf:RDF>'
)
NETSCAPE = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://a.vn/rss-0.91.dtd">'

FEEDS = {
    "rss 0.91": f'<?xml version="1.0"?>{NETSCAPE}'
    + RSS.replace("2.0", "0.91").format(rows("<item><link>{}</link></item>")),
    "rss 1.0 with prefixes": RDF.format(rows('<rss:item rdf:about="{0}"><rss:link>{0}</rss:link></rss:item>')),
    "rdf with addresses only in rdf:about": RDF.replace("rss:", "")
    .replace(":rss", "")
    .format(rows('<item rdf:about="{0}"><title>Tin</title></item>')),
    "atom under xml:base": ATOM.format(
        'xml:base="https://baodia.vn/"', rows('<entry><link href=".{}"/><id>urn:{n}</id></entry>', PATHS)
    ),
    "atom entries under xml:base": ATOM.format(
        "", rows('<entry xml:base="https://baodia.vn/x/"><link href="..{}"/><id>urn:{n}</id></entry>', PATHS)
    ),
    "atom with content elsewhere": ATOM.format("", rows('<entry><id>{0}</id><content src="{0}"/></entry>')),
    "feedburner": RSS.format(
        rows("<item><link>http://dem.example/{n}</link><feedburner:origLink>{0}</feedburner:origLink></item>")
    ),
    "guids that are no addresses": RSS.format(
        rows('<item><guid isPermaLink="false">https://baodia.vn/?p={n}</guid><link>{}</link></item>')
    ),
    "upper case": RSS.format(rows("<ITEM><LINK>{}</LINK></ITEM>")).replace("channel", "CHANNEL"),
    "two declarations": '<?xml version="1.0"?><?xml version="1.0"?>' + RSS.format(rows("<item><link>{}</link></item>")),
    "a bare list in JSON": json.dumps([{"url": url, "title": "Tin"} for url in ALL]),
    "json feed of other sites' addresses": json.dumps({"items": [{"id": "7", "external_url": url} for url in ALL]}),
    "wordpress": json.dumps([{"id": 7, "link": url, "title": {"rendered": "Tin"}} for url in ALL]),
}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("name", FEEDS)
def test_no_article_of_a_feed_is_missed(name, packed) -> None:
    body = FEEDS[name].encode()
    feed = read_feed(gzip.compress(body) if packed else body, URL)
    assert [one.url for one in feed.entries] == ALL


URLSET, INDEX = "<urlset>{}</urlset>", "<sitemapindex>{}</sitemapindex>"
PLAIN = URLSET.format(rows("<url><loc>{}</loc></url>"))
SITEMAPS = {
    "packed twice": gzip.compress(gzip.compress(PLAIN.encode())),
    "packed, with blank lines behind": gzip.compress(PLAIN.encode()) + b"\n\n",
    "pages in an index": INDEX.format(rows("<url><loc>{}</loc></url>")).encode(),
    "translations": PLAIN.replace("</loc>", '</loc><xhtml:link rel="alternate" href="/en"/>').encode(),
    "text with a remark": ("# danh sách\n" + "\n".join(f"  {url} " for url in ALL)).encode(),
    "a style sheet": b'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="/s.xsl"?>' + PLAIN.encode(),
}


@pytest.mark.parametrize("name", SITEMAPS)
def test_no_page_of_a_sitemap_is_missed(name) -> None:
    sitemap = read_sitemap(SITEMAPS[name], URL, "text/html")
    assert [one.url for one in sitemap.entries] == ALL
    assert sitemap.children == ()


@pytest.mark.parametrize(
    "body",
    [
        URLSET.format(rows("<sitemap><loc>{}</loc></sitemap>", ["/s1.xml", "/s2.xml"])),
        URLSET.format(rows("<url><loc>{}</loc></url>", ["/s1.xml", "/s2.xml"])),
        INDEX.format(rows("<sitemap><loc>{}</loc></sitemap>", [URL, "/s1.xml", "/s2.xml"])),
    ],
    ids=["sitemaps in a urlset", "sitemaps as pages", "an index that names itself"],
)
def test_further_sitemaps_are_found_by_their_row_or_name(body) -> None:
    sitemap = read_sitemap(body.encode(), URL)
    assert [one.url for one in sitemap.children] == ["https://baodia.vn/s1.xml", "https://baodia.vn/s2.xml"]
    assert sitemap.entries == ()


PAGERS = {
    "a button": ('<button class="load-more" data-url="/dan-van/loadmore/2">Xem thêm</button>', "/loadmore/2"),
    "a link that a script follows": (
        '<a class="xem-them" href="javascript:;" data-href="?page=2">Xem thêm</a>',
        "?page=2",
    ),
    "a mark at the end": ('<div id="more" data-next-page="/dan-van?page=2"></div>', "?page=2"),
    "an icon with a label": ('<a aria-label="Trang tiếp" href="?trangso=2"><i></i></a>', "?trangso=2"),
    "a picture": ('<a href="?so=2"><img alt="Trang sau" src="a.gif"></a>', "?so=2"),
    "an icon by its class": ('<ul><li class="next"><a href="/dan-van/2"><i></i></a></li></ul>', "/2"),
    "a menu of pages": ('<select><option value="?page=1">1<option value="?page=2">2</select>', "?page=2"),
    "numbers by offset": ('<a href="?offset=40">3</a><a href="?offset=20">2</a>', "?offset=20"),
    "rel in the head": ('<link rel="next" href="/dan-van?p=2">', "?p=2"),
    "a form's postback": ("<a href=\"javascript:__doPostBack('p','Page$2')\">2</a>", None),
    "a picture's own address": ('<img class="next" data-src="/anh/2.jpg">', None),
}


@pytest.mark.parametrize("name", PAGERS)
def test_the_next_page_is_found(name) -> None:
    pager, following = PAGERS[name]
    listing = read_listing(f"<body>{rows('<a href={}>Dân vận khéo</a>', PATHS)}{pager}".encode(), LIST, SITE)
    assert [one.url for one in listing.entries][:3] == ALL
    assert listing.next_url == (following and LIST + following)


def test_a_list_by_offset_goes_on_from_its_second_page() -> None:
    page = '<a href="/dan-van?offset=0">1</a><a href="/dan-van?offset=40">3</a>'
    assert read_listing(page.encode(), f"{LIST}?offset=20", SITE).next_url == f"{LIST}?offset=40"


API = "https://baodia.vn/api/ds?page=1"
HTML = rows('<h3><a href="{}">Dân vận khéo ở xã</a></h3>', PATHS)
ITEMS = [{"title": "Dân vận khéo", "url": path} for path in PATHS]
JSON_LISTS = {
    "HTML within JSON": json.dumps({"status": 1, "data": {"html": HTML}}),
    "a list of pieces of HTML": json.dumps([HTML]),
    "one quoted piece of HTML": json.dumps(HTML),
    "JSON within JSON": json.dumps({"d": json.dumps({"items": ITEMS})}),
    "JSONP": f"/**/hien({json.dumps(ITEMS)});",
    "wordpress": json.dumps([{"link": url, "title": {"rendered": "Dân vận"}} for url in ALL]),
}


@pytest.mark.parametrize("name", JSON_LISTS)
def test_no_article_of_a_json_list_is_missed(name) -> None:
    assert [one.url for one in read_listing(JSON_LISTS[name].encode(), API, SITE).entries] == ALL


@pytest.mark.parametrize(
    ("said", "following"),
    [
        ({"hasMore": True}, 2), ({"page": 1, "totalPages": 9}, 2), ({"nextPage": 2}, 2), ({"hasMore": False}, None),
        ({"page": 1, "totalPages": 1}, None), ({"nextPage": 0}, None),
    ],
)  # fmt: skip
def test_a_json_list_that_says_there_is_more_has_a_next_page(said, following) -> None:
    body = json.dumps({"items": ITEMS, **said}).encode()
    assert read_listing(body, API, SITE).next_url == (following and API.replace("=1", f"={following}"))
