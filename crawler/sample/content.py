"""The sample's articles and site descriptions, read from content/SITE/*.md and content/SITE/site.toml.

An article file is TOML between two lines of +++, then its blocks with a blank line between. A block is a
paragraph, "## subhead", "- list items", "> quote", "| table | rows |" or "![caption](file "credit")".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from string import Template
from typing import Any
from zlib import crc32

from archive.text import fold

from .clock import VIETNAM, sample_clock

CONTENT = Path(__file__).parent / "content"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleArticle:
    """One composed article as it stands on the days from `appears_on_day`.

    `edits` changes fields from `edited_on_day` on; `removed_on_day` is when its address answers `gone`.
    """

    host: str
    key: str
    number: int
    slug: str
    title: str
    published: datetime
    section: str
    blocks: tuple[str, ...]
    lead: str = ""
    dateline: str = ""
    author: str = ""
    source: str = ""
    tags: tuple[str, ...] = ()
    views: int = 877
    files: tuple[tuple[str, str], ...] = ()
    off_topic: bool = False
    appears_on_day: int = 1
    modified: datetime | None = None
    edited_on_day: int | None = None
    edits: Mapping[str, Any] = field(default_factory=dict)
    removed_on_day: int | None = None
    gone: int = 404

    def on(self, day: int) -> SampleArticle:
        """The article as that day's visitor reads it."""
        if self.edited_on_day is None or day < self.edited_on_day:
            return self
        return replace(self, modified=sample_clock(self.edited_on_day) - timedelta(hours=1), **self.edits)

    def removed(self, day: int) -> bool:
        """Whether it is taken down by that day."""
        return self.removed_on_day is not None and day >= self.removed_on_day


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSite:
    """How one site looks: address patterns and HTML fragments, all string.Template text.

    `paths` has article, listing, page, print, moved, soft_404, feed, sitemap; `html` the fragments;
    `sections` maps a section's folder to its title; `beyond` says what a page past a listing's last gives.
    """

    host: str
    title: str
    sections: Mapping[str, str]
    paths: Mapping[str, str]
    html: Mapping[str, str]
    date: str
    disallow: str
    off_topic_section: str | None = None
    per_page: int = 6
    etag: bool = True
    beyond: str = "404"
    atom: bool = False
    session_ids: bool = False

    def path(self, name: str, **values: object) -> str:
        """The address, host left out, of that kind of page."""
        return Template(self.paths[name]).substitute(values)

    def article_path(self, article: SampleArticle) -> str:
        """The article's own address; a year before 2016 uses the older form where the site had one."""
        old = article.published.year < 2016 and "old_article" in self.paths
        return self.path("old_article" if old else "article", **address_parts(article))

    def template(self, name: str) -> Template:
        """A page template of the site: article.html, listing.html, …"""
        return _template(CONTENT / self.host / f"{name}.html")

    def has_template(self, name: str) -> bool:
        """Whether the site has a template of its own for that."""
        return (CONTENT / self.host / f"{name}.html").is_file()


def address_parts(article: SampleArticle) -> dict[str, object]:
    """What an address pattern may name."""
    return {
        "number": article.number,
        "slug": article.slug,
        "section": article.section,
        "month": f"{article.published:%Y%m}",
    }


def slugify(title: str) -> str:
    """A title as addresses spell it: "Dân vận khéo" → "dan-van-kheo"."""
    return re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")


@cache
def sample_sites() -> Mapping[str, SampleSite]:
    """The bundled sites by host name."""
    sites: dict[str, SampleSite] = {}
    for path in sorted(CONTENT.glob("*/site.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        sites[path.parent.name] = SampleSite(host=path.parent.name, **data)
    return sites


@cache
def composed_articles() -> tuple[SampleArticle, ...]:
    """Every article written by hand, of all days, newest first."""
    articles = [_read(path) for path in sorted(CONTENT.glob("*/*.md"))]
    return tuple(sorted(articles, key=lambda a: a.published, reverse=True))


@cache
def _template(path: Path) -> Template:
    return Template(path.read_text(encoding="utf-8"))


def _read(path: Path) -> SampleArticle:
    _, front, text = path.read_text(encoding="utf-8").split("+++\n", 2)
    data: dict[str, Any] = tomllib.loads(front)
    twin = data.pop("same_text_as", None)
    if twin:
        text = (CONTENT / f"{twin}.md").read_text(encoding="utf-8").split("+++\n", 2)[2]
    blocks = tuple(block.strip() for block in text.split("\n\n") if block.strip())
    edits = dict(data.pop("edits", {}))
    if "paragraph" in edits:
        changed = list(blocks)
        changed[edits.pop("paragraph")] = edits.pop("text")
        edits["blocks"] = tuple(changed)
    return SampleArticle(
        host=path.parent.name,
        key=path.stem,
        number=10_000 + crc32(path.stem.encode()) % 90_000,
        slug=slugify(data["title"]),
        published=data.pop("date").replace(tzinfo=VIETNAM),
        tags=tuple(data.pop("tags", ())),
        files=tuple((file["name"], file["title"]) for file in data.pop("files", ())),
        blocks=blocks,
        edits=edits,
        **data,
    )
