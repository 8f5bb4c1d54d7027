"""Short bulletins for every day after the second, so that a simulated month always has news.

They are put together from content/bulletins.toml by the day alone: no two are alike, every run has the same.
Each site brings one a day; the general ones add one off the topic every fourth day. Every third day one of
the day's bulletins is edited two days later, every fifth day one is taken down four days later.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from math import lcm
from string import Template
from typing import Any

from .clock import sample_clock
from .content import CONTENT, SampleArticle, SampleSite, sample_sites, slugify

FIRST_BULLETIN_DAY = 3
_EDITED_EVERY, _EDITED_AFTER = 3, 2
_REMOVED_EVERY, _REMOVED_AFTER = 5, 4
_OFF_TOPIC_EVERY = 4


def bulletins(day: int) -> tuple[SampleArticle, ...]:
    """Every bulletin that has appeared by that day, in no order."""
    return tuple(article for n in range(FIRST_BULLETIN_DAY, day + 1) for article in _of_day(n))


@cache
def _of_day(day: int) -> tuple[SampleArticle, ...]:
    return tuple(_compose_day(day))


def _compose_day(day: int) -> Iterator[SampleArticle]:
    sites = list(sample_sites().values())
    for n, site in enumerate(sites):
        serial = day * len(sites) + n
        edited = day % _EDITED_EVERY == 0 and day // _EDITED_EVERY % len(sites) == n
        removed = day % _REMOVED_EVERY == 0 and day // _REMOVED_EVERY % len(sites) == n
        yield _compose(
            site,
            serial,
            day,
            "themes",
            edited_on_day=day + _EDITED_AFTER if edited else None,
            removed_on_day=day + _REMOVED_AFTER if removed else None,
            gone=410 if day % 2 else 404,
        )
        if day % _OFF_TOPIC_EVERY == 0 and site.off_topic_section:
            yield _compose(site, serial, day, "off_topic", off_topic=True)


def _compose(site: SampleSite, serial: int, day: int, kind: str, **more: Any) -> SampleArticle:
    parts = _parts()
    themes, places, people = parts[kind], parts["places"], parts["people"]
    theme = themes[serial % len(themes)]
    words = {
        "place": places[serial % len(places)],
        "person": people[serial * 3 % len(people)],
        "other": people[(serial * 3 + 5) % len(people)],
        "few": 3 + serial % 9,
        "many": 40 + serial * 7 % 260,
        "money": 15 + serial * 11 % 180,
        "share": 80 + serial % 20,
        "day": day,
        "date": f"{sample_clock(day - 1):%d/%m/%Y}",
    }
    text = [Template(sentence).substitute(words) for sentence in theme["text"]]
    turn = serial % len(text)
    blocks = (
        *text[turn:],
        *text[:turn],
        Template(parts["closings"][serial % len(parts["closings"])]).substitute(words),
    )
    title = Template(theme["title"]).substitute(words)
    again = serial // lcm(len(themes), len(places))
    title = f"{title} (đợt {again + 1})" if again else title
    edits = {"title": f"{title}: thêm kết quả mới", "blocks": (Template(parts["edit"]).substitute(words), *blocks[1:])}
    section = site.off_topic_section if kind == "off_topic" else list(site.sections)[1]
    return SampleArticle(
        host=site.host,
        key=f"ngay-{day}-{kind}",
        number=100_000 + serial * 2 + (kind == "off_topic"),
        slug=slugify(title),
        title=title,
        lead=Template(theme["lead"]).substitute(words),
        published=sample_clock(day) - timedelta(minutes=20 + serial * 13 % 200),
        section=section or "",
        blocks=blocks,
        author=people[(serial + 4) % len(people)],
        appears_on_day=day,
        views=20 + serial,
        edits=edits,
        **more,
    )


@cache
def _parts() -> Mapping[str, Any]:
    return tomllib.loads((CONTENT / "bulletins.toml").read_text(encoding="utf-8"))
