"""WARC files as one stream of bytes, whatever compresses them, in bounded memory.

gzip (a member a record, or the whole file), zstd (frames, with the dictionary that may stand in a
skippable frame at the start: IIPC's "WARC Files with Zstandard Compression" 1.0), or none.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, BinaryIO, Protocol

from archive.errors import DamageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_INPUT = 1 << 16
_OUTPUT = 1 << 18  # bytes of output a step, so that no record can fill the memory
_ZSTD_INPUT = 1 << 11  # zstd's decoder bounds no output, so its input is fed in small pieces
_ZSTD_WINDOW = 1 << 27  # IIPC asks readers to accept windows of 128 MB
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_DICTIONARY = b"\x5d\x2a\x4d\x18"
MAX_DICTIONARY = 1 << 24


class _Decoder(Protocol):
    """One member or frame. `step` gives output and the input that is left; `done` at the member's end."""

    done: bool

    def step(self, data: bytes) -> tuple[bytes, bytes]: ...


class _Plain:
    done = False

    def step(self, data: bytes) -> tuple[bytes, bytes]:
        return data, b""


class _Gzip:
    def __init__(self) -> None:
        self.done = False
        self._stream = zlib.decompressobj(31)

    def step(self, data: bytes) -> tuple[bytes, bytes]:
        try:
            out = self._stream.decompress(data, _OUTPUT)
        except zlib.error as error:
            raise DamageError(str(error)) from error
        self.done = self._stream.eof
        return out, self._stream.unused_data if self.done else self._stream.unconsumed_tail


class _Zstd:
    def __init__(self, dictionary: bytes | None) -> None:
        import zstandard  # noqa: PLC0415 - few WARCs are compressed so

        given = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        self.done = False
        self._error = zstandard.ZstdError
        self._stream = zstandard.ZstdDecompressor(dict_data=given, max_window_size=_ZSTD_WINDOW).decompressobj()

    def step(self, data: bytes) -> tuple[bytes, bytes]:
        if not data:
            return b"", b""
        try:
            out = self._stream.decompress(data[:_ZSTD_INPUT])
        except self._error as error:
            raise DamageError(str(error)) from error
        self.done = self._stream.eof
        rest = data[_ZSTD_INPUT:]
        return out, self._stream.unused_data + rest if self.done else rest


