"""Records as a Parquet file, by pyarrow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import IO, Any

from archive.errors import UsageError

ROW_GROUP = 1000  # records, about 5 MB

_TEXTS = (
    "url", "headline", "articleBody", "canonicalUrl", "site", "description", "articleBodyHtml", "sourceName",
    "dateline", "datePublished", "dateModified", "datePublishedRaw", "dateSource", "articleSection", "inLanguage",
    "capturedAt", "contentHash",
)  # fmt: skip
_LISTS = {
    "authors": ("name", "nameRaw"),
    "images": ("url", "caption", "credit"),
    "attachments": ("url", "name"),
    "relatedLinks": ("url", "text"),
}


def write(records: Iterable[Mapping[str, Any]], stream: IO[bytes]) -> None:
    """Write records in their JSON form; dates stay text, because some have a time and some have none."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        raise UsageError("parquet needs pyarrow: install danvan-archive[parquet]") from error
    schema = _schema(pa)
    rest = iter(records)
    with parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
        while batch := list(islice(rest, ROW_GROUP)):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))


def _schema(pa: Any) -> Any:
    def structure(names: Iterable[str]) -> Any:
        return pa.struct([(name, pa.string()) for name in names])

    columns = [(name, pa.string()) for name in _TEXTS]
    columns += [(name, pa.list_(structure(parts))) for name, parts in _LISTS.items()]
    columns += [("keywords", pa.list_(pa.string())), ("topics", pa.list_(pa.string())), ("viewCount", pa.int64())]
    columns += [("warc", pa.struct([("file", pa.string()), ("offset", pa.int64()), ("digest", pa.string())]))]
    columns += [("extractor", structure(("version", "siteRule")))]
    return pa.schema(columns)
