"""Answering: a page in the reader's language, its JSON, a file; and errors as pages of their own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial, wraps
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette.utils.asgi import Request, Response

from archive.errors import DanvanError, NotFoundError
from archive.web import texts

if TYPE_CHECKING:
    from datasette.app import Datasette

View = Callable[[Request, "Datasette"], Awaitable[Any]]
LANGUAGE_COOKIE = "danvan_language"
_CHUNK = 1 << 16


def language_of(request: Request) -> texts.Language:
    """?lang= before the cookie before Vietnamese."""
    asked = request.args.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    return "en" if asked == "en" else "vi"


def address(path: str, arguments: Mapping[str, str | None]) -> str:
    """The path with what is set of the arguments."""
    query = urlencode({name: value for name, value in arguments.items() if value}, errors="replace")
    return f"{path}?{query}" if query else path


def arguments_of(request: Request) -> dict[str, str]:
    """The address's arguments, each once."""
    return {name: request.args.get(name) for name in request.args}


async def page(
    request: Request, datasette: Datasette, template: str, context: Mapping[str, Any], *, status: int = 200
) -> Response:
    """The template as a page; ?lang= is remembered in a cookie, so that no script is needed."""
    language = language_of(request)
    arguments = arguments_of(request)
    known = {
        "language": language,
        "t": partial(texts.text, language=language),
        "day": partial(texts.day, language=language),
        "moment": partial(texts.moment, language=language),
        "number": partial(texts.number, language=language),
        "other_languages": [
            (code, name, address(request.path, arguments | {"lang": code}))
            for code, name in (("vi", "Tiếng Việt"), ("en", "English"))
        ],
        "query_text": "",
    }
    html = await datasette.render_template(f"danvan/{template}", known | dict(context), request=request)
    response = Response.html(html, status=status, headers={"content-language": language, "vary": "Cookie"})
    if request.args.get("lang") in ("vi", "en"):
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, httponly=True)
    return response


def wants_json(request: Request) -> bool:
    """Whether the address ends in .json."""
    return bool(request.url_vars.get("format"))


def answering(view: View) -> View:
    """The view with the archive's errors as pages: 404 for what is not there, 400 for what cannot be meant."""

    @wraps(view)
    async def answered(request: Request, datasette: Datasette) -> Any:
        try:
            return await view(request, datasette)
        except DanvanError as error:
            missing = isinstance(error, NotFoundError)
            status = 404 if missing else 400
            if wants_json(request):
                return Response.json({"error": _public(error), "status": status}, status=status)
            context = {"heading": "not_found" if missing else "bad_request", "message": _public(error)}
            return await page(request, datasette, "error.html", context, status=status)

    return answered


def _public(error: DanvanError) -> str:
    """The message; why an article is hidden stays with those who hid it."""
    text = str(error)
    return text.partition(": hidden since")[0] if ": hidden since" in text else text


class FileAnswer:
    """A file sent in pieces, so that its size does not matter; closed when sent."""

    def __init__(self, stream: IO[bytes], *, name: str, content_type: str) -> None:
        self._stream = stream
        self._headers = [
            (b"content-type", content_type.encode()),
            (b"content-disposition", f'attachment; filename="{name}"'.encode()),
        ]

    async def asgi_send(self, send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        """Datasette's way to ask for an answer."""
        with self._stream as stream:
            stream.seek(0)
            await send({"type": "http.response.start", "status": 200, "headers": self._headers})
            while chunk := stream.read(_CHUNK):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
