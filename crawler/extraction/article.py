"""One page taken apart and its site → the record, or why there is none. The order of the steps is the design."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from archive.records import Article, Extraction, Link, Outcome, content_hash
from archive.text import fold
from archive.urls import same_site
from crawler.extraction import classify, marks
from crawler.extraction.clean import body_html, clean_by_trafilatura, plain_html
from crawler.extraction.credits import take_credits, take_opening
from crawler.extraction.datelines import split_dateline
from crawler.extraction.dates import find_dates
from crawler.extraction.details import canonical_of, related_of, view_count_of
from crawler.extraction.foreign import foreign_text
from crawler.extraction.headline import title_of
from crawler.extraction.lead import ASKED, take_lead
from crawler.extraction.locate import Place
from crawler.extraction.particulars import read_particulars
from crawler.extraction.prune import Body, prune
from crawler.extraction.publication import Dates, Lines, find_dates_of
from crawler.extraction.reading import Reading
from crawler.extraction.segments import Segment, is_prose
from crawler.extraction.topics import keywords_of, section_of
from crawler.extraction.unmarked import Around
from crawler.extraction.version import VERSION
from crawler.extraction.vocabulary import JUNK_HEADING, JUNK_LINE

MIN_BODY = 60  # characters: two short sentences make an article, a stray line does not
_DATE_LINE = 130  # characters: the longest line that tells a date
_MENU = 6  # links; a trail of sections has fewer
_DATE_WORDS = re.compile(
    r"\b(?:ngay|dang|cap nhat|lan cuoi|xuat ban|ban hanh|(?:het )?hieu luc|sua doi|tao|luc|tin|luot xem|thoi gian)\b"
)
_ABOVE, _BELOW = 8, 16  # segments before the headline and after the text that may hold its date, writer, tags


def extract_article(reading: Reading, links: tuple[Link, ...], next_url: str | None) -> Extraction:
    """The Extraction of a page taken apart."""
    canonical = canonical_of(reading.root, reading.url, reading.site)

    def ended(outcome: Outcome, reason: str) -> Extraction:
        return Extraction(
            outcome=outcome, reason=reason, links=links, next_url=next_url, canonical_url=canonical,
            headline=reading.headline.text, selector_misses=tuple(reading.rule.misses),
        )  # fmt: skip

    verdict = classify.before_reading(reading, canonical)
    if verdict:
        return ended(*verdict)
    article = compose(reading)
    verdict = classify.after_reading(reading, article, title_of(reading.root))
    if verdict or article is None:
        return ended(*(verdict or (Outcome.NOT_ARTICLE, "empty")))
    article = replace(article, canonical_url=canonical)
    return Extraction(
        outcome=Outcome.SAVED, article=replace(article, content_hash=content_hash(article)), links=links, next_url=next_url,
        canonical_url=canonical, headline=article.headline, selector_misses=tuple(reading.rule.misses),
    )  # fmt: skip


@dataclass(slots=True)
class _Parts:
    """What stands around the text: lines between headline and text, and after it."""

    before: Sequence[Segment]
    after: Sequence[Segment]
    head: Sequence[Segment]


def compose(reading: Reading) -> Article | None:
    """The record, or None where there is no text."""
    place, headline = reading.place, reading.headline.text
    if not reading.vietnamese:  # trafilatura finds the text of foreign pages, whatever our words for furniture say
        everything = len(reading.segments)
        place = place or Place(0, everything, everything)
        headline = headline or title_of(reading.root)
    document = read_particulars(reading.entry, reading.now)
    if document and document.names(headline):
        headline = document.summary
    if place is None or not headline:
        return None
    captions = frozenset(n for span in reading.spans if span.named == "caption" for n in range(span.start, span.end))
    start = _opening(reading, place)
    body = prune(reading.segments[start : place.end], reading.base, headline, captions)
    _drop_dates(body, reading, 0)
    parts = _parts(reading, place, start, body)
    stated = fold(reading.structured.first("og:description", "description") or "")
    publishers = _publishers(reading)
    opening = take_opening(body, reading.structured, publishers)
    _drop_dates(body, reading, 0)
    _drop_dates(body, reading, -1)
    lead = take_lead(reading.spans, reading.segments, body, parts.before, headline, stated)
    around = Around(head=_with_opening(parts.head, reading, place, body), after=parts.after)
    credits = take_credits(reading.segments, reading.spans, reading.structured, body, around, publishers, opening)
    _drop_dates(body, reading, 0)
    _drop_dates(body, reading, -1)
    dates = _dates(reading, place, body)
    dateline, lead = split_dateline(lead.removeprefix("- ")) if lead else (None, None)
    dateline = dateline or _take_dateline(body)
    text, html = _text(reading, body)
    if not text:
        return None
    for segment in parts.after:
        body.attach(segment)
    article = Article(
        url=reading.url, headline=headline, description=lead or None, article_body=text, article_body_html=html,
        authors=credits.authors, source_name=_lender(credits.source, reading.url), dateline=dateline,
        date_published=dates.published, date_modified=dates.modified, date_published_raw=dates.raw,
        date_source=dates.source, in_language=reading.language,
        captured_at=reading.now.isoformat(timespec="seconds"), extractor_version=VERSION, site_rule=reading.rule.name,
    )  # fmt: skip
    if document and document.issued and not article.date_published:
        issued = document.issued
        article = replace(article, date_published=issued.iso, date_published_raw=issued.raw, date_source="visible")
    return _with_details(article, reading, place, body)


def _with_details(article: Article, reading: Reading, place: Place, body: Body) -> Article:
    """The article with what stands around its text: section, keywords, pictures, files, counter, related pages."""
    structured, segments, spans, top = reading.structured, reading.segments, reading.spans, reading.headline.place
    return replace(
        article,
        article_section=section_of(structured, segments, spans, article.headline, top),
        keywords=keywords_of(structured, segments, spans, place.start, place.end),
        images=tuple(body.images),
        attachments=tuple(body.attachments),
        view_count=view_count_of(structured, segments, spans, max(0, top), place.end),
        related_links=related_of(body.related, segments, reading.base, place.end),
    )


def _opening(reading: Reading, place: Place) -> int:
    """Where the article begins: behind its headline, if that stands not far before the content."""
    top = reading.headline.place
    return top + 1 if 0 <= top < place.start <= top + 40 else place.start


def _parts(reading: Reading, place: Place, start: int, body: Body) -> _Parts:
    """What stands around the text. What was kept between headline and content leaves the body."""
    segments, top = reading.segments, reading.headline.place
    before = [block for block in body.blocks if block.place < place.start and not ASKED.match(block.folded)]
    body.blocks = [block for block in body.blocks if block not in before]
    after = [s for s in segments[place.end : place.end + _BELOW] if not _foreign_zone(s) or _is_posted(s)]
    head = list(segments[start : place.start]) if start < place.start else list(segments[max(0, start - 6) : start])
    for segment in reading.content[:10]:
        if is_prose(segment) and not segment.roles & marks.LEAD:
            break
        head.append(segment)
    above = [s for s in segments[max(0, top - 3) : max(0, top)] if s.roles & marks.AUTHOR and s.zone is None]
    return _Parts(before, after, [*above, *head])


def _with_opening(head: Sequence[Segment], reading: Reading, place: Place, body: Body) -> list[Segment]:
    """The lines around the headline, with those that stand between a lead and the first paragraph kept."""
    first = next((block.place for block in body.blocks if is_prose(block)), place.start)
    lines = [s for s in reading.segments[place.start : min(first, place.start + 16)] if not is_prose(s)]
    return [*head, *(s for s in lines if s not in head)]


def _is_posted(segment: Segment) -> bool:
    """Whether the line is the byline in a post's own footer."""
    return bool(segment.roles & marks.AUTHOR) and segment.folded.startswith(("posted by ", "written by ", "by "))


