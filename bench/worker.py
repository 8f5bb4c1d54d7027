"""One extractor in a process of its own: page requests on standard input, JSON lines on standard output.

`python -m bench.worker NAME ROUNDS` runs in the environment that has the extractor, danvan's or the peers', and knows
nothing of the gold. First every page once, each result a line; then ROUNDS passes over all pages, timed with
process_time (CPU seconds of this process, imports and file reading excluded); last a line with the best pass.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Request = dict[str, Any]
Record = dict[str, Any]
Extractor = Callable[[bytes, Request], Record]

ENOUGH = 20.0  # CPU seconds of timing after which no further pass begins
SEPARATORS = (";", " - ", " – ", ",")


def danvan() -> Extractor:
    """This project, with no profile for the hosts: the generic path and what it recognises."""
    from archive.records import Page
    from crawler.extraction import extract
    from crawler.profile import site_for_url

    def run(body: bytes, request: Request) -> Record:
        page = Page(
            url=request["url"],
            body=body,
            captured_at=request["captured_at"],
            headers=tuple((name, value) for name, value in request["headers"]),
        )
        article = extract(page, site_for_url(page.url)).article
        if article is None:
            return {"headline": None, "lead": None, "body": "", "authors": [], "date": None}
        return {
            "headline": article.headline,
            "lead": article.description,
            "body": article.article_body,
            "authors": [author.name for author in article.authors],
            "date": article.date_published,
        }

    return run


def trafilatura_with(**options: Any) -> Callable[[], Extractor]:
    """trafilatura.bare_extraction with metadata, in one of its modes; what it takes for comments stays apart."""

    def load() -> Extractor:
        from trafilatura import bare_extraction
        from trafilatura.settings import Document

        def run(body: bytes, request: Request) -> Record:
            found = bare_extraction(body, url=request["url"], with_metadata=True, **options)
            document = found.as_dict() if isinstance(found, Document) else {}
            return {
                "headline": document.get("title"),
                "lead": document.get("description"),
                "body": document.get("text") or "",
                "authors": _split(document.get("author")),
                "date": document.get("date"),
            }

        return run

    return load


def newspaper4k() -> Extractor:
    """newspaper4k as its documentation uses it, told that the page is Vietnamese."""
    from newspaper import Article

    def run(body: bytes, request: Request) -> Record:
        article = Article(request["url"], language="vi", fetch_images=False)
        article.download(input_html=_text(body))
        article.parse()
        date = article.publish_date
        return {
            "headline": article.title,
            "lead": article.meta_description,
            "body": article.text,
            "authors": list(article.authors),
            "date": date.isoformat() if date else None,
        }

    return run


def readability() -> Extractor:
    """readability-lxml: headline and body; it has no other field."""
    from lxml import html
    from readability import Document

    def run(body: bytes, request: Request) -> Record:
        document = Document(body, url=request["url"])
        summary = html.fromstring(document.summary(html_partial=True))
        return {"headline": document.short_title(), "body": "\n".join(summary.itertext())}

    return run


def resiliparse() -> Extractor:
    """resiliparse's main content; of fields it has the page's title alone."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding
    from resiliparse.parse.html import HTMLTree

    def run(body: bytes, _request: Request) -> Record:
        tree = HTMLTree.parse_from_bytes(body, detect_encoding(body))
        return {"headline": tree.title, "body": extract_plain_text(tree, main_content=True, alt_texts=False)}

    return run


def news_please() -> Extractor:
    """news-please on HTML that is already there."""
    from newsplease import NewsPlease

    def run(body: bytes, request: Request) -> Record:
        article = NewsPlease.from_html(_text(body), url=request["url"])
        date = article.date_publish
        return {
            "headline": article.title,
            "lead": article.description,
            "body": article.maintext or "",
            "authors": list(article.authors or ()),
            "date": date.isoformat() if date else None,
        }

    return run


EXTRACTORS: dict[str, Callable[[], Extractor]] = {
    "danvan": danvan,
    "trafilatura": trafilatura_with(),
    "trafilatura fast": trafilatura_with(fast=True),
    "trafilatura precision": trafilatura_with(favor_precision=True),
    "newspaper4k": newspaper4k,
    "readability-lxml": readability,
    "resiliparse": resiliparse,
    "news-please": news_please,
}


def _split(author: str | None) -> list[str]:
    """trafilatura joins several authors with a semicolon, and takes over a page's own separators."""
    names = [author or ""]
    for separator in SEPARATORS:
        names = [part for name in names for part in name.split(separator)]
    return [name.strip() for name in names if name.strip()]


def _text(body: bytes) -> str:
    return body.decode("utf-16" if body.startswith(b"\xff\xfe") else "utf-8", "replace")


def attempt(extractor: Extractor, body: bytes, request: Request) -> Record:
    """One page; an extractor that raises is scored as having found nothing, and says why."""
    try:
        return extractor(body, request)
    except Exception as error:  # noqa: BLE001  peers raise what they like; a bench must go on and count it
        return {"error": f"{type(error).__name__}: {error}"[:200]}


def best_pass(extractor: Extractor, pages: list[tuple[bytes, Request]], rounds: int) -> float:
    """CPU seconds of the fastest of some passes over all pages."""
    passes: list[float] = []
    for _ in range(rounds):
        start = time.process_time()
        for body, request in pages:
            attempt(extractor, body, request)
        passes.append(time.process_time() - start)
        if sum(passes) > ENOUGH:
            break
    return min(passes)


def main(name: str, rounds: int) -> None:
    """Read requests, write results and the timing."""
    requests = [json.loads(line) for line in sys.stdin]
    pages = [(Path(request["path"]).read_bytes(), request) for request in requests]
    extractor = EXTRACTORS[name]()
    for body, request in pages:
        record = attempt(extractor, body, request)
        print(json.dumps({"name": request["name"], "record": record}))
    print(json.dumps({"seconds": best_pass(extractor, pages, rounds)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
