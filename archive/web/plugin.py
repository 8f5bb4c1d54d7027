"""The Datasette plugin: its pages, the guard around everything, and limits on every connection.

It does nothing in a Datasette that `danvan serve` did not start: a plain `datasette archive.db` stays plain.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import datasette as datasette_package
from jinja2 import BaseLoader, Environment
from pluggy import HookimplMarker

from archive.web import article_pages, file_pages, search_pages, site_pages
from archive.web.reading import DATABASE_NAME, read
from archive.web.security import (
    App,
    Guard,
    inline_script_hashes,
    inline_style_hashes,
    limit,
    policy,
    without_inline_styles,
)

if TYPE_CHECKING:
    from datasette.app import Datasette

NAME = "danvan"
hookimpl = HookimplMarker("datasette")  # what datasette.hookimpl is, with its types
_JSON = r"(\.(?P<format>json))?$"
_ROUTES: tuple[tuple[str, Callable[..., Any]], ...] = (
    (rf"^/{_JSON}", search_pages.home),
    (rf"^/search{_JSON}", search_pages.results),
    (r"^/search\.atom$", search_pages.feed),
    (r"^/search\.(?P<form>csv|jsonl)$", search_pages.download),
    (rf"^/article/(?P<id>\d{{1,19}}){_JSON}", article_pages.article),
    (rf"^/article/(?P<id>\d{{1,19}})/changes{_JSON}", article_pages.changes),
    (r"^/article/(?P<id>\d{1,19})/cite/(?P<style>bibtex|ris|apa|footnote)$", article_pages.citation),
    (r"^/article/(?P<id>\d{1,19})/raw$", article_pages.raw),
    (r"^/article/(?P<id>\d{1,19})/file/(?P<number>\d{1,4})$", file_pages.file),
    (rf"^/site/(?P<name>[^/.]+){_JSON}", site_pages.site),
    (rf"^/coverage{_JSON}", site_pages.coverage),
)


def _hosts(datasette: Datasette) -> list[str] | None:
    """The host names to answer; None in a Datasette that is not ours."""
    config = datasette.plugin_config(NAME)
    return list(config["hosts"]) if config else None


@hookimpl
def register_routes(datasette: Datasette) -> tuple[tuple[str, Callable[..., Any]], ...]:
    """Our pages, before Datasette's."""
    return _ROUTES if _hosts(datasette) else ()


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """The guard around every request."""
    hosts = _hosts(datasette)
    if hosts is None:
        return lambda app: app
    own = Path(datasette_package.__file__).parent
    content_policy = policy(inline_script_hashes(own / "templates"), inline_style_hashes(own / "static"))
    return lambda app: Guard(app, frozenset(hosts), content_policy)


@hookimpl
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Datasette) -> None:
    """Limits on the connections that run typed queries."""
    if database == DATABASE_NAME and _hosts(datasette):
        limit(conn)


class _Restyled(BaseLoader):
    """Datasette's templates in a form that the Content-Security-Policy takes."""

    def __init__(self, templates: BaseLoader) -> None:
        self._templates = templates

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        source, path, is_current = self._templates.get_source(environment, template)
        return without_inline_styles(source), path, is_current

    def list_templates(self) -> list[str]:
        return self._templates.list_templates()


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """No inline styles in Datasette's own pages."""
    if _hosts(datasette) and env.loader:
        env.loader = _Restyled(env.loader)


@hookimpl
def menu_links(datasette: Datasette) -> list[dict[str, str]]:
    """From Datasette's pages back to ours."""
    return [{"href": "/", "label": "Danvan"}, {"href": "/coverage", "label": "Độ phủ"}] if _hosts(datasette) else []


@hookimpl
def permission_allowed(datasette: Datasette, action: str) -> Any:
    """Tables and typed SQL would show hidden articles, so they close while there is one; ours and canned ones stay."""
    if action not in ("execute-sql", "view-table") or not _hosts(datasette):
        return None

    async def decide() -> bool | None:
        hidden = await read(
            datasette,
            lambda archive: archive.connection.execute(
                "SELECT 1 FROM articles WHERE hidden_at IS NOT NULL LIMIT 1"
            ).fetchone(),
        )
        return False if hidden else None

    return decide
