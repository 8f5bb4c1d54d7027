"""Which links of a page lead to articles, which to lists of them, and which nowhere worth asking.

A profile's patterns decide where there are any; elsewhere the shapes that Vietnamese CMSs give their addresses
do. A wrong guess costs one request: what a page is, extraction says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from archive.errors import AddressError
from archive.urls import identity, parse_http_url, same_site
from crawler.discovery.found import Found, Kind, line

if TYPE_CHECKING:
    from archive.records import Link
    from crawler.site import Addresses, Site

MAX_LINKS = 10_000  # of one page; who shows more is no list for readers

_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|bmp|tiff?|css|js|json|woff2?|ttf|eot|mp[34]|m4a|wav|avi|mov|wmv|flv|m3u8|swf"
    r"|pdf|docx?|xlsx?|pptx?|odt|zip|rar|7z|gz|exe|apk|dmg|ics|txt)(?:$|\?)",
    re.IGNORECASE,
)
_NOWHERE = re.compile(
    r"""(?:^|/)(?:dang-nhap|dang-ky|dang-xuat|log-?(?:in|out)|sign-?(?:in|up|out)|register|users?|account|tai-khoan
        |quen-mat-khau|gio-hang|cart|checkout|tim-kiem|search|timkiem|print|in-bai|savefile|download|tai-ve|sendmail
        |gui-email|email|share|binh-luan|comments?|lien-he|contact|gop-y|hoi-dap|rss|feed|sitemap|site-map|wp-admin
        |wp-login\.php|wp-json|xmlrpc\.php|cgi-bin|cdn-cgi|captcha|ads?|quang-cao|rating|vote|bieu-quyet|lich-cong-tac
        |calendar|banner|popup|language|update_language|c/portal|api)(?:/|$|\.(?:aspx?|php|html?|jsp)$)""",
    re.IGNORECASE | re.VERBOSE,
)
_NOWHERE_QUERY = re.compile(
    r"""(?:^|&)(?:replytocom|print|share|add-to-cart|action|sort|order(?:by)?|dir|layout|format|lang(?:uage)?|returnurl
        |redirect|login|keyword|q|s|search|tukhoa|bydate|date|day|ngay|thang|tu_ngay|den_ngay|fromdate|todate|calendar
        |month|year|nam)=|(?:^|&)op=(?:rss|search|print|savefile|users?)\b|(?:^|&)nv=(?:users|contact|statistics|voting)\b""",
    re.IGNORECASE | re.VERBOSE,
)

_EXTENSION = r"\.(?:html?|aspx?|php|chn|vnp|vov|epi|tpo|ldo|ngn|bld|antd|jsp)"
_ARTICLE = re.compile(
    rf"""-post\d+(?:{_EXTENSION})?/?$                              # ePi/Hemera
    |[^/]-\d{{4,}}(?:{_EXTENSION}|/?$)                             # SLUG-ID.htm, SLUG-ID
    |[^/]-\d+{_EXTENSION}$                                         # NukeViet: SLUG-12.html
    |[^/]\.\d{{5,}}{_EXTENSION}?$                                  # SLUG.123456.html
    |/\d{{4}}/\d{{1,2}}/(?:\d{{1,2}}/)?[^/]+                       # WordPress by date
    |/\d{{4}}-\d\d(?:-\d\d)?/[^/]+
    |/\d{{6}}/[^/]+                                                # /YYYYMM/SLUG
    |/-/(?:\d{{4}}/\d+/|asset_publisher/\w+/content/|view_content/content/)?[^/]+   # Liferay
    |/(?:content|tin|bai-viet|news|post|article|chi-tiet|detail|view)/(?:\d+|[^/]+-[^/]+-[^/]+)
    |/\d{{3,}}/[^/]*[a-z][^/]*-[^/]+                               # /ID/SLUG
    |/[^/]+-[^/]+/\d{{4,}}/?$                                      # /SLUG/ID
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ID = re.compile(
    r"(?:^|&)(?:(?:item|news|new|tin|tin_?tuc|bai_?viet|article|art|content|post|story|entry|doc|cn_|dist|view|n|a)_?id"
    r"|id_?(?:item|news|tin|bai_?viet|bv)|ma_?tin|sid|tid)=(?:\d+|[0-9a-f-]{32,36})(?:&|$)",
    re.IGNORECASE,
)
_WORDPRESS = re.compile(r"(?:^|&)p=\d{2,}(?:&|$)")
_PLAIN_ID = re.compile(r"(?:^|&)id=(?:\d+|[0-9a-f-]{24,36})(?:&|$)", re.IGNORECASE)
_DETAIL = re.compile(
    r"detail|chi-?tiet|view|xem|story|bai-?viet|article|show|doc-?tin|noi-?dung|content", re.IGNORECASE
)
_NUKEVIET = re.compile(r"(?:^|&)nv=[\w-]+&op=[^&]+/[^&]+-\d+", re.IGNORECASE)
_GROUP = re.compile(
    r"/(?:danh-?muc|chuyen-?muc|categor(?:y|ies)|list|tags?|tac-gia|author|topic|chu-de|su-kien|page|trang|zone|section)"
    r"(?:/|-|$)|/(?:page|trang)[-/]?\d+/?$|[-/](?:p|page|trang)-?\d+(?:\.html?)?/?$|/lists/[^/]+/(?:view|allitems)\.aspx$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
SLUG_WORDS = 5  # a section's name is seldom longer

_CALENDAR = re.compile(
    r"/(?:lich|calendar|events?|su-kien)/\d{4}[/-]\d{1,2}|[?&](?:date|day|ngay|bydate|month|year|thang|nam)=",
    re.IGNORECASE,
)
_MAX_DEPTH = 15
_MAX_PARAMETERS = 12


def classify(url: str, site: Site) -> Kind:
    """What the address is taken for; SKIP for what is off the site, no page, or endless."""
    return _classify(url, site.addresses, site.hosts)[0]


def select_links(links: Sequence[Link], site: Site, page_url: str) -> tuple[Found, ...]:
    """The page's links worth following, in page order, each page once with its longest text; never itself."""
    keep, hosts = site.addresses.keep_params, site.hosts
    own = identity(page_url, keep_params=keep, hosts=hosts)
    found: dict[str, tuple[str, Kind, str]] = {}
    for link in links[:MAX_LINKS]:
        kind, url = _classify(link.url, site.addresses, hosts)
        if kind is Kind.SKIP:
            continue
        key = identity(url, keep_params=keep, hosts=hosts)
        first = found.get(key)
        if key != own and (first is None or len(link.text) > len(first[2])):
            found[key] = (first[0] if first else url, kind, link.text)
    return tuple(Found(url=url, kind=kind, text=line(text)) for url, kind, text in found.values())


def looks_endless(url: str) -> bool:
    """Whether the address looks grown by a trap: segments that repeat, depth or parameters without end, a calendar."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    repeated = any(segments.count(segment) > 2 for segment in segments if not segment.isdigit())
    parameters = parts.query.count("&") + 1
    grown = len(segments) > _MAX_DEPTH or parameters > _MAX_PARAMETERS
    return repeated or grown or _CALENDAR.search(url) is not None


@lru_cache(maxsize=16384)
def _classify(url: str, addresses: Addresses, hosts: tuple[str, ...]) -> tuple[Kind, str]:
    try:
        url = parse_http_url(url)
    except AddressError:
        return Kind.SKIP, url
    if not same_site(url, hosts):
        return Kind.SKIP, url
    parts = urlsplit(url)
    return _judge(url, parts.path, parts.query, addresses), url


def _judge(url: str, path: str, query: str, addresses: Addresses) -> Kind:
    place = f"{path}?{query}" if query else path
    article, listing, skip = _any(addresses.article), _any(addresses.listing), _any(addresses.skip)
    if (skip and skip.search(place)) or _FILE.search(path):
        return Kind.SKIP
    if article and article.search(place):
        return Kind.ARTICLE
    if listing and listing.search(place):
        return Kind.LISTING
    if article or looks_endless(url) or _NOWHERE.search(path) or _NOWHERE_QUERY.search(query):
        return Kind.SKIP
    return Kind.ARTICLE if _is_article(path, query) else Kind.LISTING


@lru_cache(maxsize=256)
def _any(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None


def _is_article(path: str, query: str) -> bool:
    if _GROUP.search(path):
        return False
    if _ARTICLE.search(path) or _NUKEVIET.search(query) or _ID.search(query):
        return True
    if _PLAIN_ID.search(query) and _DETAIL.search(f"{path}?{query}"):
        return True
    if path == "/" and _WORDPRESS.search(query):
        return True
    if any(name.lower().endswith("itemid") and value.isdigit() for name, value in parse_qsl(query)):
        return True
    return len(_WORD.findall(path.rstrip("/").rpartition("/")[2])) > SLUG_WORDS
