"""One parsed page and its site → the record, or why there is none. The order of the steps is the design."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import trafilatura

from archive.records import Article, Extraction, Link, Outcome, content_hash
from archive.text import fold, one_line
from archive.urls import same_site
from crawler.extraction import classify
from crawler.extraction.body import Body, body_html, clean_by_trafilatura, prune
from crawler.extraction.credits import take_credits
from crawler.extraction.datelines import split_dateline
from crawler.extraction.dates import find_dates
from crawler.extraction.details import attachments_of, canonical_of, keywords_of, section_of, view_count_of
from crawler.extraction.headline import find_headline, similarity
from crawler.extraction.lead import take_lead
from crawler.extraction.locate import ancestors, find_content, is_prose
from crawler.extraction.publication import find_published
from crawler.extraction.rules import Rule, choose_rule
from crawler.extraction.segments import Segment, Walker
from crawler.extraction.structured import Structured, read_structured
from crawler.extraction.version import VERSION
from crawler.site import Site

MIN_BODY = 60  # characters: two short sentences make an article, a stray line does not
_VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯạ-ỹẠ-Ỹ]")
_HEAD_LINES = 14  # segments before the headline that may hold its date


@dataclass(slots=True)
class Read:
    """A page taken apart: the tree, what it says of itself, its segments, and where the article stands."""

    url: str
    root: Any
    now: datetime
    site: Site
    structured: Structured
    rule: Rule
    segments: list[Segment]
    headline: str | None
    heading: Any
    language: str
    content: Any = None
    start: int = 0
    end: int = 0

    @property
    def article_segments(self) -> list[Segment]:
        """The segments of the content, from after the headline on."""
        return self.segments[self.start : self.end]


def read_page(root: Any, text: str, url: str, site: Site, now: datetime) -> Read:
    """Everything the later steps look at, from one walk."""
    structured = read_structured(root)
    rule = choose_rule(root, text, site, now.date())
    headline, heading = _headline(root, structured, rule)
    named = rule.elements(root, "body")
    keep = ancestors(*([heading] if heading is not None else []), *named)
    drop = frozenset(element for selector in ("drop", "related") for element in rule.elements(root, selector))
    rule.misses[:] = [miss for miss in rule.misses if miss not in ("drop", "related")]
    body = root.find("body")
    top = body if body is not None else root
    walker = Walker(url, keep=keep, drop=drop)
    segments = walker.walk(top)
    if _prose(segments) < 200 and walker.dropped:
        segments = _with_furniture(top, url, keep, drop, segments)
    read = Read(
        url=url, root=root, now=now, site=site, structured=structured, rule=rule, segments=segments,
        headline=headline, heading=heading, language=_language(root, segments),
    )  # fmt: skip
    _locate(read, named)
    return read


def _with_furniture(top: Any, url: str, keep: frozenset[Any], drop: frozenset[Any], segments: list[Segment]) -> list[Segment]:
    """Where the class names for furniture hid the whole text (a page in one "sidebar"), walk without them."""
    walker = Walker(url, keep=keep | frozenset(top.iter()), drop=drop)
    everything = walker.walk(top)
    return everything if _prose(everything) > 4 * max(_prose(segments), 50) and classify.links_share(everything) < 0.5 else segments


def _prose(segments: list[Segment]) -> int:
    return sum(len(segment.text) for segment in segments if is_prose(segment))


def _headline(root: Any, structured: Structured, rule: Rule) -> tuple[str | None, Any]:
    for element in rule.elements(root, "headline"):
        text = one_line(element.text_content())
        if text:
            return text, element
    return find_headline(root, structured)


def _language(root: Any, segments: list[Segment]) -> str:
    """vi where Vietnamese letters are common; else what the page declares, or en."""
    text = " ".join(segment.text for segment in segments if not segment.link_share)[:20000]
    letters = sum(c.isalpha() for c in text)
    if letters and len(_VIETNAMESE.findall(text)) / letters > 0.05:
        return "vi"
    declared = (root.get("lang") or root.get("xml:lang") or "").lower().split("-")[0][:2]
    return declared if declared.isalpha() and declared not in ("", "vi") else "en"


def _locate(read: Read, named: list[Any]) -> None:
    """Set content, start and end."""
    segments = read.segments
    content = named[0] if named and _prose_in(named[0], segments) >= MIN_BODY else None
    if named and content is None:
        read.rule.misses.append("body")
    after = 0
    if read.heading is not None:
        inside = set(read.heading.iter())
        positions = [n for n, s in enumerate(segments) if s.element in inside or s.holder in inside]
        after = positions[-1] + 1 if positions else _position_of(read.headline, segments)
    if content is None:
        following = segments[after:]
        content = find_content(read.root, following if _prose(following) >= MIN_BODY else segments)
    read.content = content
    if content is None:
        read.start = read.end = after
        return
    held = set(content.iter())
    places = [n for n, s in enumerate(segments) if s.element in held or s.holder in held]
    read.start, read.end = (places[0], places[-1] + 1) if places else (after, after)
    if read.start < after <= read.end:
        read.start = after


def _position_of(headline: str | None, segments: list[Segment]) -> int:
    title = fold(headline or "")
    return next((n + 1 for n, s in enumerate(segments) if title and s.folded == title), 0)


def _prose_in(element: Any, segments: list[Segment]) -> int:
    held = set(element.iter())
    return sum(len(s.text) for s in segments if s.src is None and (s.element in held or s.holder in held))


def extract_article(read: Read, links: tuple[Link, ...], next_url: str | None) -> Extraction:
    """The Extraction of a page taken apart."""
    canonical = canonical_of(read.root, read.url, read.site)

    def ended(outcome: Outcome, reason: str) -> Extraction:
        return Extraction(
            outcome=outcome, reason=reason, links=links, next_url=next_url, canonical_url=canonical,
            headline=read.headline, selector_misses=tuple(read.rule.misses),
        )  # fmt: skip

    if canonical and classify.is_print_twin(read.url):
        return ended(Outcome.DUPLICATE, "print_twin")
    reason = classify.kind_by_address(read.url)
    if reason in ("home", "search", "tag"):
        return ended(Outcome.NOT_ARTICLE, reason)
    title = classify.title_of(read.root)
    named = _is_named(read)
    if classify.is_known_list(read.url, read.site.addresses) or classify.is_listing(
        read.url, read.article_segments, read.structured, named=named
    ):
        return ended(Outcome.NOT_ARTICLE, "listing")
    article = compose(read)
    if article is None or not _enough(article, read):
        return ended(*classify.without_text(read.url, read.root, read.structured, read.segments, title, read.headline))
    if len(article.article_body) < 600 and _is_trouble(read, title, article):
        return ended(*classify.without_text(read.url, read.root, read.structured, read.segments, title, read.headline))
    return Extraction(
        outcome=Outcome.SAVED, article=replace(article, canonical_url=canonical, content_hash=content_hash(article)),
        links=links, next_url=next_url, canonical_url=canonical, headline=article.headline,
        selector_misses=tuple(read.rule.misses),
    )  # fmt: skip


def _is_named(read: Read) -> bool:
    """Whether the heading found is one that the page's head names too, not merely any h1."""
    title = classify.title_of(read.root)
    og = read.structured.first("og:title") or title
    return bool(read.heading is not None and read.headline and max(similarity(read.headline, title), similarity(read.headline, og)) > 0.6)


