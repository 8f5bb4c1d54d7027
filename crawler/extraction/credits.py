"""Who wrote it and where it was taken from: marked elements, structured data, and the lines that open or end the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.records import Author
from archive.text import fold
from crawler.extraction import marks
from crawler.extraction.byline_patterns import OFFICE, POSITION
from crawler.extraction.bylines import Byline, read_byline, split_authors
from crawler.extraction.names import TITLE
from crawler.extraction.prune import Body
from crawler.extraction.segments import Segment, Span, line, text_of
from crawler.extraction.sources import read_source
from crawler.extraction.structured import Structured, names_of
from crawler.extraction.unmarked import BEFORE_DATE, Around, unmarked_authors

_TAIL = 5  # blocks at the end that may be byline, source and credit lines
_LIMIT = 200
_NEXT_AUTHOR = 3  # segments from one author's name to the next: a portrait, an address
_SOURCE_WORD = re.compile(r"nguồn|theo|trích|dẫn|source|via", re.IGNORECASE)
_BY = re.compile(r"^(?:bởi|by)\s(?=\w)", re.IGNORECASE)
_FOR = re.compile(r"^(?:(?:kt|tm|tl|tuq|q)\s?\.\s?)+")
_LABEL = re.compile(
    r"(?:bởi|đăng bởi|by|tác giả(?: bài viết)?|người viết|tác giả/nguồn|theo|-|–|•|\|)\s?:?", re.IGNORECASE
)


@dataclass(slots=True)
class Credits:
    """Authors in order, and the reprint's source, bare."""

    authors: tuple[Author, ...] = ()
    source: str | None = None

    def fill(self, authors: tuple[Author, ...], source: str | None) -> None:
        """Take what is not known yet."""
        self.authors = self.authors or authors
        self.source = self.source or source


def take_credits(
    segments: Sequence[Segment],
    spans: Sequence[Span],
    structured: Structured,
    body: Body,
    around: Around,
    publishers: tuple[str, ...],
    opening: Credits,
) -> Credits:
    """Read the credits and take their lines out of the body. What the text ends with counts first, then the rest.

    `opening` is what `take_opening` found before the lead was taken; a byline may stand between lead and text too.
    """
    credits = _tail(body, publishers)
    named = _selected(segments, spans, publishers)
    credits.fill(named.authors, named.source)
    lines = [*around.head, *body.furniture, *around.after]
    by = _marked_authors(lines, publishers)
    credits.fill(by.authors, by.source or _marked_source(lines))
    credits.fill(opening.authors, opening.source)
    later = take_opening(body, structured, publishers)
    credits.fill(later.authors, later.source)
    if not credits.authors:
        credits.authors = unmarked_authors(around, publishers) or _structured(structured, publishers)
    credits.authors = tuple(
        replace(author, name=TITLE.sub("", author.name, count=1) or author.name) for author in credits.authors
    )
    if credits.source and _is_own(credits.source, publishers):
        credits.source = None
    return credits


def _is_own(source: str, publishers: tuple[str, ...]) -> bool:
    """Whether a source is the paper that publishes the page: "HẢI ANH (Báo Thời mới)"."""
    return fold(source) in {fold(name) for name in publishers}


def _tail(body: Body, publishers: tuple[str, ...]) -> Credits:
    credits = Credits()
    for _ in range(_TAIL):
        if len(body.blocks) < 2:
            break
        last = body.blocks[-1]
        if last.heading or last.cells or len(last.text) > 160:
            break
        byline = _of_last(last, body.blocks[-2], publishers)
        if byline is None:
            if _office(body, publishers):
                continue
            break
        body.blocks.pop()
        body.furniture.append(last)
        if byline.authors:
            credits.authors = byline.authors + credits.authors
        credits.source = byline.source_name or credits.source
        if byline.credit:
            _credit(body, byline.credit)
    return credits


def _of_last(last: Segment, before: Segment, publishers: tuple[str, ...]) -> Byline | None:
    if _is_sentence(last.text) or _is_signed_for(before.text):
        return None
    apart = last.align in ("right", "center", "end") or last.all_bold or last.all_italic
    marked = apart or bool(last.roles & (marks.AUTHOR | marks.SOURCE))
    if last.tag == "li" and not marked:
        return None
    byline = read_byline(last.text, marked=marked or _signs(last, before), publishers=publishers)
    if byline is None and last.align in ("right", "end") and _is_office(last.text):
        return Byline()
    if byline is None and last.roles & marks.SOURCE and len(last.text) < 100:
        source = read_source(last.text) or read_source(f"Nguồn: {last.text}")
        return Byline(source_name=source) if source else None
    return byline


def _is_signed_for(text: str) -> bool:
    """Whether a line is the position that a letter or notice is signed in ("KT. CHỦ TỊCH"): the name under it is text."""
    return text.isupper() and len(text) < 60 and bool(POSITION.match(_FOR.sub("", text.lower())))


def _signs(last: Segment, before: Segment) -> bool:
    """Whether a last line of two to four capitalised words, or of initials, stands under a finished sentence."""
    words = last.text.split()
    if last.tag == "li" or before.heading or len(before.text) < 60 or before.text.rstrip()[-1:] not in '.!?”")/':
        return False
    initials = len(words) == 1 and last.text.isupper() and len(last.text) <= 4
    return initials or (2 <= len(words) <= 4 and all(word[:1].isupper() for word in words) and last.text[-1].isalpha())