def _foreign_zone(segment: Segment) -> bool:
    return segment.zone is not None and segment.zone.mark.zone in (
        "related",
        "side",
        "foot",
        "comment",
        "dropped",
        "nav",
        "authorbox",
    )


def _dates(reading: Reading, place: Place, body: Body) -> Dates:
    """The dates, looked for in the lines above the headline, between it and the text, and after the text."""
    segments, top = reading.segments, reading.headline.place
    opening = body.blocks if reading.vietnamese else filter(is_prose, body.blocks)
    first = next((block.place for block in opening), place.start)
    start = top + 1 if 0 <= top < first else max(0, place.start - 6)
    between = [s for s in segments[start:first] if not is_prose(s) or len(s.text) < _DATE_LINE]
    above = _above(reading, top)
    last = body.blocks[-1].place if body.blocks else place.end
    below = []
    for segment in segments[last + 1 : place.end + _BELOW]:
        if JUNK_HEADING.match(segment.folded[:120]) or _foreign_zone(segment):
            break
        below.append(segment)
    lines = Lines(above=above, between=between, below=below)
    return find_dates_of(reading.structured, segments, reading.spans, reading.times, lines, reading.now, reading.url)


def _above(reading: Reading, top: int) -> list[Segment]:
    """Lines just before the headline, in a part of the page that begins with them: a visitor's clock stands further off."""
    if top <= 0:
        return []
    lines = [s for s in reading.segments[max(0, top - _ABOVE) : top] if s.src is None]
    element: Any = reading.segments[top].block
    for _ in range(4):
        outer = element.getparent()
        if outer is None or outer.tag in ("body", "html", "form") or _links_before(outer, element) > _MENU:
            break
        element = outer
    return [s for s in lines if _within(s.block, element)][-5:]


