"""The front page and the results of a search: as a page, as JSON, as a feed, as a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from io import BytesIO
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request, Response

from archive import coverage
from archive.errors import QueryError
from archive.export import export, read_articles
from archive.export_formats import Feed, write_atom
from archive.filters import Filters
from archive.query import Query, Results, Sort, hit_json
from archive.remembered import remembered
from archive.search import search
from archive.store import Archive
from archive.web import charts, figures, tables
from archive.web.answers import FileAnswer, address, answering, arguments_of, language_of, page, wants_json
from archive.web.reading import DATABASE_NAME, read
from archive.web.texts import number, text

if TYPE_CHECKING:
    from datasette.app import Datasette

FEED_ENTRIES = 50
FACET_ROWS = 12
_TEXT_FILTERS = ("site", "body", "author", "section", "since", "until")
_FLAGS = {"gone": "gone", "attachment": "has_attachment"}
_KEPT = ("q", *_TEXT_FILTERS, "year", *_FLAGS, "sort", "fold")
_FILES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson; charset=utf-8"}


def asked(arguments: Mapping[str, str], *, limit: int = 20) -> Query:
    """The query an address's arguments mean; QueryError names one that cannot be meant."""
    given = {name: value.strip() for name, value in arguments.items() if value.strip()}
    year = given.get("year")
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise QueryError(f"year {year[:20]!r} is none; write four digits")
    filters: dict[str, Any] = {name: given.get(name) for name in _TEXT_FILTERS}
    if year:
        filters["since"], filters["until"] = filters["since"] or year, filters["until"] or year
    filters |= {field: True for name, field in _FLAGS.items() if given.get(name) == "1"}
    text_ = given.get("q", "")
    return Query(
        text=text_,
        filters=Filters(**filters),
        sort=Sort.parse(given.get("sort", "relevance" if text_ else "newest")),
        limit=limit,
        after=given.get("after"),
        fold=given.get("fold") == "1",
        facets=True,
    )


@answering
async def home(request: Request, datasette: Datasette) -> Response:
    """One search box, the newest articles, and how many there are of each month."""

    def work(archive: Archive) -> tuple[Any, ...]:
        connection = archive.connection
        newest = search(connection, Query(sort=Sort.NEWEST, limit=10))
        months = remembered(connection, "months", lambda: coverage.articles_by_month(connection))
        return newest, months, remembered(connection, "sites", lambda: figures.site_lines(connection))

    newest, months, sites = await read(datasette, work)
    if wants_json(request):
        return Response.json(
            {
                "articles": newest.total,
                "newest": [hit_json(hit) for hit in newest.hits],
                "byMonth": [{"month": month, "articles": number} for month, number in months],
                "bySite": [{"site": site.name, "title": site.title, "articles": site.articles} for site in sites],
            }
        )
    language = language_of(request)
    queries = await datasette.get_canned_queries(DATABASE_NAME, request.actor)
    context = {
        "newest": newest,
        "months": months,
        "sites": sites,
        "chart": charts.bars(months, text("by_month", language)),
        "rows": tables.months(months, datasette.urls.path("/search"), partial(number, language=language)),
        "queries": [(name, query.get("title") or name) for name, query in queries.items() if name != "search"],
    }
    return await page(request, datasette, "home.html", context)


@answering
async def results(request: Request, datasette: Datasette) -> Response:
    """A page of hits with facets."""
    arguments = arguments_of(request)
    query = asked(arguments)

    def work(archive: Archive) -> tuple[Results, dict[str, str]]:
        titles = archive.connection.execute("SELECT name, coalesce(nullif(title, ''), name) FROM sites")
        return search(archive.connection, query), dict(titles.fetchall())

    found, titles = await read(datasette, work)
    kept = {name: arguments[name] for name in _KEPT if arguments.get(name, "").strip()}
    if wants_json(request):
        return Response.json(_json(found, kept))
    context = {
        "results": found,
        "query_text": query.text[:1000],
        "kept": kept,
        "titles": titles,
        "facets": _facet_links(found, kept, titles),
        "chips": _chips(kept, titles),
        "sorts": [(sort, key, address("/search", kept | {"sort": sort})) for sort, key in _SORTS],
        "sort": query.sort,
        "next": address("/search", kept | {"after": found.next_cursor}) if found.next_cursor else None,
        "first": address("/search", kept) if query.after else None,
        "downloads": [(form, address(f"/search.{form}", kept)) for form in ("csv", "jsonl", "json")],
        "feed": address("/search.atom", kept),
    }
    return await page(request, datasette, "results.html", context)


_SORTS = (("relevance", "relevance"), ("newest", "newest_first"), ("oldest", "oldest_first"))


def _json(found: Results, kept: Mapping[str, str]) -> dict[str, Any]:
    return {
        "total": found.total,
        "match": found.match,
        "fallback": found.fallback,
        "shownTotal": found.shown_total,
        "truncated": found.truncated,
        "hits": [hit_json(hit) for hit in found.hits],
        "facets": {
            name: [{"value": value, "articles": number} for value, number in counts]
            for name, counts in found.facets.items()
        },
        "next": address("/search.json", dict(kept) | {"after": found.next_cursor}) if found.next_cursor else None,
    }


def _facet_links(found: Results, kept: Mapping[str, str], titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each facet with its values; following one narrows, following the one that is set widens again."""
    facets = []
    for name, counts in found.facets.items():
        rows = [
            {
                "label": titles.get(value, value) if name == "site" else value,
                "articles": number,
                "set": kept.get(name) == value,
                "link": address("/search", dict(kept) | {name: None if kept.get(name) == value else value}),
            }
            for value, number in counts[:FACET_ROWS]
        ]
        facets.append({"name": name, "rows": rows})
    return facets


def _chips(kept: Mapping[str, str], titles: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """The filters that are set: (name, value, address without it)."""
    return [
        (name, "" if name in _FLAGS else titles.get(value, value), address("/search", dict(kept) | {name: None}))
        for name, value in kept.items()
        if name not in ("q", "sort", "fold")
    ]


@answering
async def feed(request: Request, datasette: Datasette) -> Response:
    """The newest articles of a search as an Atom feed."""
    arguments = arguments_of(request)
    query = asked(arguments | {"sort": "newest", "after": ""}, limit=FEED_ENTRIES)

    def work(archive: Archive) -> bytes:
        found = search(archive.connection, query)
        hits = () if found.fallback else found.hits
        updated = max((hit.captured_at for hit in hits), default="1970-01-01T00:00:00+00:00")
        stream = BytesIO()
        about = Feed(title=query.text, updated=datetime.fromisoformat(updated), link=request.url)
        write_atom(read_articles(archive.connection, iter([hit.id for hit in hits])), stream, about)
        return stream.getvalue()

    return Response(await read(datasette, work), content_type="application/atom+xml; charset=utf-8")


@answering
async def download(request: Request, datasette: Datasette) -> FileAnswer:
    """Every article of a search as CSV or JSON lines, whatever their number."""
    form = request.url_vars["form"]
    query = asked(arguments_of(request))

    def work(archive: Archive) -> FileAnswer:
        stream = TemporaryFile()  # noqa: SIM115 - closed when it was sent
        export(archive.connection, query, form, stream)
        return FileAnswer(stream, name=f"danvan.{form}", content_type=_FILES[form])

    return await read(datasette, work)
