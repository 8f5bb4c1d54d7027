"""Content encodings: whole bodies come back, torn ones and bombs are told apart from them."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import TooLargeError, TruncatedError
from archive.raw import decode_content

PAGE = ("<p>Cán bộ đến với dân, nghe dân nói, làm cho dân tin.</p>" * 400).encode()
LIMIT = 1 << 20


def raw_deflate(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(body) + stream.flush()


ENCODERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}
TORN = [*ENCODERS.items(), ("deflate", raw_deflate)]


@given(body=st.binary(max_size=5000), names=st.lists(st.sampled_from(sorted(ENCODERS)), max_size=3))
def test_every_encoding_is_undone_in_any_order(body, names):
    encoded = body
    for name in names:
        encoded = ENCODERS[name](encoded)
    assert decode_content(encoded, ", ".join(names), limit=LIMIT) == body


@pytest.mark.parametrize(("name", "encode"), TORN)
def test_a_body_torn_anywhere_is_never_taken_for_whole(name, encode):
    encoded = encode(PAGE)
    for end in range(4, len(encoded)):
        with pytest.raises(TruncatedError):
            decode_content(encoded[:end], name, limit=LIMIT)


@pytest.mark.parametrize(("name", "encode"), TORN)
def test_a_garbled_body_is_never_taken_for_whole(name, encode):
    encoded = encode(PAGE)
    half = len(encoded) // 2
    with pytest.raises(TruncatedError):
        decode_content(encoded[:half] + b"\xff" * half, name, limit=LIMIT)


def test_bare_deflate_is_read_as_browsers_read_it():
    assert decode_content(raw_deflate(PAGE), "deflate", limit=LIMIT) == PAGE


def test_gzip_members_follow_each_other_and_padding_ends_them():
    assert decode_content(gzip.compress(b"dan ") + gzip.compress(b"van") + b"\0\0", "gzip", limit=LIMIT) == b"dan van"


@pytest.mark.parametrize("label", [None, "", "identity", "none", "utf-8", "gzip", "br", "zstd"])
def test_a_label_the_bytes_do_not_bear_out_changes_nothing(label):
    assert decode_content(PAGE, label, limit=LIMIT) == PAGE


def test_an_empty_body_is_whole_under_every_label():
    assert [decode_content(b"", name, limit=LIMIT) for name in ENCODERS] == [b""] * len(ENCODERS)


def bombs():
    zeros = bytes(1 << 20)
    stream = zlib.compressobj(9, wbits=31)
    gz = b"".join(stream.compress(zeros) for _ in range(300)) + stream.flush()
    br = brotli.Compressor(quality=1)
    brotlied = b"".join(br.process(zeros) for _ in range(300)) + br.finish()
    writer = zstandard.ZstdCompressor(write_content_size=False).compressobj()
    zstd = b"".join(writer.compress(zeros) for _ in range(300)) + writer.flush()
    return {
        "gzip": gz,
        "br": brotlied,
        "zstd": zstd,
        "gzip, gzip": gzip.compress(gz),
        "br, gzip": gzip.compress(brotlied),
    }


@pytest.mark.parametrize("name", ["gzip", "br", "zstd", "gzip, gzip", "br, gzip"])
def test_a_bomb_is_refused_before_it_fills_the_memory(name):
    bomb = bombs()[name]
    tracemalloc.start()
    with pytest.raises(TooLargeError):
        decode_content(bomb, name, limit=8 << 20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 80 << 20


def test_encodings_without_end_are_refused():
    with pytest.raises(TooLargeError):
        decode_content(PAGE, ",".join(["gzip"] * 50), limit=LIMIT)


def test_the_limit_holds_for_a_body_without_encoding():
    assert decode_content(PAGE, None, limit=len(PAGE)) == PAGE
    with pytest.raises(TooLargeError):
        decode_content(PAGE, None, limit=len(PAGE) - 1)
