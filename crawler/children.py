"""What a page tells the frontier: its links as Children, each with its kind, its urgency, or its outcome.

Feeds, sitemaps and listings are asked for the sake of their entries: all but those plainly off the topic
are followed. An article's own links are followed where they say themselves that they are on the topic.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archive.records import Child, Extraction, Outcome
from archive.urls import host_of, identity, is_private_host, plain_url, same_site
from crawler.discovery import (
    Found,
    Kind,
    classify,
    looks_endless,
    next_page,
    read_feed,
    read_listing,
    read_sitemap,
    select_links,
)  # fmt: skip
from crawler.topic import Topic, Verdict, judge_link

if TYPE_CHECKING:
    from crawler.job import Job
    from crawler.site import Site, Source

SOURCE, ARTICLE, NEXT, LISTING = 100, 50, 40, 10
"""Urgency: sources first, then articles, then older list pages, then lists nobody named."""
PARTS = 100  # of one index are as urgent as sources; more than eight years of months

Pages = tuple[tuple[Child, ...], Child | None]


def children_of_feed(job: Job, site: Site, body: bytes, topic: Topic) -> tuple[Child, ...] | str:
    """The feed's entries, or the one word why it cannot be read."""
    feed = read_feed(body, job.exchange.url, job.exchange.header("content-type"))
    if feed.error:
        return feed.error
    further = _parts(job, site, feed.feeds)
    return (*_entries(job, site, feed.entries, topic), *further)


def children_of_sitemap(job: Job, site: Site, body: bytes, topic: Topic) -> tuple[Child, ...] | str:
    """The sitemap's pages and further sitemaps, or the one word why it cannot be read."""
    sitemap = read_sitemap(body, job.exchange.url, job.exchange.header("content-type"))
    if sitemap.error:
        return sitemap.error
    further = _parts(job, site, sitemap.children)
    pages = [one for one in sitemap.entries if classify(one.url, site) is not Kind.LISTING or not site.sources]
    return (*_entries(job, site, pages, topic), *further)


def _parts(job: Job, site: Site, found: Iterable[Found]) -> tuple[Child, ...]:
    """Further feeds and sitemaps; an index without end must not keep the articles waiting."""
    own = [one for one in found if same_site(one.url, site.hosts)]
    return tuple(_child(job, site, one, SOURCE - 1 if n < PARTS else LISTING) for n, one in enumerate(own))


def is_page_of_links(job: Job, found: tuple[Child, ...] | str) -> bool:
    """Whether what is named as a sitemap is one for readers ("sơ đồ trang"): HTML, under no file's name."""
    path = urlsplit(job.exchange.url).path.lower()
    return found == "not_sitemap" and not path.endswith((".xml", ".gz", ".txt"))


def children_of_listing(job: Job, site: Site, body: bytes, topic: Topic) -> Pages | None:
    """A listing's entries and its next page; None when it shows none, so the page is judged as any other."""
    source = _source(job, site)
    listing = read_listing(body, job.exchange.url, site, source, job.exchange.header("content-type"))
    entries = [one for one in listing.entries if one.kind is Kind.ARTICLE]
    if not entries:
        return None
    return _entries(job, site, entries, topic), _next(job, site, listing.next_url)


def children_of_extraction(job: Job, site: Site, extraction: Extraction, topic: Topic) -> Pages:
    """The links of an article or of a page of unknown kind."""
    found = select_links(extraction.links, site, job.exchange.url)
    if site.sources:
        found = tuple(one for one in found if one.kind is Kind.ARTICLE)
    if site.topic == "match":
        found = tuple(one for one in found if judge_link(topic, one.url, one.text) is Verdict.YES)
    children = tuple(_child(job, site, one, ARTICLE if one.kind is Kind.ARTICLE else LISTING) for one in found)
    following = None
    if extraction.outcome is not Outcome.SAVED:
        following = _next(job, site, next_page(job.exchange.url, _source(job, site), extraction.links))
    return children, following


def _entries(job: Job, site: Site, entries: Iterable[Found], topic: Topic) -> tuple[Child, ...]:
    return tuple(_judged(job, site, one, topic) for one in entries)


def _judged(job: Job, site: Site, one: Found, topic: Topic) -> Child:
    if not same_site(one.url, site.hosts):
        private = is_private_host(host_of(one.url) or "")
        return _child(job, site, one, 0, Outcome.REFUSED, "private_address" if private else "offsite")
    if looks_endless(one.url) and classify(one.url, site) is Kind.SKIP:
        return _child(job, site, one, 0, Outcome.REFUSED, "endless")
    section = one.section or job.lease.section
    if site.topic == "match" and judge_link(topic, one.url, one.text, section) is Verdict.NO:
        return _child(job, site, one, 0, Outcome.OFF_TOPIC, "link")
    day = one.published or one.modified
    if job.since and day and day[:10] < job.since:
        return _child(job, site, one, 0, Outcome.REFUSED, "budget")
    return _child(job, site, one, ARTICLE)


def _child(
    job: Job, site: Site, one: Found, priority: int, outcome: Outcome | None = None, reason: str | None = None
) -> Child:
    kind = "article" if one.kind is Kind.SKIP else one.kind.value
    keep = site.addresses.keep_params
    url = plain_url(one.url, keep_params=keep, home=site.home) if outcome is None else one.url
    return Child(
        identity=identity(one.url, keep_params=keep, hosts=site.hosts), url=url, kind=kind,
        text=one.text or None, section=one.section or job.lease.section, priority=priority, depth=job.lease.depth + 1,
        modified=one.modified,
        outcome=outcome, reason=reason,
    )  # fmt: skip


def _next(job: Job, site: Site, url: str | None) -> Child | None:
    depth = job.lease.depth + 1
    if url is None or not same_site(url, site.hosts) or depth > site.politeness.max_listing_pages:
        return None
    key = identity(url, keep_params=site.addresses.keep_params, hosts=site.hosts)
    if key == job.lease.identity:
        return None
    kind = "listing" if job.lease.kind in ("listing", "page", "sitemap") else job.lease.kind
    return Child(
        identity=key, url=url, kind=kind, section=job.lease.section, priority=max(NEXT - depth, 11), depth=depth
    )


def _source(job: Job, site: Site) -> Source | None:
    """The source the page belongs to, by its address or its template."""
    url, key = job.exchange.url, job.lease.identity
    for source in site.sources:
        if identity(source.url, keep_params=site.addresses.keep_params, hosts=site.hosts) == key:
            return source
    for source in site.sources:
        if source.kind == "listing" and url.startswith(source.stem):
            return source
    return None
