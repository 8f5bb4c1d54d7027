"""What a worker process does with one fetched page: raw records, extraction, links, and the verdict.

`work(job)` is a pure function of its job (profiles and the topic file aside), so crawl, import and
backfill all send their pages this one way.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from archive.errors import ProfileError
from archive.raw import TooLargeError, TruncatedError, decode_content
from archive.records import FILE_KINDS, Child, Lease, Outcome, Page, Visit
from archive.urls import identity, is_private_host, same_site
from crawler.children import (
    children_of_extraction,
    children_of_feed,
    children_of_listing,
    children_of_sitemap,
    is_page_of_links,
)  # fmt: skip
from crawler.extraction import extract
from crawler.files import children_of_article, judge_file
from crawler.job import Job, Verdict, conclude
from crawler.profile import Site, generic_site, load_site
from crawler.topic import Topic, judge_article, load_topic

MAX_DECODED = 32 * 2**20  # bytes of one page once its gzip, br or zstd is undone


def work(job: Job) -> Visit:
    """Everything there is to know of the page, ready to store."""
    site = _site(job.lease.site, job.lease.url)
    if job.exchange.truncated:
        return conclude(job, Verdict(outcome=Outcome.FAILED, reason="truncated"))
    try:
        body = decode_content(job.exchange.body, job.exchange.header("content-encoding"), limit=MAX_DECODED)
    except TruncatedError:
        return conclude(job, Verdict(outcome=Outcome.FAILED, reason="truncated"))
    except TooLargeError:
        return conclude(job, Verdict(outcome=Outcome.REFUSED, reason="too_large"), keep_raw=False)
    return conclude(job, _judge(job, site, body))


def _judge(job: Job, site: Site, body: bytes) -> Verdict:
    if verdict := _told_by_status(job, site):
        return verdict
    if job.lease.kind in FILE_KINDS:
        return judge_file(job, body)
    topic = _topic(job.topic_file)
    if job.lease.kind == "feed":
        return _source(children_of_feed(job, site, body, topic))
    found = children_of_sitemap(job, site, body, topic) if job.lease.kind == "sitemap" else ()
    if (job.lease.kind == "listing" and site.sources) or is_page_of_links(job, found):
        listed = children_of_listing(job, site, body, topic)
        if listed:
            return Verdict(outcome=Outcome.NOT_ARTICLE, reason="listing", children=listed[0], next_page=listed[1])
    if job.lease.kind == "sitemap":
        return _source(found)
    return _page(job, site, body, topic)


def _told_by_status(job: Job, site: Site) -> Verdict | None:
    """The verdict on an answer that holds no page; None for one that does."""
    status = job.exchange.status
    if status == 304:
        return Verdict(outcome=Outcome.UNCHANGED)
    if 300 <= status < 400:
        return _redirect(job, site)
    if status in (404, 410):
        return Verdict(outcome=Outcome.GONE, reason=str(status))
    if job.lease.kind in FILE_KINDS and 400 <= status < 500 and status != 429:
        return Verdict(outcome=Outcome.REFUSED, reason="http_4xx")
    if status in (401, 403, 407, 429, 451):
        return Verdict(outcome=Outcome.FAILED, reason="blocked")
    if status >= 500:
        return Verdict(outcome=Outcome.FAILED, reason="http_5xx")
    if status >= 400:
        return Verdict(outcome=Outcome.FAILED, reason="http_4xx")
    return None


def _source(found: tuple[Child, ...] | str) -> Verdict:
    """A feed or sitemap is no article; one that cannot be read has failed, saying how."""
    if isinstance(found, str):
        outcome = Outcome.REFUSED if found == "too_large" else Outcome.FAILED
        return Verdict(outcome=outcome, reason=found)
    return Verdict(outcome=Outcome.NOT_ARTICLE, reason="listing" if found else "empty", children=found)


def _redirect(job: Job, site: Site) -> Verdict:
    location = job.exchange.header("location")
    if not location:
        return Verdict(outcome=Outcome.FAILED, reason="http_3xx")
    target = urljoin(job.exchange.url, location)
    parts = urlsplit(target)
    if parts.scheme not in ("http", "https"):
        return Verdict(outcome=Outcome.REFUSED, reason="scheme")
    lease = job.lease
    if not same_site(target, site.file_hosts if lease.kind in FILE_KINDS else site.hosts):
        private = is_private_host(parts.hostname or "")
        return Verdict(outcome=Outcome.REFUSED, reason="private_address" if private else "offsite")
    if parts.path in ("", "/") and not parts.query and lease.kind in ("article", "feed", "sitemap", *FILE_KINDS):
        return Verdict(outcome=Outcome.GONE, reason="redirect_home")
    return Verdict(outcome=Outcome.DUPLICATE, reason="redirect", children=(_again(lease, site, target),))


def _again(lease: Lease, site: Site, url: str) -> Child:
    """The same page at another address."""
    key = identity(url, keep_params=site.addresses.keep_params, hosts=site.hosts)
    if key == lease.identity:
        # http → https, www → bare: one identity, two addresses. The key tells them apart so both are asked for.
        key = f"{key}#{urlsplit(url).scheme}:{urlsplit(url).hostname}"
    return Child(
        identity=key, url=url, kind=lease.kind, text=lease.text, section=lease.section, priority=80, depth=lease.depth
    )


def _page(job: Job, site: Site, body: bytes, topic: Topic) -> Verdict:
    exchange = job.exchange
    page = Page(
        url=exchange.url, body=body, captured_at=exchange.fetched_at, headers=exchange.response_headers,
        status=exchange.status,
    )  # fmt: skip
    extraction = extract(page, site, links=job.links)
    children, next_page = children_of_extraction(job, site, extraction, topic)
    verdict = Verdict(
        outcome=extraction.outcome, reason=extraction.reason, extraction=extraction, children=children,
        next_page=next_page,
    )  # fmt: skip
    if job.lease.has_article and extraction.reason == "soft_404":
        return replace(verdict, outcome=Outcome.GONE)
    if extraction.outcome is not Outcome.SAVED or extraction.article is None:
        return verdict
    kept, topics, _ = judge_article(topic, extraction.article)
    if not kept and site.topic == "match":
        return replace(verdict, outcome=Outcome.OFF_TOPIC)
    article = replace(extraction.article, site=job.lease.site, topics=topics)
    files = children_of_article(job, site, article)
    return replace(verdict, extraction=replace(extraction, article=article), children=(*children, *files))


@lru_cache(maxsize=256)
def _site(name: str, url: str) -> Site:
    try:
        return load_site(name)
    except ProfileError:
        return generic_site(url)


@lru_cache(maxsize=4)
def _topic(path: str | None) -> Topic:
    return load_topic(path)
