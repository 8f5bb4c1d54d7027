"""The sample's feeds, sitemaps, robots.txt and pictures."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .content import SampleArticle, SampleSite


def feed_xml(site: SampleSite, articles: Sequence[SampleArticle], now: datetime) -> str:
    """The newest articles as RSS 2.0, or as Atom where the site has that."""
    return _atom(site, articles, now) if site.atom else _rss(site, articles, now)


def sitemap_xml(site: SampleSite, articles: Sequence[SampleArticle]) -> str:
    """A urlset with the time each article last changed."""
    rows = "".join(
        f"<url><loc>{_address(site, a)}</loc><lastmod>{_changed(a).isoformat()}</lastmod></url>\n" for a in articles
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{_SITEMAP}">\n{rows}</urlset>\n'


def sitemap_months(articles: Sequence[SampleArticle]) -> dict[str, list[SampleArticle]]:
    """Articles by the month they came out, "2025-5", newest month first."""
    ordered = sorted(articles, key=lambda a: a.published, reverse=True)
    return {month: list(group) for month, group in groupby(ordered, lambda a: f"{a.published:%Y}-{a.published.month}")}


def sitemap_index_xml(addresses: Sequence[str], now: datetime) -> str:
    """An index over sitemaps."""
    rows = "".join(f"<sitemap><loc>{escape(a)}</loc><lastmod>{now:%Y-%m-%d}</lastmod></sitemap>\n" for a in addresses)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{_SITEMAP}">\n{rows}</sitemapindex>\n'


def robots_txt(site: SampleSite) -> str:
    """One disallowed path, and where the sitemap is."""
    return f"User-agent: *\nDisallow: {site.disallow}\n\nSitemap: http://{site.host}{site.paths['sitemap']}\n"


def picture(name: str) -> bytes:
    """A small real PNG, a sky over a field, whose colours come from its name."""
    seed = zlib.crc32(name.encode())
    width, height = 320, 180
    sky, field = (70 + seed % 90, 120 + seed // 90 % 90, 190 + seed // 8100 % 60), (60 + seed % 50, 130, 60)
    rows = bytearray()
    for y in range(height):
        light = 1 - y / (2 * height)
        colour = field if y > height * 2 // 3 else sky
        rows += b"\0" + bytes(int(part * light) for part in colour) * width
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(bytes(rows), 9)), _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _address(site: SampleSite, article: SampleArticle) -> str:
    return escape(f"http://{site.host}{site.article_path(article)}")


def _changed(article: SampleArticle) -> datetime:
    return article.modified or article.published


def _rss(site: SampleSite, articles: Sequence[SampleArticle], now: datetime) -> str:
    items = "".join(
        f"<item><title><![CDATA[{a.title}]]></title><link>{_address(site, a)}</link>"
        f"<description><![CDATA[<a href='{_address(site, a)}'><img src='/media/rss.png'></a>{a.lead}]]></description>"
        f'<pubDate>{format_datetime(a.published)}</pubDate><guid isPermaLink="false">{a.number}</guid></item>\n'
        for a in articles
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(site.title)}</title><link>http://{site.host}/</link>"
        f"<lastBuildDate>{format_datetime(now)}</lastBuildDate>\n{items}</channel></rss>\n"
    )


def _atom(site: SampleSite, articles: Sequence[SampleArticle], now: datetime) -> str:
    entries = "".join(
        f'<entry><title>{escape(a.title)}</title><link rel="alternate" href="{_address(site, a)}"/>'
        f"<id>tag:{site.host},{a.published:%Y}:{a.number}</id><updated>{_changed(a).isoformat()}</updated>"
        f'<published>{a.published.isoformat()}</published><summary type="text">{escape(a.lead)}</summary></entry>\n'
        for a in articles
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{escape(site.title)}</title><id>http://{site.host}/</id><updated>{now.isoformat()}</updated>\n"
        f"{entries}</feed>\n"
    )
