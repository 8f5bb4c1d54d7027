"""Sample articles and listings as HTML, in each site's own layout and with its clutter."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from string import Template

from .clock import ago, weekday
from .content import SampleArticle, SampleSite, address_parts

_IMAGE = re.compile(r'!\[(?P<caption>[^\]]*)\]\((?P<file>\S+?)(?: "(?P<credit>[^"]*)")?\)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What stands around an article or a listing: the newest articles, the most read, the visit's clock."""

    now: datetime
    newest: Sequence[SampleArticle]
    popular: Sequence[SampleArticle]


def article_html(site: SampleSite, article: SampleArticle, around: Surroundings, template: str = "article") -> str:
    """An article's page."""
    if article.published.year < 2016 and template == "article" and site.has_template("article-old"):
        template = "article-old"
    related = [other for other in around.newest if other.key != article.key][:6]
    return site.template(template).substitute(
        _frame(site, around),
        title=escape(article.title),
        lead=_lead(site, article),
        body=_body(site, article),
        byline=_fragment(site, "byline", article.author),
        source=_fragment(site, "source", article.source),
        date=_date(site, article.published),
        iso=article.published.isoformat(),
        section=escape(site.sections[article.section]),
        section_href=site.path("listing", section=article.section),
        tags="".join(_fragment(site, "tag", tag) for tag in article.tags),
        files=_files(site, article),
        views=article.views + (around.now - article.published).days,
        url=f"http://{site.host}{site.article_path(article)}",
        print_href=site.path("print", **address_parts(article)),
        description=escape(article.lead or article.blocks[0][:150]),
        related=_links(site, related, around, "related_item"),
        data=_structured_data(site, article),
    )


def print_html(site: SampleSite, article: SampleArticle) -> str:
    """The print twin: the same text bare, naming the article as its canonical address."""
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>In bài: {escape(article.title)}</title>'
        f'<link rel="canonical" href="http://{site.host}{site.article_path(article)}">'
        '<meta name="robots" content="noindex"></head><body onload="window.print()">'
        f"<h1>{escape(article.title)}</h1><p><i>{_date(site, article.published)}</i></p>"
        f"{_lead(site, article)}{_body(site, article)}{_fragment(site, 'byline', article.author)}</body></html>"
    )


def listing_html(
    site: SampleSite, heading: str, items: Sequence[SampleArticle], pager: str, around: Surroundings
) -> str:
    """A home page, a section, a page of one, or a search result."""
    rows = (
        Template(site.html["item"]).substitute(
            href=_href(site, article, n),
            title=escape(article.title),
            lead=escape(article.lead or article.blocks[0].split(". ")[0] + "."),
            date=_date(site, article.published),
            views=article.views,
        )
        for n, article in enumerate(items)
    )
    return site.template("listing").substitute(
        _frame(site, around), heading=escape(heading), items="\n".join(rows), pager=pager
    )


def pager_html(site: SampleSite, section: str, page: int, pages: int) -> str:
    """Numbered links with the site's own next link."""
    links = [
        _template(site, "here" if n == page else "page_link", page=n, href=_page_path(site, section, n))
        for n in range(1, pages + 1)
    ]
    if page < pages:
        links.append(_template(site, "next", page=page + 1, href=_page_path(site, section, page + 1)))
    return "".join(links)


def plain_html(site: SampleSite, heading: str, text: str, around: Surroundings) -> str:
    """A page that is no article: contact, about, or a message in place of one."""
    return site.template("listing").substitute(
        _frame(site, around), heading=escape(heading), items=f"<p>{escape(text)}</p>", pager=""
    )


def _page_path(site: SampleSite, section: str, page: int) -> str:
    if page == 1:
        return site.path("listing", section=section)
    return site.path("page", section=section, page=page)


def _frame(site: SampleSite, around: Surroundings) -> dict[str, object]:
    menu = "".join(
        _template(site, "menu_item", href=site.path("listing", section=folder), title=escape(title))
        for folder, title in site.sections.items()
    )
    return {
        "site_title": escape(site.title),
        "host": site.host,
        "menu": menu,
        "today": f"{weekday(around.now)}, {around.now.day}/{around.now.month}/{around.now.year}",
        "clock": f"{around.now:%H:%M} GMT+7",
        "year": around.now.year,
        "newest": _links(site, around.newest[:5], around, "side_item"),
        "popular": _links(site, around.popular[:5], around, "side_item"),
        "visits": 1_204_000 + around.now.toordinal() % 1000 * 37,
        "feed": site.paths["feed"],
        "soft_404": site.paths["soft_404"],
    }


