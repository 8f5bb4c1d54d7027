"""The bytes of a page become right Vietnamese whatever header, meta or font they came with."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text import nfc
from crawler.extraction.decode import convert_legacy, decode, legacy_of
from crawler.extraction.legacy import TCVN3_CODES, VNI_CODES

TEXT = (
    "Ủy ban nhân dân xã Yên Lãng Thượng công khai quỹ đất công ích. Danh sách 46 thửa đất cùng người thuê, giá thuê "
    "được niêm yết ở sáu nhà văn hóa thôn; trong đợt đầu đã có chín hộ xin trả lại đất để xã giao cho hộ khó khăn."
)
TCVN3 = {chr(code): letter for code, letter in TCVN3_CODES.items() if code != 0x3BC}
HEADERS = (
    None, "text/html", "text/html; charset=utf-8", "text/html; charset=hex", "text/html; charset=utf-7", "text/html; charset=",
    "text/html; charset=x-none", "text/html;charset='windows-1252'", "text/html; charset=ISO-8859-1", "text/html; charset=utf-16",
    "text/html; charset=windows-1258", "text/html; charset=gb2312", "charset=\x00", "text/html; charset=undefined",
)  # fmt: skip
WORDS = TEXT.replace(",", "").replace(".", "").replace(";", "").split()
PROSE = st.lists(st.sampled_from(WORDS), min_size=12, max_size=60).map(" ".join)
HEADER = st.sampled_from(HEADERS)


def page(text: str, meta: str = "") -> str:
    return f"<html><head>{meta}<title>{text[:40]}</title></head><body><h1>{text[:40]}</h1><p>{text}</p></body></html>"


def cp1258(text: str) -> bytes:
    """windows-1258 as Windows writes it: the letter's own shape composed, the tone a mark behind it."""
    out = []
    for letter in nfc(text):
        try:
            out.append(letter.encode("cp1258"))
        except UnicodeEncodeError:
            decomposed = unicodedata.normalize("NFD", letter)
            tones = [mark for mark in decomposed if mark in "\u0300\u0301\u0303\u0309\u0323"]
            shape = nfc("".join(mark for mark in decomposed if mark not in tones))
            out.append(shape.encode("cp1258") + "".join(tones).encode("cp1258"))
    return b"".join(out)


def in_font_code(text: str, table: dict[str, str]) -> str:
    """Text as a TCVN3 or VNI font's user stored it: letters that the font's one case lacks in the other."""
    codes = {meant: written for written, meant in reversed(table.items())}
    return "".join(codes.get(letter, codes.get(letter.lower(), letter)) for letter in nfc(text))


@given(PROSE, HEADER)
def test_utf8_is_read_under_any_header(text, header):
    decoded = decode(page(text).encode(), header)
    assert decoded is not None
    assert (decoded.text, decoded.encoding, decoded.legacy) == (page(text), "utf-8", None)


@given(PROSE, HEADER, st.sampled_from(["utf-16-le", "utf-16-be"]), st.booleans())
def test_utf16_is_read_with_a_mark_and_without(text, header, encoding, marked):
    body = ("\ufeff" if marked else "").encode(encoding) + page(text).encode(encoding)
    decoded = decode(body, header)
    assert decoded is not None
    assert decoded.text == page(text)


@given(PROSE, HEADER)
def test_windows_1258_is_read_under_any_header(text, header):
    decoded = decode(cp1258(page(text)), header)
    assert decoded is not None
    assert (decoded.text, decoded.encoding) == (page(text), "cp1258")


@given(st.text(), HEADER)
def test_any_text_in_utf8_comes_back_composed(text, header):
    text = text.encode("utf-8", "replace").decode()
    decoded = decode(b"<p>Xin ch\xc3\xa0o</p>" * 20 + text.encode(), header)
    assert decoded is not None
    assert decoded.text == nfc("<p>Xin chào</p>" * 20 + text)


