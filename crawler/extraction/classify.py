"""What is no article, and why: refused with its reason rather than stored as a thin record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from archive.records import Article, Outcome
from archive.text import fold
from crawler.extraction.locate import is_teaser
from crawler.extraction.particulars import lists_documents, read_particulars
from crawler.extraction.reading import Reading
from crawler.extraction.segments import Segment, is_prose
from crawler.extraction.vocabulary import CHALLENGE, EMPTY, JUNK_HEADING, LOGIN, NOT_FOUND, SHELL

Verdict = tuple[Outcome, str]

MIN_BODY = 60  # characters: two short sentences make an article, a stray line does not
_HOME = re.compile(
    r"^/?(?:(?:index|default|home|trang-?chu|trangchu)(?:\.\w{3,5})?/?|(?:vi|en|vn|vi-vn|web/guest)/?(?:home|trang-?chu)?/?)?$",
    re.IGNORECASE,
)
_TAG_PATH = re.compile(r"/(?:tags?|tu-khoa|tukhoa|hashtag|chu-de|topics?)(?:/|-|$)", re.IGNORECASE)
_SEARCH_PATH = re.compile(r"/(?:search|tim-kiem|timkiem|ket-qua-tim-kiem|seek)(?:[/.?]|$)", re.IGNORECASE)
_LOGIN_PATH = re.compile(
    r"/(?:login|dang-nhap|dangnhap|signin|account/login|c/portal/login|register|dang-ky)(?:[/.?]|$)", re.IGNORECASE
)
_MEDIA_PATH = re.compile(
    r"/(?:videos?|clips?|multimedia|thu-vien-(?:hinh-)?anh|thu-vien-video|albums?|gallery|photos?|audio|podcast|media|truyen-hinh|anh|"
    r"infographics?)(?:/|$)|/(?:video|clip|thu-vien-anh|thu-vien-video)-[^/]+/",
    re.IGNORECASE,
)
_PRINT_PATH = re.compile(
    r"/(?:print|savefile|in-bai(?:-viet)?|inbai(?:viet)?|printpage|printarticle|printnews|ban-in)(?:/|\.|$)|[?&](?:print|printable|in|mode=print|layout=print)=?",
    re.IGNORECASE,
)
_PAGED = re.compile(r"/(?:trang|page)[-/]\d+/?$|[?&](?:page|trang|p|pageindex|paged)=\d+(?:&|$)", re.IGNORECASE)
_SEARCH_KEYS = ("q", "s", "keyword", "keywords", "tukhoa", "search", "query", "txtsearch", "searchword")
_ROUTE = re.compile(r"(?:^|&)q=\w+(?:/|%2F)[\w/%-]+(?:&|$)", re.IGNORECASE)  # Drupal's "?q=node/12" asks for nothing
_MANY_CAPTIONS = 3
_SHORT = 250


def blocked(text: str, segments: Sequence[Segment], title: str, status: int) -> bool:
    """A captcha or challenge page instead of the page asked for."""
    if sum(len(segment.text) for segment in segments) > 1200:
        return False
    words = fold(f"{title} " + " ".join(segment.text for segment in segments))
    if CHALLENGE.search(words):
        return True
    lower = text[:60_000].lower()
    if (
        len(words) < 60
        and "document.cookie" in lower
        and re.search(r"location(?:\.href)?\s*=|location\.(?:reload|replace)", lower)
    ):
        return True
    return len(words) < 400 and (("cf-" in lower and "challenge" in lower) or (status == 403 and "captcha" in lower))


def before_reading(reading: Reading, canonical: str | None) -> Verdict | None:
    """What the address and the page's build say: a print twin, home, tag, search, login, or a listing."""
    if canonical and (_PRINT_PATH.search(reading.url) or _prints_itself(reading.root)):
        return Outcome.DUPLICATE, "print_twin"
    reason = _by_address(reading) or (
        "listing" if _is_known_list(reading) or lists_documents(reading.segments) else None
    )
    if reason:
        return Outcome.NOT_ARTICLE, reason
    return (
        (Outcome.NOT_ARTICLE, "listing")
        if reading.vietnamese and _is_listing(reading) and not _of_document(reading)
        else None
    )


