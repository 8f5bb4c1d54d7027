"""An article found as an object of a page's embedded JSON → a small HTML page, marked the way the generic rules know.

Objects differ by CMS; their keys are tried in order, Vietnamese ones too. beautifulsoup4 walks the fragments, which are
often broken.
"""

from __future__ import annotations

import html
from functools import lru_cache
from typing import Any

from bs4 import BeautifulSoup

from archive.text import fold

_TITLE = tuple("title headline name tieude posttitle newstitle heading ten tenbai".split())
_BODY = tuple(
    "content body articlebody html contenthtml bodyhtml noidung detail text fulltext contents contentbody blocks paragraphs postcontent descriptionhtml rendered sections bodytext articlecontent noidungchitiet chitiet longdescription".split()
)
_LEAD = tuple(
    "sapo lead description summary excerpt tomtat shortcontent abstract intro brief trichyeu trichdan standfirst mota subtitle shortdescription gioithieu".split()
)
_DATE = tuple(
    "datepublished publishedat publishdate publishtime publisheddate publicationdate pubdate ngaydang ngayxuatban createdat createddate date publishedtime time distributiondate ngaytao ngay datecreated".split()
)
_MODIFIED = tuple("datemodified updatedat modifiedat lastmodified ngaycapnhat modified updatetime".split())
_AUTHOR = tuple(
    "author authors authorname tacgia penname butdanh writer byline pseudonym contributors reporter writers nguoiviet createdbyname".split()
)
_SOURCE = tuple("source sourcename nguon nguontin origin newssource sourcetitle".split())
_SECTION = tuple("category categoryname section chuyenmuc zone zonename cate categories danhmuc tenchuyenmuc".split())
_TAGS = tuple("tags keywords tukhoa labels".split())
_NAME = tuple("ten hoten name title fullname label displayname penname".split())
_VIEWS = tuple("viewcount views luotxem totalview hits pageviews soluotxem viewscount".split())
_NAMES = tuple("slug alias url path link seourl friendlyurl id newsid articleid postid".split())


def _first(node: dict[str, Any], keys: tuple[str, ...]) -> Any:
    plain = {_plain_key(key): value for key, value in node.items() if value not in (None, "", [], {})}
    return next((plain[key] for key in keys if key in plain), None)


@lru_cache(maxsize=4096)
def _plain_key(key: str) -> str:
    """ "noi_dung", "NoiDung" and "noiDung" are one."""
    return key.lower().replace("_", "").replace("-", "")


def is_named_by(node: dict[str, Any], url: str, title: str) -> bool:
    """Whether the page's address holds the object's slug or number, or the folded `title` of the page its title."""
    own = _first(node, _TITLE)
    if isinstance(own, str) and len(own) > 12 and fold(own) in title:
        return True
    names = (str(_first(node, (key,)) or "") for key in _NAMES)
    return any(len(name) > 3 and name.strip("/") in url for name in names)


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
    image = _first(data, ("src", "url", "image", "imageurl", "file", "thumb"))
    if "image" in kind or "photo" in kind or "figure" in kind:
        source = image.get("url") or image.get("src") if isinstance(image, dict) else image
        caption = _first(data, ("caption", "alt", "title", "description", "chuthich")) or ""
        credit = _first(data, ("credit", "author", "source"))
        text = f"{caption} Ảnh: {credit}" if isinstance(credit, str) and credit else str(caption)
        return f'<figure><img src="{html.escape(str(source or ""))}"><figcaption>{text}</figcaption></figure>'
    if any(word in kind for word in ("related", "embed", "video", "ads", "widget", "box")):
        return ""
    items = _first(data, ("items", "listitems"))
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
