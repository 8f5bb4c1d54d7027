"""What an article is filed under: its section and its keywords."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from archive.text import fold
from crawler.extraction import marks
from crawler.extraction.headline import similarity
from crawler.extraction.segments import Segment, Span, line, text_of
from crawler.extraction.structured import Structured
from crawler.extraction.vocabulary import JUNK_HEADING, JUNK_LINE, WRITERS_PAGE

_FIRST_PAGE = frozenset(("trang chu", "home", "trang nhat"))
_NOT_SECTION = re.compile(
    r"^(?:trang chu|home|tin tuc ?[-–&] ?su kien|trang nhat|chi tiet.*|noi dung.*|xem tin|>|»|/|›|trang dau|ban dang o day:?|root|index|gui|print)$"
)
_SECTION_LABEL = re.compile(r"(?:chuyen muc|danh muc|chu de|category|filed under|posted in) ?: ?")
_TAG_LABEL = re.compile(
    r"(?:the )?(?:tags?|tu khoa|the|key ?words?|nhan|hashtags?)(?: bai viet| tim kiem)? ?(?::\s*|$)"
)
_NO_TAG = re.compile(
    r"(?:cac )?(?:tags?|tu khoa|chu de|the|key ?words?|nhan|hashtags?) ?:?|(?:tro lai|quay lai|xem (?:them|tat ca)|theo doi)\b.*|(?:ve|bai|trang|in|gui|tin|dau) (?:trang|tiep|truoc|sau|dau|bai|nay|ban be|ke)\b.*"
)
_TAG_PAGE = re.compile(
    r"(?:^|/)(?:tags?|tu-?khoa|keywords?|hashtags?)(?:/|-\d|\.)|[?&](?:tags?|keywords?|tu-?khoa)=|-tags?\d*(?:\.\w+)?/?$|-tag\d+",
    re.IGNORECASE,
)
_ELSEWHERE = frozenset(("side", "foot", "nav", "head", "comment"))
_NEAR = 12  # segments behind the text: what lists the keywords and does not say so
_FURTHER = 60  # segments behind the text: lists of other pages may stand before its keywords
_DIGIT = re.compile(r"\d")
_ARROWS = re.compile(r"\s*(?:>{1,2}|»|›|→)\s*")  # of a trail of sections; a bar or a stroke may stand in any line
_BARS = re.compile(r"\s*(?:[|/>»›•·,;]+|::)\s*")


def section_of(
    structured: Structured, segments: Sequence[Segment], spans: Sequence[Span], headline: str, place: int
) -> str | None:
    """The section the page names: structured data, then the last breadcrumb that is not the article itself."""
    for span in spans:
        if span.named == "section":
            names = _names(span, headline)
            if names:
                return names[-1]
    told = structured.text("articleSection") or structured.first("article:section")
    if told and "," not in told:
        return told
    crumbs = [name for name in structured.breadcrumb if _is_section(name, headline)]
    if not crumbs:
        trails = (_names(span, headline) for span in spans if span.mark.roles & marks.CRUMB)
        crumbs = next((names for names in trails if names), [])
    if told:  # "Chính trị,Xây dựng Đảng" may be two sections or one
        return crumbs[-1] if crumbs and crumbs[-1] in map(str.strip, told.split(",")) else told
    if crumbs:
        return crumbs[-1]
    return _beside_title(segments, headline, place) or _linked_section(spans, headline, place)


def _linked_section(spans: Sequence[Span], headline: str, place: int) -> str | None:
    """A link marked as the section in the line of the date, right behind the headline."""
    for span in spans:
        if (
            span.mark.roles & marks.SECTION
            and span.element.tag == "a"
            and place <= span.start <= place + 4
            and _is_section(name := text_of(span.element), headline)
        ):
            return name
    return None


def _names(span: Span, headline: str) -> list[str]:
    items = [text_of(item) for item in span.element.iter("li")] if span.element.tag != "li" else []
    texts = items or [text_of(a) for a in span.element.iter("a")] or _BARS.split(text_of(span.element))
    return [name for name in texts if _is_section(name, headline)]


def _is_section(name: str, headline: str) -> bool:
    folded = fold(name).strip(" >»/›|:")
    return 1 < len(name) < 80 and not _NOT_SECTION.match(folded) and similarity(name, headline) < 0.8


def _beside_title(segments: Sequence[Segment], headline: str, place: int) -> str | None:
    """A linked name marked as the section, or a trail of links ("Trang chủ > Tin tức"), shortly before the headline."""
    for segment in reversed(segments[max(0, place - 6) : place]):
        if segment.src is not None or (segment.zone is not None and segment.zone.mark.zone in ("related", "side")):
            continue
        beside = segment.roles & marks.SECTION and segment.place >= place - 2 and not segment.linked
        if beside and len(segment.text) < 50 and _is_section(segment.text, headline):
            return segment.text
        linked = _linked_words(segment) if segment.linked else []
        parted = [name for name in _BARS.split(segment.text) if name]
        trail = linked if len(linked) > 1 and fold(linked[0]) in _FIRST_PAGE else parted
        is_trail = len(trail) > 1 and segment.linked > 0.3 * segment.chars and fold(trail[0]) in _FIRST_PAGE
        if is_trail or (segment.roles & marks.SECTION and segment.link_share > 0.6):
            names = [name for name in trail if _is_section(name, headline)]
            if names:
                return names[-1]
        steps = _ARROWS.split(segment.text) if not segment.linked and len(segment.text) < 120 else []
        if 1 < len(steps) < 5 and all(_is_section(step, headline) or fold(step) in _FIRST_PAGE for step in steps):
            return steps[-1]
    shown = (_trail(segments[place].block) or _steps_before(segments, place)) if place >= 0 else []
    names = [name for name in shown if _is_section(name, headline)]
    return names[-1] if names else _lone_link(segments, headline, place) or _in_date_line(segments, headline, place)


def _trail(headline: Any) -> list[str]:
    """The names of a short list that begins with the first page and stands right before the headline's element."""
    before = headline.getprevious()
    items = list(before.iter("li")) if before is not None and before.tag in ("ul", "ol", "div", "nav") else []
    names = [text_of(item) for item in items[:5]]
    return names if 1 < len(names) < 5 and fold(names[0]) in _FIRST_PAGE else []


