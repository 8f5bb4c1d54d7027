"""Discovery: feed, sitemap, listing or page → the addresses it tells of. Pure functions; nothing is fetched.

`read_feed`, `read_sitemap` and `read_listing` take bytes as they came, `select_links` the links that extraction
already read from a page. None of them raises on any input: what cannot be read has an `error`, in one word.
"""

from crawler.discovery.feeds import Feed, read_feed
from crawler.discovery.found import Found, Kind
from crawler.discovery.links import classify, looks_endless, select_links
from crawler.discovery.listings import Listing, read_listing
from crawler.discovery.paging import next_page, page_number
from crawler.discovery.sitemaps import Sitemap, read_sitemap

__all__ = [
    "Feed",
    "Found",
    "Kind",
    "Listing",
    "Sitemap",
    "classify",
    "looks_endless",
    "next_page",
    "page_number",
    "read_feed",
    "read_listing",
    "read_sitemap",
    "select_links",
]
