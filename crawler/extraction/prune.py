"""From the content's segments to the body: furniture out, captions to their images, related links and files apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from archive.records import Attachment, Image, Link
from archive.text import fold
from crawler.extraction import marks
from crawler.extraction.captions import split_caption
from crawler.extraction.comments import comments_start
from crawler.extraction.locate import is_teaser
from crawler.extraction.pictures import caption_grid, is_caption, is_own_picture
from crawler.extraction.segments import Segment, absolute, is_prose
from crawler.extraction.vocabulary import ATTACHMENT, DATE_LINE, JUNK_HEADING, JUNK_LINE, view_count_in

_AGO = re.compile(
    r"\((?:\d+ (?:giay|phut|gio|ngay|tuan|thang|nam) truoc|(?:ngay )?\d{1,2}[/.\-]\d{1,2}(?:[/.\-]\d{2,4})?(?: ?[-,|]? ?\d{1,2}[:h]\d{2})?|\d+ (?:\w+ )?(?:days?|hours?|weeks?|months?|years?) ago)\)? ?\)?$"
)
_ALT_LINE = re.compile(r"^.{5,300}?[-–,.] ?[ẢảAa]nh (?:số )?\d+\.?$|^.{5,300} ảnh \d+$")
_BULLET = re.compile(r"^(?:[-–•*+▪●►»>]|\d{1,2}[.)])\s*")
_FILMS = frozenset(("video", "audio", "iframe", "object", "embed", "amp-video", "amp-youtube", "amp-iframe"))
_LINKED = 0.75
_LONG = 300


@dataclass(slots=True)
class Body:
    """The blocks kept, in order, and what was taken out of them. Links are resolved against `base`."""

    base: str
    blocks: list[Segment] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    related: list[Link] = field(default_factory=list)
    furniture: list[Segment] = field(default_factory=list)
    captions: set[int] = field(default_factory=set)

    @property
    def text(self) -> str:
        """One paragraph a line, a blank line between."""
        return "\n\n".join(segment.text for segment in self.blocks)

    def relate(self, segment: Segment) -> None:
        """Keep the links of a related item."""
        self.related += [Link(url=url, text=text) for url, text in segment.links(self.base) if len(text) > 5]

    def attach(self, segment: Segment) -> bool:
        """Keep the documents a line offers; whether it offers any."""
        files = [(url, text) for url, text in segment.links(self.base) if ATTACHMENT.search(url)]
        known = {attachment.url for attachment in self.attachments}
        self.attachments += [Attachment(url=url, name=text) for url, text in files if text and url not in known]
        return bool(files)


def prune(segments: Sequence[Segment], base: str, headline: str, captions: frozenset[int]) -> Body:
    """Sort the segments of the content. `captions` are the places of those that a profile's selector names so."""
    body = Body(base)
    title = fold(headline)
    segments = segments[: comments_start(segments)]
    grid, shown = caption_grid(segments), dict[int, int]()
    listing = False  # inside a list of other pages
    picture: Segment | None = None
    prose_left = sum(len(s.text) for s in segments if is_prose(s))
    for n, segment in enumerate(segments):
        if is_prose(segment):
            prose_left -= len(segment.text)
        if segment.src is not None:
            if is_own_picture(segment, listing and not _is_credited(segments, n)):
                picture, shown[n] = segment, len(body.images)
                body.images.append(Image(url=absolute(base, segment.src) or segment.src))
            continue
        at = shown.get(grid.get(n, -1), -1)
        if at >= 0 or (picture and (segment.place in captions or is_caption(segment, picture, segments, n))):
            picture = _caption(body, segment, picture, at)
            continue
        if segment.zone is not None or _is_stray_caption(segment):
            _furniture(body, segment)
            continue
        if _heads_list(segment, segments, n):
            listing = True
            body.furniture.append(segment)
            continue
        if listing:
            listing = _still_listed(segment, segments, n, prose_left, body)
        if listing:
            body.relate(segment)
            body.furniture.append(segment)
            continue
        picture = None
        falls_out = _is_summary(segment, segments, n, body) or _is_furniture(segment, title, body)
        (body.furniture if falls_out else body.blocks).append(segment)
    return body


def _is_credited(segments: Sequence[Segment], n: int) -> bool:
    """Whether a caption with its credit follows the picture: no list of other pages shows one."""
    after = segments[n + 1] if n + 1 < len(segments) else None
    return after is not None and after.src is None and not after.linked and split_caption(after.text)[1] is not None


def _is_summary(segment: Segment, segments: Sequence[Segment], n: int, body: Body) -> bool:
    """Whether the text stands under the title of another page that was taken out just before."""
    before = _text_before(segments, n) if body.furniture else None
    taken = before is not None and bool(before.linked) and before in body.furniture[-3:]
    if not taken or before is None or not is_teaser(before, segment):
        return False
    last = body.blocks[-1].block if body.blocks else None  # a box that holds the article's text is no other page's
    return last is None or segment.block.getparent() not in (last.getparent(), *last.iterancestors())


def _is_stray_caption(segment: Segment) -> bool:
    """Whether the line is marked as the caption of what is no image: a film, a recording, a map."""
    if segment.tag == "figcaption":
        return next(segment.block.iterancestors("figure"), None) is not None
    if segment.heading or len(segment.text) >= _LONG:
        return False
    return bool(segment.roles & marks.CAPTION) or _is_under_film(segment)