@given(st.binary(max_size=3000), HEADER)
def test_no_bytes_make_it_fail(body, header):
    decoded = decode(body, header)
    assert decoded is None or unicodedata.is_normalized("NFC", decoded.text)


@given(PROSE, st.integers(0, 100))
def test_a_page_cut_within_a_letter_keeps_all_before_it(text, size):
    body = page(text).encode()
    whole = body[: len(body) - size]
    decoded = decode(whole, "text/html; charset=iso-8859-1")
    assert decoded is not None
    assert decoded.text == whole.decode("utf-8", "ignore")


def test_a_few_broken_bytes_do_not_make_utf8_something_else():
    body = page(TEXT).encode().replace("xã ".encode(), b"x\xe3 ", 1).replace(b". Danh", b" \x96 Danh", 1)
    decoded = decode(body, None)
    assert decoded is not None
    assert decoded.encoding == "utf-8"
    assert "x\ufffd Yên" in decoded.text
    assert " – Danh" in decoded.text


@pytest.mark.parametrize("misread", ["cp1252", "latin-1"])
def test_utf8_encoded_twice_is_repaired(misread):
    shown = "".join(
        byte.decode(misread, "ignore") or byte.decode("latin-1") for byte in (bytes([n]) for n in page(TEXT).encode())
    )
    decoded = decode(shown.encode(), "text/html; charset=utf-8")
    assert decoded is not None
    assert (decoded.text, decoded.encoding) == (page(TEXT), "utf-8+repaired")


def test_text_that_only_quotes_a_wrong_letter_is_not_repaired():
    text = page(TEXT + " Lỗi hiển thị “Ä\x90áº£ng” là do trang khai sai bảng mã.")
    decoded = decode(text.encode(), None)
    assert decoded is not None
    assert decoded.text == nfc(text)


@pytest.mark.parametrize("legacy", ["tcvn3", "vni"])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_font_codes_are_flagged_and_can_be_converted(legacy, encoding):
    table = TCVN3 if legacy == "tcvn3" else VNI_CODES
    decoded = decode(in_font_code(page(TEXT), table).encode(encoding), "text/html; charset=utf-8")
    assert decoded is not None
    assert decoded.legacy == legacy
    assert convert_legacy(decoded.text, legacy).lower() == page(TEXT).lower()


def test_font_codes_hidden_in_entities_are_flagged_too():
    shown = in_font_code(TEXT, TCVN3).encode("ascii", "xmlcharrefreplace").decode()
    decoded = decode(page(shown).encode(), None)
    assert decoded is not None
    assert decoded.legacy == "tcvn3"


def test_an_article_in_a_font_code_inside_a_unicode_page_is_flagged_and_only_it_converted():
    menu = "<ul><li>Trang chủ</li><li>Dân vận chính quyền</li><li>Hộp thư góp ý</li></ul>"
    decoded = decode((menu + in_font_code(page(TEXT), TCVN3)).encode(), None)
    assert decoded is not None
    assert decoded.legacy == "tcvn3"
    assert convert_legacy(decoded.text, "tcvn3").lower() == (menu + page(TEXT)).lower()


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.upper(),
        "© 2014 Cổng thông tin. ® Đã đăng ký. µ là micro, ¸ và · là dấu; 5 ½ giờ, 20 °C, 12 m².",
        "La municipalité de Besançon a décidé de publier à nouveau l'élection à la mairie; naïve, cœur, garçon, où.",
        "Größe, Mädchen, öffnen, Übung, für, können, schön, Straße, möglich, natürlich.",
        "El señor Muñoz y la señora Peña celebran el año nuevo en España: mañana, niño, otoño.",
        "Smørrebrød, blåbærgrød og rødgrød med fløde på Bornholm; København, Århus, Sønderborg.",
        "Jag åker tåg från Malmö till Göteborg på lördag; får, dörr, nöje, väg, små.",
    ],
)
def test_right_text_of_any_language_is_not_taken_for_a_font_code(text):
    assert legacy_of(text) is None
    decoded = decode(page(text).encode(), None)
    assert decoded is not None
    assert decoded.legacy is None
    assert decoded.text == page(nfc(text))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Größe, Mädchen, öffnen, Übung, für, können, schön, Straße – möglich, “natürlich”.", "cp1252"),
        ("Комитет по работе с населением провёл заседание в понедельник утром.", "cp1251"),
        ("人民日报记者昨日从有关部门获悉，该项工作已经全面展开，各地群众积极参与。", "gb18030"),
        ("人民の生活を守るための会議が昨日開かれ、多くの住民が参加しました。", "shift_jis"),
        ("人民の生活を守るための会議が昨日開かれ、多くの住民が参加しました。", "iso-2022-jp"),
    ],
)
def test_other_languages_follow_their_declared_charset(text, encoding):
    body = page(text, f'<meta charset="{encoding}">').encode(encoding)
    for header in ("text/html", f"text/html; charset={encoding}", "text/html; charset=utf-8"):
        decoded = decode(body, header)
        assert decoded is not None
        assert text in decoded.text


