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
_TEXT_ALONE_EVERY = 6  # the headline stays, so that no list shows the edit
_REMOVED_EVERY, _REMOVED_AFTER = 5, 4
_OFF_TOPIC_EVERY = 4
_PICTURE_EVERY = 3


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
    theme = parts[kind][serial % len(parts[kind])]
    words = _words(parts, serial, day)

    def fill(sentence: str) -> str:
        return Template(sentence).substitute(words)

    title = fill(theme["title"])
    title = title[0].upper() + title[1:]
    again = serial // lcm(len(parts[kind]), len(parts["places"]))
    if again:
        title = f"{title} (đợt {again + 1})"
    text = [fill(sentence) for sentence in theme["text"]]
    picture = [fill(parts["picture"])] if serial % _PICTURE_EVERY == 0 else []
    closing = fill(parts["closings"][serial % len(parts["closings"])])
    return SampleArticle(
        host=site.host,
        key=f"ngay-{day}-{kind}",
        number=100_000 + serial * 2 + (kind == "off_topic"),
        slug=slugify(title),
        title=title,
        lead=fill(theme["lead"]),
        published=sample_clock(day) - timedelta(minutes=20 + serial * 13 % 200),
        section=(site.off_topic_section or "") if kind == "off_topic" else list(site.sections)[1],
        blocks=(text[0], *picture, *text[1:], closing),
        author=parts["people"][(serial + 4) % len(parts["people"])],
        appears_on_day=day,
        views=20 + serial,
        edits={"blocks": (fill(parts["edit"]), *picture, *text[1:], closing)}
        | ({} if day % _TEXT_ALONE_EVERY == FIRST_BULLETIN_DAY else {"title": f"{title}: thêm kết quả mới"}),
        **more,
    )


def _words(parts: Mapping[str, Any], serial: int, day: int) -> dict[str, object]:
    """What the sentences' blanks are filled with; the steps have no common factor, so combinations do not repeat."""
    places, people = parts["places"], parts["people"]
    return {
        "place": places[serial % len(places)],
        "person": people[serial * 3 % len(people)],
        "other": people[(serial * 3 + 5) % len(people)],
        "few": 3 + serial % 9,
        "many": 40 + serial * 7 % 260,
        "money": 15 + serial * 11 % 180,
        "share": 80 + serial % 20,
        "serial": serial,
        "date": f"{sample_clock(day - 1):%d/%m/%Y}",
    }


@cache
def _parts() -> Mapping[str, Any]:
    return tomllib.loads((CONTENT / "bulletins.toml").read_text(encoding="utf-8"))
