"""The page of a site with its health, and the page of what the archive covers."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request, Response

from archive.filters import Filters
from archive.query import Query, Sort, hit_json
from archive.remembered import remembered
from archive.search import search
from archive.store import Archive
from archive.web import charts, figures, tables
from archive.web.answers import answering, language_of, page, wants_json
from archive.web.reading import read
from archive.web.texts import number, text

if TYPE_CHECKING:
    from datasette.app import Datasette


@answering
async def site(request: Request, datasette: Datasette) -> Response:
    """What the archive holds of one site, and how well the site is read."""
    name = request.url_vars["name"]

    def work(archive: Archive) -> tuple[Any, ...]:
        connection = archive.connection
        return (
            figures.site_line(connection, name),
            figures.months_of_site(connection, name),
            figures.ledger_of_site(connection, name),
            figures.fills_of_site(connection, name),
            search(connection, Query(filters=Filters(site=name), sort=Sort.NEWEST, limit=10)),
        )

    line, months, ledger, fills, newest = await read(datasette, work)
    if wants_json(request):
        return Response.json(
            {
                "site": asdict(line),
                "byMonth": [{"month": month, "articles": number} for month, number in months],
                "ledger": [{"outcome": row[0], "reason": row[1], "pages": row[2]} for row in ledger],
                "runs": [asdict(fill) for fill in fills],
                "newest": [hit_json(hit) for hit in newest.hits],
            }
        )
    context = {
        "line": line,
        "months": months,
        "chart": charts.bars(months, text("by_month", language_of(request))),
        "rows": tables.months(
            months, datasette.urls.path("/search"), partial(number, language=language_of(request)), name
        ),
        "ledger": ledger,
        "fills": fills,
        "newest": newest,
    }
    return await page(request, datasette, "site.html", context)


@answering
async def coverage(request: Request, datasette: Datasette) -> Response:
    """Articles by site and month: a heat map, and the same as a table."""

    def work(archive: Archive) -> tuple[tuple[figures.SiteLine, ...], dict[str, dict[str, int]]]:
        connection = archive.connection
        return (
            remembered(connection, "sites", lambda: figures.site_lines(connection)),
            remembered(connection, "coverage", lambda: figures.by_site_and_month(connection)),
        )

    sites, counts = await read(datasette, work)
    if wants_json(request):
        rows = [
            {"site": name, "month": month, "articles": number}
            for name, months in counts.items()
            for month, number in months.items()
        ]
        return Response.json({"coverage": rows})
    months = charts.months_between({month for of_site in counts.values() for month in of_site})
    shown = {line.title: counts.get(line.name, {}) for line in sites if line.articles}
    context = {
        "sites": [line for line in sites if line.articles],
        "months": months,
        "rows": tables.matrix(
            [line.name for line in sites if line.articles],
            [month for month in reversed(months) if any(month in of_site for of_site in counts.values())],
            counts,
            datasette.urls.path("/search"),
            partial(number, language=language_of(request)),
        ),
        "chart": charts.heat_map(shown, months, text("coverage_note", language_of(request))),
        "cut": len(months) > charts.LATEST,
    }
    return await page(request, datasette, "coverage.html", context)