def _enough(article: Article, read: Read) -> bool:
    text = f"{article.description or ''} {article.article_body}".strip()
    if classify.is_media(read.url, read.root, read.structured, read.article_segments) and len(text) < 350:
        return False
    return bool(article.headline) and len(article.article_body) >= MIN_BODY


def _is_trouble(read: Read, title: str, article: Article) -> bool:
    words = fold(f"{title} {article.headline} {article.article_body}")
    short = len(article.article_body) < 250
    return bool(
        (classify.NOT_FOUND.search(fold(f"{title} {article.headline}")) or (short and classify.NOT_FOUND.search(words)))
        or (short and classify.EMPTY.search(words) and not article.date_published)
        or classify.LOGIN.match(fold(article.headline))
    )


def compose(read: Read) -> Article | None:
    """The record, or None where there is no text."""
    if not read.headline:
        return None
    body = prune(read.article_segments, read.headline)
    before = read.segments[max(0, read.start - _HEAD_LINES) : read.start]
    lead = take_lead(read.root, read.rule, body, before, read.segments[read.end : read.end + 2], read.headline)
    outside = [*before, *body.furniture, *read.segments[read.end : read.end + 12]]
    credits = take_credits(read.root, read.structured, read.rule, body, outside, _publishers(read))
    around = [*before, *_head_of(body, read)]
    dates = find_published(read.root, read.structured, read.rule, around, read.heading, read.now)
    _drop_dates(body)
    text = _text(read, body)
    if not text:
        return None
    dateline, lead = split_dateline(lead) if lead else (None, None)
    if dateline is None:
        dateline = _take_dateline(body)
        text = _text(read, body) if dateline else text
    return Article(
        url=read.url,
        headline=read.headline,
        description=lead or None,
        article_body=text,
        article_body_html=body_html(body.blocks),
        authors=credits.authors,
        source_name=credits.source,
        dateline=dateline,
        date_published=dates.published,
        date_modified=dates.modified,
        date_published_raw=dates.raw,
        date_source=dates.source,
        article_section=section_of(read.root, read.structured, read.rule, read.headline),
        keywords=keywords_of(read.root, read.structured, read.rule),
        images=tuple(body.images),
        attachments=tuple(attachments_of(body, read.segments[read.end : read.end + 20])),
        view_count=view_count_of(read.root, read.structured, read.rule),
        in_language=read.language,
        related_links=tuple({link.url: link for link in body.related}.values())[:60],
        captured_at=read.now.isoformat(timespec="seconds"),
        extractor_version=VERSION,
        site_rule=read.rule.name,
    )


