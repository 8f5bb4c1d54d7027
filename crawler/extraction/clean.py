"""trafilatura's last word on what is boilerplate, and the body as minimal HTML.

A pruned Vietnamese page is given to trafilatura as a small page of its blocks: a short line it drops goes, a paragraph of
prose that the rules found stays. A page in another language that no rule knows is wholly trafilatura's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import Any

import nh3
import trafilatura
from lxml import etree
from lxml import html as lxml_html
from trafilatura.settings import Extractor

from crawler.extraction.segments import Segment, line

MAX_BLOCKS, MAX_CHARS = 4000, 1_000_000  # above these a page is no ordinary article, and trafilatura takes seconds
# Our blocks carry no class names to prune by, so recall only spares the second look that trafilatura takes at short texts.
_OPTIONS = Extractor(recall=True, fast=True, comments=False, tables=True, with_metadata=False, dedup=False)
_LONG = 40  # characters: a line of prose
_OWN_TAGS = frozenset(("h2", "h3", "h4", "blockquote"))
_SPACE = re.compile(r"\W+")
_TAGS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "em", "a", "table", "tbody", "tr", "td", "th"}
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}


def clean_by_trafilatura(blocks: list[Segment]) -> list[Segment]:
    """The blocks without the short lines that trafilatura takes for boilerplate."""
    if not blocks or len(blocks) > MAX_BLOCKS or sum(len(block.text) for block in blocks) > MAX_CHARS:
        return blocks
    kept = _text_of(trafilatura.bare_extraction(_fragment(blocks), options=_OPTIONS))
    if not kept:
        return blocks
    short = [block for block in blocks if not _is_text(block) and block.text not in kept]
    if not short:
        return blocks
    letters = _letters(kept)
    dropped = {id(block) for block in short if _letters(block.text) not in letters}
    return [block for block in blocks if id(block) not in dropped]


def _is_text(block: Segment) -> bool:
    return (
        bool(block.cells)
        or len(block.text) >= _LONG
        or bool(block.heading)
        or block.all_bold
        or block.tag in ("li", "blockquote")
    )


def _fragment(blocks: Sequence[Segment]) -> Any:
    """The blocks as a small page. Paragraphs that follow one another and stay anyway are one: its time goes by elements."""
    root = lxml_html.Element("html")
    article = etree.SubElement(etree.SubElement(root, "body"), "article")
    for joined, group in groupby(blocks, key=_is_joined):
        if joined:
            etree.SubElement(article, "p").text = " ".join(block.text for block in group)
            continue
        for block in group:
            element = etree.SubElement(article, block.tag if block.tag in _OWN_TAGS else "p")
            element.text = block.text
    return root


def _is_joined(block: Segment) -> bool:
    return block.tag not in _OWN_TAGS and len(block.text) >= _LONG


def _letters(text: str) -> str:
    return _SPACE.sub("", text)


def whole_by_trafilatura(root: Any) -> list[str]:
    """trafilatura's own reading of the whole page, a paragraph an item."""
    source = etree.tostring(root, method="html", encoding="unicode")
    text = _text_of(
        trafilatura.bare_extraction(source, include_comments=False, include_tables=True, with_metadata=False)
    )
    return [part for part in (line(each) for each in text.split("\n")) if part]


def body_html(blocks: Sequence[Segment], base: str) -> str:
    """The same blocks as minimal HTML, sanitised: no style, no script, links to http(s) only."""
    parts: list[str] = []
    outer = ""
    for block in blocks:
        wanted = "ul" if block.tag == "li" else "table" if block.cells else ""
        if wanted != outer:
            parts += [f"</{outer}>"] if outer else []
            parts += [f"<{wanted}>"] if wanted else []
            outer = wanted
        parts.append(_block_html(block, base))
    if outer:
        parts.append(f"</{outer}>")
    return nh3.clean(
        "\n".join(parts), tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel=None
    )


def _block_html(block: Segment, base: str) -> str:
    if block.cells:
        cell = "th" if block.tag == "th" else "td"
        return "<tr>" + "".join(f"<{cell}>{escape(text, quote=False)}</{cell}>" for text in block.cells) + "</tr>"
    html = block.html(base)
    if block.tag == "li":
        return f"<li>{html}</li>"
    if block.tag == "blockquote":
        return f"<blockquote><p>{html}</p></blockquote>"
    tag = _HEADINGS.get(block.tag, "p")
    if tag == "p" and block.all_bold and len(block.text) < 160:
        html = f"<strong>{html}</strong>"
    return f"<{tag}>{html}</{tag}>"


def plain_html(paragraphs: Sequence[str]) -> str:
    """Paragraphs of plain text as the same minimal HTML."""
    return nh3.clean(
        "\n".join(f"<p>{escape(text, quote=False)}</p>" for text in paragraphs),
        tags=_TAGS,
        attributes={},
        link_rel=None,
    )


def _text_of(document: Any) -> str:
    """The text of trafilatura's document, if it made one."""
    return (getattr(document, "text", None) or "") if document else ""
