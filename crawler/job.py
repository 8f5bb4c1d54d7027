"""A fetched page on its way to a worker, and how its verdict becomes a Visit. Light: the main process needs it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from archive.raw import EarlierCapture, Exchange, build_records, payload_digest
from archive.records import FILE_KINDS, Child, Extraction, KeptFile, Lease, Outcome, RawRecord, Visit, WarcPosition
from crawler.media import OCTETS, media_type
from crawler.revisit import ARTICLE_INTERVALS, after_news, next_visit

_ESSENTIAL = frozenset(("layout", "headline", "body", "date"))  # a lead or a byline many an article does without


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One fetched page on its way to a worker. `now` is UTC seconds; `warcinfo_id` ties records to their run.

    Without `links` the page is read for its article alone.
    """

    lease: Lease
    exchange: Exchange
    now: int
    warcinfo_id: str | None = None
    topic_file: str | None = None
    keep_off_topic: bool = False
    intervals: tuple[int, ...] = ARTICLE_INTERVALS
    since: str | None = None
    stored: WarcPosition | None = None
    record_type: str = "response"
    archive_url: str | None = None
    links: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    outcome: Outcome
    reason: str | None = None
    extraction: Extraction | None = None
    file: KeptFile | None = None
    children: tuple[Child, ...] = ()
    next_page: Child | None = None


def recognise(job: Job) -> Visit | None:
    """The Visit of a page that says, or whose bytes say, that it is as it was; no worker need look at it."""
    lease, exchange = job.lease, job.exchange
    same = exchange.status == 304 or (
        lease.settled
        and exchange.status == 200
        and not exchange.truncated
        and lease.digest == payload_digest(exchange.body)
    )
    return conclude(job, Verdict(outcome=Outcome.UNCHANGED)) if same else None


def give_up(job: Job, reason: str) -> Visit:
    """The page that a worker could not finish: its raw copy, and the reason. A file lacks nothing but its text."""
    if job.lease.kind in FILE_KINDS:
        exchange = job.exchange
        found = media_type(exchange.body, exchange.header("content-type"), exchange.url) or OCTETS
        file = KeptFile(media_type=found, bytes=len(exchange.body), text_reason=reason.removeprefix("extract_"))
        return conclude(job, Verdict(outcome=Outcome.NOT_ARTICLE, reason=job.lease.kind, file=file))
    return replace(conclude(job, Verdict(outcome=Outcome.FAILED, reason=reason)), crashed=True)


def conclude(job: Job, verdict: Verdict, *, keep_raw: bool = True) -> Visit:
    """Put verdict and raw record together. What is off topic leaves no raw copy unless asked."""
    exchange, lease = job.exchange, job.lease
    article = verdict.extraction.article if verdict.extraction else None
    keep_raw = keep_raw and (verdict.outcome is not Outcome.OFF_TOPIC or job.keep_off_topic)
    return Visit(
        lease=lease,
        outcome=verdict.outcome,
        reason=verdict.reason,
        url=exchange.url,
        fetched_at=exchange.fetched_at,
        status=exchange.status,
        content_type=exchange.header("content-type"),
        etag=exchange.header("etag"),
        last_modified=exchange.header("last-modified"),
        raw=_raw(job) if keep_raw and job.stored is None else None,
        stored=job.stored,
        record_type=job.record_type,
        archive_url=job.archive_url,
        article=article if verdict.outcome is Outcome.SAVED else None,
        file=verdict.file,
        headline=verdict.extraction.headline if verdict.extraction else None,
        children=verdict.children,
        selector_misses=int(bool(verdict.extraction and _ESSENTIAL.intersection(verdict.extraction.selector_misses))),
        due_at=next_visit(lease, verdict.outcome, now=job.now, intervals=job.intervals),
        due_at_news=after_news(lease, now=job.now),
        next_page=verdict.next_page,
        since=job.since,
    )


def _raw(job: Job) -> RawRecord:
    lease = job.lease
    earlier = None
    if lease.digest and lease.captured_url and lease.captured_at:
        earlier = EarlierCapture(url=lease.captured_url, date=lease.captured_at, digest=lease.digest)
    built = build_records(job.exchange, warcinfo_id=job.warcinfo_id, earlier=earlier)
    return RawRecord(data=built.data, record_type=built.record_type, digest=built.digest)