def _text(read: Read, body: Body) -> str:
    """The body's text. trafilatura cleans the pruned block; unknown foreign pages are wholly its own."""
    if read.language != "vi" and read.rule.name == "generic":
        document = trafilatura.bare_extraction(read.root, include_comments=False, include_tables=True, with_metadata=False)
        whole = [one_line(line) for line in (document.text or "").split("\n") if line.strip()] if document else []
        if sum(map(len, whole)) > 0.5 * len(body.text):
            return "\n\n".join(whole)
    body.blocks = clean_by_trafilatura(body.blocks)
    return body.text


def _publishers(read: Read) -> tuple[str, ...]:
    names = (read.site.title, read.site.body, read.structured.first("og:site_name"), read.structured.text("publisher"))
    return tuple(name for name in names if name)


def _head_of(body: Body, read: Read) -> list[Segment]:
    """Short lines of the content before its first prose, taken out as furniture or not."""
    head: list[Segment] = []
    for segment in read.article_segments[:12]:
        if is_prose(segment):
            break
        head.append(segment)
    return head


def _drop_dates(body: Body) -> None:
    """A date or counter line that opens the text is none of it."""
    while body.blocks and len(body.blocks[0].text) < 60 and not body.blocks[0].heading:
        found = find_dates(body.blocks[0].text, now=datetime(2100, 1, 1).astimezone())
        rest = body.blocks[0].text
        for each in reversed(found):
            rest = rest[: each.start] + rest[each.end :]
        if not found or sum(c.isalpha() for c in rest) > 24:
            break
        body.furniture.append(body.blocks.pop(0))


def _take_dateline(body: Body) -> str | None:
    if not body.blocks:
        return None
    first = body.blocks[0]
    dateline, rest = split_dateline(first.text)
    if dateline and rest:
        first.text = rest
        first.html = first.html[max(0, first.html.find(rest[:12])) :] if rest[:12] in first.html else rest
    return dateline if rest else None