@pytest.mark.parametrize(
    "body",
    [
        bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n" + bytes(range(200)) * 10,
        b"\x00" * 500,
        b"\xf4" * 5000,
        b"\xe1\xba" * 3000,
    ],
)
def test_what_is_no_text_has_no_reading(body):
    assert decode(body, "text/html; charset=utf-8") is None


def test_a_western_page_without_any_label_is_windows_1252():
    text = page("Être à la fête, garçon, naïve, où – « déjà vu » – l'élection, Zürich, mañana. " * 5)
    decoded = decode(text.encode("cp1252"), "text/html; charset=utf-8")
    assert decoded is not None
    assert (decoded.text, decoded.encoding) == (text, "cp1252")


def test_quotes_and_no_break_spaces_between_words_do_not_hide_windows_1258():
    body = cp1258(page(TEXT)).replace(b" ", b"\xa0").replace(b".", b"\x94\x85")
    decoded = decode(body, "text/html; charset=windows-1252")
    assert decoded is not None
    assert decoded.encoding == "cp1258"
    assert "Ủy\u00a0ban\u00a0nhân\u00a0dân" in decoded.text


def test_utf7_is_read_only_where_it_is_declared_and_is_vietnamese():
    body = page(TEXT).encode("utf-7")
    assert body.isascii()
    decoded = decode(body, "text/html; charset=utf-7")
    assert decoded is not None
    assert TEXT in decoded.text
    sums = page("1 +2345- 2 +abcd- 3 +efgh- 4 +ijkl- 5").encode()
    plain = decode(sums, "text/html; charset=utf-7")
    assert plain is not None
    assert (plain.text, plain.encoding) == (sums.decode(), "utf-8")


def test_vietnamese_written_in_entities_is_no_font_code():
    entities = {"à": "&agrave;", "á": "&aacute;", "â": "&acirc;", "ê": "&ecirc;", "ô": "&ocirc;", "ó": "&oacute;"}
    text = page("".join(entities.get(letter, letter) for letter in nfc(TEXT)) + " &copy; 2014")
    decoded = decode(text.encode(), None)
    assert decoded is not None
    assert decoded.legacy is None


def test_a_script_with_a_table_of_letters_is_no_font_code() -> None:
    table = "".join(f'"{chr(code)}":"{letter}",' for code, letter in TCVN3_CODES.items())
    words = "".join(f'"n{letter}n":1,' for letter in TCVN3)
    text = f"<p>{TEXT}</p><script>var plain = {{{table}{words}}};</script><p>The council met.</p><script>{table}{words}"
    decoded = decode(text.encode(), None)
    assert decoded is not None
    assert decoded.legacy is None


def test_an_empty_body_is_empty_text():
    decoded = decode(b"", None)
    assert decoded is not None
    assert decoded.text == ""
