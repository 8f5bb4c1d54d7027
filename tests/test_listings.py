"""Links of a page: articles, lists, traps; and the next page of a list in every form sites have."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.records import Link
from crawler.discovery import Kind, classify, looks_endless, next_page, page_number, read_listing, select_links
from crawler.profile import Addresses, Site, Source

HOME = "https://baodia.vn/"
SITE = Site(name="baodia_vn", hosts=("baodia.vn", "www.baodia.vn"))

ARTICLES = [
    "/dan-van-kheo-o-vung-cao-post283746.html",
    "/xay-dung-dang/hoi-nghi-so-ket-102240506081234567.htm",
    "/201506/hien-dat-lam-duong-612345/",
    "/2024/05/nghe-dan-noi/",
    "/2024/05/17/nghe-dan-noi",
    "/Home/Tin-tuc/18342/Doi-thoai-voi-nong-dan",
    "/noidung/tintuc/Lists/Tinhoatdong/View_Detail.aspx?ItemID=512",
    "/vn/Pages/chitiettin.aspx?newsid=88",
    "/chi-tiet.aspx?tinid=12",
    "/xem-tin.php?id=77",
    "/index.php?nv=news&op=Dan-van/To-dan-van-so-3-41",
    "/index.php?option=com_content&view=article&id=55",
    "/tin-tuc/to-dan-van-so-3-41.html",
    "/web/guest/dan-van/-/2018/51234/cong-tac-dan-van.aspx",
    "/-/asset_publisher/Ab12Cd/content/hoi-nghi-dan-van",
    "/tin/7381",
    "/?p=1234",
    "/gan-dan-sat-dan-hieu-dan-vi-dan",
    "/bai-viet/lang-nghe-dan.html",
    "/tin-tuc/lang-nghe-dan-4738291057",
    "/blogs/dan-chu-va-dan-van/type/nghe-dan-noi-noi-dan-hieu-lam-dan-tin",
    "/Default.aspx?sid=12&tinid=120",
]

LISTS = [
    "/",
    "/dan-van",
    "/xay-dung-dang/",
    "/chuyen-muc/xay-dung-dang-va-he-thong-chinh-tri-12",
    "/danh-muc.aspx?id=3",
    "/noidung/tintuc/Lists/Tinhoatdong/View.aspx?Page=2",
    "/dan-van/trang-12",
    "/dan-van/page/3/",
    "/tag/dan-van-kheo-trong-xay-dung-nong-thon-moi",
    "/?page=2",
]

NOWHERE = [
    "/tai-lieu/bao-cao-dan-van-2024.pdf",
    "/anh/a.JPG",
    "/dang-nhap",
    "/tim-kiem?q=dan+van",
    "/print/tin-283746.html",
    "/rss/dan-van.rss",
    "/wp-login.php",
    "/lien-he.html",
    "/savefile/tin-12.html",
    "/?replytocom=12",
    "/lich/2031/05",
    "/su-kien/2031-05",
    "/?date=2031-05-06",
    "/tin?a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8&i=9&j=1&k=2&l=3&m=4",
    "/a/b/a/b/a/b/a",
    "/index.php?nv=users&op=login",
    "/c/portal/login",
    "/cdn-cgi/l/email-protection",
    "/x/x/x/x",
    "/tin-tuc?sort=asc",
]


@pytest.mark.parametrize("path", ARTICLES)
def test_article_addresses_of_many_systems_are_known(path: str) -> None:
    assert classify(f"https://baodia.vn{path}", SITE) is Kind.ARTICLE


@pytest.mark.parametrize("path", LISTS)
def test_lists_are_not_taken_for_articles(path: str) -> None:
    assert classify(f"https://baodia.vn{path}", SITE) is Kind.LISTING


@pytest.mark.parametrize("path", NOWHERE)
def test_files_forms_and_traps_are_not_followed(path: str) -> None:
    assert classify(f"https://baodia.vn{path}", SITE) is Kind.SKIP


@pytest.mark.parametrize(
    "url", ["https://khac.vn/tin-1234.html", "mailto:a@baodia.vn", "javascript:void(0)", "http://[", ""]
)
def test_what_is_not_the_sites_is_not_followed(url: str) -> None:
    assert classify(url, SITE) is Kind.SKIP


def test_a_profiles_patterns_decide_alone() -> None:
    addresses = Addresses(article=(r"^/c/\d+$",), listing=(r"^/c/?$", r"bydate="), skip=(r"^/c/9$",))
    site = Site(name="x", hosts=("baodia.vn",), addresses=addresses)
    kinds = {path: classify(f"https://baodia.vn{path}", site) for path in ("/c/1", "/c/", "/c/9", "/tin-post123.html")}
    assert list(kinds.values()) == [Kind.ARTICLE, Kind.LISTING, Kind.SKIP, Kind.SKIP]
    assert classify("https://baodia.vn/tin/?bydate=01-02-2024&page=2", site) is Kind.LISTING


def test_a_page_is_found_once_with_its_headline_and_never_itself() -> None:
    links = [
        Link(url="https://baodia.vn/tin-283746.html?utm_source=home", text=""),
        Link(url="http://www.baodia.vn/tin-283746.html", text="Dân vận khéo ở xã vùng cao"),
        Link(url="https://baodia.vn/tin-283746.html#binh-luan", text="12 bình luận"),
        Link(url="https://baodia.vn/#top", text="Lên đầu trang"),
        Link(url="https://khac.vn/tin-1.html", text="Liên kết"),
        Link(url="https://baodia.vn/dan-van", text="Dân vận"),
    ]
    found = select_links(links, SITE, HOME)
    assert [(one.url, one.text, one.kind) for one in found] == [
        ("https://baodia.vn/tin-283746.html?utm_source=home", "Dân vận khéo ở xã vùng cao", Kind.ARTICLE),
        ("https://baodia.vn/dan-van", "Dân vận", Kind.LISTING),
    ]


def test_a_hundred_thousand_links_are_capped() -> None:
    links = [Link(url=f"https://baodia.vn/tin-{n:07}.html", text="") for n in range(100_000)]
    assert len(select_links(links, SITE, HOME)) == 10_000


@pytest.mark.parametrize(
    "path", ["/a/b/a/b/a/b", "/" + "x/" * 3, "/".join(map(str, range(20))), "/tin?month=5&year=2031"]
)
def test_traps_are_told_by_their_address(path: str) -> None:
    assert looks_endless(f"https://baodia.vn/{path}")


def links(*pairs: tuple[str, str]) -> list[Link]:
    return [Link(url=f"https://baodia.vn{path}", text=text) for path, text in pairs]


PAGERS = [
    ("/dan-van", [("/dan-van?page=2", "2"), ("/dan-van?page=9", "Cuối")], "/dan-van?page=2"),
    ("/dan-van?page=2", [("/dan-van", "1"), ("/dan-van?page=2", "2"), ("/dan-van?page=3", "3")], "/dan-van?page=3"),
    ("/dan-van?Page=10", [("/dan-van?Page=9", "<"), ("/dan-van?Page=11", ">")], "/dan-van?Page=11"),
    ("/dan-van/trang-2", [("/dan-van/trang-1", "1"), ("/dan-van/trang-3", "3")], "/dan-van/trang-3"),
    ("/dan-van/", [("/dan-van/page/2/", "Bài cũ hơn"), ("/su-kien/page/2/", "2")], "/dan-van/page/2/"),
    ("/dan-van/page-2/", [("/dan-van/page-3/", "Trang sau")], "/dan-van/page-3/"),
    ("/dan-van.htm", [("/dan-van/trang-2.htm", "2")], "/dan-van/trang-2.htm"),
    ("/tin/?bydate=06-03-2024&page=1", [("/tin/?bydate=06-03-2024&page=2", "»")], "/tin/?bydate=06-03-2024&page=2"),
    ("/timelinelist/1202/3.htm", [("/timelinelist/1202/4.htm", "Xem thêm")], "/timelinelist/1202/4.htm"),
    (
        "/dan-van?p_p_id=101&_101_cur=1",
        [("/dan-van?p_p_id=101&_101_cur=2", "Tiếp theo")],
        "/dan-van?p_p_id=101&_101_cur=2",
    ),
    ("/dan-van", [("/dan-van?offset=20", "Trang sau »")], "/dan-van?offset=20"),
    ("/dan-van", [("/dan-van?offset=90", "»"), ("/dan-van?offset=20", "›")], "/dan-van?offset=20"),
    (
        "/dan-van?start=20",
        [("/dan-van", "1"), ("/dan-van?start=20", "2"), ("/dan-van?start=40", "Next")],
        "/dan-van?start=40",
    ),
    ("/dan-van?page=9", [("/dan-van?page=8", "8"), ("/dan-van", "1")], None),
    ("/dan-van", [("/tin-283746.html", "Dân vận khéo"), ("/kinh-te?page=2", "Kinh tế")], None),
    ("/", [("/?p=1234", "Dân vận khéo ở xã"), ("/?p=1301", "Đối thoại với dân")], None),
    ("/dan-van?page=2", [("/dan-van?page=1", "»")], None),
    ("/dan-van", [("/dan-van#", "»"), ("/dan-van", ">")], None),
]


@pytest.mark.parametrize(("here", "shown", "following"), PAGERS)
def test_the_next_page_of_the_same_list_is_found(here, shown, following) -> None:
    wanted = following and f"https://baodia.vn{following}"
    assert next_page(f"https://baodia.vn{here}", None, links(*shown)) == wanted


def test_the_next_page_on_another_site_is_not() -> None:
    assert next_page(f"{HOME}dan-van", None, [Link(url="https://khac.vn/dan-van?page=2", text="2")]) is None


@pytest.mark.parametrize(
    ("template", "first_page", "number"),
    [
        ("https://baodia.vn/ds.aspx?page={page}", 2, 1),
        ("https://baodia.vn/zone/7/{page}.htm", 1, 1),
        ("https://baodia.vn/t-{page}", 0, 5),
    ],
)
def test_a_template_counts_on_from_any_page(template, first_page, number) -> None:
    source = Source(kind="listing", url="https://baodia.vn/ds.aspx", pages=template, first_page=first_page)
    second = next_page(source.url, source, ())
    assert second == template.replace("{page}", str(first_page))
    assert page_number(second, source) == 2
    assert next_page(second, source, ()) == template.replace("{page}", str(first_page + 1))
    assert next_page(second, source, (), number) == template.replace("{page}", str(first_page + number - 1))


PAGE = """<html><head><base href="/tin/"><link rel="next" href="?page=2"></head><body>
<nav><a href="/dan-van">Dân vận</a><a href="/hoi-vien-moi-283111.html">Hội viên mới</a></nav>
<h2 class="story"><a href="/tin-283746.html"><img src="a.jpg"></a></h2>
<h2 class="story"><a href="/tin-283746.html">Dân vận khéo ở xã vùng cao</a></h2>
<h2 class="story"><a href="bai-283747.html">Đối thoại với nông dân</a></h2>
<div class="pager"><a class="tiep" href="/tin/trang-2">2</a></div></body></html>"""


def test_a_listings_selectors_pick_its_entries_and_next_page() -> None:
    source = Source(kind="listing", url=HOME, items="h2.story", next=".pager .tiep")
    listing = read_listing(PAGE.encode(), HOME, SITE, source)
    articles = [(one.url, one.text) for one in listing.entries if one.kind is Kind.ARTICLE]
    assert articles == [
        ("https://baodia.vn/tin-283746.html", "Dân vận khéo ở xã vùng cao"),
        ("https://baodia.vn/tin/bai-283747.html", "Đối thoại với nông dân"),
    ]
    assert listing.next_url == "https://baodia.vn/tin/trang-2"


def test_selectors_that_miss_leave_the_links_and_rel_next() -> None:
    source = Source(kind="listing", url=HOME, items=".khong-co", next=".khong-co")
    listing = read_listing(PAGE.encode(), HOME, SITE, source)
    assert sum(one.kind is Kind.ARTICLE for one in listing.entries) == 3
    assert listing.next_url == "https://baodia.vn/tin/?page=2"


JSON_LISTS = {
    "urls": {"data": [{"title": "Dân vận khéo", "url": "/tin-283746.html"}]},
    "links": [{"headline": "Dân vận khéo", "link": "https://baodia.vn/tin-283746.html"}],
    "slugs": {"result": {"items": [{"Title": "Dân vận khéo", "Slug": "tin-283746.html", "id": 4}]}},
    "share_url": {"d": {"rows": [{"name": "Dân vận khéo", "share_url": "https://www.baodia.vn/tin-283746.html"}]}},
    "a fragment": {"html": '<li><a href="/tin-283746.html">Dân vận khéo</a></li>'},
    "nested": {"a": {"b": [{"c": {"title": "Dân vận khéo", "href": "/tin-283746.html"}}]}},
}


@pytest.mark.parametrize("name", JSON_LISTS)
def test_lists_in_json_are_read(name: str) -> None:
    body = json.dumps(JSON_LISTS[name]).encode()
    found = read_listing(body, "https://baodia.vn/api/ds?page=1", SITE).entries
    assert [(one.url.replace("www.", ""), one.text) for one in found] == [
        ("https://baodia.vn/tin-283746.html", "Dân vận khéo")
    ]


def test_a_json_list_pages_by_template_or_by_its_own_next() -> None:
    body = json.dumps({"items": [{"title": "T", "url": "/tin-283746.html", "date": "06/03/2024"}], "next": "?page=7"})
    listing = read_listing(body.encode(), "https://baodia.vn/api/ds", SITE)
    assert listing.next_url == "https://baodia.vn/api/ds?page=7"
    assert listing.entries[0].published == "2024-03-06"
    source = Source(kind="listing", url=HOME, pages="https://baodia.vn/api/ds?page={page}")
    assert (
        read_listing(b'[{"title":"T","url":"/tin-1234.html"}]', HOME, SITE, source).next_url
        == "https://baodia.vn/api/ds?page=2"
    )
    assert read_listing(b'{"items": []}', HOME, SITE, source).next_url is None


@pytest.mark.parametrize(
    ("body", "error"), [(b"", "not_listing"), (b"{", "not_listing"), (b"[" * 99_999, "not_listing"), (b"[]", None)]
)
def test_what_is_no_list_says_so(body: bytes, error: str | None) -> None:
    assert read_listing(body, HOME, SITE).error == error


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=12)), max_size=12), st.text(max_size=30))
def test_any_links_can_be_chosen_from(pairs, page) -> None:
    some = [Link(url=url, text=text) for url, text in pairs]
    some += [Link(url=f"https://baodia.vn/{url}", text=text) for url, text in pairs]
    found = select_links(some, SITE, page)
    assert all(one.kind in (Kind.ARTICLE, Kind.LISTING) for one in found)
    following = next_page(f"https://baodia.vn/{page}", None, some)
    assert following is None or following.startswith("https://baodia.vn/")
