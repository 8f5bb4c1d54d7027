"""Citations of an archived article: original address, capture time, digest.

    cite(get_article(connection, key), "bibtex")

A Vietnamese name is one literal: it has no "last, first" that a style could turn round. Text styles are in
Vietnamese, or English on request.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from archive.errors import UsageError
from archive.text import fold, one_line

if TYPE_CHECKING:
    from archive.show import StoredArticle

Language = Literal["vi", "en"]
VIETNAM = timezone(timedelta(hours=7))

_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_URL_SAFE = ":/?#[]@!$&'()*+,;=%-._~"
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def cite(stored: StoredArticle, style: str, language: Language = "vi") -> str:
    """The citation as text; UsageError for a style that is none of STYLES."""
    if style not in STYLES:
        raise UsageError(f"style {style!r} is none of {', '.join(STYLES)}")
    return STYLES[style](stored, language)


def bibtex(stored: StoredArticle, _language: Language = "vi") -> str:
    """A BibTeX entry; biblatex reads it too."""
    article = stored.article
    published = _published(stored)
    authors = " and ".join(f"{{{_tex(name)}}}" for name in _authors(stored))
    fields = {
        "author": authors,
        "title": f"{{{_tex(article.headline)}}}",
        "year": f"{published.year}" if published else "",
        "month": f"{published.month}" if published else "",
        "date": published.isoformat() if published else "",
        "organization": _tex(stored.site_title),
        "url": _address(article.url),
        "urldate": _captured(stored).date().isoformat(),
        "note": _tex(_kept(stored, "en")),
        "langid": "vietnamese" if article.in_language in (None, "vi") else "",
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{_key(stored)},\n" + ",\n".join(lines) + "\n}"


def ris(stored: StoredArticle, _language: Language = "vi") -> str:
    """A RIS record, one tag a line."""
    article = stored.article
    published = _published(stored)
    lines = [("TY", "NEWS"), ("TI", article.headline)]
    lines += [("AU", name.replace(",", " ")) for name in _authors(stored)]  # a comma would part last from first names
    if published:
        lines += [("PY", f"{published.year}"), ("DA", published.strftime("%Y/%m/%d"))]
    lines += [("T2", stored.site_title), ("AB", article.description or ""), ("UR", _address(article.url))]
    lines += [("Y2", _captured(stored).strftime("%Y/%m/%d")), ("LA", article.in_language or "vi")]
    lines += [("N1", _kept(stored, "en"))]
    body = "\r\n".join(f"{tag}  - {one_line(value)}" for tag, value in lines if value)
    return f"{body}\r\nER  - \r\n"


def apa(stored: StoredArticle, language: Language = "vi") -> str:
    """APA's form of a web page with a retrieval date, without its italics."""
    article = stored.article
    published = _published(stored)
    names = _authors(stored) or [stored.site_title or article.site or ""]
    joined = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {'và' if language == 'vi' else '&'} {names[-1]}"
    when = {
        "vi": f"{published.year}, {published.day} tháng {published.month}" if published else "không rõ ngày",
        "en": f"{published.year}, {_MONTHS[published.month - 1]} {published.day}" if published else "n.d.",
    }[language]
    publisher = f"{stored.site_title}. " if stored.site_title and _authors(stored) else ""
    title = article.headline.rstrip(".")
    return one_line(f"{joined}. ({when}). {title}. {publisher}{_address(article.url)} ({_kept(stored, language)})")


def footnote(stored: StoredArticle, language: Language = "vi") -> str:
    """A footnote in the running text of a Vietnamese paper."""
    article = stored.article
    published = _published(stored)
    day = f"{published.day}/{published.month}/{published.year}" if published else ""
    if published and language == "en":
        day = f"{published.day} {_MONTHS[published.month - 1]} {published.year}"
    parts = [", ".join(_authors(stored)), f"“{article.headline}”", stored.site_title, day, _address(article.url)]
    return one_line(f"{', '.join(part for part in parts if part)} ({_kept(stored, language)}).")


STYLES: dict[str, Callable[[StoredArticle, Language], str]] = {
    "bibtex": bibtex,
    "ris": ris,
    "apa": apa,
    "footnote": footnote,
}
"""Every style by name."""


def _authors(stored: StoredArticle) -> list[str]:
    return [one_line(author.name) for author in stored.article.authors]


def _published(stored: StoredArticle) -> date | None:
    text = stored.article.date_published
    return date.fromisoformat(text[:10]) if text else None


def _captured(stored: StoredArticle) -> datetime:
    """When, in Vietnam's time."""
    return datetime.fromisoformat(stored.article.captured_at or stored.first_captured_at).astimezone(VIETNAM)


def _kept(stored: StoredArticle, language: Language) -> str:
    """The copy that stands for the page: when it was made, its digest, and whether the original is gone."""
    moment = _captured(stored)
    digest = stored.article.warc.digest if stored.article.warc else f"sha256:{stored.article.content_hash}"
    gone = date.fromisoformat(stored.gone_at[:10]) if stored.gone_at else None
    if language == "vi":
        text = f"bản lưu ngày {moment:%d/%m/%Y} lúc {moment:%H:%M} (+07:00), {digest}"
        return text + (f"; trang gốc không còn từ ngày {gone:%d/%m/%Y}" if gone else "")
    text = f"archived {moment.isoformat(timespec='seconds')}, {digest}"
    return text + (f"; the original has been gone since {gone.isoformat()}" if gone else "")


def _address(url: str) -> str:
    """The address with what would break out of a field or a line percent-encoded."""
    return quote(one_line(url), safe=_URL_SAFE)


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in one_line(text))


def _key(stored: StoredArticle) -> str:
    words = re.findall(r"[a-z0-9]+", fold(stored.article.headline))[:3]
    published = _published(stored)
    return "-".join([*words, str(published.year) if published else "nd", str(stored.id)])
