"""Articles that a page carries as JSON for its scripts (Next.js, Nuxt, Angular, Redux): read, not rendered.

The richest object of all embedded JSON that has a title and a long text becomes a small HTML page of the
same content, which then goes the ordinary way.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from itertools import islice
from typing import Any

from archive.text import fold
from crawler.extraction.script_values import read_script_value
from crawler.extraction.segments import text_of
from crawler.extraction.state_article import has_title, html_page, is_named_by, size_of
from crawler.extraction.structured import Structured, load_json

_STATE = re.compile(
    r"(?:window(?:\.|\[['\"])|var\s+|self\.)?(?:__NEXT_DATA__|__INITIAL_STATE__|__PRELOADED_STATE__|__NUXT__|__APOLLO_STATE__|"
    r"__DATA__|__STATE__|initialState|INITIAL_STATE|__APP_STATE__|__REDUX_STATE__|pageData|articleData)(?:['\"]\])?\s*=\s*"
)
_FLIGHT = re.compile(r"self\.__next_f\.push\(\s*(\[.*\])\s*\)", re.DOTALL)
_ASSIGNED = re.compile(
    r"(?:(?:var|let|const)\s+[\w$]{1,60}|(?:window|self)\.[\w$.]{1,60})\s*=\s*(?=\{\s*[\"'\w]|\[|JSON\.parse)"
)
_COMPONENTS = ("div", "main", "section", "article", "script", "body", "template")
_MIN_TEXT = 120
MAX_NODES = 60_000


def article_page(root: Any, structured: Structured, url: str) -> str | None:
    """A small HTML page made from the embedded article; None when there is none worth the name.

    One of a list of articles is this page's only if its name or its title is that of the page.
    """
    title = fold(f"{structured.first('og:title') or ''} {text_of(next(root.iter('title'), root))}")
    best: tuple[tuple[bool, int], dict[str, Any]] | None = None
    for state in [*_states(root), structured.article]:
        for node, listed in _objects(state):
            size = size_of(node)
            if size < _MIN_TEXT or not has_title(node):
                continue
            own = is_named_by(node, url, title)
            if (own or not listed) and (best is None or (own, size) > best[0]):
                best = (own, size), node
    return html_page(best[1]) if best else None


def _states(root: Any) -> list[Any]:
    states: list[Any] = []
    flight: list[str] = []
    for script in root.iter("script"):
        text = script.text
        if not text or len(text) > 8_000_000:
            continue
        kind = (script.get("type") or "").lower()
        if "json" in kind and "ld+json" not in kind:
            states.append(_loads(text))
        elif "__next_f" in text:
            flight += _flight_text(text)
        elif found := _STATE.search(text):
            states.append(_loads_prefix(text[found.end() :]))
        else:
            states += [_loads_prefix(text[each.end() :]) for each in islice(_ASSIGNED.finditer(text), 12)]
    states += _properties(root)
    if flight:
        states += _flight_rows("".join(flight))
    return [_by_number(state) for state in states if state]


def _properties(root: Any) -> list[Any]:
    """What components are given as attributes: data-react-props, data-page, :article and the like."""
    values = (value for element in root.iter(*_COMPONENTS) for value in element.values() if len(value) > _MIN_TEXT)
    return [load_json(value) for value in islice((each for each in values if each.lstrip()[:1] in ("{", "[")), 50)]


def _by_number(state: Any) -> Any:
    """Nuxt's payload: a list whose objects name their values by place in it. Other states come back as they are."""
    if not isinstance(state, list) or not any(
        isinstance(one, list) and one[:1] == ["ShallowReactive"] for one in state[:1]
    ):
        return state

    def value(place: Any, depth: int) -> Any:
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(state) or depth > 20:
            return None
        one = state[place]
        if isinstance(one, dict):
            return {key: value(each, depth + 1) for key, each in one.items()}
        if isinstance(one, list):
            named = bool(one) and isinstance(one[0], str)
            return (
                value(one[1], depth + 1) if named and len(one) > 1 else [value(each, depth + 1) for each in one[:200]]
            )
        return one

    return [value(place, 0) for place, one in enumerate(state[:5000]) if isinstance(one, dict) and len(one) > 2]


