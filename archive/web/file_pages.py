"""An article's kept images and attachments: pictures to see, everything else a file to save."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from datasette.utils.asgi import Request, Response

from archive.files import ENDINGS, StoredFile, read_file
from archive.show import get_article
from archive.store import Archive
from archive.text import fold
from archive.web.answers import answering
from archive.web.reading import read

if TYPE_CHECKING:
    from datasette.app import Datasette

SHOWN = frozenset(("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp"))
"""What a browser draws and never runs; an SVG may hold scripts, so it is only saved."""

_SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
_UNSAFE = re.compile(r"[^\w.-]+")
_PLAIN = re.compile(r"[^A-Za-z0-9.-]+")
_REASONS = ("offsite", "too_large")
_NO_TEXT = ("format", "no_text", "encrypted", "cut", "damaged")


@answering
async def file(request: Request, datasette: Datasette) -> Response:
    """The file's bytes as captured; of a hidden article nothing."""
    key, number = str(request.url_vars["id"]), int(request.url_vars["number"])

    def work(archive: Archive) -> tuple[StoredFile, bytes]:
        return read_file(archive, get_article(archive.connection, key).id, number)

    found, body = await read(datasette, work)
    shown = found.media_type in SHOWN
    return Response(
        body,
        content_type=found.media_type if shown and found.media_type else "application/octet-stream",
        headers={
            "content-disposition": f"{'inline' if shown else 'attachment'}; {_named(found, key)}",
            "content-security-policy": _SANDBOX,
            "x-content-type-options": "nosniff",
            "cache-control": "private, no-cache",
        },
    )


def _named(found: StoredFile, key: str) -> str:
    """Its own name as far as that is safe, with the ending of what it is (RFC 6266, RFC 5987)."""
    own = PurePosixPath(unquote(urlsplit(found.url).path)).stem
    name = _UNSAFE.sub("-", own).strip("-.")[:80] or f"danvan-{key}-{found.number}"
    ending = f".{ENDINGS.get(found.media_type or '', 'bin')}"
    plain = _PLAIN.sub("-", fold(name)).strip("-.") or "danvan"
    return f"filename=\"{plain}{ending}\"; filename*=UTF-8''{quote(name)}{ending}"


def why_not_kept(found: StoredFile) -> str:
    """The key of the text that says so."""
    if found.reason in _REASONS:
        return f"file_{found.reason}"
    return f"file_{found.state}" if found.state in ("pending", "gone") else "file_state"


def why_no_text(found: StoredFile) -> str:
    """The key of the text that says why an attachment is not searched, or not all of it."""
    return f"no_text_{found.text_reason}" if found.text_reason in _NO_TEXT else "file_no_text"


def size(count: int, media_type: str) -> str:
    """ "PDF, 13 KB"."""
    ending = ENDINGS.get(media_type, "").upper()
    told = f"{count / 2**20:.1f} MB" if count >= 2**20 else f"{-(-count // 1024)} KB"
    return f"{ending}, {told}" if ending else told
