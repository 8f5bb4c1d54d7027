"""An article's images and attachments: which are asked for, and what came of one that was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.errors import AddressError
from archive.records import Child, KeptFile, Outcome
from archive.urls import host_of, identity, is_private_host, parse_http_url, same_site
from crawler.documents import text_of
from crawler.job import Job, Verdict
from crawler.media import fits, media_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.records import Article
    from crawler.site import Site

ATTACHMENT, IMAGE = 5, 3
"""Urgency: below that of any page, so that a run's budget goes to articles first."""


def children_of_article(job: Job, site: Site, article: Article) -> tuple[Child, ...]:
    """The files the profile wants kept, attachments first; one on a host that is not the site's ends at once."""
    wanted: list[tuple[str, str, str | None, int]] = []
    if site.files.attachments:
        wanted += [("attachment", one.url, one.name, ATTACHMENT) for one in article.attachments]
    if site.files.images:
        wanted += [("image", one.url, one.caption, IMAGE) for one in article.images]
    return tuple(_children(job, site, wanted[: site.files.max_files]))


def _children(job: Job, site: Site, wanted: list[tuple[str, str, str | None, int]]) -> Iterator[Child]:
    for kind, named, text, priority in wanted:
        try:
            url = parse_http_url(named)
        except AddressError:
            continue
        outcome, reason = None, None
        if not same_site(url, site.file_hosts):
            private = is_private_host(host_of(url) or "")
            outcome, reason = Outcome.REFUSED, "private_address" if private else "offsite"
        key = identity(url, keep_params=site.addresses.keep_params, hosts=site.hosts)
        if key != job.lease.identity:
            yield Child(
                identity=key, url=url, named=named, kind=kind, text=text, section=job.lease.section, priority=priority,
                depth=job.lease.depth + 1, outcome=outcome, reason=reason,
            )  # fmt: skip


def judge_file(job: Job, body: bytes) -> Verdict:
    """The file, with an attachment's text; refused when what came is no file of that kind."""
    kind, exchange = job.lease.kind, job.exchange
    found = media_type(body, exchange.header("content-type"), exchange.url)
    if found is None or not fits(kind, found):
        return Verdict(outcome=Outcome.REFUSED, reason="media_type")
    text, reason = text_of(found, body) if kind == "attachment" else (None, None)
    file = KeptFile(media_type=found, bytes=len(body), text=text, text_reason=reason)
    return Verdict(outcome=Outcome.NOT_ARTICLE, reason=kind, file=file)
