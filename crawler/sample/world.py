"""The sample sites as they stand on one day: address in, reply out, with no network and no clock."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cached_property, partial
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode

from .bulletins import bulletins
from .clock import sample_clock
from .content import CONTENT, SampleArticle, SampleSite, address_parts, composed_articles, sample_sites
from .feeds import feed_xml, picture, robots_txt, sitemap_index_xml, sitemap_months, sitemap_xml
from .render import Surroundings, article_html, listing_html, pager_html, plain_html, print_html

_TRACKING = re.compile(r"utm_\w+|fbclid|gclid")
_SESSION = re.compile(r";jsessionid=\w+", re.IGNORECASE)
_HTML = "text/html; charset=utf-8"
_XML = "application/xml; charset=utf-8"
_TYPES = {
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_FEED_ITEMS = 15
_CONTACT = "Địa chỉ: số 1 phố Mẫu, phường Ví Dụ. Điện thoại: 024 0000 0000. Thư điện tử: toasoan@mau.example."
_SOFT_404 = "Nội dung bạn tìm không tồn tại hoặc đã bị xóa. Vui lòng quay lại trang chủ."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What an address answers, before any content encoding. Validators are absent where a site sends none."""

    status: int
    content_type: str = _HTML
    body: bytes = b""
    etag: str | None = None
    last_modified: str | None = None
    location: str | None = None


class SampleWorld:
    """All sample sites on one day. `redesigned` names the hosts that show their new layout."""

    def __init__(self, day: int = 1, redesigned: frozenset[str] = frozenset()) -> None:
        if day < 1:
            raise ValueError(f"day {day}: the sample begins on day 1")
        self.day = day
        self.now = sample_clock(day)
        standing = [a.on(day) for a in (*composed_articles(), *bulletins(day)) if a.appears_on_day <= day]
        self._hosts = {
            host: _Host(site, self.now, [a for a in standing if a.host == host], day, host in redesigned)
            for host, site in sample_sites().items()
        }

    def articles(self, host: str) -> tuple[SampleArticle, ...]:
        """The articles a visitor of the site can read that day, newest first."""
        return tuple(self._hosts[host].articles)

    def gone(self, host: str) -> tuple[SampleArticle, ...]:
        """The articles taken down by that day."""
        return tuple(self._hosts[host].gone)

    def url(self, article: SampleArticle) -> str:
        """An article's own address."""
        return f"http://{article.host}{sample_sites()[article.host].article_path(article)}"

    def reply(self, host: str, target: str) -> Reply:
        """The answer to GET of that path and query; www. is a twin, tracking parameters are ignored."""
        known = self._hosts.get(host.removeprefix("www."))
        return known.reply(_plain(target)) if known else Reply(status=404, body=b"no such sample site\n")


def _plain(target: str) -> str:
    path, _, query = _SESSION.sub("", target).partition("?")
    kept = [(k, v) for k, v in parse_qsl(query, keep_blank_values=True) if not _TRACKING.fullmatch(k)]
    return f"{path}?{urlencode(kept)}" if kept else path


