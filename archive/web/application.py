"""Datasette set up as the archive's web view."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from datasette.app import Datasette
from datasette.plugins import pm

from archive.store import DATABASE, Archive
from archive.web import plugin
from archive.web.security import LOOPBACK

_FOLDER = Path(__file__).parent
_SETTINGS: dict[str, Any] = {
    "sql_time_limit_ms": 1000,
    "facet_time_limit_ms": 500,
    "max_returned_rows": 1000,
    "allow_download": False,
    "default_cache_ttl": 0,
    "suggest_facets": False,
    "max_csv_mb": 100,
}


def application(archive: Path, hosts: Iterable[str] = ()) -> Datasette:
    """The web view of an archive; it answers loopback names and `hosts` ("*" stands for any IP address).

    NotAnArchiveError when the directory holds none.
    """
    Archive.open(archive).close()
    if not pm.is_registered(plugin):
        pm.register(plugin, name=plugin.NAME)
    pm.get_plugin("datasette.handle_exception").rich = None  # prints every refused query with all variables
    metadata = yaml.safe_load((_FOLDER / "metadata.yml").read_text(encoding="utf-8"))
    metadata["plugins"] = {plugin.NAME: {"hosts": sorted({*LOOPBACK, *hosts})}}
    return Datasette(
        [str(archive / DATABASE)],
        metadata=metadata,
        settings=_SETTINGS,
        template_dir=str(_FOLDER / "templates"),
        static_mounts=[("static/danvan", str(_FOLDER / "static"))],
    )
