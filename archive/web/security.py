"""What keeps the web view harmless: response headers, whom it answers, and what a typed query may do.

A query is bounded in time by Datasette's sql_time_limit_ms, which cannot stop inside one function; so the size of a
value is bounded in SQLite itself, the size of a result row by row, and what is not reading is refused.
"""

from __future__ import annotations

import re
import sqlite3
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Any, Send], Awaitable[None]]

MAX_VALUE = 1 << 20  # bytes of one value a typed query may make or read
MAX_RESULT = 16 << 20  # bytes of all rows of one query together
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)

_INLINE_STYLE = re.compile(r'<style>.*?</style>|\sstyle="(?:\{\{.*?\}\}|[^"{])*"', re.DOTALL)
_WRITTEN_STYLE = re.compile(r'createElement\("style"\)\)\.textContent="((?:\\.|[^"\\])*)"')
_PRAGMAS = frozenset({
    "table_info", "table_xinfo", "foreign_key_list", "index_list", "index_info", "index_xinfo", "schema_version",
    "data_version", "database_list", "table_list", "recursive_triggers", "compile_options", "function_list",
})  # fmt: skip
# Those that reach outside, and those that work for seconds inside one call, where no time limit holds.
_FUNCTIONS_REFUSED = frozenset({"load_extension", "fts3_tokenizer", "randomblob", "zeroblob", "printf", "format"})


def policy(script_hashes: Iterable[str], style_hashes: Iterable[str]) -> str:
    """The Content-Security-Policy of every page; what Datasette itself writes inline is allowed by its hash."""
    scripts = " ".join(("'self'", *(f"'sha256-{digest}'" for digest in script_hashes)))
    styles = " ".join(("'self'", *(f"'sha256-{digest}'" for digest in style_hashes)))
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def inline_script_hashes(templates: Path) -> list[str]:
    """SHA-256 of every inline script of the templates, as a browser computes it; a boolean in one gives two."""
    found = set()
    for template in sorted(templates.glob("*.html")):
        for script in _INLINE_SCRIPT.findall(template.read_text(encoding="utf-8")):
            for value in ("true", "false"):
                text = re.sub(r"\{\{.*?\}\}", value, script)
                found.add(_digest(text))
    return sorted(found)


def inline_style_hashes(scripts: Path) -> list[str]:
    """SHA-256 of the style sheets that scripts write into the page, first empty and then filled."""
    found = {_digest("")}
    for script in scripts.glob("*.js"):
        for sheet in _WRITTEN_STYLE.findall(script.read_text(encoding="utf-8")):
            found.add(_digest(sheet.replace('\\"', '"')))
    return sorted(found)


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def without_inline_styles(source: str) -> str:
    """A template of Datasette without the style attributes and blocks that the policy would refuse and report."""
    return _INLINE_STYLE.sub("", source)


class Guard:
    """ASGI middleware: answers only its own hosts, only reading, and puts the headers on whatever is answered."""

    def __init__(self, app: App, hosts: frozenset[str], content_policy: str) -> None:
        self._app = app
        self._hosts = hosts
        self._headers = [
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
        ]
        self._policy = content_policy.encode()

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(event: dict[str, Any]) -> None:
            if event["type"] == "http.response.start":
                headers = list(event.get("headers", []))
                present = {name.lower() for name, _ in headers}
                headers += [pair for pair in self._headers if pair[0] not in present]
                if b"content-security-policy" not in present:
                    headers.append((b"content-security-policy", self._policy))
                event = {**event, "headers": headers}
            await send(event)

        refused = self._refusal(scope)
        if refused:
            await _answer(guarded, *refused)
        else:
            await self._app(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = {name.lower(): value.decode("latin-1") for name, value in scope.get("headers", [])}
        host = headers.get(b"host", "")
        if not self._is_ours(host):
            return 400, "This host name is not served here; use the address that `danvan serve` printed."
        if scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            origin = headers.get(b"origin")
            site = headers.get(b"sec-fetch-site", "same-origin")
            if site not in ("same-origin", "none") or (origin is not None and urlsplit(origin).netloc != host):
                return 403, "A request from another site is refused."
            return 405, "The archive is read-only."
        raw = scope.get("raw_path") or scope["path"].encode("utf-8", "replace")
        if b".." in re.split(rb"[/\\]|%2f|%5c", raw.replace(b"%2e", b".").replace(b"%2E", b"."), flags=re.IGNORECASE):
            return 400, "No such address."
        return None

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in self._hosts or ("*" in self._hosts and _is_address(name))


def _is_address(name: str) -> bool:
    """Whether it is an IP address: no foreign name can be made to lead to one (DNS rebinding)."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


async def _answer(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


def limit(connection: sqlite3.Connection) -> None:
    """Bound what a typed query may do on this connection."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA hard_heap_limit = 536870912")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200)
    connection.row_factory = _BoundedRows()
    connection.set_authorizer(_authorize)


class _BoundedRows:
    """A row factory that gives up once a query's rows together are too large."""

    def __init__(self) -> None:
        self._taken: WeakKeyDictionary[sqlite3.Cursor, int] = WeakKeyDictionary()

    def __call__(self, cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        taken = self._taken.get(cursor, 0) + sum(len(v) for v in values if isinstance(v, (str, bytes)))
        if taken > MAX_RESULT:
            raise sqlite3.OperationalError(f"the result is larger than {MAX_RESULT >> 20} MB; ask for less")
        self._taken[cursor] = taken
        return sqlite3.Row(cursor, values)


def _authorize(action: int, first: str | None, second: str | None, _database: str | None, _inner: str | None) -> int:
    if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_TRANSACTION):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() not in _FUNCTIONS_REFUSED:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_UPDATE and first == "sqlite_master":  # asked when FTS5 opens its table
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and (first or "").lower() in _PRAGMAS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY
