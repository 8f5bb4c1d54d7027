"""Which pictures are the article's own, and which lines beside them are their captions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Any

from crawler.extraction import marks
from crawler.extraction.captions import split_caption
from crawler.extraction.headline import similarity
from crawler.extraction.segments import Segment
from crawler.extraction.vocabulary import DATE_LINE, WRITERS_PAGE

_BESIDE = 350  # characters: the longest caption that no mark tells
_MARKED = 700
_NEARBY = 60  # links looked at around a picture
_OPENS = re.compile(
    r"^\(?(?:ảnh|hình|photo|nguồn ảnh|ảnh tư liệu|trong ảnh|ảnh trên|ảnh dưới)\b\s?\d*\s?[:.(]|^\(ảnh\b|^ảnh (?:minh h[oọ]|tư liệu)",
    re.IGNORECASE,
)
_FLOATED = re.compile(r"float\s*:\s*(?:left|right)", re.IGNORECASE)
_NO_PICTURE = marks.AUTHOR | marks.DATE | marks.VIEWS  # in whose lines drawings stand: portraits, clocks, buttons
_DATE_ALONE = 40  # characters: the longest line that tells a date and nothing of a picture
_MADE_FOR = frozenset(("figure", "dl"))


def _is_portrait(image: Any) -> bool:
    """Whether the image stands in a small box with nothing but a link to its writer's page."""
    box = image.getparent()
    for _ in range(3):
        if box is None or box.tag not in ("a", "div", "span", "li"):
            return False
        text = sum(len(part.strip()) for part in box.itertext())
        if text > 60:
            return False
        if text:
            return any(WRITERS_PAGE.search(anchor.get("href") or "") for anchor in box.iter("a"))
        box = box.getparent()
    return False


def is_own_picture(segment: Segment, listing: bool) -> bool:
    """Whether an image is of the article: in no furniture, and no related item's thumbnail."""
    if segment.zone is not None:
        return False
    if _opens_titled_page(segment.block):
        return False
    if _holder(segment.block, _MADE_FOR) is not None:
        return True
    if segment.roles & _NO_PICTURE or _is_portrait(segment.block):
        return False
    return not listing and not _is_thumbnail(segment.block)


def _opens_titled_page(image: Any) -> bool:
    """Whether the image leads to its writer's page, or to a page that a title beside it leads to as well."""
    anchor = _holder(image, ("a",))
    href = anchor.get("href") if anchor is not None else None
    if not href or href[0] == "#" or href.startswith("javascript:"):
        return False
    if WRITERS_PAGE.search(href):
        return True
    element = anchor.getparent()
    for _ in range(2):
        if element is None or element.tag in ("body", "article", "main"):
            return False
        for other in islice(element.iter("a"), _NEARBY):
            if other is not anchor and other.get("href") == href and len("".join(other.itertext()).strip()) > 20:
                return True
        element = element.getparent()
    return False


def _is_thumbnail(image: Any) -> bool:
    """Whether the nearest text around the image is a link: the picture of another page."""
    element = image.getparent()
    for _ in range(4):
        if element is None or element.tag in ("body", "article", "main"):
            return False
        text = sum(len(part.strip()) for part in element.itertext())
        if text > 400:
            return False
        if text >= 15:
            linked = sum(len(part.strip()) for anchor in element.iter("a") for part in anchor.itertext())
            return linked > 0.5 * text and next(element.iterdescendants("figcaption"), None) is None
        element = element.getparent()
    return False


def is_caption(segment: Segment, picture: Segment, segments: Sequence[Segment], n: int) -> bool:
    """Whether the text after an image is its caption: marked, in its frame, or set like one beside it."""
    text = segment.text
    if len(text) > _MARKED or segment.cells:
        return False
    if segment.tag in ("figcaption", "caption") or segment.roles & marks.CAPTION:
        return True
    if segment.heading or segment.zone is not None or _picture_before(segments, n) is not picture:
        return False
    if len(text) < _DATE_ALONE and DATE_LINE.match(segment.folded):
        return False
    if segment.roles & marks.LEAD:  # a lead stands beside its picture; a caption may stand inside the lead's box
        return _framed_in_lead(segments, n) or (len(segment.text) > 5 and similarity(segment.text, picture.alt) > 0.8)
    if _framed(segment, picture) or _boxed(segment, picture):
        return True
    if len(text) > _BESIDE:
        return False
    if _OPENS.match(text) or (picture.alt and similarity(text, picture.alt) > 0.8 and len(text) > 12):
        return True
    beside = _beside(segment, picture)
    if segment.align == "right" and not beside:
        return bool(_credit(text)) and len(text) < 60
    if segment.align == "center" and not segment.all_bold:
        return not _is_text(segments, n)
    return (
        (
            beside
            and (segment.all_italic or _is_small(segment, segments, n) or _credit(text) or _alone(segment, picture))
        )
        or ((segment.all_italic or _is_small(segment, segments, n)) and not _is_text(segments, n))
        or (_credit(text) and len(text) < 220)
    )


