"""The forms articles are exported in. Keys are the record's (docs/data-model.md), in every one of them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from archive.json_text import to_json
from archive.records import Article, article_json
from archive.tabular import write_csv
from archive.text import fold, one_line

COLUMNS = tuple(article_json(Article(url="", headline="", article_body="")))
"""The record's keys, in order: the columns of a CSV file."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|])")
_MARKDOWN_START = re.compile(r"^(\s*)([#+=-]|\d+(?=[.)]))", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed says of itself: the search it is of, its own address if it has one, when it last changed."""

    title: str
    updated: datetime
    link: str | None = None


def write_jsonl(records: Iterable[Article], stream: IO[bytes], _feed: Feed) -> None:
    """A JSON object a line."""
    for article in records:
        stream.write(to_json(article_json(article)).encode() + b"\n")


def write_table(records: Iterable[Article], stream: IO[bytes], _feed: Feed) -> None:
    """CSV in UTF-8 with every cell safe to open in a spreadsheet; names of a list joined with "; "."""
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="", write_through=True)
    try:
        write_csv(text, COLUMNS, map(article_json, records))
    finally:
        text.detach()


def write_parquet(records: Iterable[Article], stream: IO[bytes], _feed: Feed) -> None:
    """Parquet with lists and structures as such; UsageError without pyarrow."""
    from archive.parquet import write  # noqa: PLC0415 - 40 MB that only this format needs

    write(map(article_json, records), stream)


def write_atom(records: Iterable[Article], stream: IO[bytes], feed: Feed) -> None:
    """An Atom feed (RFC 4287)."""
    for piece in atom(records, feed):
        stream.write(piece.encode("utf-8", "replace"))


STREAMED: dict[str, Callable[[Iterable[Article], IO[bytes], Feed], None]] = {
    "jsonl": write_jsonl,
    "csv": write_table,
    "parquet": write_parquet,
    "atom": write_atom,
}
"""The formats that are one stream of bytes."""


def atom(records: Iterable[Article], feed: Feed) -> Iterator[str]:
    """The feed's text in pieces, an entry each."""
    title = feed.title.strip() or "Danvan Archive"
    yield '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
    own_name = f"urn:danvan:search:{quote(title, errors='replace')}"
    yield f"<id>{_xml(feed.link or own_name)}</id>\n"
    yield f"<title>{_xml(one_line(title))}</title>\n<updated>{feed.updated.isoformat()}</updated>\n"
    yield "<author><name>Danvan Archive</name></author>\n"
    if feed.link:
        yield f'<link rel="self" href={quoteattr(_legal(feed.link))}/>\n'
    for article in records:
        yield _entry(article)
    yield "</feed>\n"


def _entry(article: Article) -> str:
    lines = [
        f"<id>{_xml(article.url)}</id>",
        f"<title>{_xml(article.headline)}</title>",
        f'<link rel="alternate" href={quoteattr(_legal(article.url))}/>',
        f"<updated>{_xml(_moment(article.date_modified or article.captured_at or article.date_published))}</updated>",
    ]
    if article.date_published:
        lines.append(f"<published>{_xml(_moment(article.date_published))}</published>")
    lines += [f"<author><name>{_xml(author.name)}</name></author>" for author in article.authors]
    lines += [f"<category term={quoteattr(_legal(word))}/>" for word in article.keywords]
    if article.description:
        lines.append(f"<summary>{_xml(article.description)}</summary>")
    kind, text = ("html", article.article_body_html) if article.article_body_html else ("text", article.article_body)
    lines.append(f'<content type="{kind}">{_xml(text)}</content>')
    return "<entry>\n" + "\n".join(lines) + "\n</entry>\n"


def _moment(text: str | None) -> str:
    """A date alone as its first moment in Vietnam."""
    text = text or "1970-01-01"
    return text if "T" in text else f"{text}T00:00:00+07:00"


def _legal(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _xml(text: str) -> str:
    return escape(_legal(text))


def markdown_files(records: Iterable[Article], folder: Path) -> None:
    """One file an article, named by date, headline and address, with the record as YAML front matter."""
    for article in records:
        (folder / _file_name(article)).write_text(markdown(article), encoding="utf-8", errors="replace")


def markdown(article: Article) -> str:
    """The article as Markdown: front matter, headline, lead, body, captions."""
    record = article_json(article)
    matter = "".join(
        f"{key}: {to_json(value)}\n"  # JSON is YAML, once what only YAML forbids is escaped
        for key, value in record.items()
        if value not in (None, [], "") and key not in ("articleBody", "articleBodyHtml")
    )
    parts = [f"# {_plain(article.headline)}"]
    if article.description:
        parts.append(f"**{_plain(one_line(article.description))}**")
    parts.append(_plain(article.article_body))
    captions = (" ".join(filter(None, (image.caption, image.credit))) for image in article.images)
    parts += [f"*{_plain(one_line(caption))}*" for caption in captions if caption]
    return f"---\n{matter}---\n\n" + "\n\n".join(parts) + "\n"


def _plain(text: str) -> str:
    """Text with whatever Markdown would take for its own escaped."""
    return _MARKDOWN_START.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", text))


def _file_name(article: Article) -> str:
    words = re.findall(r"[a-z0-9]+", fold(article.headline))[:10]
    mark = sha256(article.url.encode("utf-8", "replace")).hexdigest()[:8]
    return "-".join([(article.date_published or "undated")[:10], *words, mark])[:200] + ".md"
