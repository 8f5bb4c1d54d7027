"""Ten kinds of query over the composed articles, each asked in many ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from archive.text import fold
from bench.articles import PHRASES, YEARS, document

_ALL = [phrase for phrase, _ in PHRASES]
_COMMON, _RARE = _ALL[:12], _ALL[12:]
EACH = 12  # queries a kind


@dataclass(frozen=True, slots=True)
class Asked:
    """A query through the Python API. Peers are asked for `words`: the phrase in it, without our grammar."""

    text: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The first phrase, without punctuation that is not its own."""
        return self.text.partition(" -")[0].partition(" OR ")[0].rstrip("*")


def kinds(articles: int) -> dict[str, list[Asked]]:
    """Kind to its queries, no two alike, so that nothing remembered answers."""
    numbers = [articles // 20 * n // EACH * 20 + 20 for n in range(EACH)]
    return {
        "phrase, no diacritics": [Asked(fold(phrase)) for phrase in _COMMON],
        "phrase as written": [Asked(phrase) for phrase in _COMMON],
        "rare phrase": [Asked(phrase) for phrase in _RARE],
        "document number": [Asked(document(min(number, articles - 20))) for number in numbers],
        "words apart": [Asked(f"{one} {two}") for one, two in zip(_RARE, reversed(_COMMON), strict=True)],
        "without a word": [Asked(f"{phrase} -{_RARE[n].split()[0]}") for n, phrase in enumerate(_COMMON)],
        "either of two": [Asked(f"{one} OR {two}") for one, two in zip(_COMMON, _RARE, strict=True)],
        "beginning of a word": [Asked(f"{phrase[: -1 - n % 2]}*") for n, phrase in enumerate(_ALL[4:16])],
        "site and year": [
            Asked(phrase, {"site": f"trang{n}", "since": str(YEARS[n]), "until": str(YEARS[n + 5])})
            for n, phrase in enumerate(_COMMON)
        ],
        "with facets": [Asked(phrase, {"facets": True, "sort": "newest"}) for phrase in _COMMON],
    }
