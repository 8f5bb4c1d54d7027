"""Articles that a page carries as JSON for its scripts (Next.js, Nuxt, Angular, Redux): read, not rendered.

The richest object of all embedded JSON that has a title and a long text becomes a small HTML page of the
same content, which then goes the ordinary way. beautifulsoup4 walks the fragments, which are often broken.
"""

from __future__ import annotations

import html
import json
import re
from contextlib import suppress
from typing import Any

from bs4 import BeautifulSoup

from crawler.extraction.structured import Structured, load_json

_TITLE = ("title", "headline", "name", "tieuDe", "tieude", "postTitle", "newsTitle", "heading")
_BODY = (
    "content", "body", "articleBody", "html", "contentHtml", "bodyHtml", "noiDung", "noidung", "detail", "text", "fullText",
    "contents", "contentBody", "blocks", "paragraphs", "postContent", "description_html", "content_html", "rendered", "sections",
)  # fmt: skip
_LEAD = ("sapo", "lead", "description", "summary", "excerpt", "tomTat", "tomtat", "shortContent", "abstract", "intro", "brief", "trichYeu", "trichDan", "standfirst")  # fmt: skip
_DATE = (
    "datePublished", "publishedAt", "publishDate", "published_at", "publishTime", "publishedDate", "publicationDate", "pubDate",
    "ngayDang", "ngayXuatBan", "createdAt", "created_at", "createdDate", "date", "publish_date", "publishedTime", "published_time", "time", "distributionDate",
)  # fmt: skip
_MODIFIED = (
    "dateModified",
    "updatedAt",
    "updated_at",
    "modifiedAt",
    "lastModified",
    "ngayCapNhat",
    "modified",
    "updateTime",
)
_AUTHOR = (
    "author",
    "authors",
    "authorName",
    "tacGia",
    "tacgia",
    "penName",
    "butDanh",
    "writer",
    "byline",
    "pseudonym",
    "contributors",
    "reporter",
    "writers",
)
_SOURCE = ("source", "sourceName", "nguon", "nguonTin", "origin", "news_source")
_SECTION = ("category", "categoryName", "section", "chuyenMuc", "zone", "zoneName", "cate", "categories")
_TAGS = ("tags", "keywords", "tuKhoa", "labels")
_VIEWS = ("viewCount", "views", "luotXem", "view_count", "totalView", "hits", "pageViews")
_STATE = re.compile(
    r"(?:window(?:\.|\[['\"])|var\s+|self\.)?(?:__NEXT_DATA__|__INITIAL_STATE__|__PRELOADED_STATE__|__NUXT__|__APOLLO_STATE__|"
    r"__DATA__|__STATE__|initialState|INITIAL_STATE|__APP_STATE__|__REDUX_STATE__|pageData|articleData)(?:['\"]\])?\s*=\s*"
)
_FLIGHT = re.compile(r"self\.__next_f\.push\(\s*(\[.*\])\s*\)", re.DOTALL)
_MIN_TEXT = 120
MAX_NODES = 60_000


def article_page(root: Any, structured: Structured) -> str | None:
    """A small HTML page made from the embedded article; None when there is none worth the name."""
    best: tuple[int, dict[str, Any]] | None = None
    for state in [*_states(root), structured.article]:
        for node in _objects(state):
            size = _size(node)
            if size >= _MIN_TEXT and _first(node, _TITLE) and (best is None or size > best[0]):
                best = (size, node)
    return _render(best[1]) if best else None


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
    if flight:
        states += _flight_rows("".join(flight))
    return [_by_number(state) for state in states if state]


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
        return _objects_in(text)


def _objects_in(text: str) -> list[Any]:
    """Objects inside JavaScript that is no JSON itself (Nuxt's function payload): each string literal that is long."""
    pairs = re.findall(r"([A-Za-z_]\w*)\s*:\s*(\"(?:[^\"\\]|\\.)*\")", text[:2_000_000])
    node: dict[str, Any] = {}
    for key, literal in pairs:
        try:
            node.setdefault(key, json.loads(literal, strict=False))
        except ValueError:
            continue
    return [node]


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


