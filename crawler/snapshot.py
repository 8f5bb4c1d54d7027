"""A fixture from the archive: one captured page as page.html, request.json and expected.json.

expected.json holds what the extractor says now, in the shape tests/fixtures/README.md describes. A person corrects
it where it is wrong; from then on it says how the layout must be read.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.errors import NotFoundError, StorageError, UsageError
from archive.raw import read_record
from archive.records import Extraction, Page, article_json
from archive.text import fold
from archive.urls import identity
from crawler.extraction import extract
from crawler.profile import generic_site, site_for_url

if TYPE_CHECKING:
    from archive import Archive
    from crawler.site import Site

_KEPT_HEADERS = frozenset({"content-type", "content-language", "last-modified"})  # what extraction may read
_NOT_IN_FIXTURES = frozenset({
    "url", "canonicalUrl", "site", "articleBodyHtml", "datePublishedRaw", "dateSource", "relatedLinks", "capturedAt",
    "warc", "extractor", "contentHash", "topics",
})  # fmt: skip
_SLUG_LENGTH = 60


def snapshot(archive: Archive, url: str, into: Path) -> Path:
    """Write the newest whole capture of the address as a fixture folder SITE/SLUG in `into`; return that folder.

    Raises NotFoundError when the archive holds no such capture, UsageError when the folder is there already, and
    StorageError when it cannot be written.
    """
    site = site_for_url(url)
    page = _newest(archive, url, site)
    result = extract(page, site)
    folder = into / site.name / _slug(result.headline or (result.article and result.article.headline) or url)
    if folder.exists():
        raise UsageError(f"{folder}: is there already; remove it, or name another folder")
    try:
        folder.mkdir(parents=True)
        (folder / "page.html").write_bytes(page.body)
        _write(folder / "request.json", _request(page, site))
        _write(folder / "expected.json", _expected(result))
    except OSError as error:
        raise StorageError(f"{folder}: cannot be written: {error.strerror}") from error
    return folder


def _newest(archive: Archive, url: str, site: Site) -> Page:
    row = archive.connection.execute(
        """SELECT c.url, c.captured_at, c.status, c.warc_file, c.warc_offset
             FROM captures c JOIN pages p ON p.id = c.page_id
            WHERE (p.identity = ? OR c.url = ?) AND c.record_type = 'response' AND c.status = 200
            ORDER BY c.captured_at DESC LIMIT 1""",
        (identity(url, keep_params=site.addresses.keep_params, hosts=site.hosts), url),
    ).fetchone()
    if row is None:
        raise NotFoundError(f"{url}: not captured in {archive.path}; `danvan crawl {url}` fetches it")
    address, captured_at, status, file, offset = row
    record = read_record(archive.warc_directory, file, offset)
    kept = tuple((name, value) for name, value in record.http_headers if name.lower() in _KEPT_HEADERS)
    return Page(url=address, body=record.body, captured_at=captured_at, headers=kept, status=status)


def _request(page: Page, site: Site) -> dict[str, Any]:
    request: dict[str, Any] = {
        "url": page.url,
        "headers": [list(header) for header in page.headers],
        "captured_at": page.captured_at,
    }
    if site != generic_site(page.url):
        request["site"] = site.name
    return request


def _expected(result: Extraction) -> dict[str, Any]:
    if result.article is None:
        return {"outcome": result.outcome.value, "reason": result.reason}
    record = {key: value for key, value in article_json(result.article).items() if key not in _NOT_IN_FIXTURES}
    record["articleBody"] = [line for line in result.article.article_body.split("\n") if line.strip()]
    record["authors"] = [author.name for author in result.article.authors]
    record["forbidden"] = []
    return record


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", fold(text)).strip("_")[:_SLUG_LENGTH].rstrip("_") or "page"


def _write(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
