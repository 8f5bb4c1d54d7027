"""Text → tree, by the parser that keeps going: what a page does to break it is cut out first."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

_LARGE = 200_000  # characters from which a page is searched for what costs the parser its square in time
_LONG_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9-]*)\s[^<>]{6000,}")
_ATTRIBUTE = re.compile(r"\s[\w:.-]+=")
_MAX_ATTRIBUTES = 1000


def parse(text: str, source: bytes | None = None) -> Any:
    """The tree of NFC text, without comments; None for a page without elements. Deep nesting is cut off by the parser, at 2,048.

    `source` is the same text in UTF-8, where it is at hand.
    """
    if len(text) > _LARGE:
        text = _LONG_TAG.sub(_without_attributes, text)
        source = None
    if source is None or b"\x00" in source:
        source = text.replace("\x00", "").encode("utf-8", "replace")
    # lxml's own elements: those of lxml.html choose a Python class for each element anew
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError:
        return None
    return root if root is not None and isinstance(root.tag, str) else None


def _without_attributes(tag: re.Match[str]) -> str:
    return f"<{tag[1]}" if len(_ATTRIBUTE.findall(tag[0])) > _MAX_ATTRIBUTES else tag[0]
