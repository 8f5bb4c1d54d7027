"""Search, whatever is asked: no text, filter or cursor is an error, and what is found is what reading would find."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.errors import QueryError
from archive.filters import Filters
from archive.grammar import TOKEN
from archive.query import Cursor, Match, Query, Results
from archive.search import search
from archive.text import fold, tone_normalise
from tests.corpus import Corpus, compose
from tests.search_cases import FILLERS, made


def ask(corpus: Corpus, text: str = "", **options: object) -> Results:
    return search(corpus.connection, Query(text=text, **options))  # type: ignore[arg-type]


class _Shared:
    """One corpus for the property tests, which take no fixtures of their own."""

    corpus: Corpus | None = None

    def get(self) -> Corpus:
        assert self.corpus
        return self.corpus


CORPUS = _Shared()


@pytest.fixture(scope="module", autouse=True)
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    CORPUS.corpus = made(tmp_path_factory.mktemp("archive"))
    yield
    CORPUS.corpus.connection.close()
    CORPUS.corpus = None


@given(st.one_of(st.text(), st.binary().map(lambda raw: raw.decode("latin-1"))))
def test_a_cursor_from_anywhere_is_refused_or_read(text: str) -> None:
    try:
        cursor = Cursor.decode(text)
    except QueryError:
        return
    assert cursor.place


@given(
    st.sampled_from(["ranked", "headline", "rest", "newest", "oldest", "x"]),
    st.lists(st.one_of(st.none(), st.integers(), st.text(), st.floats(), st.booleans()), max_size=5),
)
@settings(max_examples=200)
def test_a_forged_cursor_is_refused_or_harmless(order: str, place: list[object]) -> None:
    forged = Cursor(match=Match.FOLDED, order=order, place=tuple(place)).encode()  # type: ignore[arg-type]
    try:
        results = ask(CORPUS.get(), "dang", after=forged)
    except QueryError:
        return
    assert results.total == FILLERS + 3


_PIECES = st.sampled_from(
    ["dân vận", "dang", '"', "“", "”", "-", "*", "(", ")", "^", "+", "{", "}", ":", "NEAR", "AND", "NOT", " OR ", "tiêu đề:",
     "chuyên mục:", "author:", "\x00", "\ud800", "'", ";", "--", "😀", "ơ\u0323", "İ", "ß", "\u202e", "04-NQ/ĐUK"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(_PIECES, max_size=12).map("".join), st.text(st.characters())))
@settings(max_examples=300)
def test_no_text_is_an_error(query: str) -> None:
    results = ask(CORPUS.get(), query, limit=3, facets=True)
    assert results.total >= 0
    assert len(results.hits) <= 3


@given(st.text(), st.booleans())
def test_no_filter_is_anything_but_a_query_error(text: str, fold_it: bool) -> None:
    for name in ("site", "body", "author", "section", "since", "until", "captured_since", "captured_until"):
        try:
            found = ask(CORPUS.get(), "dang", filters=Filters(**{name: text}), fold=fold_it, limit=1)  # type: ignore[arg-type]
        except QueryError:
            continue
        assert len(found.hits) == min(found.total, 1)


_SYLLABLES = ["dân", "dẫn", "dan", "vận", "vẫn", "Đan", "đàn", "khéo", "hòa", "hoà", "hoa", "thuý", "thúy"]


@given(st.lists(st.lists(st.sampled_from(_SYLLABLES), min_size=1, max_size=6), min_size=1, max_size=8), st.data())
@settings(max_examples=60)
def test_what_is_found_is_what_reading_every_text_would_find(bodies: list[list[str]], data: st.DataObject) -> None:
    phrase = data.draw(st.lists(st.sampled_from(_SYLLABLES), min_size=1, max_size=3))
    connection = CORPUS.get().connection
    connection.execute("BEGIN")
    try:
        ids = [
            CORPUS.get().add(
                compose(url=f"https://danvan.example/p{n}", headline="Zz", article_body="zz " + ", ".join(body))
            )
            for n, body in enumerate(bodies)
        ]
        results = ask(CORPUS.get(), " ".join(phrase), limit=1000, filters=Filters(captured_since="2024"))
        accented = any(not syllable.isascii() for syllable in phrase)
        form = (lambda text: tone_normalise(text).lower()) if accented else fold
        wanted = " ".join(map(form, phrase))
        expected = {
            key for key, body in zip(ids, bodies, strict=True)
            if f" {wanted} " in f" {' '.join(TOKEN.findall(form(' '.join(body))))} "
        }  # fmt: skip
        exact = set() if results.fallback else {hit.id for hit in results.hits}
        assert exact & set(ids) == expected
    finally:
        connection.execute("ROLLBACK")