def _links_before(outer: Any, inner: Any) -> int:
    """How many links stand in an element before one inside it: many are a menu, and what is above that the page's head."""
    links = 0
    for element in outer.iter():  # a damaged page's tag may be no name to search for
        if element is inner:
            break
        links += element.tag == "a"
    return links


def _within(element: Any, outer: Any) -> bool:
    while element is not None:
        if element is outer:
            return True
        element = element.getparent()
    return False


def _text(reading: Reading, body: Body) -> tuple[str, str]:
    """The body as text and as HTML. A page in another language and without a profile is read by trafilatura alone."""
    if not reading.vietnamese and not reading.rule.name.startswith("site:"):
        whole = foreign_text(reading, body)
        if whole:
            return "\n\n".join(whole), plain_html(whole)
    body.blocks = clean_by_trafilatura(body.blocks)
    return body.text, body_html(body.blocks, reading.base)


def _publishers(reading: Reading) -> tuple[str, ...]:
    structured = reading.structured
    names = (reading.site.title, reading.site.body, structured.first("og:site_name"), structured.text("publisher"))
    host = (urlsplit(reading.url).hostname or "").removeprefix("www.")
    return tuple(name for name in (*names, host) if name)


def _lender(source: str | None, url: str) -> str | None:
    """The source, unless it is the site itself: a print page names where it was printed from."""
    return None if source and "." in source and same_site(url, (source.lower(),)) else source


def _drop_dates(body: Body, reading: Reading, at: int) -> None:
    """A date or counter line that opens (`at` 0) or ends (-1) the text is none of it."""
    while len(body.blocks) > 1 and len(body.blocks[at].text) < 110 and not body.blocks[at].cells:
        text = body.blocks[at].text
        found = find_dates(text, now=reading.now)
        rest = text
        for each in reversed(found):
            rest = rest[: each.start] + rest[each.end :]
        if found and JUNK_LINE.match(fold(rest).strip(" |-–:,")):
            rest = ""
        if not found or sum(map(str.isalpha, _DATE_WORDS.sub("", fold(rest)))) > 18:
            break
        body.furniture.append(body.blocks.pop(at))


def _take_dateline(body: Body) -> str | None:
    if not body.blocks:
        return None
    first = body.blocks[0]
    dateline, rest = split_dateline(first.text)
    if not dateline or not rest:
        return None
    first.retext(rest)
    return dateline
