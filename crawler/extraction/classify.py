"""What is no article, and why: decided before a thin record could be made of it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from archive.records import Outcome
from archive.text import fold, one_line
from crawler.extraction.segments import Segment
from crawler.extraction.structured import Structured
from crawler.extraction.vocabulary import CHALLENGE, EMPTY, LOGIN, NOT_FOUND
from crawler.site import Addresses

Verdict = tuple[Outcome, str]
_TAG_PATH = re.compile(r"/(?:tags?|tu-khoa|topic|chu-de|hashtag)(?:/|-|$)", re.I)
_SEARCH_PATH = re.compile(r"/(?:search|tim-kiem|timkiem|ket-qua-tim-kiem)(?:[/.?]|$)", re.I)
_LOGIN_PATH = re.compile(r"/(?:login|dang-nhap|dangnhap|signin|account/login)(?:[/.?]|$)", re.I)
_MEDIA_PATH = re.compile(r"/(?:videos?|clip|multimedia|thu-vien-anh|thu-vien-video|album|gallery|photos?|audio|podcast|media|truyen-hinh)(?:/|-|$)", re.I)
_PRINT_PATH = re.compile(r"/(?:print|savefile|in-bai|inbai|printpage)(?:/|\.|$)|[?&](?:print|printable|in)=", re.I)
_PAGED = re.compile(r"/(?:trang|page)[-/]\d+/?$|[?&](?:page|trang|p)=\d+$", re.I)
SHORT = 400  # characters of text below which a page's words for trouble are believed


def blocked(text: str, segments: list[Segment], title: str) -> bool:
    """A captcha or challenge page instead of the page asked for."""
    if sum(len(segment.text) for segment in segments) > 1200:
        return False
    words = fold(f"{title} " + " ".join(segment.text for segment in segments))
    return bool(CHALLENGE.search(words) or (len(words) < SHORT and "cf-" in text and "challenge" in text.lower()))


def kind_by_address(url: str) -> str | None:
    """What the address alone says: home, tag, search or login."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    if parts.path.lower() in ("", "/", "/index.html", "/index.php", "/default.aspx", "/home", "/trang-chu", "/vi", "/vi/", "/vn") and not query:
        return "home"
    if _SEARCH_PATH.search(parts.path) or any(key in query for key in ("q", "s", "keyword", "keywords", "tukhoa", "search")):
        return "search"
    if _TAG_PATH.search(parts.path):
        return "tag"
    if _LOGIN_PATH.search(parts.path):
        return "login"
    return None


def is_known_list(url: str, addresses: Addresses) -> bool:
    """Whether the site's profile calls the address a list, and no article."""
    parts = urlsplit(url)
    place = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if any(re.search(pattern, place) for pattern in addresses.article):
        return False
    return any(re.search(pattern, place) for pattern in addresses.listing)


def is_print_twin(url: str) -> bool:
    """Whether the address is a print or save-as edition of another."""
    return bool(_PRINT_PATH.search(url))


def without_text(
    url: str, root: Any, structured: Structured, segments: list[Segment], title: str, headline: str | None
) -> Verdict:
    """Why a page that gave no body is no article."""
    text = " ".join(segment.text for segment in segments)
    words = fold(f"{title} {headline or ''} {text}")
    if len(text) < 1500 and NOT_FOUND.search(words):
        return Outcome.NOT_ARTICLE, "soft_404"
    if EMPTY.search(words) and len(text) < 2500:
        return Outcome.NOT_ARTICLE, "empty"
    if LOGIN.match(fold(headline or title)) or (root.find('.//input[@type="password"]') is not None and len(text) < 1500):
        return Outcome.NOT_ARTICLE, "login"
    if is_media(url, root, structured, segments):
        return Outcome.NOT_ARTICLE, "media"
    if links_share(segments) > 0.5 and len(segments) > 12:
        return Outcome.NOT_ARTICLE, "listing"
    if len(text) < 200 and sum(1 for _ in root.iter("script")) >= 1 and root.find('.//div[@id]') is not None and not headline_shown(segments):
        return Outcome.NOT_ARTICLE, "shell"
    return Outcome.NOT_ARTICLE, "empty"


def headline_shown(segments: list[Segment]) -> bool:
    """Whether the page shows any heading of its own."""
    return any(segment.heading for segment in segments)


def is_media(url: str, root: Any, structured: Structured, segments: list[Segment]) -> bool:
    """A page made for a video, a recording or pictures."""
    if any(kind in ("VideoObject", "ImageGallery", "AudioObject") for kind in structured.types):
        return True
    if (structured.first("og:type") or "").startswith(("video", "music")):
        return True
    if _MEDIA_PATH.search(urlsplit(url).path):
        return True
    pictures = sum(1 for segment in segments if segment.src)
    return pictures >= 4 or root.find(".//video") is not None


def links_share(segments: list[Segment]) -> float:
    """How much of the page's text is links."""
    total = sum(segment.chars for segment in segments)
    return sum(segment.linked for segment in segments) / total if total else 0.0


def is_listing(url: str, content: list[Segment], structured: Structured, *, named: bool) -> bool:
    """Whether the block that holds the most text is a list of other pages with their summaries."""
    titles = [s for s in content if s.src is None and s.link_share > 0.8 and len(s.text) >= 20]
    prose = [s for s in content if s.src is None and s.link_share < 0.3 and len(s.text) >= 45]
    if _PAGED.search(url) and len(titles) >= 3:
        return True
    if named or structured.article or (structured.first("og:type") or "") == "article":
        return len(titles) >= 8 and len(titles) > 2 * len(prose)
    return len(titles) >= 4 and len(titles) >= 0.6 * len(prose)


def title_of(root: Any) -> str:
    """The text of <title>."""
    title = root.find(".//title")
    return one_line(title.text_content()) if title is not None else ""
