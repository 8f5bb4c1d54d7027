"""Other ways of writing a phrase: i for y (kĩ thuật, kỹ thuật), acronyms (UBND, ủy ban nhân dân).

The table is variants.toml beside this module. It is applied to the query, so editing it needs no new index.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from archive.grammar import Phrase, words_of
from archive.text import fold

TABLE = Path(__file__).with_name("variants.toml")
MAX_VARIANTS = 12  # of one phrase; one with many i and y keeps the first

Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants:
    """Syllables spelt two ways, and for each name (as tokens) the other names of the same thing."""

    spelling: Mapping[str, str]
    names: Mapping[Tokens, tuple[Tokens, ...]]
    longest: int


def spellings(phrase: Phrase, *, folded: bool) -> tuple[Tokens, ...]:
    """The phrase's tokens, first as asked, then in every other way of writing it (MAX_VARIANTS in all).

    `folded` gives them without diacritics. A quoted phrase has one form only, and the open end of a prefix is
    never respelt.
    """
    tokens = tuple(fold(token) for token in phrase.tokens) if folded else phrase.tokens
    if phrase.quoted:
        return (tokens,)
    end = len(tokens) - phrase.prefix
    found: dict[Tokens, None] = {}
    for form in _respell(tokens[:end], _variants(folded=folded)):
        found[(*form, *tokens[end:])] = None
        if len(found) == MAX_VARIANTS:
            break
    return tuple(found)


def _respell(tokens: Tokens, table: Variants) -> Iterator[Tokens]:
    """Every combination; those that differ at the end of the phrase come first."""
    if not tokens:
        yield ()
        return
    other = table.spelling.get(tokens[0])
    for rest in _respell(tokens[1:], table):
        yield (tokens[0], *rest)
        if other:
            yield (other, *rest)
    for length in range(1, min(table.longest, len(tokens)) + 1):
        for name in table.names.get(tokens[:length], ()):
            for rest in _respell(tokens[length:], table):
                yield (*name, *rest)


@cache
def _variants(*, folded: bool) -> Variants:
    data = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    spelling: dict[str, str] = {}
    for onset in data["spelling"]["onsets"]:
        for pair in data["spelling"]["pairs"]:
            one, other = (onset + vowel for vowel in pair.split())
            if folded:
                one, other = fold(one), fold(other)
            spelling[one], spelling[other] = other, one
    names: dict[Tokens, tuple[Tokens, ...]] = {}
    for group in data["acronyms"]:
        forms = [_form(text, folded=folded) for text in group["forms"]]
        for form in forms:
            names[form] = tuple(other for other in forms if other != form)
    return Variants(spelling=spelling, names=names, longest=max(map(len, names)))


def _form(text: str, *, folded: bool) -> Tokens:
    tokens = tuple(token for word in words_of(text) for token in word)
    return tuple(fold(token) for token in tokens) if folded else tokens
