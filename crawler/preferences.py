"""The user's settings: settings.toml in the archive directory, and DANVAN_CONTACT in the environment."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from archive.errors import UsageError
from crawler.profile import SITES_SETTING

FILE = "settings.toml"
CONTACT_VARIABLE = "DANVAN_CONTACT"
_CONTACT = re.compile(r"[^\s@]+@[^\s@]+|https?://[^\s/]+\S*")
_KINDS = {int: "a whole number", str: "text in quotes", bool: "true or false"}


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
    """Settings of that archive; UsageError names file, key and value of what is wrong.

    The folder of profiles and the topic file are named from the archive directory on, with ~ for the home.
    """
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
        data[key] = _checked(key, _typed(types[key], value, path, key), path)
    if contact := os.environ.get(CONTACT_VARIABLE):
        _demand(_CONTACT.fullmatch(contact), CONTACT_VARIABLE, contact, "must be an e-mail or web address")
        data["contact"] = contact
    return Preferences(**data)


def use_preferences(archive: Path) -> Preferences:
    """The same, and the archive's own folder of profiles is from now on this process's and its workers'."""
    preferences = load_preferences(archive)
    if preferences.sites and not os.environ.get(SITES_SETTING):
        os.environ[SITES_SETTING] = preferences.sites
    return preferences


def _checked(key: str, value: Any, path: Path) -> Any:
    """The value as it is used; UsageError where its kind is right and it is wrong all the same."""
    where = f"{path}: {key}"
    if key == "contact":
        _demand(_CONTACT.fullmatch(value), where, value, "must be an e-mail or web address")
    elif key == "notify_url":
        _demand(value.startswith(("http://", "https://")), where, value, "must begin with http:// or https://")
    elif key == "sites":
        folder = path.parent / Path(value).expanduser()
        _demand(folder.is_dir(), where, value, "is no folder; make it, or leave the setting out")
        return str(folder)
    elif key == "topic":
        from crawler.topic import load_topic  # noqa: PLC0415 - few have one of their own

        file = path.parent / Path(value).expanduser()
        _demand(file.is_file(), where, value, "is no file")
        load_topic(file)
        return str(file)
    elif type(value) is int:
        _demand(value > 0 or (key == "minimum_free_megabytes" and value == 0), where, value, "must be above 0")
    return value


def _demand(truth: object, where: str, value: object, must: str) -> None:
    if not truth:
        raise UsageError(f"{where}: {value!r} {must}")


def _typed(wanted: Any, value: Any, path: Path, key: str) -> Any:
    if get_origin(wanted) is tuple:
        if not isinstance(value, list) or not value or any(type(one) is not int or one < 1 for one in value):
            raise UsageError(f"{path}: {key}: {value!r} must be a list of whole numbers above 0")
        return tuple(value)
    allowed = get_args(wanted) if get_origin(wanted) in (Union, UnionType) else (wanted,)
    _demand(type(value) in allowed, f"{path}: {key}", value, f"must be {_KINDS[allowed[0]]}")
    return value
