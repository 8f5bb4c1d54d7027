"""The peers of bench.crawl: plain Scrapy spiders on Scrapy's default loop, as their users would write them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import scrapy
import trafilatura
from scrapy.crawler import CrawlerProcess


class BareSpider(scrapy.Spider):
    """Fetches, counts, keeps nothing."""

    name = "bare"

    def parse(self, response: scrapy.http.Response, **_: Any) -> Iterator[dict[str, int]]:
        """One item a page, so both spiders yield alike."""
        yield {"bytes": len(response.body)}


class InlineSpider(scrapy.Spider):
    """Runs trafilatura with metadata in the callback and keeps the record in memory only."""

    name = "inline"

    def parse(self, response: scrapy.http.Response, **_: Any) -> Iterator[dict[str, Any]]:
        """The record trafilatura gives."""
        document = trafilatura.bare_extraction(response.text, url=response.url, with_metadata=True)
        yield {"title": document.title if document else None}


def main() -> None:
    """python -m bench.spiders bare|inline URL-FILE CONCURRENCY"""
    kind, file, concurrency = sys.argv[1:4]
    urls = Path(file).read_text(encoding="utf-8").split()
    process = CrawlerProcess(
        {
            "LOG_LEVEL": "ERROR",
            "CONCURRENT_REQUESTS": int(concurrency),
            "CONCURRENT_REQUESTS_PER_DOMAIN": int(concurrency),
            "DOWNLOAD_DELAY": 0,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    spider = BareSpider if kind == "bare" else InlineSpider
    crawler = process.create_crawler(spider)
    process.crawl(crawler, start_urls=urls)
    process.start()
    assert crawler.stats
    answered = crawler.stats.get_value("downloader/response_status_count/200")
    if answered != len(urls):
        raise SystemExit(f"{kind}: {answered} answers of 200 for {len(urls)} pages")


if __name__ == "__main__":
    main()
