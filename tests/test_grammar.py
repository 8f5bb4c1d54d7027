"""The search language: what is grammar, what is literal, and that nothing a person can type is an error."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.grammar import MAX_TEXT, MAX_WORDS, Phrase, Statement, parse
from archive.variants import MAX_VARIANTS, spellings


def told(statement: Statement) -> list[list[str]]:
    """The alternatives, each phrase as text: column:, quotation marks and star as meant."""
    return [[text(phrase) for phrase in group] for group in statement.alternatives]


def text(phrase: Phrase) -> str:
    words = " ".join("+".join(word) for word in phrase.words)
    quoted = f'"{words}"' if phrase.quoted else words
    return f"{phrase.column + ':' if phrase.column else ''}{quoted}{'*' if phrase.prefix else ''}"


@pytest.mark.parametrize(
    ("query", "alternatives"),
    [
        ("dân vận khéo", [["dân vận khéo"]]),
        ("  Dân   VẬN\tkhéo\n", [["dân vận khéo"]]),
        ("Hòa thuận", [["hoà thuận"]]),
        ("HÒA THÚY", [["hoà thuý"]]),
        (unicodedata.normalize("NFD", "Đảng ủy"), [["đảng uỷ"]]),
        ('"dân vận" khéo', [['"dân vận"', "khéo"]]),
        ("“dân vận” khéo", [['"dân vận"', "khéo"]]),
        ('a"b c"d', [["a", '"b c"', "d"]]),
        ('"dân vận', [["dân vận"]]),
        ("dân vận OR mặt trận", [["dân vận"], ["mặt trận"]]),
        ("dân vận HOẶC mặt trận", [["dân vận"], ["mặt trận"]]),
        ('"a" b OR c', [['"a"', "b"], ["c"]]),
        ("dân or vận", [["dân or vận"]]),
        ("OR dân", [["or dân"]]),
        ("dân OR", [["dân or"]]),
        ("dân OR OR vận", [["dân"], ["or vận"]]),
        ("tiêu đề: dân vận", [["headline:dân vận"]]),
        ("Tiêu đề:dân vận", [["headline:dân vận"]]),
        ("tieu de : dân vận", [["headline:dân vận"]]),
        ("headline:dân", [["headline:dân"]]),
        (unicodedata.normalize("NFD", "tiêu đề:dân"), [["headline:dân"]]),
        ('tác giả: "Thu Hà" khéo', [['author_names:"thu hà"', "khéo"]]),
        ("khéo tác giả: Thu Hà", [["khéo", "author_names:thu hà"]]),
        ("từ khóa: nước sạch", [["keywords:nước sạch"]]),
        ("tu khoa: nước sạch", [["keywords:nước sạch"]]),
        ("nguồn: TTXVN", [["source_name:ttxvn"]]),
        ("tóm tắt: lũ", [["description:lũ"]]),
        ("tiêu đề:", []),
        ("dân vận: khéo", [["dân vận khéo"]]),
        ("đề: khéo", [["đề khéo"]]),
        ("vận độ*", [["vận độ*"]]),
        ('"vận độ"*', [['"vận độ"*']]),
        ("vận* động", [["vận*", "động"]]),
        ("v*", [["v"]]),
        ("*", []),
        ("04-NQ/ĐUK", [["04+nq+đuk"]]),
        ("18/2000/CT – TTg", [["18+2000+ct ttg"]]),
        ("KH&CN", [["kh+cn"]]),
        ("T.Ư", [["t+ư"]]),
        ("NEAR(a b, 5)", [["near+a b 5"]]),
        ("a AND b NOT c", [["a and b not c"]]),
        ('"; DROP TABLE articles; --', [["drop table articles"]]),
        ("headline : { x }", [["headline:x"]]),
        ("😀 vui", [["vui"]]),
        ("", []),
        ("😀", []),
        ('""', []),
        ("- – — .", []),
    ],
)
def test_what_a_query_asks_for(query: str, alternatives: list[list[str]]) -> None:
    assert told(parse(query)) == alternatives


@pytest.mark.parametrize(
    ("query", "wanted", "excluded"),
    [
        ("dân vận -khéo", [["dân vận"]], ["khéo"]),
        ("-khéo", [], ["khéo"]),
        ('-"dân vận" khéo', [["khéo"]], ['"dân vận"']),
        ("dân -vận động", [["dân", "động"]], ["vận"]),
        ("-04-NQ/ĐUK", [], ["04+nq+đuk"]),
        ("a - b", [["a b"]], []),
        ("a --b", [["a b"]], []),
        ("--json", [["json"]], []),
        ("tiêu đề: -khéo dân", [["dân"]], ["headline:khéo"]),
        ("-tiêu đề: khéo", [], ["headline:khéo"]),
        ("dân OR vận -khéo", [["dân"], ["vận"]], ["khéo"]),
        ("a -khé*", [["a"]], ["khé*"]),
    ],
)
def test_exclusions_hold_for_the_whole_query(query: str, wanted: list[list[str]], excluded: list[str]) -> None:
    statement = parse(query)
    assert told(statement) == wanted
    assert [text(phrase) for phrase in statement.excluded] == excluded


def test_a_section_limits_the_whole_query() -> None:
    statement = parse("dân vận chuyên mục: điển hình -section:thơ")
    assert told(statement) == [["dân vận"]]
    assert [phrase.tokens for phrase in statement.sections] == [("điển", "hình")]
    assert [phrase.tokens for phrase in statement.excluded_sections] == [("thơ",)]


@pytest.mark.parametrize(
    ("query", "accented"),
    [
        ("dan van", False),
        ("dân van", True),
        ("dang", False),
        ("đang", True),
        ("tiêu đề: dan", False),
        ("dan -vận", True),
    ],
)
def test_a_diacritic_in_any_word_looked_for_means_as_written(query: str, accented: bool) -> None:
    assert parse(query).accented is accented


def test_nothing_asks_for_all_and_punctuation_for_nothing() -> None:
    assert parse(" ").blank
    assert not parse(" ").empty
    assert parse("?!").empty
    assert not parse("-khéo").empty


@pytest.mark.parametrize("unit", ["dân vận ", "x", "-", '"', '"a" ', "tiêu đề:", "OR ", "a.", "*", "é", "\x00"])
def test_a_megabyte_is_cut_and_says_so(unit: str) -> None:
    started = time.monotonic()
    statement = parse(unit * (1_000_000 // len(unit)))
    assert statement.truncated
    assert sum(len(phrase.tokens) for group in statement.alternatives for phrase in group) <= MAX_WORDS
    assert time.monotonic() - started < 30  # a hang, not a speed


def test_a_long_text_is_cut_between_words() -> None:
    statement = parse("a" * 9_995 + " bcdefghij")
    assert told(statement) == [["a" * 9_995]]
    assert statement.truncated
    assert not parse("a" * MAX_TEXT).truncated


@given(st.text())
def test_no_text_is_an_error(query: str) -> None:
    statement = parse(query)
    assert statement.blank is (not query.strip())


@given(
    st.lists(
        st.sampled_from(["dân", "-vận", '"', "tiêu đề:", "OR", "HOẶC", "khéo*", "(", "“", "-", ":", "a b"]), max_size=12
    )
)
def test_no_mixture_of_grammar_is_an_error(parts: list[str]) -> None:
    for joint in ("", " "):
        statement = parse(joint.join(parts))
        for group in (*statement.alternatives, statement.excluded):
            for phrase in group:
                assert all(token.isalnum() for token in phrase.tokens)
                assert phrase.words


def forms(query: str, *, folded: bool = False) -> set[str]:
    (group,) = parse(query).alternatives
    return {" ".join(form) for form in spellings(group[0], folded=folded)}


@pytest.mark.parametrize(
    ("query", "other"),
    [
        ("kỹ thuật", "kĩ thuật"), ("kĩ thuật", "kỹ thuật"), ("lý do", "lí do"), ("Mỹ", "mĩ"), ("quy định", "qui định"),
        ("tỷ lệ", "tỉ lệ"), ("hy vọng", "hi vọng"), ("UBND xã", "uỷ ban nhân dân xã"), ("ủy ban nhân dân xã", "ubnd xã"),
        ("MTTQ", "mặt trận tổ quốc"), ("mặt trận Tổ quốc Việt Nam", "mttq việt nam"), ("HĐND", "hội đồng nhân dân"),
        ("T.Ư Đoàn", "trung ương đoàn"), ("trung ương", "t ư"), ("trung ương", "tw"), ("TP Vinh", "thành phố vinh"),
        ("ĐCSVN", "đảng cộng sản việt nam"), ("CLB thơ", "câu lạc bộ thơ"), ("BCH", "ban chấp hành"),
    ],
)  # fmt: skip
def test_a_phrase_is_also_looked_for_as_others_write_it(query: str, other: str) -> None:
    assert other in forms(query)


def test_what_is_quoted_or_not_in_the_table_has_one_form() -> None:
    assert forms('"kỹ thuật"') == {"kỹ thuật"}
    assert forms("dân vận") == {"dân vận"}
    assert forms("ai") == {"ai"}


def test_a_folded_search_knows_the_same_table_without_diacritics() -> None:
    assert forms("uy ban nhan dan", folded=True) == {"uy ban nhan dan", "ubnd"}
    assert forms("hdnd", folded=True) == {"hdnd", "hoi dong nhan dan"}
    assert forms("tu", folded=True) == {"tu"}


def test_the_open_end_of_a_prefix_is_not_respelt() -> None:
    assert forms("tp*") == {"tp"}


def test_variants_stay_few() -> None:
    assert len(forms("kỹ lý mỹ hy quy tỷ sỹ kỳ")) == MAX_VARIANTS
