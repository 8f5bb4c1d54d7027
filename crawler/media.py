"""What a fetched file is, told by its first bytes: a server's own word for it is often wrong.

Signatures: the WHATWG MIME Sniffing standard, ISO 32000 (PDF), MS-CFB (old Office), ECMA-376 and ODF (zip).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

_OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX = f"{_OFFICE}.wordprocessingml.document"
PDF = "application/pdf"
OLE = "application/x-ole-storage"
OCTETS = "application/octet-stream"

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"{\\rtf", "application/rtf"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
)
_ZIPPED = (
    (b"word/document", DOCX),
    (b"xl/workbook", f"{_OFFICE}.spreadsheetml.sheet"),
    (b"ppt/presentation", f"{_OFFICE}.presentationml.presentation"),
    (b"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
)
_OLD_OFFICE = {"doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint"}
_ENDING = re.compile(r"\.(doc|xls|ppt)\b", re.IGNORECASE)
_IMAGE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|svg)$", re.IGNORECASE)
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|rtf)$", re.IGNORECASE)
_DOCUMENTS = (PDF, _OFFICE, "application/msword", "application/vnd.ms-", "application/vnd.oasis.", "application/rtf")
_PDF_WITHIN = 1024  # readers take a header that does not stand at the very start
_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE svg[^>]*>\s*)*<svg[\s>]", re.DOTALL | re.IGNORECASE
)
_PLAIN = ("text/plain", "text/csv")


def media_type(body: bytes, content_type: str | None, url: str) -> str | None:
    """The file's media type; None for what is no image and no document, such as a page that says "not found"."""
    for signature, kind in _SIGNATURES:
        if body.startswith(signature):
            found = _ENDING.search(url) if kind == OLE else None
            return _OLD_OFFICE[found[1].lower()] if found else kind
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    if body[4:8] == b"ftyp":
        brand = body[8:12]
        return {b"avif": "image/avif", b"avis": "image/avif", b"heic": "image/heic"}.get(brand)
    if b"%PDF-" in body[:_PDF_WITHIN]:
        return PDF
    if body.startswith(b"PK\x03\x04"):
        return next((kind for part, kind in _ZIPPED if part in body), "application/zip")
    if _MARKUP.match(body[:4096]):
        return "image/svg+xml"
    declared = (content_type or "").partition(";")[0].strip().lower()
    return declared if declared in _PLAIN and body and b"\x00" not in body and body.lstrip()[:1] != b"<" else None


def file_kind(url: str, content_type: str, start: Callable[[], bytes]) -> str | None:
    """ "image" or "attachment" for a captured file of an article, None for a page.

    The ending of the address decides, for what is sent in a lost file's place is no page either; then the server's
    word, and where that says nothing the first bytes.
    """
    path = urlsplit(url).path
    if _IMAGE.search(path):
        return "image"
    if _DOCUMENT.search(path):
        return "attachment"
    declared = content_type.partition(";")[0].strip()
    if declared in ("", OCTETS):
        declared = media_type(start(), None, url) or ""
    if declared.startswith("image/"):
        return "image"
    return "attachment" if declared.startswith(_DOCUMENTS) else None


def fits(kind: str, found: str | None) -> bool:
    """Whether a file of that type is what was asked for: an image, or a document of any kind."""
    return found is not None and (kind == "attachment" or found.startswith("image/"))
