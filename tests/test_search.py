"""Search: which articles are found, in which order, how they are labelled, and that no input is an error."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive import Archive
from archive import facets as facets_module
from archive import halves as halves_module
from archive import remembered as remembered_module
from archive import search as search_module
from archive import selection as selection_module
from archive.errors import QueryError
from archive.filters import Filters
from archive.query import Match, Query, Results, Sort
from archive.remembered import RememberingConnection, remembered
from archive.schema import connect
from archive.search import search
from tests.corpus import Corpus, compose
from tests.search_cases import ARTICLES, CASES, FILLERS, key, made


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    filled = made(tmp_path_factory.mktemp("archive"))
    yield filled
    filled.connection.close()


def ask(corpus: Corpus, text: str = "", **options: object) -> Results:
    return search(corpus.connection, Query(text=text, **options))  # type: ignore[arg-type]


def found(corpus: Corpus, results: Results) -> list[str]:
    names = {key(corpus, name): name for name in ARTICLES}
    return [names.get(hit.id, "filler") for hit in results.hits]


def test_there_are_cases_enough() -> None:
    assert len(CASES) >= 60
    assert len(ARTICLES) + FILLERS >= 300


@pytest.mark.parametrize(("query", "names", "match", "fallback"), CASES, ids=[case[0] or "all" for case in CASES])
def test_a_query_finds_these_in_this_order(
    corpus: Corpus, query: str, names: list[str], match: str, fallback: bool
) -> None:
    results = ask(corpus, query)
    assert found(corpus, results) == names
    if names:
        assert (str(results.match), results.fallback) == (match, fallback)
    assert results.shown_total == len(names)
    assert results.total == (0 if fallback else len(names))


def test_without_diacritics_a_syllable_stands_for_all_its_spellings(corpus: Corpus) -> None:
    assert ask(corpus, "dang").total == FILLERS + 3
    assert ask(corpus, "đang").total == FILLERS
    assert ask(corpus, "Đảng").total == 3


def test_fold_widens_on_demand_and_counts(corpus: Corpus) -> None:
    results = ask(corpus, "Đảng", fold=True)
    assert (results.total, results.match, results.fallback) == (FILLERS + 3, Match.FOLDED, False)


def test_a_megabyte_of_text_is_searched_by_its_beginning(corpus: Corpus) -> None:
    results = ask(corpus, "dân vận " * 130_000)
    assert results.truncated
    assert results.total == 0


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"site": "most_gov_vn"}, ["khcn", "science"]),
        ({"body": "khoa học"}, ["khcn", "science"]),
        ({"body": "khoa hoc", "since": "2019"}, ["khcn"]),
        ({"site": "danvan_vn", "body": "Nghệ An"}, []),
        ({"author": "Thu Hà"}, ["author_long", "author"]),
        ({"author": "nguyen thu ha"}, ["author_long"]),
        ({"author": "Thư Hạ"}, []),
        ({"section": "điển hình"}, ["section_sub", "section"]),
        ({"section": "Gương"}, ["section_sub"]),
        ({"section": "guong dien hinh"}, ["section_sub"]),
        ({"section": "thơ"}, []),
        ({"since": "2022-04"}, ["dang_body", "dang_new", "dang"]),
        ({"since": "2022-04-02"}, ["dang_body", "dang_new"]),
        ({"since": "2022-04-02", "until": "2022-04-02"}, ["dang_new"]),
        ({"since": "2022", "until": "2022-03"}, ["kheo", "kheo_lead"]),
        ({"until": "2001"}, ["directive"]),
        ({"until": "2018-06-01", "since": "2018-06-01", "site": "baonghean_vn"}, ["sticky_new"]),
        ({"captured_until": "2023"}, ["keyword"]),
        ({"captured_since": "2024-01-02", "until": "2001"}, ["directive"]),
        ({"has_attachment": True}, ["file"]),
        ({"gone": True}, ["gone"]),
        ({"gone": False, "since": "2022-04-03"}, ["dang_body"]),
    ],
)
def test_filters_limit_what_is_found(corpus: Corpus, filters: dict[str, object], names: list[str]) -> None:
    results = ask(corpus, filters=Filters(**filters))  # type: ignore[arg-type]
    assert found(corpus, results) == names
    assert results.total == len(names)


def test_filters_and_words_hold_together(corpus: Corpus) -> None:
    assert found(corpus, ask(corpus, "lúa nếp", filters=Filters(site="baonghean_vn"))) == ["sticky_new"]
    assert found(corpus, ask(corpus, "lúa nếp -giữa", filters=Filters(since="2018"))) == ["sticky_old"]
    assert found(corpus, ask(corpus, "-nếp", filters=Filters(since="2022-04-02"))) == ["dang_body", "dang_new"]


def test_sorting_by_date_puts_what_has_none_last(corpus: Corpus) -> None:
    for sort, names in (
        (Sort.NEWEST, ["sticky_new", "sticky_old", "undated"]),
        (Sort.OLDEST, ["sticky_old", "sticky_new", "undated"]),
    ):
        assert found(corpus, ask(corpus, "lúa nếp", sort=sort)) == names


def test_nothing_asked_is_everything_newest_first(corpus: Corpus) -> None:
    results = ask(corpus, limit=3)
    assert results.total == FILLERS + len(ARTICLES) - 1
    assert found(corpus, results) == ["dang_body", "dang_new", "dang"]


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize(
    ("query", "filters"), [("đang gặt", {}), ("dang", {}), ("", {}), ("mưa", {"since": "2014"}), ("-mưa", {})]
)
def test_pages_follow_each_other_without_gap_or_repeat(
    corpus: Corpus, sort: Sort, query: str, filters: dict[str, str]
) -> None:
    whole = [hit.id for hit in ask(corpus, query, sort=sort, limit=1000, filters=Filters(**filters)).hits]
    pages: list[int] = []
    after = None
    while True:
        results = ask(corpus, query, sort=sort, limit=37, after=after, filters=Filters(**filters))
        pages += [hit.id for hit in results.hits]
        after = results.next_cursor
        if after is None:
            break
    assert pages == whole
    assert len(set(pages)) == results.total


def test_a_page_that_exactly_ends_the_set_has_no_next(corpus: Corpus) -> None:
    assert ask(corpus, "lúa nếp", limit=3).next_cursor is None
    assert ask(corpus, "lúa nếp", limit=2).next_cursor


def test_an_article_stored_meanwhile_moves_no_other(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    for number in range(6):
        corpus.add(compose(url=f"https://danvan.example/{number}", date_published=f"2020-01-0{number + 1}"))
    first = ask(corpus, limit=3)
    corpus.add(compose(url="https://danvan.example/new", date_published="2021-01-01"))
    second = ask(corpus, limit=3, after=first.next_cursor)
    assert [hit.date_published for hit in second.hits] == ["2020-01-03", "2020-01-02", "2020-01-01"]


class TestWhatIsCommon:
    """Thresholds lowered so that the ways taken for large sets are taken for these."""

    @pytest.fixture(autouse=True, params=["a further pass", "a walk along the dates", "one by one"])
    def thresholds(self, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
        monkeypatch.setattr(search_module, "RARE", 0)
        monkeypatch.setattr(selection_module, "FEW", 500 if request.param == "one by one" else 0)
        monkeypatch.setattr(selection_module, "MET", 0 if request.param == "a further pass" else 300)

    def test_headline_hits_come_first_then_the_newest(self, corpus: Corpus) -> None:
        assert found(corpus, ask(corpus, "dân vận khéo")) == ["kheo", "kheo_lead", "kheo_body", "kheo_colon"]
        assert found(corpus, ask(corpus, "Thu Hà")) == ["author_named", "author_long", "author"]
        assert found(corpus, ask(corpus, "tác giả: Thu Hà")) == ["author_long", "author"]
        assert all(hit.score is None for hit in ask(corpus, "Thu Hà").hits)

    def test_dates_are_in_order_undated_last(self, corpus: Corpus) -> None:
        assert found(corpus, ask(corpus, "lúa nếp", sort=Sort.OLDEST)) == ["sticky_old", "sticky_new", "undated"]
        assert found(corpus, ask(corpus, "lúa nếp", sort=Sort.NEWEST)) == ["sticky_new", "sticky_old", "undated"]

    def test_filters_and_exclusions_hold(self, corpus: Corpus) -> None:
        assert found(corpus, ask(corpus, "lúa nếp", filters=Filters(site="baonghean_vn"))) == ["sticky_new"]
        assert found(corpus, ask(corpus, "dân vận khéo -xã")) == ["kheo_lead", "kheo_body", "kheo_colon"]
        assert found(corpus, ask(corpus, "cầu treo")) == ["gone"]

    def test_beginnings_of_words_and_columns(self, corpus: Corpus) -> None:
        assert found(corpus, ask(corpus, "dân vận kh*")) == ["kheo", "kheo_lead", "kheo_body", "kheo_colon"]
        assert found(corpus, ask(corpus, "tác giả: thu*")) == ["author_long", "author"]
        assert found(corpus, ask(corpus, "con thuyền tác giả: thu*")) == ["author_long"]
        assert found(corpus, ask(corpus, "tiêu đề: lúa nế*", limit=1)) == ["sticky_new"]

    @pytest.mark.parametrize("query", ["dang", "dan*", "mùa vụ số*", "bản tin OR đảng", "gặt bà con trời"])
    def test_pages_follow_each_other(self, corpus: Corpus, query: str) -> None:
        seen: list[int] = []
        results = ask(corpus, query, limit=29)
        while True:
            seen += [hit.id for hit in results.hits]
            if results.next_cursor is None:
                break
            results = ask(corpus, query, limit=29, after=results.next_cursor)
        assert len(seen) == len(set(seen)) == results.shown_total > 200

    def test_a_page_of_two(self, corpus: Corpus) -> None:
        assert found(corpus, ask(corpus, "dang", limit=2)) == ["dang_new", "dang"]


def test_two_threads_find_what_one_does(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(halves_module, "LARGE", 0)
    with closing(connect(corpus.path / "archive.db", read_only=True)) as reader:
        for text in ("dang", "Đảng", "dân vận khéo", "lúa nếp", "xã -thôn", "hoà OR cầu", "không ở đâu cả"):
            alone, helped = ask(corpus, text), search(reader, Query(text=text))
            assert ([hit.id for hit in helped.hits], helped.total) == ([hit.id for hit in alone.hits], alone.total)
        assert isinstance(reader, RememberingConnection)
        assert reader.twin is not None


def test_what_was_asked_for_lately_is_remembered_and_nothing_beyond_a_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered_module, "MOST", 2_500)
    asked: list[str] = []

    def answer(question: str) -> str:
        return remembered(reader, question, lambda: asked.append(question) or question)

    with closing(sqlite3.connect(tmp_path / "any.db")) as writer:
        writer.execute("CREATE TABLE t (n)")
        with closing(connect(tmp_path / "any.db", read_only=True)) as reader:
            assert [answer(each) for each in "abacab"] == list("abacab")
            assert asked == ["a", "b", "c", "b"]
            writer.execute("INSERT INTO t VALUES (1)")
            writer.commit()
            assert answer("b") == "b"
            assert asked == ["a", "b", "c", "b", "b"]


@pytest.mark.parametrize("many", [1, 1000])
def test_facets_count_the_whole_set(corpus: Corpus, monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    monkeypatch.setattr(facets_module, "MANY", many)
    facets = ask(corpus, facets=True, limit=1).facets
    total = FILLERS + len(ARTICLES) - 1
    assert sum(count for _, count in facets["site"]) == total
    assert facets["site"][0] == ("baonghean_vn", FILLERS + 1)
    assert sum(count for _, count in facets["year"]) == total - 1
    assert [year for year, _ in facets["year"]] == sorted({year for year, _ in facets["year"]}, reverse=True)
    assert set(facets["author"]) == {("Thu Hà", 1), ("Nguyễn Thu Hà", 1), ("Lò Văn Pản", 1)}
    assert ask(corpus, "lúa nếp", facets=True).facets["site"] == (("danvan_vn", 2), ("baonghean_vn", 1))
    assert ask(corpus, "lúa nếp").facets == {}


@pytest.mark.parametrize(
    ("query", "name", "headline"),
    [
        ("hoà giải", "hoa_old", "[Hòa giải] viên kể chuyện"),
        ("hoa giai", "hoa_new", "Tổ [hoà giải] số ba"),
        ("dang uy", "dang", "[Đảng ủy] họp phiên thường kỳ"),
        ("ủy ban nhân dân", "ubnd", "[UBND] huyện tiếp công dân"),
        ("04-NQ/ĐUK", "nq", "Triển khai Nghị quyết số [04-NQ/ĐUK]"),
        ("khuyế*", "script", "<script>alert(1)</script> [khuyến] nông"),
        ("tóm tắt: khéo", "kheo_lead", "Chuyện xóm Trại"),
    ],
)
def test_the_headline_is_marked_as_it_was_written(corpus: Corpus, query: str, name: str, headline: str) -> None:
    hit = next(hit for hit in ask(corpus, query).hits if hit.id == key(corpus, name))
    assert "".join(f"[{piece}]" if marked else piece for piece, marked in hit.headline.pieces()) == headline


def test_the_snippet_shows_the_passage_and_html_is_inert(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    filler = "Bà con ra đồng từ sớm. " * 40
    corpus.add(compose(article_body=f"{filler}\n\nChuyện <b>HÒA GIẢI</b> ở cơ sở thì dài.\n\n{filler}"))
    (hit,) = ask(corpus, "hoà giải").hits
    assert "Chuyện <b>HÒA GIẢI</b> ở cơ sở" in hit.snippet.text
    assert hit.snippet.text.startswith("… ")
    assert hit.snippet.text.endswith(" …")
    assert len(hit.snippet.text) < 300
    assert "&lt;b&gt;<mark>HÒA GIẢI</mark>&lt;/b&gt;" in hit.snippet.html()


def test_a_snippet_without_a_match_is_the_lead(corpus: Corpus) -> None:
    (hit,) = ask(corpus, "từ khóa: nước sạch").hits
    assert hit.snippet.text == "Giếng đào năm ngoái."
    assert hit.snippet.marks == ()


@pytest.mark.parametrize(
    "filters",
    [
        {"site": "khong_co"}, {"since": "hôm qua"}, {"until": "2020-13"}, {"since": "2020-02-30"}, {"since": "20"},
        {"captured_since": "06/03/2020"}, {"author": "?"},
    ],
)  # fmt: skip
def test_a_filter_that_means_nothing_is_named(corpus: Corpus, filters: dict[str, str]) -> None:
    (value,) = filters.values()
    with pytest.raises(QueryError, match=repr(value)[1:-1].replace("?", r"\?")):
        ask(corpus, filters=Filters(**filters))


@pytest.mark.parametrize("limit", [0, -1, 10**9])
def test_a_limit_out_of_range_is_named(limit: int) -> None:
    with pytest.raises(QueryError, match=str(limit)):
        Query(limit=limit)


def test_a_cursor_of_another_kind_of_search_is_refused(corpus: Corpus) -> None:
    folded = ask(corpus, "dang", limit=1).next_cursor
    with pytest.raises(QueryError, match="another search"):
        ask(corpus, "đang", after=folded)


def test_the_facade_searches_what_a_reader_opens(corpus: Corpus) -> None:
    with Archive.open(corpus.path) as archive:
        results = archive.search("lúa nếp", site="baonghean_vn", sort="newest")
        assert results.total == 1
        with pytest.raises(QueryError, match="sideways"):
            archive.search("x", sort="sideways")


def test_a_reader_counts_anew_when_somebody_wrote(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add(compose(headline="Hòa giải", date_published="2020-01-01"))
    with Archive.open(tmp_path) as archive:
        assert [archive.search("hòa giải", facets=True).total for _ in range(2)] == [1, 1]
        key = corpus.add(compose(url="https://danvan.example/2", headline="Hoà giải", date_published="2021-01-01"))
        results = archive.search("hòa giải", facets=True)
        assert (results.total, results.facets["year"]) == (2, (("2021", 1), ("2020", 1)))
        corpus.set(key, hidden_at="2024-01-01")
        results = archive.search("hòa giải", facets=True)
        assert (results.total, results.facets["year"]) == (1, (("2020", 1),))
