"""Who wrote it and where it was taken from: marked elements, structured data, and the last lines of the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from archive.records import Author
from archive.text import one_line
from crawler.extraction.body import Body
from crawler.extraction.bylines import read_byline, split_authors
from crawler.extraction.rules import Rule
from crawler.extraction.segments import Segment
from crawler.extraction.sources import read_source
from crawler.extraction.structured import Structured, names_of
from crawler.extraction.vocabulary import AUTHOR_CLASS, SOURCE_CLASS

_TAIL = 4  # blocks at the end that may be byline, source and credit lines
_MARKED_LIMIT = 200


@dataclass(slots=True)
class Credits:
    """Authors in order, and the reprint's source, bare."""

    authors: tuple[Author, ...] = ()
    source: str | None = None


def take_credits(
    root: Any, structured: Structured, rule: Rule, body: Body, outside: list[Segment], publishers: tuple[str, ...]
) -> Credits:
    """Read the credits and take their lines out of the body. `outside` are the segments around it."""
    tail = _tail(body, publishers)
    marked = _selected(root, rule, publishers)
    if not marked.authors:
        marked.authors = _marked_authors(outside, body, publishers)
    if not marked.source:
        marked.source = _marked_source(outside)
    authors = tail.authors or marked.authors or _structured(structured, publishers)
    return Credits(authors=authors, source=tail.source or marked.source)


def _tail(body: Body, publishers: tuple[str, ...]) -> Credits:
    credits = Credits()
    for _ in range(_TAIL):
        if len(body.blocks) < 2:
            break
        last = body.blocks[-1]
        if last.heading or last.tag == "li" or len(last.text) > 160:
            break
        marked = last.align == "right" or last.all_bold or last.all_italic or last.marked(AUTHOR_CLASS, 2)
        byline = read_byline(last.text, marked=marked, publishers=publishers)
        if byline is None:
            break
        body.blocks.pop()
        body.furniture.append(last)
        credits.authors = byline.authors or credits.authors
        credits.source = byline.source_name or credits.source
        if byline.credit and body.images and not any(image.credit for image in body.images):
            _credit(body, byline.credit)
    return credits


def _credit(body: Body, credit: str) -> None:
    from dataclasses import replace  # noqa: PLC0415

    body.images[:] = [replace(image, credit=credit) for image in body.images]


def _selected(root: Any, rule: Rule, publishers: tuple[str, ...]) -> Credits:
    credits = Credits()
    for element in rule.elements(root, "author")[:3]:
        text = one_line(element.text_content())
        credits.authors = credits.authors or split_authors(text, publishers=publishers)
        credits.source = credits.source or read_source(text)
    for element in rule.elements(root, "source")[:2]:
        text = one_line(element.text_content())
        credits.source = credits.source or read_source(text) or read_source(f"Nguồn: {text}")
    return credits


def _marked_authors(outside: list[Segment], body: Body, publishers: tuple[str, ...]) -> tuple[Author, ...]:
    for segment in outside:
        if segment.marked(AUTHOR_CLASS, 3) and len(segment.text) < _MARKED_LIMIT:
            authors = split_authors(segment.text, publishers=publishers)
            if authors:
                return authors
    for segment in outside:
        if len(segment.text) < 100 and segment.link_share < 0.5:
            byline = read_byline(segment.text, publishers=publishers)
            if byline and byline.authors and (":" in segment.text or segment.align == "right"):
                return byline.authors
    return ()


def _marked_source(outside: list[Segment]) -> str | None:
    for segment in outside:
        if len(segment.text) > _MARKED_LIMIT:
            continue
        if segment.marked(SOURCE_CLASS, 3):
            found = read_source(segment.text) or read_source(f"Nguồn: {segment.text}")
        else:
            found = read_source(segment.text) if segment.link_share < 0.9 else None
        if found:
            return found
    return None


def _structured(structured: Structured, publishers: tuple[str, ...]) -> tuple[Author, ...]:
    names = names_of(structured.article.get("author"))
    names += [value for key in ("author", "article:author", "dc.creator", "byl") if (value := structured.meta.get(key))]
    for name in names:
        if "://" not in name:
            authors = split_authors(name, publishers=publishers)
            if authors:
                return tuple(a for one in names if "://" not in one for a in split_authors(one, publishers=publishers))[: len(names)]
    return ()
