"""The user's settings: settings.toml in the archive directory, and DANVAN_CONTACT in the environment."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from archive.errors import UsageError

FILE = "settings.toml"
CONTACT_VARIABLE = "DANVAN_CONTACT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a user may set. `contact` is the address a site's keeper can write to; live crawls need it."""

    contact: str | None = None
    sites: str | None = None
    topic: str | None = None
    keep_off_topic: bool = False
    revisit_days: tuple[int, ...] = (1, 7, 30, 180)
    first_run_days: int = 30
    timeout_seconds: int = 60
    warc_megabytes: int = 1024
    minimum_free_megabytes: int = 200
    notify_command: str | None = None
    notify_url: str | None = None

    def require_contact(self, archive: Path) -> str:
        """The contact address, or the one-line fix."""
        if not self.contact:
            raise UsageError(
                f'a live crawl needs a contact address: put  contact = "you@example.org"  in {archive / FILE}, '
                f"or set {CONTACT_VARIABLE}"
            )
        return self.contact


def load_preferences(archive: Path) -> Preferences:
    """Settings of that archive; UsageError names file, key and value of what is wrong."""
    path = archive / FILE
    data: dict[str, Any] = {}
    if path.is_file():
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise UsageError(f"{path}: cannot be read: {error}") from error
    types = get_type_hints(Preferences)
    for key, value in data.items():
        if key not in types:
            raise UsageError(
                f"{path}: {key}: no such setting; known are {', '.join(f.name for f in fields(Preferences))}"
            )
        data[key] = _typed(types[key], value, path, key)
    contact = os.environ.get(CONTACT_VARIABLE)
    return Preferences(**(data | ({"contact": contact} if contact else {})))


def use_preferences(archive: Path) -> Preferences:
    """The same, and the archive's own folder of profiles is from now on this process's and its workers'."""
    preferences = load_preferences(archive)
    if preferences.sites:
        os.environ.setdefault("DANVAN_SITES", preferences.sites)
    return preferences


def _typed(wanted: Any, value: Any, path: Path, key: str) -> Any:
    if get_origin(wanted) is tuple:
        if not isinstance(value, list) or not value or any(type(one) is not int or one < 1 for one in value):
            raise UsageError(f"{path}: {key}: {value!r} must be a list of whole numbers above 0")
        return tuple(value)
    allowed = get_args(wanted) if get_origin(wanted) in (Union, UnionType) else (wanted,)
    if type(value) not in allowed:
        raise UsageError(f"{path}: {key}: {value!r} must be a {allowed[0].__name__}")
    return value
