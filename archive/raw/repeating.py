"""A response record turned into a revisit, where its payload turns out to be held already."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING

from warcio.archiveiterator import ArchiveIterator

from archive.raw.building import PROFILES, as_member, refers_to

if TYPE_CHECKING:
    from archive.raw.building import EarlierCapture

_COMPUTED = frozenset(("content-length", "content-type", "warc-block-digest", "warc-type"))


def repeat(data: bytes, earlier: EarlierCapture) -> bytes:
    """The gzip members of `build_records` with the first, a response, as a revisit of what `earlier` holds.

    Which of two equal files came first is known only where records are appended, one after the other.
    """
    stream = zlib.decompressobj(31)
    response = stream.decompress(data)
    record = next(iter(ArchiveIterator(io.BytesIO(response), no_record_parse=True)))
    head = record.raw_stream.read().partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    kept = {name: value for name, value in record.rec_headers.headers if name.lower() not in _COMPUTED}
    url = kept.pop("WARC-Target-URI")
    headers = {**kept, "WARC-Profile": f"{PROFILES}identical-payload-digest", **refers_to(earlier)}
    return as_member("revisit", url, headers, b"", head=head) + stream.unused_data
