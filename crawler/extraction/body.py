"""From the content's segments to the body: furniture out, captions to their images, bylines apart.

trafilatura has the last word on what is boilerplate: it is given the pruned block as a small page, and a
short line it drops goes; a paragraph of prose that the rules found stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import Any

import nh3
import trafilatura
from lxml import html as lxml_html

from archive.records import Attachment, Image, Link
from archive.text import fold, one_line
from crawler.extraction.captions import split_caption
from crawler.extraction.locate import is_prose
from crawler.extraction.segments import Segment
from crawler.extraction.vocabulary import (
    ATTACHMENT, CAPTION_CLASS, JUNK_HEADING, JUNK_LINE, PICTURE_CLASS,
)  # fmt: skip

TRAFILATURA_BLOCKS = 4000  # above this many blocks a page is no ordinary article, and trafilatura takes seconds
_SPACE = re.compile(r"\W+")
_ALT_LINE = re.compile(r"^.{5,300}? [-–] ?Ảnh \d+\.?$|^.{5,300} ảnh \d+$", re.I)
_RELATIVE = re.compile(r"\((?:\d+ (?:giay|phut|gio|ngay|tuan|thang|nam) truoc|\d{1,2}/\d{1,2}(?:/\d{4})?)\)\s*$")
_TAGS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "em", "a", "table", "tr", "td", "th", "tbody"}
_LINK_LIMIT = 0.75


@dataclass(slots=True)
class Body:
    """The blocks kept, in order, and what was taken out of them."""

    blocks: list[Segment] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    related: list[Link] = field(default_factory=list)
    furniture: list[Segment] = field(default_factory=list)

    @property
    def text(self) -> str:
        """One paragraph a line, a blank line between."""
        return "\n\n".join(segment.text for segment in self.blocks)


def prune(segments: list[Segment], headline: str | None) -> Body:
    """Sort the segments of the content into blocks, images, attachments, related links and furniture."""
    body = Body()
    in_related = False
    title = fold(headline or "")
    picture: Segment | None = None
    for segment in segments:
        if segment.src is not None:
            if not in_related or is_caption_holder(segment):
                picture = segment
                body.images.append(Image(url=segment.src))
            continue
        if picture is not None and is_caption(segment, picture, body):
            _caption(body, segment.text)
            if not (segment.marked(CAPTION_CLASS, 2) or segment.tag == "figcaption"):
                picture = None
            continue
        if JUNK_HEADING.match(segment.folded) and len(segment.text) < 80:
            in_related = True
            body.furniture.append(segment)
            continue
        if in_related:
            if _is_related(segment):
                body.related += [Link(url=url, text=text) for url, text in segment.links if text]
                continue
            in_related = not is_prose(segment)
        picture = picture if in_related else None
        if in_related or _is_furniture(segment, title, body):
            body.furniture.append(segment)
            continue
        body.blocks.append(segment)
    return body


def _is_related(segment: Segment) -> bool:
    return segment.link_share > 0.5 or bool(_RELATIVE.search(segment.folded)) or len(segment.text) < 25


def _is_furniture(segment: Segment, title: str, body: Body) -> bool:
    folded = segment.folded
    if JUNK_LINE.match(folded) or folded == title or _ALT_LINE.match(segment.text):
        return True
    files = [(url, text) for url, text in segment.links if ATTACHMENT.search(url) or "linkclick.aspx" in url.lower()]
    if files:
        body.attachments += [
            Attachment(url=url, name=text) for url, text in files if url not in {a.url for a in body.attachments}
        ]
        if segment.link_share > 0.5 or len(segment.text) < 120:
            return True
    if segment.link_share > _LINK_LIMIT and len(segment.text) < 300:
        body.related += [Link(url=url, text=text) for url, text in segment.links if text]
        return True
    return bool(_RELATIVE.search(folded)) and segment.link_share > 0.3


def is_caption_holder(segment: Segment) -> bool:
    """Whether the image stands in a figure or a marked picture table."""
    return segment.marked(PICTURE_CLASS, 3) or _holder(segment.element, ("figure",)) is not None


def is_caption(segment: Segment, picture: Segment, body: Body) -> bool:
    """Whether the text after an image is its caption: marked, in its figure, or set like one beside it."""
    text = segment.text
    if len(text) > 500:
        return False
    if segment.tag in ("figcaption", "caption") or segment.marked(CAPTION_CLASS, 2):
        return True
    for kind in ("figure", "table"):
        holder = _holder(picture.element, (kind,))
        if holder is not None and holder is _holder(segment.element, (kind,)) and _picture_only(holder):
            return True
    if body.images and body.images[-1].caption is not None:
        return False
    same = segment.element is not None and (
        segment.element is picture.holder or segment.element in list(picture.element.iterancestors())[:3]
    )
    if same and len(text) <= 350 and _picture_only(segment.element):
        return True
    if len(text) > 300 or segment.heading:
        return False
    return (segment.align == "center" and not segment.all_bold) or segment.all_italic or fold(text).startswith(("anh:", "(anh", "anh tu lieu"))


def _holder(element: Any, tags: tuple[str, ...]) -> Any:
    for outer in element.iterancestors(*tags):
        return outer
    return None


def _picture_only(holder: Any) -> bool:
    """Whether the element holds pictures and little text, as a caption's frame does."""
    pictures = sum(1 for _ in holder.iter("img"))
    return bool(pictures) and len(holder.text_content().strip()) <= 450 * pictures


def _caption(body: Body, text: str) -> None:
    caption, credit = split_caption(text)
    image = body.images[-1]
    joined = " ".join(filter(None, (image.caption, caption))) or None
    body.images[-1] = Image(url=image.url, caption=joined, credit=credit or image.credit)


def clean_by_trafilatura(blocks: list[Segment]) -> list[Segment]:
    """Drop the short lines that trafilatura takes for boilerplate."""
    if not blocks or len(blocks) > TRAFILATURA_BLOCKS:
        return blocks
    document = trafilatura.bare_extraction(
        fragment(blocks), fast=True, include_comments=False, include_tables=True, with_metadata=False, deduplicate=False
    )
    kept = _letters(document.text or "") if document else ""
    if not kept:
        return blocks
    return [b for b in blocks if b.row is not None or b.tag == "li" or len(b.text) >= 40 or b.heading or b.all_bold or _letters(b.text) in kept]


def fragment(blocks: list[Segment]) -> Any:
    """The pruned block as a small page."""
    parts = []
    for block in blocks:
        tag = block.tag if block.tag in ("h2", "h3", "h4", "blockquote") else "p"
        parts.append(f"<{tag}>{escape(block.text, quote=False)}</{tag}>")
    return lxml_html.document_fromstring(f"<html><body><article>{''.join(parts)}</article></body></html>")


def _letters(text: str) -> str:
    return _SPACE.sub("", text)


def body_html(blocks: list[Segment]) -> str:
    """The same blocks as minimal HTML, sanitised: no style, no script, links to http(s) only."""
    parts: list[str] = []
    listing = False
    for block in blocks:
        item = block.tag == "li"
        if item != listing:
            parts.append("<ul>" if item else "</ul>")
            listing = item
        tag = "li" if item else {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "blockquote": "blockquote"}.get(block.tag, "p")
        parts.append(f"<{tag}>{one_line(block.html)}</{tag}>")
    if listing:
        parts.append("</ul>")
    return nh3.clean(
        "\n".join(parts), tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel=None
    )