def _loads(text: str) -> Any:
    value = load_json(text)
    if not value and "&q;" in text:  # Angular's TransferState escapes so
        value = load_json(
            text.replace("&q;", '"').replace("&a;", "&").replace("&s;", "'").replace("&l;", "<").replace("&g;", ">")
        )
    return value


def _loads_prefix(text: str) -> Any:
    text = text.lstrip()
    if text.startswith(("JSON.parse(", "decodeURIComponent(")):
        quoted = re.match(
            r"""JSON\.parse\(\s*(?:decodeURIComponent\()?\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", text
        )
        if not quoted:
            return None
        literal = quoted[1]
        if literal[0] == "'":
            literal = '"' + literal[1:-1].replace("\\'", "'").replace('"', '\\"').replace('\\\\"', '\\"') + '"'
        try:
            return load_json(json.loads(literal, strict=False))
        except ValueError:
            return None
    try:
        return json.JSONDecoder(strict=False).raw_decode(text)[0]
    except (ValueError, RecursionError):
        return _script_value(text)


def _script_value(text: str) -> Any:
    with suppress(ValueError, RecursionError):
        return read_script_value(text[:2_000_000])
    return None


def _flight_text(text: str) -> list[str]:
    chunks: list[str] = []
    for found in re.finditer(r"self\.__next_f\.push\(\s*\[\s*1\s*,\s*(\"(?:[^\"\\]|\\.)*\")", text):
        try:
            chunks.append(json.loads(found[1], strict=False))
        except ValueError:
            continue
    return chunks


def _flight_rows(text: str) -> list[Any]:
    """React flight rows "ID:JSON", and "ID:Tlength,text" rows that other rows refer to as "$ID"."""
    texts: dict[str, str] = {}
    rows: list[Any] = []
    at, data = 0, text.encode()
    while at < len(data):
        head = re.match(rb"([0-9a-f]+):(T([0-9a-f]+),)?", data[at : at + 40])
        if not head:
            at = data.find(b"\n", at) + 1 or len(data)
            continue
        start = at + head.end()
        if head[3]:
            end = start + int(head[3], 16)
            texts[head[1].decode()] = data[start:end].decode("utf-8", "replace")
            at = end
            continue
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        row = data[start:end].decode("utf-8", "replace")
        with suppress(ValueError, RecursionError):
            rows.append(json.loads(row[1:] if row[:1] == "I" else row, strict=False))
        at = end + 1
    return [_resolve(row, texts) for row in rows]


def _resolve(value: Any, texts: dict[str, str], depth: int = 0) -> Any:
    if depth > 60:
        return None
    if isinstance(value, str):
        return texts.get(value[1:], value) if value.startswith("$") else value
    if isinstance(value, list):
        return [_resolve(one, texts, depth + 1) for one in value]
    if isinstance(value, dict):
        return {key: _resolve(one, texts, depth + 1) for key, one in value.items()}
    return value


def _objects(state: Any) -> list[tuple[dict[str, Any], bool]]:
    """Every object, and whether it is one of several with a title and a text, or lies in such a one."""
    found: list[tuple[dict[str, Any], bool]] = []
    queue, seen = [(state, False)], 0
    while queue and seen < MAX_NODES:
        node, listed = queue.pop()
        seen += 1
        if isinstance(node, dict):
            found.append((node, listed))
            queue += [(one, listed) for one in node.values() if isinstance(one, (dict, list))]
            queue += [
                (parsed, listed)
                for one in node.values()
                if isinstance(one, str) and one[:1] in "{[" and (parsed := load_json(one))
            ]
        elif isinstance(node, list):
            held = [one for one in node if isinstance(one, (dict, list))]
            several = sum(1 for one in held[:50] if isinstance(one, dict) and has_title(one) and size_of(one)) > 1
            queue += [(one, listed or several) for one in held]
    return found