def _objects(state: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    queue, seen = [state], 0
    while queue and seen < MAX_NODES:
        node = queue.pop()
        seen += 1
        if isinstance(node, dict):
            found.append(node)
            queue += [one for one in node.values() if isinstance(one, (dict, list))]
            queue += [
                parsed
                for one in node.values()
                if isinstance(one, str) and one[:1] in "{[" and (parsed := load_json(one))
            ]
        elif isinstance(node, list):
            queue += [one for one in node if isinstance(one, (dict, list))]
    return found


def _first(node: dict[str, Any], keys: tuple[str, ...]) -> Any:
    for key in keys:
        value = node.get(key)
        if value not in (None, "", [], {}):
            return value
    return None


def _size(node: dict[str, Any]) -> int:
    value = _first(node, _BODY)
    return len(_html_of(value)) if value is not None else 0


def _html_of(value: Any) -> str:
    """The body as HTML: a string, or a list of blocks as editors store them."""
    if isinstance(value, str):
        if "<" in value and ">" in value:
            return value
        return (
            "".join(f"<p>{html.escape(line)}</p>" for line in value.split("\n") if line.strip())
            if value.strip()
            else ""
        )
    if isinstance(value, dict):
        if "rendered" in value:
            return _html_of(value["rendered"])
        inner = _first(value, ("blocks", "content", "children", "items"))
        return _html_of(inner) if isinstance(inner, (list, str)) else _block(value)
    if isinstance(value, list):
        return "".join(_block(one) if isinstance(one, dict) else _html_of(one) for one in value[:5000])
    return ""


def _block(node: dict[str, Any]) -> str:
    kind = str(node.get("type") or node.get("blockType") or node.get("tag") or "p").lower()
    data = node.get("data") if isinstance(node.get("data"), dict) else node
    assert isinstance(data, dict)
    image = _first(data, ("src", "url", "image", "imageUrl", "file", "thumb"))
    if "image" in kind or "photo" in kind or "figure" in kind:
        source = image.get("url") or image.get("src") if isinstance(image, dict) else image
        caption = _first(data, ("caption", "alt", "title", "description", "chuThich")) or ""
        credit = _first(data, ("credit", "author", "source"))
        text = f"{caption} Ảnh: {credit}" if isinstance(credit, str) and credit else str(caption)
        return f'<figure><img src="{html.escape(str(source or ""))}"><figcaption>{text}</figcaption></figure>'
    if any(word in kind for word in ("related", "embed", "video", "ads", "widget", "box")):
        return ""
    items = _first(data, ("items", "listItems"))
    if "list" in kind and isinstance(items, list):
        return "<ul>" + "".join(f"<li>{_inline(one)}</li>" for one in items) + "</ul>"
    text = _inline(data)
    if not text.strip():
        return ""
    if "head" in kind or kind in ("h2", "h3", "h4", "subtitle"):
        return f"<h2>{text}</h2>"
    if "quote" in kind:
        return f"<blockquote><p>{text}</p></blockquote>"
    return (
        text
        if text.lstrip().lower().startswith(("<p", "<h", "<ul", "<ol", "<fig", "<table", "<block", "<div"))
        else f"<p>{text}</p>"
    )


def _inline(node: Any) -> str:
    if isinstance(node, str):
        return node if "<" in node else html.escape(node)
    if isinstance(node, list):
        return "".join(_inline(one) for one in node)
    if not isinstance(node, dict):
        return ""
    value = _first(node, ("html", "text", "content", "value", "paragraph", "children"))
    return _inline(value)


def _name(value: Any) -> str:
    if isinstance(value, dict):
        return _name(
            _first(
                value,
                (
                    "name",
                    "title",
                    "fullName",
                    "full_name",
                    "label",
                    "displayName",
                    "display_name",
                    "penName",
                    "pen_name",
                ),
            )
        )
    if isinstance(value, list):
        return ", ".join(filter(None, (_name(one) for one in value)))
    return str(value) if isinstance(value, (str, int)) else ""


def _plain(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    return BeautifulSoup(value, "lxml").get_text(" ") if "<" in value else html.unescape(value)


def _render(node: dict[str, Any]) -> str:
    """The object as a page whose parts are marked the way the generic rules know."""

    def part(keys: tuple[str, ...], template: str) -> str:
        text = _plain(_name(_first(node, keys)) or "").strip()
        return template.format(html.escape(text)) if text else ""

    lead = _plain(_first(node, _LEAD)).strip()
    tags = _first(node, _TAGS)
    names = [_name(one) for one in tags] if isinstance(tags, list) else _name(tags).split(",")
    keywords = html.escape(", ".join(name.strip() for name in names if name.strip()))
    body = str(BeautifulSoup(_html_of(_first(node, _BODY)), "lxml").body or "")
    return (
        "<html><head>"
        + part(_DATE, '<meta property="article:published_time" content="{}">')
        + part(_MODIFIED, '<meta property="article:modified_time" content="{}">')
        + part(_SECTION, '<meta property="article:section" content="{}">')
        + (f'<meta name="news_keywords" content="{keywords}">' if keywords else "")
        + part(_VIEWS, '<meta name="view-count" content="{}">')
        + part(
            _TITLE,
            "<title>{}</title></head><body><article><h1>{}</h1>".replace("{}</h1>", "{0}</h1>").replace(
                "<title>{}", "<title>{0}"
            ),
        )
        + (f'<div class="sapo">{html.escape(lead)}</div>' if lead else "")
        + f'<div class="article-content" itemprop="articleBody">{body.removeprefix("<body>").removesuffix("</body>")}</div>'
        + part(_AUTHOR, '<p class="author">{}</p>')
        + part(_SOURCE, '<p class="source">Nguồn: {}</p>')
        + "</article></body></html>"
    )