def _is_office(text: str) -> bool:
    """Whether a line under the text is no more than the office that sent it."""
    return len(text) < 80 and text[:1].isupper() and text[-1:] not in ".:;,!?”" and bool(OFFICE.match(text.lower()))


def _is_sentence(text: str) -> bool:
    """Whether a line is a sentence that begins with a name rather than a line of names."""
    return len(text) > 70 and text.rstrip()[-1:] in '.!?”"' and ":" not in text[:40]


def _office(body: Body, publishers: tuple[str, ...]) -> bool:
    """Whether the last line is the office of the writer named in the line before it; then it goes."""
    last, before = body.blocks[-1], body.blocks[-2]
    apart = last.align in ("right", "center", "end") and before.align == last.align
    if not apart or len(last.text) > 100 or last.text.endswith(".") or len(before.text) > 80 or len(body.blocks) < 3:
        return False
    byline = read_byline(before.text, marked=True, publishers=publishers)
    if byline is None or not byline.authors:
        return False
    body.furniture.append(body.blocks.pop())
    return True


def _credit(body: Body, credit: str) -> None:
    """A credit line at the end is of every picture that has none of its own."""
    body.images[:] = [image if image.credit else replace(image, credit=credit) for image in body.images]


def _selected(segments: Sequence[Segment], spans: Sequence[Span], publishers: tuple[str, ...]) -> Credits:
    credits = Credits()
    for span in spans:
        if span.named not in ("author", "source"):
            continue
        text = line(" ".join(s.text for s in segments[span.start : span.end])) or text_of(span.element)
        if span.named == "author":
            byline = read_byline(text, marked=True, publishers=publishers)
            authors = byline.authors if byline else split_authors(text, publishers=publishers)
            credits.fill(authors, (byline.source_name if byline else None) or read_source(text))
        else:
            credits.fill((), read_source(text) or read_source(f"Nguồn: {text}"))
    return credits


def _marked_authors(lines: Sequence[Segment], publishers: tuple[str, ...]) -> Credits:
    """What the first line that is marked as the author's and names somebody tells, and such lines right behind it."""
    found = Credits()
    last = 0
    for segment in lines:
        if found.authors and not 0 < segment.place - last <= _NEXT_AUTHOR:
            break
        if not segment.roles & marks.AUTHOR or segment.src is not None or segment.roles & marks.CAPTION:
            continue
        if len(segment.text) >= _LIMIT or _LABEL.fullmatch(segment.text):
            continue
        text = _BY.sub("", segment.text)
        byline = read_byline(text, marked=True, publishers=publishers)
        authors = byline.authors if byline else split_authors(text, publishers=publishers)
        known = {fold(author.name) for author in found.authors}
        found.authors += tuple(author for author in authors if fold(author.name) not in known)
        found.source = found.source or (byline.source_name if byline else None)
        if found.source and not found.authors:
            break
        last = segment.place if authors else last
    return found


def _marked_source(lines: Sequence[Segment]) -> str | None:
    for segment in lines:
        text = segment.text
        if segment.src is not None or len(text) > _LIMIT or segment.roles & marks.CAPTION:
            continue
        if not segment.roles & marks.SOURCE and not (text[0] in "([" or _SOURCE_WORD.search(text)):
            continue
        found = read_source(segment.text) if "/" not in segment.text[:12] else None
        if not found and segment.roles & marks.SOURCE:
            found = read_source(f"Nguồn: {segment.text}")
        if found:
            return found
    return None


def take_opening(body: Body, structured: Structured, publishers: tuple[str, ...]) -> Credits:
    """Take a byline that stands before the text out of it, with the writer's office under it."""
    stated = {fold(name) for name in _stated_names(structured)}
    for block in body.blocks[:3]:
        if len(block.text) > 120 or _is_sentence(block.text) or block.cells or block.heading or block.tag == "li":
            break
        apart = (
            block.align in ("right", "center") or block.all_bold or block.all_italic or bool(block.roles & marks.AUTHOR)
        )
        dated = BEFORE_DATE.match(block.text)
        text = dated[1] if dated else block.text
        byline = read_byline(text, marked=bool(dated) or apart or block.folded in stated, publishers=publishers)
        if byline is None:
            continue
        if not (byline.authors or byline.source_name):
            if not byline.credit:  # "Viết bởi Administrator"
                body.blocks.remove(block)
                body.furniture.append(block)
            continue
        at = body.blocks.index(block)
        taken = body.blocks[at : at + 1]
        following = body.blocks[at + 1 : at + 2]
        if (
            following
            and len(following[0].text) < 100
            and following[0].align == block.align
            and block.align
            and not following[0].text.endswith(".")
        ):
            taken += following
        body.furniture += taken
        body.blocks = [b for b in body.blocks if b not in taken]
        return Credits(byline.authors, byline.source_name)
    return Credits()


def _structured(structured: Structured, publishers: tuple[str, ...]) -> tuple[Author, ...]:
    found: list[Author] = []
    for name in _stated_names(structured):
        found += [a for a in split_authors(name, publishers=publishers) if a.name not in {each.name for each in found}]
    return tuple(found)


def _stated_names(structured: Structured) -> list[str]:
    """The names that JSON-LD, else meta elements, give as the authors'."""
    names = names_of(structured.article.get("author"))
    if not names:
        names = [
            value for key in ("author", "article:author", "dc.creator", "byl") if (value := structured.meta.get(key))
        ]
    return [name for name in names if "://" not in name]