def _is_under_film(segment: Segment) -> bool:
    """Whether the line is all the text of a box that holds a film, a recording or a map before it."""
    above, box = segment.block.getprevious(), segment.block.getparent()
    if (
        above is None
        or box is None
        or box.tag not in ("div", "figure", "center")
        or segment.block.getnext() is not None
    ):
        return False
    while above.tag in ("div", "p", "span") and len(above) == 1 and not (above.text or "").strip():
        above = above[0]
    return above.tag in _FILMS and not (box.text or "").strip() and box.getnext() is not None and len(box) == 2


def _furniture(body: Body, segment: Segment) -> None:
    if segment.zone is not None and segment.zone.mark.zone in ("related", "side", "meta-nav"):
        body.relate(segment)
    if segment.linked:
        body.attach(segment)
    body.furniture.append(segment)


def _heads_list(segment: Segment, segments: Sequence[Segment], n: int) -> bool:
    """Whether the line heads a list of other pages: by its words, and no paragraph of the article's follows at once."""
    if len(segment.text) > 80 or not JUNK_HEADING.match(segment.folded):
        return False
    following = [s for s in segments[n + 1 : n + 3] if s.src is None]
    strong = segment.folded.strip(" :.").startswith(
        ("tin ", "cac ", "bai ", "xem ", "doc ", "nhung ", "related", "most", "more")
    )
    return (
        strong
        or not following
        or not is_prose(following[0])
        or segment.folded.rstrip(" :") not in ("khac", "the", "y kien", "danh gia", "quan tam", "tra loi", "thao luan")
    )


def _still_listed(segment: Segment, segments: Sequence[Segment], n: int, prose_left: int, body: Body) -> bool:
    """Whether the segment still belongs to the list: linked, dated, short, or the summary of a linked title."""
    if segment.align in ("right", "end") and not segment.linked and not any(map(str.isdigit, segment.text)):
        return False  # who wrote it, under a list inside the text
    if _opens_part(segment, segments, n, prose_left, body):
        return False
    if segment.link_share > 0.5 or _AGO.search(segment.folded) or len(segment.text) < 25 or segment.tag == "li":
        return True
    before = _text_before(segments, n)
    if before is not None and is_teaser(before, segment):
        return True
    kept = sum(len(block.text) for block in body.blocks)
    return not is_prose(segment) or len(segment.text) + prose_left < 0.1 * kept


def _opens_part(segment: Segment, segments: Sequence[Segment], n: int, prose_left: int, body: Body) -> bool:
    """Whether the line is a subhead or a question behind which the article goes on."""
    following = segments[n + 1] if n + 1 < len(segments) else None
    if following is None or segment.linked or not (segment.heading or segment.all_bold) or segment.tag == "li":
        return False
    goes_on = (is_prose(following) and not following.linked) or bool(following.cells)
    kept = sum(len(block.text) for block in body.blocks)
    return goes_on and len(following.text) + prose_left >= 0.1 * kept and not JUNK_HEADING.match(segment.folded)


def _text_before(segments: Sequence[Segment], n: int) -> Segment | None:
    return next((s for s in reversed(segments[max(0, n - 4) : n]) if s.src is None and len(s.text) >= 15), None)


def _is_furniture(segment: Segment, title: str, body: Body) -> bool:
    text = segment.text
    if len(text) <= 400:
        folded = segment.folded
        if JUNK_LINE.match(folded) or _is_counter(folded) or folded == title or _ALT_LINE.match(text):
            return True
        if segment.roles & (marks.VIEWS | marks.TAGS | marks.CRUMB) and len(text) < 200:
            return True
        if segment.roles & marks.DATE and len(text) < 80 and DATE_LINE.match(folded):
            return True
    if not segment.linked:
        return False
    if body.attach(segment) and (segment.link_share > 0.5 or (len(text) < 120 and len(segment.cells) < 3)):
        return True
    if segment.link_share > _LINKED and len(text) < _LONG and _is_other_page(segment):
        body.relate(segment)
        return True
    return segment.link_share > 0.3 and bool(_AGO.search(segment.folded))


def _is_counter(folded: str) -> bool:
    """Whether a line is buttons around a view count: "Chia sẻ In trang Lượt xem: 99"."""
    found = view_count_in(folded) if len(folded) < 120 else None
    if found is None:
        return False
    rest = f"{folded[: found.start()]} {folded[found.end() :]}".strip(" |-–:,()[]")
    return not rest or bool(JUNK_LINE.match(rest))


def _is_other_page(segment: Segment) -> bool:
    """Whether a linked line is another page's title rather than a linked sentence or subhead of the text."""
    text = _BULLET.sub("", segment.text)
    return (not (segment.heading and len(text) < 25) and text[:1] not in "“\"'") or len(text) < 60


def _caption(body: Body, segment: Segment, picture: Segment | None, at: int) -> Segment | None:
    """Give the text to the image `at` that place (-1: the last); the picture that may still get more, or None."""
    body.captions.add(segment.place)
    caption, credit = split_caption(segment.text)
    image = body.images[at]
    joined = " ".join(filter(None, (image.caption, caption))) or None
    body.images[at] = Image(url=image.url, caption=joined, credit=credit or image.credit)
    marked = segment.tag in ("figcaption", "caption") or segment.roles & marks.CAPTION
    return picture if marked else None
