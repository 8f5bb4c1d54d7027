"""Site profiles: one declarative TOML file a site (crawler/sites) or CMS family (crawler/families).

A profile is data. `load_site("danvan_vn")` gives a frozen `Site` that has checked itself; a wrong
file raises `ProfileError` naming file, key and value. docs/adding-a-site.md explains every key.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from cssselect import SelectorError
from lxml.cssselect import CSSSelector

from archive.errors import ProfileError

SITES = Path(__file__).parent / "sites"
FAMILIES = Path(__file__).parent / "families"
SAMPLE_SITES = Path(__file__).parent / "sample" / "sites"  # found by name and address, never listed
SITES_SETTING = "DANVAN_SITES"  # a folder of the user's own profiles, which win over ours

_STATUSES = ("live", "ended", "unverified")
_TOPICS = ("all", "match")
_KINDS = ("feed", "sitemap", "listing")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where new addresses come from. `pages` is a template with {page} for listings numbered so."""

    kind: str
    url: str
    section: str | None = None
    pages: str | None = None
    first_page: int = 2
    next: str | None = None
    items: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Which addresses are what: regular expressions searched in path + query, and the identity rules."""

    article: tuple[str, ...] = ()
    listing: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    keep_params: tuple[str, ...] = ()
    hosts_are_twins: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Politeness:
    """Seconds between requests, requests at once, and when asking is welcome ("22:00-05:00", +07:00)."""

    delay: float = 1.0
    concurrency: int = 2
    autothrottle: bool = True
    window: str | None = None
    legacy_tls: bool = False
    max_pages: int = 500
    max_listing_pages: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """CSS selectors of the record's fields, best first; the first that finds text wins."""

    headline: tuple[str, ...] = ()
    description: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    date_modified: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    view_count: tuple[str, ...] = ()
    caption: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One look of the site. `since` and `until` (publication or capture date) bound its validity."""

    name: str = "current"
    since: date | None = None
    until: date | None = None
    select: Select = field(default_factory=Select)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detect:
    """How a family is recognised: its generator meta, or byte strings of which any one gives it away."""

    generator: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Everything the crawler knows of one site, or of one CMS family (which has no hosts)."""

    name: str
    title: str = ""
    body: str = ""
    hosts: tuple[str, ...] = ()
    home: str | None = None
    status: str = "unverified"
    checked: date | None = None
    predecessor: str | None = None
    successor: str | None = None
    family: str | None = None
    layout: str | None = None
    topic: str = "match"
    language: str = "vi"
    timezone: str = "+07:00"
    sources: tuple[Source, ...] = ()
    addresses: Addresses = field(default_factory=Addresses)
    politeness: Politeness = field(default_factory=Politeness)
    layouts: tuple[Layout, ...] = ()
    detect: Detect = field(default_factory=Detect)
    notes: str = ""

    def layouts_on(self, day: date | None) -> tuple[Layout, ...]:
        """The layouts valid on that day, in file order; all of them when the day is unknown."""
        if day is None:
            return self.layouts
        return tuple(
            layout
            for layout in self.layouts
            if (layout.since is None or layout.since <= day) and (layout.until is None or day <= layout.until)
        )


def generic_site(url: str) -> Site:
    """A site nobody wrote a profile for: the host alone, everything kept, generic extraction."""
    host = (urlsplit(url).hostname or "").lower()
    name = re.sub(r"[^a-z0-9]+", "_", host).strip("_") or "unknown"
    if not name[0].isalpha():
        name = f"host_{name}"
    bare = host.removeprefix("www.")
    return Site(name=name, title=host, hosts=tuple(dict.fromkeys((host, bare, f"www.{bare}"))), home=url, topic="all")


def profile_folders() -> tuple[Path, ...]:
    """Where site profiles are looked for, in order: the user's folder (if set), then ours."""
    own = os.environ.get(SITES_SETTING)
    return (Path(own), SITES) if own else (SITES,)


def _all_folders() -> tuple[Path, ...]:
    return (*profile_folders(), SAMPLE_SITES)


def site_names() -> tuple[str, ...]:
    """Every profile of a real site there is, sorted; the sample's are not among them."""
    return tuple(sorted({path.stem for folder in profile_folders() for path in folder.glob("*.toml")}))


def load_sites() -> tuple[Site, ...]:
    """Every profile, loaded and checked."""
    return tuple(load_site(name) for name in site_names())


def load_families() -> tuple[Site, ...]:
    """Every CMS family, loaded and checked."""
    return tuple(_load(path) for path in sorted(FAMILIES.glob("*.toml")))


def load_sample_sites() -> tuple[Site, ...]:
    """The profiles of the bundled sample sites, loaded and checked."""
    return tuple(load_site(path.stem) for path in sorted(SAMPLE_SITES.glob("*.toml")))


