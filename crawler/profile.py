"""Site profiles: one declarative TOML file a site (crawler/sites) or CMS family (crawler/families).

A profile is data. `load_site("danvan_vn")` gives a frozen `Site` that has been checked; a wrong
file raises `ProfileError` naming file, key and value. docs/adding-a-site.md explains every key.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from archive.errors import ProfileError
from crawler.profile_file import FAMILIES, NAME, read_profile
from crawler.site import Addresses, Detect, Files, Layout, Politeness, Select, Site, Source, generic_site

__all__ = [
    "FAMILIES",
    "SAMPLE_SITES",
    "SITES",
    "SITES_SETTING",
    "Addresses",
    "Detect",
    "Files",
    "Layout",
    "Politeness",
    "Select",
    "Site",
    "Source",
    "generic_site",
    "load_families",
    "load_family",
    "load_sample_sites",
    "load_site",
    "load_sites",
    "profile_folders",
    "site_for_url",
    "site_names",
]

SITES = Path(__file__).parent / "sites"
SAMPLE_SITES = Path(__file__).parent / "sample" / "sites"  # found by name and address, never listed
SITES_SETTING = "DANVAN_SITES"  # a folder of the user's own profiles, which win over ours


def profile_folders() -> tuple[Path, ...]:
    """Where site profiles are looked for, in order: the user's folder (if set), then ours."""
    own = os.environ.get(SITES_SETTING)
    if not own:
        return (SITES,)
    if not Path(own).is_dir():
        raise ProfileError(f"{SITES_SETTING}: {own!r} is no folder; make it, or unset {SITES_SETTING}")
    return (Path(own), SITES)


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
    return tuple(read_profile(path) for path in sorted(FAMILIES.glob("*.toml")))


def load_sample_sites() -> tuple[Site, ...]:
    """The profiles of the bundled sample sites, loaded and checked."""
    return tuple(load_site(path.stem) for path in sorted(SAMPLE_SITES.glob("*.toml")))


def load_family(name: str) -> Site:
    """One CMS family by name."""
    return read_profile(FAMILIES / f"{name}.toml")


def load_site(name: str) -> Site:
    """One profile by name, with what its `layout` inherits; ProfileError if there is none or it is wrong."""
    path = _find(name)
    if path is None:
        raise ProfileError(
            f"no site named {name!r}{_meant(name)}; `danvan sites list` shows them, `danvan sites new URL` drafts one"
        )
    return _inherit(read_profile(path), path)


def _meant(name: str) -> str:
    if re.match(r"[\w-]+(\.[\w-]+)+(/|$)", name):
        return f" (for an address write https://{name})"
    near = " or ".join(get_close_matches(name.lower(), site_names(), n=2, cutoff=0.75))
    return f" (did you mean {near}?)" if near else ""


def _find(name: str) -> Path | None:
    if not NAME.fullmatch(name):
        return None
    paths = (folder / f"{name}.toml" for folder in _all_folders())
    return next((path for path in paths if path.is_file()), None)


def site_for_url(url: str) -> Site:
    """The profile whose hosts include the address's, else a generic site."""
    host = (urlsplit(url).hostname or "").lower()
    name = _hosts(_all_folders()).get(host)
    return load_site(name) if name else generic_site(url)


@cache
def _hosts(folders: tuple[Path, ...]) -> Mapping[str, str]:
    owners: dict[str, str] = {}
    servers: dict[str, str] = {}  # of files alone; whose pages a host has comes first
    for folder in reversed(folders):
        for path in sorted(folder.glob("*.toml")):
            site = read_profile(path)
            owners.update(dict.fromkeys(site.hosts, site.name))
            servers.update(dict.fromkeys(site.files.hosts, site.name))
    return servers | owners


def _inherit(site: Site, path: Path) -> Site:
    """Fill family, layouts and addresses the profile leaves out from the site its `layout` names."""
    if site.layout is None:
        return site
    source = _find(site.layout)
    if source is None or source == path:
        raise ProfileError(f"{path}: layout: {site.layout!r} is not the name of another site")
    parent = read_profile(source)
    if parent.layout is not None:
        raise ProfileError(f"{path}: layout: {site.layout!r} inherits itself; name {parent.layout!r} instead")
    return replace(
        site,
        family=site.family or parent.family,
        layouts=site.layouts or parent.layouts,
        addresses=parent.addresses if site.addresses == Addresses() else site.addresses,
    )
