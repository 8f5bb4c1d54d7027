"""What a set of results is worth against its gold: the rules are the same for every extractor.

Peers keep the lead inside the body, danvan apart from it: a body is scored against the gold body and against lead
and body together, and the better counts. A date counts by its day at +07:00, since some peers know only days.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from bench.pages import Case, plain_text

TOKEN = re.compile(r"\w+")
VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Means and counts over one page set. A field is None when the extractor does not offer it.

    Fields are (right, asked): pages whose gold holds a value. `invented` counts leads, bylines and dates given
    where the page has none; `captions` and `leaks` count captions and forbidden strings found in bodies.
    """

    extractor: str
    pages: int
    f1: float
    headline: tuple[int, int] | None
    lead: tuple[int, int] | None
    byline: tuple[int, int] | None
    date: tuple[int, int] | None
    invented: int
    captions: int
    leaks: int
    failed: int
    pages_per_second: float


def f1(body: str, gold: str) -> float:
    """F1 of two texts' words, counted as multisets, case ignored."""
    ours, wanted = Counter(TOKEN.findall(body.lower())), Counter(TOKEN.findall(gold.lower()))
    common = (ours & wanted).total()
    return 2 * common / (ours.total() + wanted.total()) if common else 0.0


def day(value: str | None) -> str | None:
    """The day at +07:00 of an ISO 8601 date or time; what cannot be read is no day."""
    if not value or len(value) <= 10:
        return value or None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value[:10]
    return (moment.astimezone(VIETNAM) if moment.tzinfo else moment).date().isoformat()


def score(extractor: str, cases: Sequence[Case], results: Mapping[str, dict[str, Any]], speed: float) -> Score:
    """Score one extractor's results, which are keyed by the case's name; a missing result is a failed page."""
    found = [(case, results.get(case.name, {})) for case in cases]
    offered = {field for _, result in found for field in result}
    return Score(
        extractor=extractor,
        pages=len(cases),
        f1=sum(_body_f1(case, result.get("body") or "") for case, result in found) / len(cases),
        headline=_hits("headline", offered, [(c.headline, r.get("headline")) for c, r in found]),
        lead=_hits("lead", offered, [(c.description, r.get("lead")) for c, r in found]),
        byline=_hits("authors", offered, [(_names(c.authors), _names(r.get("authors") or ())) for c, r in found]),
        date=_hits("date", offered, [(day(c.date), day(r.get("date"))) for c, r in found]),
        invented=sum(_invented(case, result) for case, result in found),
        captions=sum(_present(case.captions, result) for case, result in found),
        leaks=sum(_present(case.forbidden, result) for case, result in found),
        failed=sum(not (result.get("body") or "").strip() for _, result in found),
        pages_per_second=speed,
    )


def _body_f1(case: Case, body: str) -> float:
    gold = " ".join(case.paragraphs)
    with_lead = f1(body, f"{case.description} {gold}") if case.description else 0.0
    return max(f1(body, gold), with_lead)


def _names(authors: Sequence[str]) -> str:
    return "; ".join(sorted(plain_text(name).casefold() for name in authors))


def _hits(field: str, offered: set[str], pairs: list[tuple[str | None, str | None]]) -> tuple[int, int] | None:
    if field not in offered:
        return None
    asked = [(gold, got) for gold, got in pairs if gold]
    return sum(plain_text(gold) == plain_text(got or "") for gold, got in asked), len(asked)


def _invented(case: Case, result: dict[str, Any]) -> int:
    fields = ((case.description, "lead"), (case.authors, "authors"), (case.date, "date"))
    return sum(not gold and bool(result.get(field)) for gold, field in fields)


def _present(texts: Sequence[str], result: dict[str, Any]) -> int:
    body = plain_text(result.get("body") or "")
    return sum(plain_text(text) in body for text in texts)
