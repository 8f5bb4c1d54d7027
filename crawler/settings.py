"""Scrapy's settings. Each departs from Scrapy's default for the reason beside it. The spider names its components."""

from archive import __version__

BOT_NAME = "danvan-archive"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
USER_AGENT = f"danvan-archive/{__version__}"  # the contact address is added when a crawl starts

DOWNLOAD_HANDLERS_BASE = {  # only http and https are the web
    "http": "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler",
    "https": "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler",
}
LEGACY_TLS_HOSTS: list[str] = []  # those of the run's profiles with legacy_tls; crawler.tls speaks old TLS to them
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.5",
    "Accept-Encoding": "gzip, br",
}
TWISTED_DNS_RESOLVER = "crawler.resolver.PublicResolver"

CONCURRENT_REQUESTS = 64  # over all sites; each site's own limit is in its profile
CONCURRENT_REQUESTS_PER_DOMAIN = 2
DOWNLOAD_DELAY = 0  # profiles set it; a floor here would slow them all
DOWNLOAD_TIMEOUT = 60  # seconds for the whole answer, so a slow drip ends too
DOWNLOAD_MAXSIZE = 16 * 2**20
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = True
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
AUTOTHROTTLE_MAX_DELAY = 60
RETRY_TIMES = 2
CONCURRENT_ITEMS = 1  # a response gives one item; Scrapy makes this many tasks for each response
COOKIES_ENABLED = False
ROBOTSTXT_OBEY = False  # crawler.middlewares.RobotsMiddleware obeys
TELNETCONSOLE_ENABLED = False
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 64 * 2**20  # pages wait for a group's commit; the scheduler caps their number
LOG_LEVEL = "WARNING"
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
STATS_DUMP = False
