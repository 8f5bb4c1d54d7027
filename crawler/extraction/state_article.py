"""An article found as an object of a page's embedded JSON → a small HTML page, marked the way the generic rules know.

Objects differ by CMS; their keys are tried in order, Vietnamese ones too. beautifulsoup4 walks the fragments, which are
often broken.
"""

from __future__ import annotations

import html
from typing import Any

from bs4 import BeautifulSoup

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
_NAME = (
    "name", "title", "fullName", "full_name", "label", "displayName", "display_name", "penName", "pen_name",
)  # fmt: skip
_VIEWS = ("viewCount", "views", "luotXem", "view_count", "totalView", "hits", "pageViews")


def _first(node: dict[str, Any], keys: tuple[str, ...]) -> Any:
    for key in keys:
        value = node.get(key)
        if value not in (None, "", [], {}):
            return value
    return None


def has_title(node: dict[str, Any]) -> bool:
    """Whether the object names itself."""
    return _first(node, _TITLE) is not None


def size_of(node: dict[str, Any]) -> int:
    """How much text, in characters of HTML, the object holds as its body."""
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
        return _name(_first(value, _NAME))
    if isinstance(value, list):
        return ", ".join(filter(None, (_name(one) for one in value)))
    return str(value) if isinstance(value, (str, int)) else ""


def _plain(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    return BeautifulSoup(value, "lxml").get_text(" ") if "<" in value else html.unescape(value)


def html_page(node: dict[str, Any]) -> str:
    """The object as a page whose parts are marked the way the generic rules know."""

    def part(keys: tuple[str, ...], template: str) -> str:
        text = _plain(_name(_first(node, keys)) or "").strip()
        return template.format(html.escape(text)) if text else ""

    lead = _plain(_first(node, _LEAD)).strip()
    tags = _first(node, _TAGS)
    names = [_name(one) for one in tags] if isinstance(tags, list) else _name(tags).split(",")
    keywords = html.escape(", ".join(name.strip() for name in names if name.strip()))
    body = str(BeautifulSoup(_html_of(_first(node, _BODY)), "lxml").body or "")
    head = (
        part(_DATE, '<meta property="article:published_time" content="{}">'),
        part(_MODIFIED, '<meta property="article:modified_time" content="{}">'),
        part(_SECTION, '<meta property="article:section" content="{}">'),
        f'<meta name="news_keywords" content="{keywords}">' if keywords else "",
        part(_VIEWS, '<meta name="view-count" content="{}">'),
        part(_TITLE, "<title>{}</title>"),
    )
    article = (
        part(_TITLE, "<h1>{}</h1>"),
        f'<div class="sapo">{html.escape(lead)}</div>' if lead else "",
        f'<div class="article-content" itemprop="articleBody">{body.removeprefix("<body>").removesuffix("</body>")}</div>',
        part(_AUTHOR, '<p class="author">{}</p>'),
        part(_SOURCE, '<p class="source">Nguồn: {}</p>'),
    )
    return f"<html><head>{''.join(head)}</head><body><article>{''.join(article)}</article></body></html>"
