"""The text of an attachment: PDF with pypdf, DOCX with python-docx, in a worker that can be killed.

Limits are of pages, characters and unpacked bytes, so that the same file always gives the same text; time and
memory are the worker's own. What goes wrong in a document is a reason beside it, never an error.
"""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from archive.text import clean
from crawler.extraction.legacy import convert_legacy, legacy_of
from crawler.media import DOCX, PDF

MAX_PAGES = 300
MAX_TEXT = 300_000  # code points
MAX_UNPACKED = 40 * 2**20  # bytes of all parts of a DOCX; lxml's tree of them is ten times that
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

Pieces = Iterator[str | None]


class _UnreadableError(Exception):
    """The document cannot be read on; the message is the reason in a word."""


def text_of(media_type: str, body: bytes) -> tuple[str | None, str | None]:
    """(text, why there is none or not all of it).

    Reasons: format (no reader for it), not_installed (the extra), encrypted, too_large, damaged, no_text (a scan),
    cut (longer than the limits). MemoryError passes: the worker ends with it.
    """
    read = _READERS.get(media_type)
    if read is None:
        return None, "format"
    pieces, reason = _gather(read(body))
    text = clean("\n".join(pieces))
    if legacy := legacy_of(text):
        text = convert_legacy(text, legacy)
    return text or None, reason or (None if text else "no_text")


def _gather(read: Pieces) -> tuple[list[str], str | None]:
    """What could be read before something went wrong, and what that was."""
    kept: list[str] = []
    room = MAX_TEXT
    try:
        for piece in read:
            if piece is None or len(piece) > room:
                return [*kept, (piece or "")[:room]], "cut"
            kept.append(piece)
            room -= len(piece) + 1
    except _UnreadableError as error:
        return kept, str(error)
    except ImportError:
        return kept, "not_installed"
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever a hostile document makes its reader raise
        return kept, "damaged"
    return kept, None


def _pdf(body: bytes) -> Pieces:
    from pypdf import PdfReader  # noqa: PLC0415 - an extra, and only attachments need it
    from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError  # noqa: PLC0415

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns of every slip of a producer
    try:
        for number, page in enumerate(PdfReader(BytesIO(body)).pages):
            if number == MAX_PAGES:
                yield None
            yield page.extract_text()
    except (FileNotDecryptedError, DependencyError) as error:
        raise _UnreadableError("encrypted") from error
    except LimitReachedError as error:
        raise _UnreadableError("too_large") from error


def _docx(body: bytes) -> Pieces:
    from docx import Document  # noqa: PLC0415 - an extra, and only attachments need it
    from docx.text.paragraph import Paragraph  # noqa: PLC0415

    with zipfile.ZipFile(BytesIO(body)) as package:
        if sum(part.file_size for part in package.infolist()) > MAX_UNPACKED:
            raise _UnreadableError("too_large")
    document: Any = Document(BytesIO(body))
    for element in document.element.body.iter(f"{_WORD}p"):
        if not any(True for _ in element.iterancestors(_FALLBACK)):  # a text box's second copy, for old readers
            yield Paragraph(element, document).text


_READERS: dict[str, Callable[[bytes], Pieces]] = {PDF: _pdf, DOCX: _docx}