def _steps_before(segments: Sequence[Segment], place: int) -> list[str]:
    """The short lines between a link to the first page and the headline: a trail that nothing marks."""
    before = [s for s in segments[max(0, place - 6) : place] if s.src is None]
    home = next((n for n, s in enumerate(before) if s.linked and s.folded in _FIRST_PAGE), len(before))
    steps = before[home + 1 :]
    if not 1 <= len(steps) <= 3 or not all(len(s.text) < 60 for s in steps):
        return []
    if _in_columns(before[home].block, segments[place].block):
        return []
    paths = [_path(next((state.link for _, state in s.runs if state.link), "")).split(".")[0] for s in steps]
    inside = all(not path or path.startswith(f"{outer}/") for outer, path in pairwise(paths))
    return [s.text for s in steps] if inside else []  # else they are a short menu


def _path(href: str) -> str:
    """The path of an address as written; empty for the first page, and where the address is none."""
    try:
        return urlsplit(href).path.strip("/")
    except ValueError:
        return ""


def _in_columns(one: Any, other: Any) -> bool:
    """Whether two elements stand in different cells of a table's row: a menu beside the text is no trail above it."""
    above = set(one.iterancestors())
    shared = next((element for element in other.iterancestors() if element in above), None)
    return shared is not None and shared.tag == "tr"


def _lone_link(segments: Sequence[Segment], headline: str, place: int) -> str | None:
    """A short link to a list of pages that stands alone right before the headline."""
    at = place - 1
    while at > place - 3 and at > 0 and not segments[at].linked and re.search(r"\d[-/.:]\d", segments[at].text):
        at -= 1  # the date may stand between
    before = segments[at] if at >= 0 else None
    if before is None or before.src is not None or before.zone is not None or before.heading or before.link_share < 0.9:
        return None
    if _in_columns(before.block, segments[place].block):
        return None
    hrefs = {state.link for _, state in before.runs if state.link}
    path = _path(hrefs.pop()) if len(hrefs) == 1 else ""
    further = segments[at - 1] if at > 0 else None
    listed = further is not None and further.link_share > 0.5 and further.block.getparent() is before.block.getparent()
    if listed or not path or _DIGIT.search(path) or len(before.text) > 36 or len(before.text.split()) > 6:
        return None
    return before.text if _is_section(before.text, headline) and not JUNK_LINE.match(before.folded) else None


def _in_date_line(segments: Sequence[Segment], headline: str, place: int) -> str | None:
    """What a line right behind the headline calls the section, or links to beside the date ("05:30 | Góc nhìn")."""
    for segment in (*segments[max(0, place - 1) : max(0, place)], *segments[place + 1 : place + 8]):
        if segment.src is not None or len(segment.text) > 110:
            break
        labelled = _SECTION_LABEL.match(segment.folded) or (segment.roles & marks.SECTION and segment.place < place + 3)
        links = {state.link: line(text) for text, state in segment.runs if state.link and text.strip()}
        if len(links) != 1 or not (labelled or re.search(r"\d[-/.:]\d", segment.text)):
            continue
        href, name = links.popitem()
        path = _path(href)
        if path and not WRITERS_PAGE.search(href) and len(name) < 40 and (labelled or not _DIGIT.search(name + path)):
            return name if _is_section(name, headline) and not JUNK_LINE.match(fold(name)) else None
    return None