def _of_document(reading: Reading) -> bool:
    return read_particulars(reading.entry, reading.now) is not None


def _prints_itself(root: Any) -> bool:
    return any("print(" in (body.get("onload") or "") for body in root.iter("body"))


def _by_address(reading: Reading) -> str | None:
    parts = urlsplit(reading.url)
    query = {key.lower() for key in parse_qs(parts.query)}
    stated = bool(reading.structured.article) or (reading.structured.first("og:type") or "") == "article"
    if parts.scheme in ("http", "https") and _HOME.match(parts.path) and not query:
        return "home"
    if _SEARCH_PATH.search(parts.path) or (
        query.intersection(_SEARCH_KEYS) and not stated and not _ROUTE.search(parts.query)
    ):
        return "search"
    if _TAG_PATH.search(parts.path) and not stated:
        return "tag"
    return "login" if _LOGIN_PATH.search(parts.path) else None


def _is_known_list(reading: Reading) -> bool:
    """Whether the site's profile calls the address a list, and no article."""
    parts, addresses = urlsplit(reading.url), reading.site.addresses
    place = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if any(re.search(pattern, place) for pattern in addresses.article):
        return False
    return any(re.search(pattern, place) for pattern in addresses.listing)


def after_reading(reading: Reading, article: Article | None, title: str) -> Verdict | None:
    """Why the page is no article after all; None when the record stands."""
    size = len(article.article_body) if article else 0
    whole = size + len(article.description or "") + _told_by_pictures(article) if article else 0
    if article is None or size < MIN_BODY:
        return _without_text(reading, title)
    if size < 600 and _is_trouble(title, article):
        return _without_text(reading, title)
    document = read_particulars(reading.entry, reading.now)
    if document and document.alone and not article.attachments:
        return Outcome.NOT_ARTICLE, "empty"  # a document's number and title without the document
    if not reading.vietnamese:
        prose = sum(len(each) for each in article.article_body.split("\n") if len(each) >= 80)
        return (Outcome.NOT_ARTICLE, "listing") if prose < 600 and _is_listing(reading) else None
    if (whole < 350 and not _is_told(article) and _is_media(reading)) or (whole < 200 and _shows_media(reading)):
        return Outcome.NOT_ARTICLE, "media"
    return None


def _is_told(article: Article) -> bool:
    """Whether a lead and two paragraphs or more tell what a film shows."""
    return bool(article.description) and sum(len(each) >= 80 for each in article.article_body.split("\n")) > 1


def _told_by_pictures(article: Article) -> int:
    """Characters of the captions that tell a photo story on with its lead and text; 0 where they are few beside one paragraph."""
    captions = [image.caption for image in article.images if image.caption]
    paragraphs = article.article_body.count("\n\n") + 1 + bool(article.description)
    return sum(map(len, captions)) if paragraphs > (1 if len(captions) > _MANY_CAPTIONS else 2) else 0


def _is_trouble(title: str, article: Article) -> bool:
    heads = fold(f"{title} {article.headline}")
    if NOT_FOUND.search(heads) or LOGIN.match(fold(article.headline)):
        return True
    words = fold(f"{heads} {article.article_body}")
    return len(article.article_body) < _SHORT and bool(
        NOT_FOUND.search(words) or (EMPTY.search(words) and not article.date_published)
    )


def _without_text(reading: Reading, title: str) -> Verdict:
    """Why a page gave no body."""
    segments = reading.segments
    text = " ".join(segment.text for segment in segments if segment.zone is None)
    words = fold(f"{title} {reading.headline.text or ''} {text}")
    reason = "empty"
    if len(text) < 2500 and NOT_FOUND.search(words):
        reason = "soft_404"
    elif EMPTY.search(words) and len(text) < 2500:
        reason = "empty"
    elif LOGIN.match(fold(reading.headline.text or title)) or (_has_password(reading.root) and len(text) < 1500):
        reason = "login"
    elif _is_media(reading) or _shows_media(reading):
        reason = "media"
    elif _is_listing(reading) or _teasers(segments) >= 2 or (_links_share(segments) > 0.5 and len(segments) > 12):
        reason = "listing"
    elif _is_shell(reading, words):
        reason = "shell"
    return Outcome.NOT_ARTICLE, reason


