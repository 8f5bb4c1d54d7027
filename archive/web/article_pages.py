"""The page of one article, what changed in it, its citations and its raw copy."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import nh3
from datasette.utils.asgi import Request, Response
from markupsafe import Markup

from archive.cite import STYLES, cite
from archive.errors import NotFoundError
from archive.files import StoredFile, file_json, of_article
from archive.raw import read_record
from archive.records import article_json
from archive.show import FieldDiff, StoredArticle, Version, diff, get_article, raw_position, versions
from archive.store import Archive
from archive.web.answers import FileAnswer, answering, arguments_of, language_of, page, wants_json
from archive.web.file_pages import SHOWN, size, why_no_text, why_not_kept
from archive.web.reading import read

if TYPE_CHECKING:
    from datasette.app import Datasette

_TAGS = {
    "p", "br", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "b", "em", "i", "u", "s", "sub", "sup", "a",
    "table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "pre", "code", "dl", "dt", "dd", "hr",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_ENDINGS = {"bibtex": "bib", "ris": "ris", "apa": "txt", "footnote": "txt"}


def _key(request: Request) -> str:
    return str(request.url_vars["id"])


@answering
async def article(request: Request, datasette: Datasette) -> Response:
    """The article to read, or its record as JSON."""
    stored, found, kept = await read(datasette, lambda archive: _article(archive, _key(request)))
    if wants_json(request):
        return Response.json(_json(stored) | {"files": [file_json(file) for file in kept]})
    language = language_of(request)
    context = {
        "stored": stored,
        "article": stored.article,
        "body": body_html(stored),
        "original": web_address(stored.article.url),
        "versions": found,
        "citations": [(style, cite(stored, style, language)) for style in STYLES],
        "web_address": web_address,
        "images": [file for file in kept if file.kind == "image"],
        "attachments": [file for file in kept if file.kind == "attachment"],
        "credits": [image.credit for image in stored.article.images],
        "why_not_kept": why_not_kept,
        "why_no_text": why_no_text,
        "size": size,
        "shown_types": SHOWN,
    }
    return await page(request, datasette, "article.html", context)


def _article(archive: Archive, key: str) -> tuple[StoredArticle, tuple[Version, ...], tuple[StoredFile, ...]]:
    stored = get_article(archive.connection, key)
    return stored, versions(archive.connection, key), of_article(archive.connection, stored.id)


def _json(stored: StoredArticle) -> dict[str, Any]:
    return article_json(stored.article) | {
        "id": stored.id,
        "siteTitle": stored.site_title,
        "versions": stored.versions,
        "firstCapturedAt": stored.first_captured_at,
        "goneAt": stored.gone_at,
        "sameText": [{"id": number, "url": url} for number, url in stored.same_text],
    }


def body_html(stored: StoredArticle) -> Markup:
    """The body, sanitised again because other tools write the file too; images are listed below it, not loaded."""
    record = stored.article
    html = record.article_body_html
    if not html:
        return Markup("").join(Markup("<p>{}</p>").format(part) for part in record.article_body.split("\n") if part)
    clean = nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )  # fmt: skip
    return Markup(clean)  # noqa: S704 - sanitised in the line above


def web_address(url: str) -> str | None:
    """The address if a link may lead there, else None."""
    try:
        return url if urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


@answering
async def changes(request: Request, datasette: Datasette) -> Response:
    """What changed between two versions."""
    arguments = arguments_of(request)
    old, new = _version_number(arguments.get("from")), _version_number(arguments.get("to"))

    def work(archive: Archive) -> tuple[StoredArticle, tuple[Version, ...], tuple[FieldDiff, ...]]:
        connection, key = archive.connection, _key(request)
        return get_article(connection, key), versions(connection, key), diff(connection, key, old, new)

    stored, found, changed = await read(datasette, work)
    last = new or found[-1].number
    first = old or max(last - 1, found[0].number)
    if wants_json(request):
        fields = [{"field": one.field, "pieces": [list(piece) for piece in one.pieces]} for one in changed]
        return Response.json({"id": stored.id, "from": first, "to": last, "fields": fields})
    context = {"stored": stored, "versions": found, "changes": changed, "first": first, "last": last}
    return await page(request, datasette, "diff.html", context)


def _version_number(value: str | None) -> int | None:
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise NotFoundError(f"{value[:20]!r} is no version's number")
    return int(value)


@answering
async def citation(request: Request, datasette: Datasette) -> FileAnswer:
    """A citation as a file."""
    style = request.url_vars["style"]
    stored = await read(datasette, lambda archive: get_article(archive.connection, _key(request)))
    content = BytesIO((cite(stored, style, language_of(request)).rstrip("\r\n") + "\n").encode())
    return FileAnswer(content, name=f"danvan-{stored.id}-{style}.{_ENDINGS[style]}", content_type=_PLAIN)


_PLAIN = "text/plain; charset=utf-8"


@answering
async def raw(request: Request, datasette: Datasette) -> Response:
    """The page's bytes as captured: a file to save, never a page of this site."""

    def work(archive: Archive) -> bytes:
        position = raw_position(archive.connection, _key(request))
        return read_record(archive.warc_directory, position.file, position.offset).body

    body = await read(datasette, work)
    return Response(
        body,
        content_type="application/octet-stream",
        headers={
            "content-disposition": f'attachment; filename="danvan-{_key(request)}.html"',
            "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        },
    )
