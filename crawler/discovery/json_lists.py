"""Lists that come as JSON: WordPress's and other interfaces, JSONP, and HTML that a JSON value holds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from crawler.discovery.found import Found, absolute, line, moment
from crawler.discovery.paging import with_number

JsonTree = dict[str, Any] | list[Any]

_ADDRESS = (
    "url", "link", "href", "permalink", "canonicalurl", "shareurl", "externalurl", "newsurl", "fullurl", "detailurl",
    "path", "slug", "alias",
)  # fmt: skip
_TITLE = ("title", "headline", "name", "subject", "newstitle", "tieude", "caption")
_PUBLISHED = (
    "publishedat", "datepublished", "publishdate", "publisheddate", "published", "publishtime", "date", "createdat",
    "createddate", "ngaydang", "distributiondate", "pubdate",
)  # fmt: skip
_NEXT = ("next", "nexturl", "nextpageurl", "nextpage", "nextlink")
_MORE = ("hasmore", "hasnext", "hasnextpage", "loadmore", "more")
_PAGE = ("page", "currentpage", "pageindex", "pagenumber", "trang")
_PAGES = ("totalpages", "totalpage", "pagecount", "lastpage", "pages", "tongsotrang")
_JSONP = re.compile(r"\s*(?:/\*\*/)?\s*[\w$.]{1,80}\(\s*(?=[{\[])")
_DEPTH = 30
MAX_ITEMS = 5_000


def json_of(text: str) -> JsonTree | str | None:
    """The JSON in the text, JSONP too; the text itself when it is none, one that is quoted unquoted; None: broken."""
    text = text.lstrip("\ufeff \t\r\n")
    called = _JSONP.match(text)
    if called:
        text = text[called.end() :].rstrip().rstrip(";").removesuffix(")")
    if text[:1] not in ("{", "[", '"'):
        return text
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(data, str):
        return data
    return data if isinstance(data, dict | list) else None


def parts_of(data: Any, depth: int = 0) -> Iterator[dict[str, Any] | str]:
    """Every JSON object, in order, keys in lower case without separators, and every piece of HTML with links."""
    if depth > _DEPTH:
        return
    if isinstance(data, str):
        if "<a " in data:
            yield data
        elif data[:1] in ("{", "[") and not isinstance(inner := json_of(data), str):
            yield from parts_of(inner, depth + 1)
        return
    if isinstance(data, dict):
        yield _plain(data)
    if isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from parts_of(value, depth + 1)


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    return {str(key).lower().replace("_", "").replace("-", ""): value for key, value in data.items()}


def entry_of(item: dict[str, Any], url: str) -> Found | None:
    """The article an object of `parts_of` tells of, if it has a title and an address."""
    title = next((text for key in _TITLE if (text := _text(item.get(key)))), None)
    named = next(((key, item[key]) for key in _ADDRESS if isinstance(item.get(key), str) and item[key].strip()), None)
    if title is None or named is None:
        return None
    key, value = named
    if key in ("slug", "alias", "path") and not value.startswith(("/", "http")):
        value = f"/{value}"
    address = absolute(value, url)
    if address is None:
        return None
    dates = (moment(item.get(key)) for key in _PUBLISHED)
    return Found(url=address, text=line(title), published=next((date for date in dates if date), None))


def _text(value: object) -> str:
    """A title, as it is or as WordPress has it ({"rendered": ...})."""
    if isinstance(value, dict):
        value = value.get("rendered")
    return value.strip() if isinstance(value, str) else ""


def next_of(data: Any, url: str) -> str | None:
    """The list's next page, when the answer names it or says that there is one."""
    for item in parts_of(data):
        if isinstance(item, str):
            continue
        for key in _NEXT:
            value = item.get(key)
            if isinstance(value, str) and value.startswith(("/", "http", "?")) and (address := absolute(value, url)):
                return address if address != url else None
            if isinstance(value, int) and not isinstance(value, bool):
                return with_number(url, value)
        page, pages = _number(item, _PAGE), _number(item, _PAGES)
        if any(item.get(key) is True for key in _MORE) or (page is not None and pages is not None and page < pages):
            return with_number(url)
    return None


def _number(item: dict[str, Any], keys: tuple[str, ...]) -> int | None:
    found = (item.get(key) for key in keys)
    return next((one for one in found if isinstance(one, int) and not isinstance(one, bool)), None)
