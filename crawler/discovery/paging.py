"""The next page of a list: from the profile's template, or from the links a list shows for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archive.errors import AddressError
from archive.text import fold
from archive.urls import identity, parse_http_url, same_site

if TYPE_CHECKING:
    from archive.records import Link
    from crawler.site import Source

_NUMBER = re.compile(
    r"""(?:[?&](?:page|trang|paged|p|pg|pageno|page_?index|page_?number|page_?id|start_?page|curr?page|currentpage|cp|_p
          |[\w]*_cur|cur|PageIndex)=
        |/(?:page|trang|p)[-/]?|-(?:trang|page|p)-?|/timelinelist/[\w-]+/|/loadmore/(?:[\w-]+/)?)
        (?P<number>\d{1,5})(?=$|[/?&.#])""",
    re.IGNORECASE | re.VERBOSE,
)
_OFFSET = re.compile(
    r"(?<=[?&])(?:offset|start|from|skip|limitstart|begin|vitri)=(?P<number>\d{1,6})(?=$|[&#])", re.IGNORECASE
)
_NEXT = frozenset({
    "sau", "trang sau", "trang ke", "trang ke tiep", "trang tiep", "trang tiep theo", "tiep", "tiep theo", "ke tiep",
    "xem tiep", "xem them", "tai them", "cu hon", "bai cu hon", "tin cu hon", "next", "next page", "older",
    "older posts", "load more", ">", "›", "»", ">>", "→",
})  # fmt: skip
_WINDOW = 10  # pages a pager may skip; a number further off is an id
_LAST = frozenset({"»", ">>"})  # the last page, where › or > stands for the next


def page_number(page_url: str, source: Source | None = None) -> int:
    """Which page of its list the address is, the first being 1."""
    if source and source.pages:
        before, _, after = source.pages.partition("{page}")
        found = re.fullmatch(rf"{re.escape(before)}(\d{{1,9}}){re.escape(after)}", page_url)
        if found:
            return int(found[1]) - source.first_page + 2
        return 1
    found = _NUMBER.search(page_url)
    return max(1, int(found["number"])) if found else 1


def next_page(page_url: str, source: Source | None, links: Sequence[Link], number: int | None = None) -> str | None:
    """The address of the list's next page, or None when the page shows none.

    `number` is the page's own (1 for the first), read from its address when not given. A template always gives a
    next page: whoever pages stops when one brings nothing new. Only pages of the same list are followed.
    """
    number = page_number(page_url, source) if number is None else number
    if source and source.pages:
        return source.pages.replace("{page}", str(source.first_page + number - 1))
    here, choices = _list_of(page_url), list(_choices(page_url, links))
    same_list = sorted((n, url) for n, url, _ in choices if n and n > number and _list_of(url) == here)
    if same_list and same_list[0][0] == number + 1:
        return same_list[0][1]
    worded = [(text in _LAST, url) for n, url, text in choices if text in _NEXT and (n is None or n > number)]
    if worded:
        return min(worded, key=lambda choice: choice[0])[1]
    numbered = [url for n, url, text in choices if text == str(number + 1) and (n is None or n > number)]
    if numbered:
        return numbered[0]
    if further := _by_offset(page_url, links):
        return further
    return same_list[0][1] if same_list and same_list[0][0] <= number + _WINDOW else None


def with_number(page_url: str, number: int | None = None) -> str | None:
    """The address of the page after this one, or of that number; None when it shows no number, or a higher one."""
    found = _NUMBER.search(page_url)
    if found is None:
        return None
    own = int(found["number"])
    number = own + 1 if number is None else number
    return f"{page_url[: found.start('number')]}{number}{page_url[found.end('number') :]}" if number > own else None


def _by_offset(page_url: str, links: Sequence[Link]) -> str | None:
    """The same list's page that begins soonest after this one, where pages are told by their first entry."""
    here, own = _OFFSET.search(page_url), identity(_OFFSET.sub("", page_url).rstrip("?&"))
    first = int(here["number"]) if here else 0
    further = [
        (int(found["number"]), link.url)
        for link in links
        if (found := _OFFSET.search(link.url)) and identity(_OFFSET.sub("", link.url).rstrip("?&")) == own
    ]
    return min((one for one in further if one[0] > first), default=(0, None))[1]


def _choices(page_url: str, links: Sequence[Link]) -> Iterator[tuple[int | None, str, str]]:
    """(page number in the address, address, folded text) of links that may lead on, their own page left out."""
    host = urlsplit(page_url).hostname or ""
    own = identity(page_url)
    for link in links:
        text = " ".join(fold(link.text[:40]).split())
        text = text.strip(" »›>→") or text
        numbered = _NUMBER.search(link.url)
        if not numbered and text not in _NEXT and not text.isdigit():
            continue
        try:
            url = parse_http_url(link.url)
        except AddressError:
            continue
        if same_site(url, (host,)) and identity(url) != own:
            yield int(numbered["number"]) if numbered else None, url, text


def _list_of(url: str) -> str:
    """The address without its page number: what all pages of one list share."""
    bare = _NUMBER.sub("", url)
    if "?" not in bare and "&" in bare:
        bare = bare.replace("&", "?", 1)
    return identity(re.sub(r"(?:/index)?\.(?:html?|aspx|php)$", "", bare.partition("#")[0]))
