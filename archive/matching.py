"""A parsed query → the FTS5 expression that finds it and the patterns that show where.

Every token is letters and digits in quotation marks, so nothing of FTS5's own syntax gets through.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product

from archive.grammar import Phrase, Statement
from archive.text import fold, tone_normalise
from archive.variants import MAX_VARIANTS, Tokens, spellings

NEAR = 10  # words that may stand between those of a query that are near each other, and one more for each of them

_BEGINS = r"(?<![^\W_])"  # where a word may begin


@dataclass(frozen=True)
class Matcher:
    """How a statement is matched: in which of the two full-text tables, and how strictly.

    `folded` ignores diacritics. `loose` takes all the words of an unquoted phrase in any order and place.
    """

    statement: Statement
    folded: bool
    loose: bool = False

    @property
    def table(self) -> str:
        """The full-text table asked."""
        return "articles_folded" if self.folded else "articles_exact"

    @cached_property
    def wanted(self) -> str:
        """The FTS5 expression of what must be there; empty when there are only exclusions."""
        return self._alternatives(self.statement.alternatives)

    @cached_property
    def unwanted(self) -> str:
        """The FTS5 expression of what must not be there; empty when nothing is excluded."""
        return " OR ".join(self._phrase(phrase) for phrase in self.statement.excluded)

    @property
    def expression(self) -> str:
        """The whole, as MATCH takes it; only where something is wanted."""
        return f"({self.wanted}) NOT ({self.unwanted})" if self.unwanted else self.wanted

    @cached_property
    def in_headline(self) -> str:
        """What articles match that have it all in their headline; empty when every phrase names a column."""
        if all(phrase.column for group in self.statement.alternatives for phrase in group):
            return ""
        wanted = self._alternatives(self.statement.alternatives, column="headline")
        return f"({wanted}) NOT ({self.unwanted})" if self.unwanted else wanted

    @cached_property
    def near(self) -> str:
        """What articles match in which words apart stand near each other, as in a headline they do."""
        wanted = " OR ".join(self._near(group) for group in self.statement.alternatives)
        return f"({wanted}) NOT ({self.unwanted})" if self.unwanted else wanted

    def _near(self, group: tuple[Phrase, ...]) -> str:
        """The words of an alternative near each other, in each spelling; in the headline where one names a column."""
        parts = [part for phrase in group for part in self._parts(phrase)]
        if len(parts) < 2 or any(phrase.column for phrase in group):
            return self._alternatives((group,), column="headline")
        forms = ([_quoted(form, part) for form in spellings(part, folded=self.folded)] for part in parts)
        within = NEAR + len(parts)
        return " OR ".join(f"NEAR({' '.join(each)}, {within})" for each in islice(product(*forms), MAX_VARIANTS))

    def may_be_in(self, headline: str) -> bool:
        """Whether the words wanted of a headline all stand in it, be it in others: no less than what matches."""
        text = self._searched(headline)
        return any(
            all(any(all(map(text.__contains__, form)) for form in forms) for forms in parts) for parts in self._needed
        )

    def is_in(self, headline: str) -> bool:
        """Whether it matches by that headline, told without full text; only where no phrase names another column."""
        text = self._searched(headline)
        return any(
            all(matches_text(part, text, folded=self.folded) for phrase in group for part in self._parts(phrase))
            for group in self.statement.alternatives
        )

    def _searched(self, text: str) -> str:
        return fold(text) if self.folded else tone_normalise(text).lower()

    @cached_property
    def _needed(self) -> tuple[tuple[tuple[Tokens, ...], ...], ...]:
        """For each alternative, the spellings of each part that must be in the headline."""
        return tuple(
            tuple(
                spellings(part, folded=self.folded)
                for phrase in group
                if phrase.column in (None, "headline")
                for part in self._parts(phrase)
            )
            for group in self.statement.alternatives
        )

    @cached_property
    def names_columns(self) -> bool:
        """Whether a phrase is looked for in another column than the headline."""
        return any(phrase.column not in (None, "headline") for group in self.statement.alternatives for phrase in group)

    @cached_property
    def phrases(self) -> int:
        """How many phrases FTS5 would weigh; each costs a pass over its postings."""
        return self.wanted.count('"') // 2

    @cached_property
    def has_prefix(self) -> bool:
        """Whether a word may go on; FTS5 then gathers every word that begins so, each time it is asked."""
        return any(phrase.prefix for group in self.statement.alternatives for phrase in group)

    def pattern(self, column: str) -> re.Pattern[str] | None:
        """Finds what matched in that column's text (normalised or folded, see archive.highlight)."""
        if column not in self._patterns:
            self._patterns[column] = self._pattern(column)
        return self._patterns[column]

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str] | None]:
        return {}

    def _pattern(self, column: str) -> re.Pattern[str] | None:
        forms = {
            (form, phrase.prefix)
            for group in self.statement.alternatives
            for phrase in group
            if phrase.column in (None, column)
            for part in self._parts(phrase)
            for form in spellings(part, folded=self.folded)
        }
        if not forms:
            return None
        longest_first = sorted(forms, key=lambda form: (-len("".join(form[0])), form))
        return re.compile(
            _BEGINS + f"(?:{'|'.join(_words(tokens, prefix=prefix) for tokens, prefix in longest_first)})"
        )

    def _alternatives(self, groups: tuple[tuple[Phrase, ...], ...], column: str | None = None) -> str:
        joined = (" AND ".join(self._phrase(phrase, column) for phrase in group) for group in groups)
        return " OR ".join(f"({group})" for group in joined)

    def _phrase(self, phrase: Phrase, column: str | None = None) -> str:
        both = " AND ".join(self._forms(part) for part in self._parts(phrase))
        column = phrase.column or column
        return f"{column} : ({both})" if column else f"({both})"

    def _parts(self, phrase: Phrase) -> tuple[Phrase, ...]:
        """The phrase, or its words one by one where any order will do."""
        if not self.loose or phrase.quoted or phrase in self.statement.excluded:
            return (phrase,)
        last = len(phrase.words) - 1
        return tuple(
            Phrase(words=(word,), column=phrase.column, prefix=phrase.prefix and n == last)
            for n, word in enumerate(phrase.words)
        )

    def _forms(self, phrase: Phrase) -> str:
        return f"({' OR '.join(_quoted(form, phrase) for form in spellings(phrase, folded=self.folded))})"


def _quoted(form: Tokens, phrase: Phrase) -> str:
    return f'"{" ".join(form)}"{" *" if phrase.prefix else ""}'


def _words(tokens: Tokens, *, prefix: bool) -> str:
    words = r"[\W_]+".join(re.escape(token) for token in tokens)
    return words + (r"[^\W_]*" if prefix else r"(?![^\W_])")


def matches_text(phrase: Phrase, text: str, *, folded: bool) -> bool:
    """Whether a short text (already normalised or folded) holds the phrase, as full text would find it."""
    return any(
        re.search(_BEGINS + _words(form, prefix=phrase.prefix), text) for form in spellings(phrase, folded=folded)
    )