def keywords_of(
    structured: Structured, segments: Sequence[Segment], spans: Sequence[Span], start: int, end: int
) -> tuple[str, ...]:
    """The tags the page lists with the article, else its news keywords; a portal's own meta keywords are not its."""
    names: list[str] = []
    for span in spans:
        if span.named == "keywords":
            names += _tag_names(span)
    if not names:
        for span in spans:
            inside = span.mark.roles & marks.TAGS and span.start >= start and span.start <= end + 12
            if (
                inside
                and (span.mark.zone in (None, "related", "meta-nav", "share", "tool"))
                and (found := _tag_names(span))
            ):
                names += [name for name in found if name not in names]
    if not names:
        around = segments[start : end + _FURTHER]
        names = _labelled(around) or _tag_pages(around) or _short_links(segments[end : end + _NEAR])
    if not names:
        listed = structured.article.get("keywords") or structured.first("news_keywords", "article:tag")
        names = [str(one) for one in listed] if isinstance(listed, list) else re.split(r"[,;]", str(listed or ""))
    cleaned = (line(name).strip(" #,;.") for name in names)
    return tuple(dict.fromkeys(name for name in cleaned if name))[:40]


def _labelled(segments: Sequence[Segment]) -> list[str]:
    """The links of a line that says it lists the keywords, or the linked lines behind one that says so alone."""
    for n, segment in enumerate(segments):
        if segment.src is not None or (segment.zone is not None and segment.zone.mark.zone in _ELSEWHERE):
            continue
        label = _TAG_LABEL.match(segment.folded[:60])
        if not label:
            continue
        if segment.linked:
            return _linked_words(segment)
        if label.end() < len(segment.text):
            return re.split(r"[,;#]", segment.text[label.end() :])
        linked: list[str] = []
        for each in segments[n + 1 :]:
            words = _linked_words(each)
            if each.link_share < 0.8 or max(map(len, words), default=0) > 60:
                break
            linked += words
        if linked or ":" in segment.text:
            return linked
    return []


def _linked_words(segment: Segment) -> list[str]:
    return [text for text, state in ((line(t), s) for t, s in segment.runs) if state.link and text]


def _short_links(segments: Sequence[Segment]) -> list[str]:
    """The first run of linked words behind the text that are too short for titles, where one at least is written small."""
    names: list[str] = []
    for segment in segments:
        words = _linked_words(segment) if segment.src is None and segment.link_share > 0.9 else []
        tags = [
            word
            for word in words
            if len(word) <= 40
            and len(word.split()) <= 6
            and not _NO_TAG.fullmatch(fold(word))
            and not JUNK_LINE.match(fold(word))
        ]
        if not words or len(tags) < len(words) or segment.zone is not None:
            if len(names) > 1 or JUNK_HEADING.match(segment.folded[:120]):
                break
            names = []
        names += tags if len(tags) == len(words) else []
    return names if len(names) > 1 and any(name[0].islower() or name[0] == "#" for name in names) else []


def _tag_pages(segments: Sequence[Segment]) -> list[str]:
    """The first run of short linked lines that lead to lists of pages with a tag, by their addresses."""
    names: list[str] = []
    for segment in segments:
        tags = _tags_in(segment)
        if names and not tags:
            break
        names += tags
    return names


def _tags_in(segment: Segment) -> list[str]:
    """The linked words of a line whose links all lead to tags' pages."""
    if segment.link_share < 0.6 or (segment.zone is not None and segment.zone.mark.zone in _ELSEWHERE):
        return []
    links = {state.link: line(text) for text, state in segment.runs if state.link and text.strip()}
    return (
        list(links.values())
        if all((_TAG_PAGE.search(href) or text[:1] == "#") and len(text) < 60 for href, text in links.items())
        else []
    )


def _tag_names(span: Span) -> list[str]:
    names = [text_of(a) for a in span.element.iter("a")]
    if span.element.tag == "a":
        names = [text_of(span.element)]
    if not names:
        text = text_of(span.element)
        text = text.split(":", 1)[1] if ":" in text[:24] else text
        names = re.split(r"[,;#]", text) if len(text) < 400 else []
    return [name for name in names if 1 < len(name.strip()) < 80 and not _NO_TAG.fullmatch(fold(name.strip()))]
