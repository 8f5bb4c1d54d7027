"""Undoing Content-Encoding within a limit, and telling a whole body from a torn one.

Encodings: RFC 9110 8.4.1 (gzip, deflate), RFC 7932 (br), RFC 8878 and RFC 9659 (zstd, window of 8 MB).
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from archive.errors import TooLargeError, TruncatedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_LAYERS = 4  # encodings on top of each other; real servers use one, two by mistake
_STEP = 1 << 16  # bytes of output asked for at a time
_ZSTD_INPUT = 1 << 11  # zstd's decoder bounds no output, so its input is fed in small pieces
_ZSTD_WINDOW = 1 << 23
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


def decode_content(body: bytes, content_encoding: str | None, *, limit: int) -> bytes:
    """The body without its Content-Encoding, at most `limit` bytes.

    An encoding that is unknown, or that the bytes plainly do not carry, is passed over, as browsers do.
    TooLargeError past the limit at any layer; TruncatedError when a stream ends early or is garbled.
    """
    names = [name.strip().lower() for name in (content_encoding or "").split(",") if name.strip()]
    layers = [_DECODERS[name] for name in reversed(names) if name in _DECODERS]
    if len(layers) > MAX_LAYERS:
        raise TooLargeError(f"{len(layers)} content encodings on top of each other")
    for decode in layers:
        if body:
            body = _gather(decode(body), limit)
    if len(body) > limit:
        raise TooLargeError(f"the body has more than {limit} bytes")
    return body


def _gather(pieces: Iterator[bytes], limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise TooLargeError(f"the decoded body has more than {limit} bytes")
        parts.append(piece)
    return b"".join(parts)


def _inflate(body: bytes, window_bits: int) -> Iterator[bytes]:
    """One zlib stream after another; what follows the last whole one is padding."""
    magic = body[:2]
    while True:
        stream = zlib.decompressobj(window_bits)
        while not stream.eof:
            try:
                piece = stream.decompress(body, _STEP)
            except zlib.error as error:
                raise TruncatedError(f"the compressed body is garbled: {error}") from error
            if not piece and not stream.eof and not stream.unconsumed_tail:
                raise TruncatedError("the compressed body ends early")
            yield piece
            body = stream.unconsumed_tail
        body = stream.unused_data
        if window_bits < 16 or not body.startswith(magic):
            return


def _gunzip(body: bytes) -> Iterator[bytes]:
    return _inflate(body, 31) if body.startswith(_GZIP_MAGIC) else iter((body,))


def _deflate(body: bytes) -> Iterator[bytes]:
    """Zlib's format, or the bare stream that some servers send under the same name."""
    if body[0] & 0x0F == 8 and len(body) > 1 and int.from_bytes(body[:2], "big") % 31 == 0:
        return _inflate(body, 15)
    return _inflate(body, -15)


def _unbrotli(body: bytes) -> Iterator[bytes]:
    import brotli  # noqa: PLC0415 - only pages that are sent so need it

    stream = brotli.Decompressor()
    data = body
    while not stream.is_finished():
        try:
            piece = stream.process(data, output_buffer_limit=_STEP)
        except brotli.error as error:
            if data and _is_text(data):
                yield data
                return
            raise TruncatedError(f"the compressed body is garbled: {error}") from error
        data = b""
        if not piece and not stream.is_finished():
            raise TruncatedError("the compressed body ends early")
        yield piece


def _is_text(body: bytes) -> bool:
    """Whether a body was decoded by who stored it but kept its label; brotli has no magic bytes to tell by."""
    if body.lstrip()[:1] not in (b"<", b"{", b"["):
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _unzstd(body: bytes) -> Iterator[bytes]:
    import zstandard  # noqa: PLC0415 - only pages that are sent so need it

    if not body.startswith(_ZSTD_MAGIC):
        yield body
        return
    decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    while body.startswith(_ZSTD_MAGIC):
        stream = decompressor.decompressobj()
        position = 0
        while not stream.eof:
            if position >= len(body):
                raise TruncatedError("the compressed body ends early")
            try:
                yield stream.decompress(body[position : position + _ZSTD_INPUT])
            except zstandard.ZstdError as error:
                raise TruncatedError(f"the compressed body is garbled: {error}") from error
            position += _ZSTD_INPUT
        body = stream.unused_data + body[position:]


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
