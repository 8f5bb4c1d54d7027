"""Large tables as HTML. A template takes ten times as long over each cell, and there are thousands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from urllib.parse import quote

from markupsafe import Markup

Number = Callable[[int], str]
"""How a number is written in the page's language."""


def matrix(
    sites: Sequence[str], months: Iterable[str], counts: Mapping[str, Mapping[str, int]], search: str, number: Number
) -> Markup:
    """The rows of a table of articles by month (row) and site (column), each number a link to its articles."""
    place = escape(str(search))  # no longer Datasette's own kind of text, which is slow
    columns = [(counts.get(site, {}), f'<a href="{place}?site={quote(site, safe="")}') for site in sites]
    rows = []
    for month in months:
        span = f"&amp;since={escape(month)}&amp;until={escape(month)}"
        cells = (
            f'<td class="num">{link}{span}">{number(of_site[month])}</a></td>'
            if of_site.get(month)
            else '<td class="num"></td>'
            for of_site, link in columns
        )
        rows.append(f'<tr><th scope="row">{escape(month)}</th>{"".join(cells)}</tr>')
    return Markup("".join(rows))  # noqa: S704 - every text in it is escaped


def months(counts: Iterable[tuple[str, int]], search: str, number: Number, site: str | None = None) -> Markup:
    """The rows of a table of articles by month, the latest first."""
    place = escape(str(search))
    of_site = f"site={quote(site, safe='')}&amp;" if site else ""
    rows = (
        f'<tr><th scope="row"><a href="{place}?{of_site}since={month}&amp;until={month}">'
        f'{month}</a></th><td class="num">{number(count)}</td></tr>'
        for month, count in reversed([(escape(month), count) for month, count in counts if count])
    )
    return Markup("".join(rows))  # noqa: S704 - every text in it is escaped