def caption_grid(segments: Sequence[Segment]) -> dict[int, int]:
    """Captions that stand in the row of a table under a row of as many pictures: caption's index → picture's."""
    found: dict[int, int] = {}
    n = 0
    while n < len(segments):
        first = n
        while n < len(segments) and segments[n].src is not None:
            n += 1
        count, n = n - first, max(n, first + 1)
        under = segments[first + count : first + 2 * count]
        if count < 2 or len(under) < count or any(s.src is not None or len(s.text) > _BESIDE for s in under):
            continue
        tables = {_holder(s.block, ("table",)) for s in (*segments[first : first + count], *under)}
        rows = {_holder(s.block, ("tr",)) for s in under}
        if len(tables) == 1 and None not in tables and len(rows) == 1:
            found.update((first + count + each, first + each) for each in range(count))
    return found


def _credit(text: str) -> bool:
    return split_caption(text)[1] is not None


def _picture_before(segments: Sequence[Segment], n: int) -> Segment | None:
    """The image that stands right before; None where a text stands between that is no caption of the same frame."""
    before = segments[n - 1] if n else None
    return before if before is not None and before.src is not None else None


def _framed(segment: Segment, picture: Segment) -> bool:
    """Whether both stand in a figure, a picture's box or a table that holds little else."""
    for tags in (("figure",), ("table",)):
        holder = _holder(picture.block, tags)
        if holder is not None and holder is _holder(segment.block, tags) and _picture_only(holder):
            return True
    element = picture.block.getparent()
    for _ in range(3):
        if element is None or element.tag in ("body", "article", "td"):
            return False
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if len(names) > 1 and marks.read_mark(names).roles & marks.PICTURE:
            return _within(segment.block, element) and _picture_only(element)
        element = element.getparent()
    return False


def _boxed(segment: Segment, picture: Segment) -> bool:
    """Whether picture and line are all that a box in the text holds (<div><img><p>line</p></div>)."""
    shown = picture.block
    while (outer := shown.getparent()) is not None and outer.tag in ("a", "span", "picture"):
        shown = outer
    box = shown.getparent()
    if box is None or box.tag != "div" or len(segment.text) > 160 or not _within(segment.block, box):
        return False
    blocks = [child for child in box if child is not shown and child.tag != "br"]
    alone = len(blocks) == 1 and blocks[0] is segment.block and blocks[0].tag in ("p", "div", "em", "i")
    return alone and not (box.text or "").strip() and (box.getprevious() is not None or box.getnext() is not None)


def _beside(segment: Segment, picture: Segment) -> bool:
    """Whether the line stands in the image's own block (<p><img><br>line</p>)."""
    return segment.block is not None and _within(picture.block, segment.block) and _picture_only(segment.block)


def _framed_in_lead(segments: Sequence[Segment], n: int) -> bool:
    """Whether a line in italics, and more of the lead, follow the picture."""
    line, after = segments[n], segments[n + 1] if n + 1 < len(segments) else None
    return line.all_italic and after is not None and bool(after.roles & marks.LEAD) and not after.all_italic


def _alone(segment: Segment, picture: Segment) -> bool:
    """Whether picture and line make up a block: no paragraph that a floated picture stands in."""
    floated = _FLOATED.search(picture.block.get("style") or "") or (picture.block.get("align") or "").lower() in (
        "left",
        "right",
    )
    return not floated and len(segment.text) < 250 and segment.block.tag in ("p", "div", "span", "center", "td")


def _is_small(segment: Segment, segments: Sequence[Segment], n: int) -> bool:
    """Whether the line is set smaller than the text around it."""
    if not segment.size:
        return False
    others = [s.size or 16.0 for s in segments[n + 1 : n + 8] if s.src is None and len(s.text) > 120]
    others += [s.size or 16.0 for s in segments[max(0, n - 8) : n] if s.src is None and len(s.text) > 120]
    return bool(others) and segment.size < 0.93 * max(others)


def _is_text(segments: Sequence[Segment], n: int) -> bool:
    """Whether the whole text around is set like this line (centred, italic), so that the look tells nothing."""
    around = [s for s in (*segments[max(0, n - 6) : n], *segments[n + 1 : n + 7]) if s.src is None and len(s.text) > 60]
    alike = [
        s
        for s in around
        if (s.align == "center") == (segments[n].align == "center") and s.all_italic == segments[n].all_italic
    ]
    return len(around) >= 2 and len(alike) > 0.7 * len(around)


def _holder(element: Any, tags: tuple[str, ...] | frozenset[str]) -> Any:
    return next(element.iterancestors(*tags), None)


def _within(element: Any, outer: Any) -> bool:
    while element is not None:
        if element is outer:
            return True
        element = element.getparent()
    return False


def _picture_only(holder: Any) -> bool:
    """Whether the element holds pictures and little text, as a caption's frame does."""
    pictures = sum(1 for _ in holder.iterdescendants("img", "amp-img"))
    return bool(pictures) and sum(len(text.strip()) for text in holder.itertext()) <= 420 * min(pictures, 6)
