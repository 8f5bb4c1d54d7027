"""The types that cross rooms: frozen, keyword-only, with no behaviour but their JSON form.

Field names are the snake_case of the record's JSON keys, which follow schema.org's NewsArticle
and Zyte's Article. Absent is None or an empty tuple, never a guess. docs/data-model.md lists them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from enum import StrEnum
from hashlib import sha256
from typing import Any


class Outcome(StrEnum):
    """How an address ended in a run; reasons stand beside it."""

    SAVED = "saved"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    OFF_TOPIC = "off_topic"
    NOT_ARTICLE = "not_article"
    REFUSED = "refused"
    GONE = "gone"
    FAILED = "failed"
    PENDING = "pending"


FILE_KINDS = frozenset(("image", "attachment"))
"""Kinds of pages that are no pages but files of an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A byline. `name` is the person or desk as credited; `name_raw` the line it was read from."""

    name: str
    name_raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image of the article; `caption` without its credit, `credit` as worded, without brackets ("Ảnh: HM")."""

    url: str
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A document the article offers (PDF, DOCX, XLSX, …)."""

    url: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link out of a page, absolute, with its visible text."""

    url: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcPosition:
    """Where a raw record stands: file name inside warc/, byte offset, payload digest ("sha1:BASE32")."""

    file: str
    offset: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What extraction is given. `url` is the address asked for, verbatim; `body` is content-decoded.

    `headers` are the response's in order, names as sent. `captured_at` is ISO 8601 with offset:
    extraction reads no clock, so relative dates count from here.
    """

    url: str
    body: bytes
    captured_at: str
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200

    def header(self, name: str) -> str | None:
        """The first header of that name, ignoring case."""
        wanted = name.lower()
        return next((v for k, v in self.headers if k.lower() == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The clean record of one page. Dates are ISO 8601 with +07:00, or the date alone."""

    url: str
    headline: str
    article_body: str
    canonical_url: str | None = None
    site: str | None = None
    description: str | None = None
    article_body_html: str = ""
    authors: tuple[Author, ...] = ()
    source_name: str | None = None
    dateline: str | None = None
    date_published: str | None = None
    date_modified: str | None = None
    date_published_raw: str | None = None
    date_source: str | None = None
    article_section: str | None = None
    keywords: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    view_count: int | None = None
    in_language: str | None = None
    related_links: tuple[Link, ...] = ()
    captured_at: str | None = None
    warc: WarcPosition | None = None
    extractor_version: str | None = None
    site_rule: str | None = None
    content_hash: str = ""
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What one page gave: an article (outcome SAVED), or the outcome and reason why not.

    `links` are the page's links for discovery, in page order; `next_url` the next page of a listing.
    `canonical_url` is set when the page names another address of the same site as its true one.
    `selector_misses` names the profile's selectors that found nothing, for `sites check`.
    """

    outcome: Outcome
    reason: str | None = None
    article: Article | None = None
    links: tuple[Link, ...] = ()
    next_url: str | None = None
    canonical_url: str | None = None
    headline: str | None = None
    selector_misses: tuple[str, ...] = ()


_CLEAN = (
    "headline", "description", "article_body", "source_name", "dateline", "date_published",
)  # fmt: skip


def content_hash(article: Article) -> str:
    """SHA-256 (hex) over the clean content only, so a view count or a related list changes nothing."""
    content: list[Any] = [getattr(article, name) for name in _CLEAN]
    content.append([a.name for a in article.authors])
    content.append([[i.caption, i.credit] for i in article.images])
    content.append([[a.url.rsplit("/", 1)[-1], a.name] for a in article.attachments])  # twins differ in host alone
    return sha256(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


def camel(name: str) -> str:
    """`date_published` → `datePublished`."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {camel(f.name): _plain(getattr(value, f.name)) for f in fields(value)}
    return value


def article_json(article: Article) -> dict[str, Any]:
    """The record's public JSON form, as `extract`, `show --json` and `export` print it."""
    record = {camel(f.name): _plain(getattr(article, f.name)) for f in fields(article)}
    record["extractor"] = {
        "version": record.pop("extractorVersion"),
        "siteRule": record.pop("siteRule"),
    }
    return record


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """An address a page told of. `identity` is its key, `url` the address to ask for.

    `named` is the address of an article's file as the article's record has it; `modified` when the page changed last
    by what told of it, in ISO 8601.
    """

    identity: str
    url: str
    kind: str
    named: str | None = None
    text: str | None = None
    section: str | None = None
    priority: int = 0
    depth: int = 0
    modified: str | None = None
    outcome: Outcome | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """One due page handed to the crawl. `digest` and the rest are of its latest capture, if any.

    `settled` means that this capture was understood: the same bytes would only say the same again.
    `discovered_at` is in ISO 8601; `told_by` is the page that told of it first, None for what a profile or user names.
    """

    page_id: int
    site: str
    url: str
    identity: str
    kind: str
    depth: int
    section: str | None
    text: str | None
    visits: int
    quiet_visits: int
    attempts: int
    crashes: int
    etag: str | None
    last_modified: str | None
    digest: str | None
    captured_url: str | None
    captured_at: str | None
    has_article: bool
    settled: bool
    discovered_at: str | None = None
    told_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """A WARC record ready to append: one or more gzip members, the capture's own first."""

    data: bytes
    record_type: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """An image or attachment as fetched: its type by its bytes, and its size with the content encoding undone.

    `text` is an attachment's; `text_reason` says why there is none, or not all of it.
    """

    media_type: str
    bytes: int
    text: str | None = None
    text_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What came of asking for one page: everything its one transaction writes.

    `due_at` (UTC seconds) asks for the page again then, `due_at_news` where the page told of new addresses;
    None means never. `next_page` of a listing is followed only while it may bring news of `since` (YYYY-MM-DD)
    or later. `raw` is None when nothing was received. `stored` gives the position instead where the record
    already stands in a WARC.
    """

    lease: Lease
    outcome: Outcome
    reason: str | None = None
    url: str
    fetched_at: str
    status: int = 0
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    raw: RawRecord | None = None
    stored: WarcPosition | None = None
    record_type: str = "response"
    archive_url: str | None = None
    article: Article | None = None
    file: KeptFile | None = None
    headline: str | None = None
    children: tuple[Child, ...] = ()
    next_page: Child | None = None
    since: str | None = None
    selector_misses: int = 0
    due_at: int | None = None
    due_at_news: int | None = None
    crashed: bool = False
