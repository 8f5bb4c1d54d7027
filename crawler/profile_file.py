"""Reads one profile file (TOML) into a `Site` that has been checked key by key.

A wrong file raises `ProfileError` whose one line names the file, the key and the value.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from cssselect import SelectorError
from lxml.cssselect import CSSSelector

from archive.errors import ProfileError
from crawler.site import Files, Politeness, Select, Site, Source

FAMILIES = Path(__file__).parent / "families"
NAME = re.compile(r"[a-z][a-z0-9_]*")

MAX_FILE_MB = 31  # a WARC record is read back whole, up to 32 MiB

_STATUSES = ("live", "ended", "unverified")
_TOPICS = ("all", "match")
_KINDS = ("feed", "sitemap", "listing")
_WORDS = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date like 2025-02-18",
}
_SOME_DAY = date(2025, 6, 2)  # any will do to see that an address with {date} is one
_WINDOW = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


@cache
def read_profile(path: Path) -> Site:
    """The profile in that file, as written: what its `layout` inherits is not yet filled in."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"{path}: cannot be read: {error}") from error
    if data.get("name") != path.stem:
        raise ProfileError(f"{path}: name: {data.get('name')!r} must equal the file's name, {path.stem!r}")
    site: Site = _build(Site, data, path, "")
    _Check(path).site(site)
    return site


def _build(kind: Any, data: Any, path: Path, where: str) -> Any:
    if not isinstance(data, Mapping):
        raise ProfileError(f"{path}: {where.rstrip('.') or 'file'}: {data!r} must be a table")
    types = get_type_hints(kind)
    for key in data:
        if key not in types:
            known = ", ".join(types)
            raise ProfileError(f"{path}: {where}{key}: {data[key]!r}: no such key; known are {known}")
    for f in fields(kind):
        if f.name not in data and f.default is MISSING and f.default_factory is MISSING:
            raise ProfileError(f"{path}: {where}{f.name}: is missing")
    return kind(**{key: _value(types[key], value, path, f"{where}{key}") for key, value in data.items()})


def _value(wanted: Any, value: Any, path: Path, where: str) -> Any:
    if get_origin(wanted) is tuple:
        item = get_args(wanted)[0]
        if not isinstance(value, list):
            raise ProfileError(f"{path}: {where}: {value!r} must be a list")
        return tuple(_value(item, one, path, f"{where}[{n}]") for n, one in enumerate(value))
    if is_dataclass(wanted):
        return _build(wanted, value, path, f"{where}.")
    allowed = get_args(wanted) if get_origin(wanted) in (Union, UnionType) else (wanted,)
    if float in allowed and type(value) is int:
        return float(value)
    if type(value) not in allowed:
        names = " or ".join(_WORDS[t] for t in allowed if t is not type(None))
        raise ProfileError(f"{path}: {where}: {value!r} must be {names}")
    return value


@dataclass(frozen=True, slots=True)
class _Check:
    """What types alone cannot say of a profile."""

    path: Path

    def demand(self, good: object, key: str, value: object, rule: str) -> None:
        if not good:
            raise ProfileError(f"{self.path}: {key}: {value!r} {rule}")

    def site(self, site: Site) -> None:
        self.demand(NAME.fullmatch(site.name), "name", site.name, "must be lower-case letters, digits and _")
        self.demand(site.status in _STATUSES, "status", site.status, f"must be one of {', '.join(_STATUSES)}")
        self.demand(site.topic in _TOPICS, "topic", site.topic, f"must be one of {', '.join(_TOPICS)}")
        self.hosts("hosts", site.hosts)
        if site.home is not None:
            self.address(site, "home", site.home)
        if site.family is not None:
            families = sorted(file.stem for file in FAMILIES.glob("*.toml"))
            self.demand(
                not families or site.family in families, "family", site.family, f"must be one of {', '.join(families)}"
            )
        for n, source in enumerate(site.sources):
            self.source(site, f"sources[{n}].", source)
        for key in ("article", "listing", "skip"):
            for n, pattern in enumerate(getattr(site.addresses, key)):
                self.pattern(f"addresses.{key}[{n}]", pattern)
        self.layouts(site)
        self.politeness(site.politeness)
        self.files(site.files)

    def hosts(self, key: str, hosts: tuple[str, ...]) -> None:
        for n, host in enumerate(hosts):
            good = re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", host)
            self.demand(good, f"{key}[{n}]", host, "must be a lower-case host name, without http:// or path")

    def files(self, files: Files) -> None:
        self.hosts("files.hosts", files.hosts)
        for key in ("max_image_mb", "max_attachment_mb"):
            value = getattr(files, key)
            self.demand(1 <= value <= MAX_FILE_MB, f"files.{key}", value, f"must be between 1 and {MAX_FILE_MB}")
        self.demand(files.max_files >= 1, "files.max_files", files.max_files, "must be at least 1")

    def source(self, site: Site, where: str, source: Source) -> None:
        self.demand(source.kind in _KINDS, f"{where}kind", source.kind, f"must be one of {', '.join(_KINDS)}")
        self.address(site, f"{where}url", source.address_on(_SOME_DAY))
        if source.pages is not None:
            self.demand("{page}" in source.pages, f"{where}pages", source.pages, "lacks {page}")
            self.address(site, f"{where}pages", source.pages)
        for key in ("next", "items"):
            selector = getattr(source, key)
            if selector is not None:
                self.css(f"{where}{key}", selector)

    def address(self, site: Site, key: str, value: str) -> None:
        try:
            parts = urlsplit(value)
        except ValueError as error:
            raise ProfileError(f"{self.path}: {key}: {value!r}: {error}") from error
        self.demand(parts.scheme in ("http", "https"), key, value, "must begin with http:// or https://")
        self.demand(parts.hostname in site.hosts, key, value, f"is not on its hosts: {', '.join(site.hosts) or 'none'}")

    def pattern(self, key: str, value: str) -> None:
        try:
            re.compile(value)
        except re.error as error:
            raise ProfileError(f"{self.path}: {key}: {value!r} is no regular expression: {error}") from error

    def css(self, key: str, value: str) -> None:
        try:
            CSSSelector(value)
        except SelectorError as error:
            raise ProfileError(f"{self.path}: {key}: {value!r} is no CSS selector: {error}") from error

    def layouts(self, site: Site) -> None:
        names = [layout.name for layout in site.layouts]
        for n, layout in enumerate(site.layouts):
            where = f"layouts[{n}]."
            self.demand(names.count(layout.name) == 1, f"{where}name", layout.name, "is used twice")
            if layout.since is not None and layout.until is not None:
                self.demand(layout.since <= layout.until, f"{where}until", f"{layout.until}", "is before since")
            for f in fields(Select):
                for i, selector in enumerate(getattr(layout.select, f.name)):
                    self.css(f"{where}select.{f.name}[{i}]", selector)

    def politeness(self, politeness: Politeness) -> None:
        for key in ("concurrency", "max_pages", "max_listing_pages"):
            value = getattr(politeness, key)
            self.demand(value >= 1, f"politeness.{key}", value, "must be at least 1")
        self.demand(politeness.delay >= 0, "politeness.delay", politeness.delay, "must not be negative")
        window = politeness.window
        self.demand(
            window is None or _WINDOW.fullmatch(window), "politeness.window", window, "must look like 22:00-05:00"
        )
        self.demand(
            window is None or len(set(window.split("-"))) == 2, "politeness.window", window, "must end after it begins"
        )
