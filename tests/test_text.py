"""Vietnamese text: one normal form, and folding that keeps every offset."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text import TONE_PAIRS, clean, fold, has_diacritics, nfc, one_line, tone_normalise

VIETNAMESE = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ -"
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Đảng ủy", "dang uy"), ("HÒA GIẢI", "hoa giai"), ("Nghị quyết 04-NQ/ĐUK", "nghi quyet 04-nq/duk"), ("İ", "i")],
)
def test_folding_leaves_no_diacritic(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_keeps_every_offset(text):
    assert len(fold(text)) == len(nfc(text))
    assert fold(fold(text)) == fold(text)


@given(VIETNAMESE)
def test_folded_vietnamese_is_ascii(text):
    assert fold(text).isascii()
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


@pytest.mark.parametrize(("old", "new"), [("hòa", "hoà"), ("Ủy", "Uỷ"), ("THỦY", "THUỶ"), ("khỏe", "khoẻ")])
def test_both_tone_placements_are_one_word(old, new):
    assert tone_normalise(old) == tone_normalise(new) == new


@given(st.text())
def test_tone_placement_keeps_every_offset(text):
    assert len(tone_normalise(text)) == len(nfc(text))


def test_every_movable_tone_is_known_in_three_cases():
    assert len(TONE_PAIRS) == 45
    assert all(len(old) == len(new) == 2 for old, new in TONE_PAIRS)


@given(st.text())
def test_cleaning_is_final_and_leaves_nothing_invisible(text):
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert not [c for c in cleaned if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]
    assert not set(cleaned) & set("\u200b\u202e\u2066\ufeff\u00ad\u00a0")
    assert "\n" not in one_line(text)


def test_what_was_typed_with_diacritics_is_told_from_what_was_not():
    assert has_diacritics("Đang")
    assert has_diacritics("dân")
    assert not has_diacritics("dang 04-NQ “x”")
