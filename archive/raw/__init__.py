"""The raw store: every fetched page as WARC 1.1, appended, read by position, mended after a kill.

    built = build_records(exchange, earlier=None)        # in any process
    file, offset = writer.append(built.data)             # in the one that writes
    page = read_record(directory, file, offset).body     # at any time, by anyone

A run writes NAME.warc.gz.open, one gzip member a record, and renames it NAME.warc.gz when it is closed.
Positions always carry the final name, so nothing changes in the database when the file is closed.
"""

from __future__ import annotations

from archive.errors import TooLargeError, TruncatedError
from archive.raw.building import (
    SOURCE_URI,
    BuiltRecords,
    EarlierCapture,
    Exchange,
    build_records,
    metadata_record,
    payload_digest,
    warcinfo_record,
)
from archive.raw.content import decode_content
from archive.raw.mending import Recovered, recover
from archive.raw.reading import MAX_BODY, StoredRecord, iter_records, read_record
from archive.raw.writing import WarcWriter

__all__ = [
    "MAX_BODY",
    "SOURCE_URI",
    "BuiltRecords",
    "EarlierCapture",
    "Exchange",
    "Recovered",
    "StoredRecord",
    "TooLargeError",
    "TruncatedError",
    "WarcWriter",
    "build_records",
    "decode_content",
    "iter_records",
    "metadata_record",
    "payload_digest",
    "read_record",
    "recover",
    "warcinfo_record",
]