def _is_shell(reading: Reading, words: str) -> bool:
    """Scripts and an empty frame: the text would come later."""
    scripts = any(script.get("src") or script.text for script in reading.root.iter("script"))
    frame = next(
        (e for e in reading.root.iter("div", "app-root", "main") if not len(e) and not (e.text or "").strip()), None
    )
    shown = any(segment.heading for segment in reading.segments)
    return scripts and not shown and (frame is not None or bool(SHELL.search(words))) and len(words) < 400


def _has_password(root: Any) -> bool:
    return any((field.get("type") or "").lower() == "password" for field in root.iter("input"))


def _is_media(reading: Reading) -> bool:
    """A page made for a video, a recording or pictures."""
    structured = reading.structured
    if any(kind in ("VideoObject", "ImageGallery", "AudioObject", "MediaGallery") for kind in structured.types):
        return True
    if (structured.first("og:type") or "").startswith(("video", "music")):
        return True
    return bool(_MEDIA_PATH.search(urlsplit(reading.url).path))


def _shows_media(reading: Reading) -> bool:
    """Whether the page shows a film, a player, or several pictures."""
    return (
        _pictures(reading) >= 4
        or next(reading.root.iter("video", "audio"), None) is not None
        or _has_player(reading.root)
    )


def _pictures(reading: Reading) -> int:
    return sum(1 for segment in reading.content if segment.src)


def _has_player(root: Any) -> bool:
    frames = (frame.get("src") or "" for frame in root.iter("iframe"))
    return any(
        host in src
        for src in frames
        for host in ("youtube.com/embed", "player.vimeo", "/embed/video", "dailymotion.com/embed")
    )


def _links_share(segments: Sequence[Segment]) -> float:
    total = sum(segment.chars for segment in segments)
    return sum(segment.linked for segment in segments) / total if total else 0.0


def _is_listing(reading: Reading) -> bool:
    """Whether the block that holds the most text is a list of other pages with their summaries."""
    content = _own([s for s in (reading.content or reading.segments) if s.src is None and s.zone is None])
    titles = [s for s in content if s.link_share > 0.8 and len(s.text) >= 20]
    rows = [s for s in content if s.cells]
    if len(rows) >= 5 and sum(s.linked > 0 for s in rows) >= 0.7 * len(rows) and free_prose(content) < 200:
        return True
    prose = [s for s in content if s.link_share < 0.3 and len(s.text) >= 45]
    if not titles:
        return False
    if (
        _PAGED.search(reading.url)
        and not reading.structured.article
        and (len(titles) >= 3 or len(titles) >= len(prose))
    ):
        return True  # the last page of a list may hold one item
    structured = reading.structured
    stated = bool(structured.article) or (structured.first("og:type") or "") == "article" or reading.headline.named
    if stated or not reading.vietnamese:
        return len(titles) >= 8 and len(titles) > 2 * len(prose) and free_prose(content) < 400
    return len(titles) >= 4 and len(titles) >= 0.6 * len(prose)


def _own(content: list[Segment]) -> list[Segment]:
    """The segments up to the first heading of a list of other pages that follows a text."""
    text = 0
    for n, segment in enumerate(content):
        if is_prose(segment):
            text += len(segment.text)
        elif text > 150 and len(segment.text) < 80 and not segment.linked and JUNK_HEADING.match(segment.folded):
            return content[:n]
    return content


def free_prose(content: Sequence[Segment]) -> int:
    """Characters of running text that is no summary under another page's title."""
    prose = [n for n, s in enumerate(content) if s.link_share < 0.3 and len(s.text) >= 45 and not s.cells]
    return sum(len(content[n].text) for n in prose if not _after_title(content, n))


def _teasers(segments: Sequence[Segment]) -> int:
    """How many linked titles have a summary of the page they lead to under them."""
    shown = [n for n, s in enumerate(segments) if s.src is None and s.zone is None and len(s.text) >= 45]
    return sum(_after_title(segments, n) for n in shown)


def _after_title(content: Sequence[Segment], n: int) -> bool:
    before = next((s for s in reversed(content[:n]) if len(s.text) >= 15), None)
    return before is not None and is_teaser(before, content[n])
