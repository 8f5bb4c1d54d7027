"""What a page says of itself to machines: JSON-LD in all its brokenness, OpenGraph, other meta, microdata."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from typing import Any

from crawler.extraction.segments import line

_TYPES = re.compile(r"article|posting|report|newsitem|webpage_article", re.IGNORECASE)
_COMMENT = re.compile(r"^\s*(?:<!--|//<!\[CDATA\[|/\*.*?\*/|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>)\s*;?\s*$", re.DOTALL)
_TRAILING = re.compile(r",\s*([}\]])")
_CONTROL = re.compile(r"[\x00-\x1f]+")
_FIELD = '"{}"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)"'
MAX_JSON = 2_000_000


@dataclass(frozen=True, slots=True)
class Structured:
    """`meta` holds the first content of each name or property, lower case; `article` the JSON-LD article."""

    meta: dict[str, str] = field(default_factory=dict)
    article: dict[str, Any] = field(default_factory=dict)
    breadcrumb: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    def first(self, *names: str) -> str | None:
        """The first of those meta values that is there."""
        return next((self.meta[name] for name in names if self.meta.get(name)), None)

    def text(self, key: str) -> str | None:
        """A JSON-LD value as plain text; of an object its name or id, of a list the first."""
        return _plain(self.article.get(key))


def read_structured(root: Any) -> Structured:
    """Read all of it from the parsed page, once."""
    meta: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        content = element.get("content")
        if name and content and content.strip():
            meta.setdefault(name.strip().lower(), line(html.unescape(content) if "&" in content else content))
    nodes = [node for script in root.iter("script") for node in _nodes(script)]
    article = next((n for n in nodes if _is_article(n) and n.get("headline")), None)
    article = article or next((n for n in nodes if _is_article(n)), {})
    crumbs = next((n for n in nodes if n.get("@type") == "BreadcrumbList"), {})
    types = tuple(str(t) for n in nodes for t in _list(n.get("@type")))
    return Structured(meta=meta, article=article, breadcrumb=_crumbs(crumbs), types=types)


def _nodes(script: Any) -> list[dict[str, Any]]:
    if "ld+json" not in (script.get("type") or "").lower() or not script.text or len(script.text) > MAX_JSON:
        return []
    found: list[dict[str, Any]] = []
    queue = [load_json(script.text)]
    while queue and len(found) < 200:
        node = queue.pop(0)
        if isinstance(node, list):
            queue += node[:100]
        elif isinstance(node, dict):
            found.append(node)
            queue += [
                node[key]
                for key in ("@graph", "mainEntity", "mainEntityOfPage")
                if isinstance(node.get(key), (list, dict))
            ]
    return found


def load_json(text: str) -> Any:
    """JSON as pages write it: comments, raw line ends, trailing commas; as a last resort its plain fields."""
    text = _COMMENT.sub("", _COMMENT.sub("", text)).strip().rstrip(";")
    for attempt in (text, _TRAILING.sub(r"\1", _CONTROL.sub(" ", text)), html.unescape(_CONTROL.sub(" ", text))):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return _salvage(text)


def _salvage(text: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key in ("@type", "headline", "datePublished", "dateModified", "description", "articleSection"):
        found = re.search(_FIELD.format(re.escape(key)), text)
        if found:
            fields[key] = found[1].replace('\\"', '"').replace("\\/", "/")
    author = re.search(r'"author"\s*:\s*(?:\[\s*)?\{[^{}]*?"name"\s*:\s*"((?:[^"\\]|\\.)*)"', text)
    if author:
        fields["author"] = author[1]
    if not any(_TYPES.search(str(t)) for t in re.findall(_FIELD.format("@type"), text)):
        return {}
    fields["@type"] = "NewsArticle"
    return fields


def _is_article(node: dict[str, Any]) -> bool:
    return any(_TYPES.search(str(kind)) for kind in _list(node.get("@type")))


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _plain(value: Any) -> str | None:
    if isinstance(value, list):
        return next((text for one in value if (text := _plain(one))), None)
    if isinstance(value, dict):
        return _plain(value.get("name") or value.get("url") or value.get("@id"))
    if isinstance(value, (str, int, float)) and str(value).strip():
        return line(html.unescape(str(value)))
    return None


def names_of(value: Any) -> list[str]:
    """Every name in an author value: text, object or list of either. Organisations are left out."""
    names: list[str] = []
    for one in _list(value):
        if isinstance(one, dict):
            if str(one.get("@type", "Person")).lower() in ("organization", "newsmediaorganization", "corporation"):
                continue
            names += names_of(one.get("name"))
        elif isinstance(one, str) and one.strip():
            names.append(line(html.unescape(one)))
    return names


def _crumbs(node: dict[str, Any]) -> tuple[str, ...]:
    items = [item for item in _list(node.get("itemListElement")) if isinstance(item, dict)]
    names = [_plain(item.get("name")) or _plain(item.get("item")) for item in items]
    return tuple(name for name in names if name)
