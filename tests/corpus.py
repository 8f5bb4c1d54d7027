"""A composed archive for tests of search, export and citation: rows written straight into the schema."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

from archive import articles
from archive.records import Article, Attachment, Author, Image, WarcPosition, content_hash
from archive.schema import connect, migrate

SITES = {
    "danvan_vn": ("Trang Dân vận", "Ban Dân vận Trung ương"),
    "baonghean_vn": ("Báo Nghệ An", "Tỉnh ủy Nghệ An"),
    "most_gov_vn": ("Bộ Khoa học và Công nghệ", "Bộ Khoa học và Công nghệ"),
}


def compose(**fields: object) -> Article:
    """An article with everything that must be there."""
    made: dict[str, object] = {"url": "https://danvan.example/1", "headline": "Tiêu đề", "article_body": "Thân bài."}
    return Article(**(made | {"captured_at": "2024-01-02T03:04:05+00:00"} | fields))  # type: ignore[arg-type]


class Corpus:
    """An archive.db under construction; `path` is the archive's directory."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.connection: sqlite3.Connection = connect(path / "archive.db")
        migrate(self.connection, path / "archive.db")
        self.connection.execute("PRAGMA synchronous = OFF")
        self.ids: dict[str, int] = {}
        for name, (title, body) in SITES.items():
            self.connection.execute("INSERT INTO sites (name, title, body) VALUES (?, ?, ?)", (name, title, body))

    def add(self, article: Article, *, site: str = "danvan_vn", outcome: str = "saved") -> int:
        """Store the article, or its next version when its address is known; returns its id."""
        connection = self.connection
        site_id = connection.execute("SELECT id FROM sites WHERE name = ?", (site,)).fetchone()[0]
        page = connection.execute(
            "INSERT INTO pages (site_id, identity, url, kind, discovered_at, state, outcome, fetched_at) "
            "VALUES (?, ?, ?, 'page', 'x', 'done', ?, ?) ON CONFLICT (identity) DO UPDATE SET outcome = excluded.outcome "
            "RETURNING id",
            (site_id, article.url, article.url, outcome, article.captured_at),
        ).fetchone()[0]
        capture = connection.execute(
            "INSERT INTO captures (page_id, url, captured_at, status, record_type, warc_file, warc_offset, digest) "
            "VALUES (?, ?, ?, 200, 'response', 'run.warc.gz', (SELECT count(*) * 100 FROM captures), 'sha1:ABC') "
            "RETURNING id",
            (page, article.url, article.captured_at),
        ).fetchone()[0]
        hashed = replace(article, content_hash=content_hash(article), site=site)
        articles.save(connection, hashed, site_id=site_id, page_id=page, capture_id=capture)
        key: int = connection.execute("SELECT id FROM articles WHERE page_id = ?", (page,)).fetchone()[0]
        self.ids[article.url] = key
        return key

    def set(self, key: int, **columns: object) -> None:
        """Change columns of an article's row."""
        assignments = ", ".join(f"{name} = ?" for name in columns)
        self.connection.execute(f"UPDATE articles SET {assignments} WHERE id = ?", (*columns.values(), key))


def rich_article(**fields: object) -> Article:
    """One with every field filled, and with what each format must escape."""
    made: dict[str, object] = {
        "url": "https://danvan.example/bai?a=1&b={x}",
        "canonical_url": "https://danvan.example/bai",
        "headline": 'Dân vận khéo: 100% hộ & "một cửa" <b>#1</b>',
        "description": "Lời dẫn của bài.",
        "article_body": "Đoạn một.\n\n# Không phải tiêu đề\n\n- gạch đầu dòng",
        "article_body_html": "<p>Đoạn một.</p>",
        "authors": (
            Author(name="Nguyễn Thị Hà", name_raw="Nguyễn Thị Hà"),
            Author(name="Ban Dân vận, Huyện ủy", name_raw="BBT"),
        ),
        "source_name": "Báo mẫu",
        "date_published": "2022-10-06T08:30:00+07:00",
        "article_section": "Dân vận khéo",
        "keywords": ("dân vận", "một cửa"),
        "images": (Image(url="https://danvan.example/a.jpg", caption="Bà con làm đường", credit="HM"),),
        "attachments": (Attachment(url="https://danvan.example/a.pdf", name="Kế hoạch"),),
        "view_count": 877,
        "in_language": "vi",
        "extractor_version": "1",
        "warc": WarcPosition(file="run.warc.gz", offset=0, digest="sha1:ABC"),
    }
    return compose(**(made | fields))
