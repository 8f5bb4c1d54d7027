"""What an image element shows: a picture's address, or nothing but decoration."""

from __future__ import annotations

import re
from typing import Any

_NOT_PICTURES = re.compile(
    r"/(?:icons?|emoji|smil(?:ies|eys)|banners?|quangcao|ads|logos?|avatars?)/[^?]*$|"
    r"(?:^|[/_\-])(?:logo|icons?|ico|banner|avatar|spacer|blank|pixel|1x1|emoji|smiley|loading|loader|sprite|button|btn|share|facebook|"
    r"twitter|zalo|print|email|star|arrow|bullet|quangcao|ads?|no-?image|noimage|transparent|counter|captcha|rss|qr-?code|new|hot|"
    r"tick|dot|gif_new|google-?news|gg-?news)s?[_\-\d]*[^/?]{0,8}\.(?:gif|png|jpe?g|svg|webp|ico)",
    re.IGNORECASE,
)
_SOURCES = ("data-src", "data-original", "data-lazy-src", "data-photo-original-src", "data-srcset", "srcset", "src")


def picture_source(element: Any) -> str | None:
    """The address of the picture; None for icons, spacers, counters and inline data."""
    source = _source(element)
    return (
        None
        if not source or _NOT_PICTURES.search(source[-200:]) or _tiny(element) or _button(element, source)
        else source
    )


def _button(element: Any, source: str) -> bool:
    """Whether a small drawing does nothing but start a script."""
    outer = element.getparent()
    if outer is None or outer.tag != "a" or not source.lower().split("?")[0].endswith((".gif", ".svg")):
        return False
    return (outer.get("href") or "#").lower().startswith(("#", "javascript:"))


def _source(element: Any) -> str | None:
    """The address of the picture itself, lazy loading undone; None for inline data."""
    for name in _SOURCES:
        value = (element.get(name) or "").strip(" ,\t\r\n")
        if value and not value.startswith("data:"):
            return str(value.split()[0].rstrip(",")) if "srcset" in name else str(value)
    return None


def _tiny(element: Any) -> bool:
    for name in ("width", "height"):
        value = (element.get(name) or "").removesuffix("px")
        if value.isdigit() and int(value) < 60:
            return True
    return False