def load_family(name: str) -> Site:
    """One CMS family by name."""
    return _load(FAMILIES / f"{name}.toml")


def load_site(name: str) -> Site:
    """One profile by name, with what its `layout` inherits; ProfileError if there is none or it is wrong."""
    for folder in _all_folders():
        path = folder / f"{name}.toml"
        if _NAME.fullmatch(name) and path.is_file():
            return _inherit(_load(path), path)
    raise ProfileError(f"no site named {name!r}; `danvan sites list` shows them, `danvan sites new URL` drafts one")


def site_for_url(url: str) -> Site:
    """The profile whose hosts include the address's, else a generic site."""
    host = (urlsplit(url).hostname or "").lower()
    name = _hosts(_all_folders()).get(host)
    return load_site(name) if name else generic_site(url)


@cache
def _hosts(folders: tuple[Path, ...]) -> Mapping[str, str]:
    owners: dict[str, str] = {}
    for folder in reversed(folders):
        for path in sorted(folder.glob("*.toml")):
            site = _load(path)
            owners.update(dict.fromkeys(site.hosts, site.name))
    return owners


def _inherit(site: Site, path: Path) -> Site:
    if site.layout is None:
        return site
    if site.layout == site.name:
        raise ProfileError(f"{path}: layout: {site.layout!r} is the profile itself")
    parent = load_site(site.layout)
    defaults = Addresses()
    return replace(
        site,
        family=site.family or parent.family,
        layouts=site.layouts or parent.layouts,
        addresses=parent.addresses if site.addresses == defaults else site.addresses,
    )


@cache
def _load(path: Path) -> Site:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"{path}: cannot be read: {error}") from error
    if data.get("name") != path.stem:
        raise ProfileError(f"{path}: name: {data.get('name')!r} must equal the file's name, {path.stem!r}")
    site: Site = _build(Site, data, path, "")
    _check(site, path)
    return site


def _build(kind: Any, data: Any, path: Path, where: str) -> Any:
    if not isinstance(data, Mapping):
        raise ProfileError(f"{path}: {where or 'file'}: {data!r} must be a table")
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
        names = " or ".join(t.__name__ for t in allowed if t is not type(None))
        raise ProfileError(f"{path}: {where}: {value!r} must be a {names}")
    return value


def _check(site: Site, path: Path) -> None:
    def demand(good: object, key: str, value: object, rule: str) -> None:
        if not good:
            raise ProfileError(f"{path}: {key}: {value!r} {rule}")

    demand(_NAME.fullmatch(site.name), "name", site.name, "must be lower-case letters, digits and _")
    demand(site.status in _STATUSES, "status", site.status, f"must be one of {', '.join(_STATUSES)}")
    demand(site.topic in _TOPICS, "topic", site.topic, f"must be one of {', '.join(_TOPICS)}")
    demand(re.fullmatch(r"[+-]\d\d:\d\d", site.timezone), "timezone", site.timezone, "must look like +07:00")
    for host in site.hosts:
        demand(re.fullmatch(r"[a-z0-9.-]+", host), "hosts", host, "must be a lower-case host name")
    for n, source in enumerate(site.sources):
        demand(source.kind in _KINDS, f"sources[{n}].kind", source.kind, f"must be one of {', '.join(_KINDS)}")
        demand(
            urlsplit(source.url).hostname in site.hosts,
            f"sources[{n}].url",
            source.url,
            "is not on its hosts",
        )
        demand(
            source.pages is None or "{page}" in source.pages,
            f"sources[{n}].pages",
            source.pages,
            "lacks {page}",
        )
        for key in ("next", "items"):
            _check_css(getattr(source, key), f"sources[{n}].{key}", path)
    for key in ("article", "listing", "skip"):
        for pattern in getattr(site.addresses, key):
            try:
                re.compile(pattern)
            except re.error as error:
                raise ProfileError(f"{path}: addresses.{key}: {pattern!r}: {error}") from error
    for n, layout in enumerate(site.layouts):
        for f in fields(Select):
            for selector in getattr(layout.select, f.name):
                _check_css(selector, f"layouts[{n}].select.{f.name}", path)
    politeness = site.politeness
    demand(politeness.concurrency >= 1, "politeness.concurrency", politeness.concurrency, "must be at least 1")
    demand(politeness.delay >= 0, "politeness.delay", politeness.delay, "must not be negative")
    window = politeness.window
    demand(
        window is None or re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", window),
        "politeness.window", window, "must look like 22:00-05:00",
    )  # fmt: skip


def _check_css(selector: str | None, where: str, path: Path) -> None:
    if selector is None:
        return
    try:
        CSSSelector(selector)
    except SelectorError as error:
        raise ProfileError(f"{path}: {where}: {selector!r}: {error}") from error