class _Host:
    def __init__(
        self, site: SampleSite, now: datetime, articles: list[SampleArticle], day: int, redesigned: bool
    ) -> None:
        self.site = site
        self.now = now
        self.template = "redesigned" if redesigned and site.has_template("redesigned") else "article"
        ordered = sorted(articles, key=lambda a: (a.published, a.key), reverse=True)
        self.articles = [a for a in ordered if not a.removed(day)]
        self.gone = [a for a in ordered if a.removed(day)]
        self._made: dict[str, Reply] = {}

    def reply(self, target: str) -> Reply:
        if target not in self._made:
            route = self.routes.get(target)
            self._made[target] = route() if route else self._unrouted(target)
        return self._made[target]

    @cached_property
    def around(self) -> Surroundings:
        popular = sorted(self.articles, key=lambda a: a.views, reverse=True)
        return Surroundings(now=self.now, newest=self.articles[:8], popular=popular[:8])

    @cached_property
    def routes(self) -> Mapping[str, Callable[[], Reply]]:
        site, paths = self.site, self.site.paths
        routes: dict[str, Callable[[], Reply]] = {
            "/": partial(self._listing, "Trang chủ", self.articles[: site.per_page * 2], ""),
            "/robots.txt": lambda: _fixed(robots_txt(site), "text/plain; charset=utf-8"),
            "/lien-he": partial(self._plain, "Liên hệ", _CONTACT),
            paths["soft_404"]: partial(self._plain, "Thông báo", _SOFT_404),
            paths["feed"]: lambda: _fixed(feed_xml(site, self.articles[:_FEED_ITEMS], self.now), _XML),
        }
        for section in site.sections:
            routes |= self._section_routes(section)
        for article in self.articles:
            own, parts = site.article_path(article), address_parts(article)
            routes[site.path("moved", **parts)] = partial(_moved, f"http://{site.host}{own}")
            routes[site.path("print", **parts)] = partial(self._print, article)
            routes[own] = partial(self._article, article)
        for article in self.gone:
            routes[site.article_path(article)] = partial(
                self._plain, "Thông báo", "Bài viết đã được gỡ khỏi trang.", article.gone
            )
        return routes | self._sitemap_routes()

    def _section_routes(self, section: str) -> dict[str, Callable[[], Reply]]:
        site = self.site
        whole = section == next(iter(site.sections))  # the first section lists everything
        items = [a for a in self.articles if whole or a.section == section]
        pages = max(1, -(-len(items) // site.per_page))
        routes: dict[str, Callable[[], Reply]] = {}
        for page in range(1, pages + 1):
            shown = items[(page - 1) * site.per_page : page * site.per_page]
            pager = pager_html(site, section, page, pages)
            route = partial(self._listing, site.sections[section], shown, pager)
            if page == 1:
                routes[site.path("listing", section=section)] = route
            routes[site.path("page", section=section, page=page)] = route
        return routes

    def _sitemap_routes(self) -> dict[str, Callable[[], Reply]]:
        site, address = self.site, self.site.paths["sitemap"]
        if "sitemap_part" not in site.paths:
            text = partial(sitemap_xml, site, self.articles)
            return {address: lambda: _fixed(text(), _XML, packed=address.endswith(".gz"))}
        months = sitemap_months(self.articles)
        parts = {month: site.path("sitemap_part", month=month) for month in months}
        index = sitemap_index_xml([f"http://{site.host}{part}" for part in parts.values()], self.now)
        routes: dict[str, Callable[[], Reply]] = {
            part: partial(_fixed, sitemap_xml(site, months[month]), _XML) for month, part in parts.items()
        }
        return routes | {address: lambda: _fixed(index, _XML)}

    def _unrouted(self, target: str) -> Reply:
        name = target.rpartition("/")[2]
        kind = _TYPES.get(name[name.rfind(".") :] if "." in name else "")
        if target == f"/media/{name}" and kind:
            return _fixed(picture(f"{self.site.host}/{name}"), kind)
        file = CONTENT / "files" / name
        if target == f"/files/{name}" and kind and file.is_file():
            return _fixed(file.read_bytes(), kind)
        section = next((s for s in self.site.sections if self._past_the_end(s, target)), None)
        if section and self.site.beyond == "first":
            return self.reply(self.site.path("listing", section=section))
        if target.startswith(self.site.disallow):
            return self._listing("Kết quả tìm kiếm", self.articles[:3], "")
        return self._plain("Không tìm thấy", "Trang bạn tìm không có trên máy chủ.", 404)

    def _past_the_end(self, section: str, target: str) -> bool:
        pattern = re.escape(self.site.path("page", section=section, page="@")).replace("@", r"\d+")
        return re.fullmatch(pattern, target) is not None

    def _article(self, article: SampleArticle) -> Reply:
        """The page; its validators follow the article, not the clock and the lists around it."""
        html = article_html(self.site, article, self.around, self.template)
        changed = article.modified or article.published
        mark = sha256(f"{article.number}{changed.isoformat()}{self.template}".encode()).hexdigest()[:16]
        return Reply(
            status=200,
            body=html.encode(),
            etag=f'W/"{mark}"' if self.site.etag else None,
            last_modified=format_datetime(changed.astimezone(UTC), usegmt=True),
        )

    def _print(self, article: SampleArticle) -> Reply:
        return Reply(status=200, body=print_html(self.site, article).encode())

    def _listing(self, heading: str, items: list[SampleArticle], pager: str) -> Reply:
        return Reply(status=200, body=listing_html(self.site, heading, items, pager, self.around).encode())

    def _plain(self, heading: str, text: str, status: int = 200) -> Reply:
        return Reply(status=status, body=plain_html(self.site, heading, text, self.around).encode())


def _fixed(body: str | bytes, content_type: str, *, packed: bool = False) -> Reply:
    """A file: its entity tag is that of its bytes."""
    data = body.encode() if isinstance(body, str) else body
    if packed:
        data, content_type = gzip.compress(data, mtime=0), "application/gzip"
    return Reply(status=200, content_type=content_type, body=data, etag=f'"{sha256(data).hexdigest()[:16]}"')


def _moved(location: str) -> Reply:
    return Reply(status=301, location=location)