def _href(site: SampleSite, article: SampleArticle, n: int) -> str:
    """A link as sites write it: some carry a campaign, a click id or a session, some an address that moved."""
    path = site.article_path(article)
    join = "&amp;" if "?" in path else "?"
    if n % 5 == 1:
        return f"{path}{join}utm_source=trang-chu&amp;utm_medium=tin-moi"
    if n % 5 == 2:
        return f"{path}{join}fbclid=IwAR{article.number:05d}mau"
    if n % 5 == 3 and site.session_ids:
        address, mark, query = path.partition("?")
        return f"{address};jsessionid={article.number:08X}{mark}{query}"
    return f"http://www.{site.host}{path}" if n % 5 == 4 else path


def _links(site: SampleSite, articles: Iterable[SampleArticle], around: Surroundings, fragment: str) -> str:
    return "".join(
        _template(
            site,
            fragment,
            href=_href(site, article, n),
            moved=site.path("moved", **address_parts(article)),
            title=escape(article.title),
            ago=ago(article.published, around.now),
            date=f"{article.published:%d/%m/%Y}",
        )
        for n, article in enumerate(articles)
    )


def _date(site: SampleSite, moment: datetime) -> str:
    day = {"d": moment.day, "m": moment.month, "y": moment.year, "dd": f"{moment:%d}", "mm": f"{moment:%m}"}
    return Template(site.date).substitute(day, weekday=weekday(moment), time=f"{moment:%H:%M}")


def _template(site: SampleSite, name: str, **values: object) -> str:
    return Template(site.html[name]).substitute(values)


def _fragment(site: SampleSite, name: str, text: str) -> str:
    return _template(site, name, text=escape(text)) if text else ""


def _lead(site: SampleSite, article: SampleArticle) -> str:
    if not article.lead:
        return ""
    return _template(site, "lead", text=escape(_with_dateline(article, article.lead)))


def _with_dateline(article: SampleArticle, text: str) -> str:
    return f"{article.dateline} {text}" if article.dateline else text


def _files(site: SampleSite, article: SampleArticle) -> str:
    rows = "".join(_template(site, "file", href=f"/files/{name}", title=escape(title)) for name, title in article.files)
    return _template(site, "files", rows=rows) if rows else ""


def _body(site: SampleSite, article: SampleArticle) -> str:
    html: list[str] = []
    pictures = 0
    dateline_due = bool(article.dateline) and not article.lead
    for raw in article.blocks:
        block = raw
        if block.startswith("!["):
            pictures += 1
        elif dateline_due:
            block, dateline_due = _with_dateline(article, block), False
        html.append(_block(site, article, block, pictures))
    return "\n".join(html)


def _block(site: SampleSite, article: SampleArticle, block: str, picture: int) -> str:
    image = _IMAGE.fullmatch(block)
    if image:
        caption = _fragment(site, "caption_text", image["caption"])
        return _template(
            site,
            "image",
            src=f"/media/{image['file']}",
            alt=f"{escape(article.title)} ảnh {picture}",
            caption=caption + _fragment(site, "credit", image["credit"] or ""),
        )
    if block.startswith("## "):
        return _fragment(site, "subhead", block[3:])
    if block.startswith("> "):
        return _fragment(site, "quote", block[2:])
    if block.startswith("- "):
        rows = "".join(f"<li>{escape(line[2:])}</li>" for line in block.splitlines())
        return f"<ul>{rows}</ul>"
    if block.startswith("|"):
        return _template(site, "table", rows="".join(_row(line) for line in block.splitlines()))
    return _fragment(site, "paragraph", " ".join(block.split()))


def _row(line: str) -> str:
    cells = line.strip().strip("|").split("|")
    return "<tr>" + "".join(f"<td>{escape(cell.strip())}</td>" for cell in cells) + "</tr>"


def _structured_data(site: SampleSite, article: SampleArticle) -> str:
    """JSON-LD as press sites publish it, for the templates that carry it."""
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": article.published.isoformat(),
        "dateModified": (article.modified or article.published).isoformat(),
        "author": {"@type": "Person", "name": article.author or site.title},
        "publisher": {"@type": "Organization", "name": site.title},
    }
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
