"""The search language: what a person types → phrases to look for. Never raises; what is not grammar is literal.

    dân vận khéo            a phrase: several words in a row mean those words in that order
    "dân vận" khéo          a phrase as written, and a word
    dân vận -khéo           without a word; -"cụm từ" without a phrase. Exclusions hold for the whole query
    dân vận OR mặt trận     either; HOẶC says the same. Only in capitals
    tiêu đề: dân vận        in the headline. The field holds for the phrase that follows it
    vận độ*                 words that begin so (two letters at least)

Fields, with or without diacritics: tiêu đề / headline, tóm tắt / description, tác giả / author,
từ khóa / keyword, nguồn / source, chuyên mục / section, tệp / attachment. Punctuation separates words and is otherwise
ignored, so 04-NQ/ĐUK is a phrase of three words. A text of more than MAX_TEXT characters or MAX_WORDS
words is cut there, and `truncated` says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.text import clean, fold, has_diacritics, tone_normalise

MAX_TEXT = 10_000  # characters
MAX_WORDS = 100
MIN_PREFIX = 2  # letters before a star; a shorter one would match half the dictionary
SECTION = "article_section"

_FIELDS = {
    "headline": ("tiêu đề", "headline"),
    "description": ("tóm tắt", "sapô", "sapo", "description"),
    "author_names": ("tác giả", "author"),
    "keywords": ("từ khoá", "keyword"),
    "source_name": ("nguồn", "source"),
    "attachment_text": ("tệp đính kèm", "tệp", "attachment"),
    SECTION: ("chuyên mục", "section"),
}
_COLUMNS = {fold(name): column for column, names in _FIELDS.items() for name in names}
_NAMES = sorted({form for names in _FIELDS.values() for name in names for form in (name, fold(name))}, reverse=True)

TOKEN = re.compile("(?:[^\\W_][\u0300-\u036f]*)+")
"""One word as FTS5's unicode61 cuts it: letters and digits, with marks that compose to no letter."""