class MemberStream:
    """Reads forward through the members of a file. Errors are DamageError naming file and member.

    `offset` is where the member stands that the next byte is of.
    """

    def __init__(self, path: Path, file: BinaryIO, offset: int = 0, *, salvage: bool = False) -> None:
        self.path = path
        self._file = file
        self._new_decoder, start = (_Gzip, 0) if salvage else _decoder_of(path, file)
        self._seek(max(offset, start))

    def _seek(self, offset: int) -> None:
        self._file.seek(offset)
        self.offset = self._position = offset
        self._decoder: _Decoder | None = None
        self._pending = b""
        self._buffer = bytearray()

    @property
    def has_checksums(self) -> bool:
        """Whether what is read is proved by a checksum of the compression."""
        return self._new_decoder is _Gzip

    def begin(self) -> bool:
        """Stand at the next record; False at the end of the file. `offset` is then the record's own."""
        while not self._buffer:
            if not self._fill():
                return False
        if isinstance(self._decoder, _Plain):
            self.offset = self._position - len(self._buffer)
        return True

    def settle(self) -> int:
        """Go to the end of a member whose bytes are all read, which checks its CRC; the bytes since `offset`.

        0 when more records follow in the same member, so that none can be read by its position.
        """
        if isinstance(self._decoder, _Plain):
            return self._position - len(self._buffer) - self.offset
        start = self.offset
        while self._decoder is not None and not self._buffer:
            self._fill()
        return 0 if self._buffer else self._position - len(self._pending) - start

    def line(self, limit: int) -> bytes:
        """The next line with its end; DamageError past `limit` bytes or at the end of the file."""
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > limit:
                raise self.damage("holds no WARC record")
            self._need()
        return self._take(end + 1)

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes."""
        while len(self._buffer) < size:
            self._need()
        return self._take(size)

    def skip(self, size: int) -> None:
        """Pass over `size` bytes without keeping them."""
        while size > len(self._buffer):
            size -= len(self._buffer)
            self._buffer.clear()
            self._need()
        del self._buffer[:size]

    def skip_line_ends(self) -> None:
        """Pass over the line ends that close a record, within its member."""
        while True:
            while not self._buffer and self._decoder is not None:
                if not self._fill():
                    return
            if not self._buffer.startswith((b"\r", b"\n")):
                return
            del self._buffer[:1]

    def resynchronise(self) -> bool:
        """After damage: go to the next gzip member that begins a record. False when there is none."""
        if self._new_decoder is not _Gzip:
            return False
        position, window = self.offset + 1, b""
        self._file.seek(position)
        while True:
            found = window.find(b"\x1f\x8b\x08")
            if found < 0:
                position += max(0, len(window) - 2)
                read = self._file.read(_INPUT)
                if not read:
                    return False
                window = window[-2:] + read
                continue
            position, window = position + found, window[found:]
            if self._begins_record(position):
                self._seek(position)
                return True
            self._file.seek(position + len(window))
            position, window = position + 1, window[1:]

    def damage(self, what: str) -> DamageError:
        """The error to raise here."""
        return DamageError(f"{self.path} at byte {self.offset}: {what}")

    def _begins_record(self, position: int) -> bool:
        self._file.seek(position)
        try:
            return zlib.decompressobj(31).decompress(self._file.read(1024), 5) == b"WARC/"
        except zlib.error:
            return False

    def _take(self, size: int) -> bytes:
        with memoryview(self._buffer) as view:
            taken = bytes(view[:size])
        del self._buffer[:size]
        return taken

    def _need(self) -> None:
        if not self._fill():
            raise self.damage("the record ends early")

    def _fill(self) -> bool:
        """One step of decoding; False at the end of the file."""
        if not self._pending:
            self._pending = self._file.read(_INPUT)
            self._position += len(self._pending)
        if self._decoder is None:
            if not self._pending:
                return False
            self.offset = self._position - len(self._pending)
            self._decoder = self._new_decoder()
        ended = not self._pending
        try:
            out, self._pending = self._decoder.step(self._pending)
        except DamageError as error:
            raise self.damage(str(error)) from error
        if self._decoder.done:
            self._decoder = None
        elif ended and not out:
            if isinstance(self._decoder, _Plain):
                return False
            raise self.damage("the file ends inside a record")
        self._buffer += out
        return True


def _decoder_of(path: Path, file: BinaryIO) -> tuple[Callable[[], _Decoder], int]:
    """What undoes the file's compression, and where its first member stands."""
    file.seek(0)
    magic = file.read(4)
    if magic.startswith(_GZIP):
        return _Gzip, 0
    if magic == _ZSTD_DICTIONARY:
        dictionary, start = _dictionary(path, file)
        return lambda: _Zstd(dictionary), start
    if magic == _ZSTD:
        return lambda: _Zstd(None), 0
    if magic in (b"", b"WARC"):
        return _Plain, 0
    raise DamageError(f"{path}: is no WARC file (gzip, zstd or plain)")


def _dictionary(path: Path, file: BinaryIO) -> tuple[bytes, int]:
    """The dictionary of a .warc.zst, itself perhaps a zstd frame, and the offset behind it."""
    import zstandard  # noqa: PLC0415 - few WARCs are compressed so

    size = int.from_bytes(file.read(4), "little")
    if size > MAX_DICTIONARY:
        raise DamageError(f"{path}: its zstd dictionary claims {size} bytes")
    content = file.read(size)
    if content.startswith(_ZSTD):
        try:
            content = zstandard.ZstdDecompressor().decompress(content, max_output_size=MAX_DICTIONARY)
        except zstandard.ZstdError as error:
            raise DamageError(f"{path}: its zstd dictionary is damaged: {error}") from error
    return content, 8 + size
