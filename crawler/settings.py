"""Scrapy's settings. Each departs from Scrapy's default for the reason beside it."""

from archive import __version__

BOT_NAME = "danvan-archive"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
USER_AGENT = f"danvan-archive/{__version__}"  # the contact address is added when a crawl starts

SCHEDULER = "crawler.scheduler.FrontierScheduler"
ITEM_PIPELINES = {"crawler.pipelines.ArchivePipeline": 100}
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.AddressMiddleware": 10,
    "crawler.middlewares.RobotsMiddleware": 20,
    "crawler.middlewares.RetryAfterMiddleware": 560,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # allows all when robots.txt fails
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,  # each hop is a page of its own
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,  # workers decode; WARC keeps
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,  # any status is an answer to judge
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,  # the frontier knows the depth
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}
EXTENSIONS = {
    "scrapy.extensions.throttle.AutoThrottle": None,
    "crawler.throttle.PoliteAutoThrottle": 0,
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.memusage.MemoryUsage": None,  # its mail and remote switch are not wanted
}
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.5",
    "Accept-Encoding": "gzip, br",
}
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}  # only http and https are the web
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