_ITEM = re.compile(
    r"\s*(?P<minus>-(?!-))?"
    rf"(?:(?P<field>{'|'.join(_NAMES)})\s?:\s*(?P<minus_after>-)?)?"
    r"""(?:["“”](?P<quoted>[^"“”]*)["“”](?P<quoted_star>\*)?|(?P<word>[^\s"“”]+|["“”]))?""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words in a row: each a tuple of tokens, lower case, tones on the second vowel.

    `column` limits the phrase to one column of the full-text tables (or SECTION), `prefix` lets the last token go
    on, `quoted` means as written: no spelling variants, and never loosened to "all the words".
    """

    words: tuple[tuple[str, ...], ...]
    column: str | None = None
    prefix: bool = False
    quoted: bool = False

    @property
    def tokens(self) -> tuple[str, ...]:
        """All tokens in order."""
        return tuple(token for word in self.words for token in word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A parsed query: any of `alternatives` (every phrase of one), none of `excluded`.

    `sections` and `excluded_sections` limit the article's section. `blank` is a query of nothing at all, which
    asks for every article; one of punctuation alone asks for nothing that exists.
    """

    alternatives: tuple[tuple[Phrase, ...], ...] = ()
    excluded: tuple[Phrase, ...] = ()
    sections: tuple[Phrase, ...] = ()
    excluded_sections: tuple[Phrase, ...] = ()
    blank: bool = False
    truncated: bool = False

    @property
    def accented(self) -> bool:
        """Whether any word looked for carries a diacritic or is spelt with đ: then spelling counts."""
        phrases = (*(phrase for group in self.alternatives for phrase in group), *self.excluded)
        return any(has_diacritics(token) for phrase in phrases for token in phrase.tokens)

    @property
    def empty(self) -> bool:
        """Whether nothing at all can match: there is a text, and no word in it."""
        return not (self.blank or self.alternatives or self.excluded or self.sections or self.excluded_sections)


def parse(text: str) -> Statement:
    """What the text asks for."""
    cut = text[: MAX_TEXT + 1]
    truncated = len(cut) > MAX_TEXT
    if truncated:  # a word cut in half would be another word
        cut = cut[:MAX_TEXT].rpartition(" ")[0] or cut[:MAX_TEXT]
    normal = tone_normalise(clean(cut))
    reader = _Reader()
    position = 0
    while position < len(normal):
        found = _ITEM.match(normal, position)
        assert found
        if found.end() == position:
            break
        reader.take(found, last=not normal[found.end() :].strip())
        position = found.end()
    return reader.statement(blank=not text.strip(), truncated=truncated)


def words_of(text: str) -> tuple[tuple[str, ...], ...]:
    """The text's words, each as its tokens, in the form Phrase wants; words of punctuation alone are dropped."""
    normal = tone_normalise(clean(text)).lower()
    split = (tuple(TOKEN.findall(word)) for word in normal.split())
    return tuple(word for word in split if word)


class _Reader:
    """Gathers items to phrases: words until an operator are one phrase."""

    def __init__(self) -> None:
        self.groups: list[list[Phrase]] = [[]]
        self.excluded: list[Phrase] = []
        self.sections: list[Phrase] = []
        self.excluded_sections: list[Phrase] = []
        self._run: list[tuple[str, ...]] = []
        self._column: str | None = None
        self._room = MAX_WORDS
        self._full = False

    def take(self, item: re.Match[str], *, last: bool) -> None:
        """One item: an operator, a quoted phrase, an excluded word, or a word of the present run."""
        word, quoted = item["word"], item["quoted"]
        if item["field"]:
            self._end_run()
            self._column = _COLUMNS[fold(item["field"])]
        minus = bool(item["minus"] or item["minus_after"])
        if word in ("OR", "HOẶC") and not (minus or item["field"]) and not last and (self._run or self.groups[-1]):
            self._end_run()
            self.groups.append([])
        elif quoted is not None:
            self._end_run(keep_column=True)
            self._add(words_of(quoted), minus=minus, prefix=bool(item["quoted_star"]), quoted=True)
        elif word:
            self._take_word(word, minus=minus)

    def _take_word(self, word: str, *, minus: bool) -> None:
        bare = word.rstrip("*")
        prefix = bare != word and len(bare) >= MIN_PREFIX and bare[-1].isalnum()
        words = words_of(word)
        if minus:
            self._end_run(keep_column=not self._run)
            self._add(words, minus=True, prefix=prefix, quoted=False)
            return
        self._run += words
        if prefix:
            self._end_run(prefix=True)

    def _end_run(self, *, prefix: bool = False, keep_column: bool = False) -> None:
        """Make the run a phrase. A field without words of its own yet waits for the next phrase."""
        if self._run:
            run, self._run = tuple(self._run), []
            self._add(run, minus=False, prefix=prefix, quoted=False)
        elif not keep_column:
            self._column = None

    def _add(self, words: tuple[tuple[str, ...], ...], *, minus: bool, prefix: bool, quoted: bool) -> None:
        column, self._column = self._column, None
        kept = self._fit(words)
        if not kept:
            return
        phrase = Phrase(words=kept, column=column, prefix=prefix and kept == words, quoted=quoted)
        if column == SECTION:
            (self.excluded_sections if minus else self.sections).append(phrase)
        elif minus:
            self.excluded.append(phrase)
        else:
            self.groups[-1].append(phrase)

    def _fit(self, words: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        kept: list[tuple[str, ...]] = []
        for word in words:
            self._full = self._full or len(word) > self._room
            if word[: self._room]:
                kept.append(word[: self._room])
            self._room -= min(len(word), self._room)
        return tuple(kept)

    def statement(self, *, blank: bool, truncated: bool) -> Statement:
        """What was gathered."""
        self._end_run()
        return Statement(
            alternatives=tuple(tuple(group) for group in self.groups if group),
            excluded=tuple(self.excluded),
            sections=tuple(self.sections),
            excluded_sections=tuple(self.excluded_sections),
            blank=blank,
            truncated=truncated or self._full,
        )
