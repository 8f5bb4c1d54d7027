"""Who wrote, took and lent a text is read from whole lines, and nothing else becomes an author."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.bylines import Byline, read_byline, read_source, split_authors, split_caption, split_dateline
from crawler.extraction.captions import caption_as_shown

TABLE = Path(__file__).parent / "data" / "bylines.tsv"
NAMES = ("Thu Hà", "Minh Anh", "Nguyễn Văn An", "TRẦN THỊ BÌNH", "Lò Thị Hương", "H.Đ.C", "Bảo Ngọc", "Vũ Thanh Sơn")
LABELS = ("Tin, ảnh: ", "Bài và ảnh: ", "Tác giả: ", "Thực hiện: ", "Người viết: ", "TIN, BÀI: ", "Bài, ảnh, video: ")
SEPARATORS = (" - ", " – ", ", ", "; ", " và ", " & ", "/")
SOURCES = ("TTXVN", "Báo Nhân Dân", "dangcongsan.vn", "Tạp chí Dân vận", "VOV.VN")


def rows() -> list[tuple[str, str, str]]:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [tuple(line.split("\t")) for line in lines]


def told(byline: Byline | None) -> str:
    if byline is None:
        return ""
    parts = [
        "by " + " + ".join(author.name for author in byline.authors) if byline.authors else "",
        f"from {byline.source_name}" if byline.source_name else "",
        f"photo {byline.credit}" if byline.credit else "",
    ]
    return "; ".join(part for part in parts if part) or "nobody"


def read(reader: str, text: str) -> str:
    text = text.replace("·", "\u00a0").replace("\\n", "\n")
    if reader in ("line", "set"):
        return told(read_byline(text, marked=reader == "set"))
    if reader == "authors":
        authors = split_authors(text)
        return told(Byline(authors)) if authors else ""
    if reader == "source":
        return read_source(text) or ""
    first, second = split_dateline(text) if reader == "dateline" else split_caption(text)
    return f"{first or ''}>{second or ''}"


@pytest.mark.parametrize(("reader", "text", "expected"), rows())
def test_a_line_of_the_table_is_read_as_it_means(reader, text, expected):
    assert read(reader, text) == expected


AUTHORS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)


@given(AUTHORS, st.sampled_from(LABELS), st.sampled_from(SEPARATORS))
def test_labelled_names_are_the_authors_in_order(names, label, separator):
    line = label + separator.join(names)
    byline = read_byline(line)
    assert byline is not None
    assert [author.name for author in byline.authors] == names
    assert {author.name_raw for author in byline.authors} == {line}
    assert (byline.source_name, byline.credit) == (None, None)


@given(
    AUTHORS,
    st.sampled_from(SEPARATORS),
    st.sampled_from(SOURCES),
    st.sampled_from(["{} ({})", "{}/{}", "{} - {}", "{} (Theo {})"]),
)
def test_bare_names_with_a_source_behind_them(names, separator, source, form):
    byline = read_byline(form.format(separator.join(names), source))
    assert byline is not None
    assert [author.name for author in byline.authors] == names
    assert byline.source_name == source


@given(
    st.sampled_from(SOURCES),
    st.sampled_from(["Theo {}", "(Theo {})", "Nguồn: {}", "(Nguồn: {})", "Nguồn tin: {}", "({})"]),
)
def test_a_source_line_names_its_source_bare(source, form):
    line = form.format(source)
    assert read_source(line) == source
    assert read_byline(line) == Byline(source_name=source)


def test_the_site_and_its_publisher_are_nobodys_byline():
    publishers = ("Ánh Dương Media", "Thanh Bình")
    assert read_byline("Thanh Bình", publishers=publishers) == Byline()
    assert read_byline("Tác giả: Ánh Dương Media", publishers=publishers) == Byline()
    assert split_authors("Thu Hà - Thanh Bình", publishers=publishers)[0].name == "Thu Hà"
    assert split_authors("Thanh Bình", publishers=publishers) == ()


CAPTIONS = (
    "Đồng chí Bí thư phát biểu.",
    "Bà con thu hoạch lúa",
    "Các đại biểu dự hội nghị, sáng 5/3",
    "Một góc bản “Khe Cạn”",
)


@given(st.sampled_from(CAPTIONS), st.sampled_from([*NAMES, *SOURCES, "VGP/Thu Hà", "HM", "NVCC"]),
       st.sampled_from([" (Ảnh: {})", " Ảnh: {}", " - Ảnh: {}", " | Ảnh: {}", " (Nguồn: {})", " [Ảnh: {}]", ". Ảnh: {}."]))  # fmt: skip
def test_a_credit_behind_a_caption_is_parted_from_it(caption, credit, form):
    text, found = split_caption(caption + form.format(credit))
    assert found == credit
    assert text.rstrip(".") == caption.rstrip(".")


@given(st.sampled_from(["Sáng 5/3, xã Hạ Lâm ra quân.", "“Dân vận khéo” về bản"]), st.sampled_from(["(Baonghean.vn)", "(ĐCSVN)", "TCCS", "NDO", "(Báo Nghệ An)"]),
       st.sampled_from([" - ", " – ", "- ", " — ", "\u00a0-\u00a0"]))  # fmt: skip
def test_a_dateline_comes_off_as_it_stands(lead, dateline, dash):
    assert split_dateline(dateline + dash + lead) == (dateline, lead)
    assert split_dateline(lead) == (None, lead)


@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(
            st.sampled_from([*NAMES, *LABELS, *SOURCES, *CAPTIONS, "(", ")", "/", " - ", "Ảnh: ", "İ"]), max_size=6
        ).map("".join),
    )
)
def test_no_text_makes_a_reader_fail(text):
    byline = read_byline(text)
    if byline:
        assert all(author.name.strip() == author.name != "" for author in byline.authors)
    split_authors(text)
    read_source(text)
    dateline, rest = split_dateline(text)
    assert rest == " ".join(rest.split())
    assert dateline is None or dateline not in rest[: len(dateline)] or dateline in text
    caption, credit = split_caption(text)
    assert credit is None or credit in unicodedata.normalize("NFC", text) or credit.split() == credit.split()
    assert isinstance(caption, str)


@pytest.mark.parametrize(
    "unit", ["Thu Hà - ", "Ảnh: ", "(", "Theo ", "A.", "Nguồn: x ", "a", "Tin, ảnh: ", "Nguồn: a.vn/", "http://"]
)
def test_very_long_lines_are_read_to_their_end(unit):
    text = unit * (200_000 // len(unit))
    assert read_byline(text) is None
    assert split_dateline(text)[1]
    split_caption(text)
    split_authors(text)


def test_captions_of_the_acceptance_pages_keep_every_word(cases):
    import json

    squeeze = str.maketrans("", "", " ()[]\u00a0")
    articles = json.loads((cases / "expected.json").read_text("utf-8"))["records"]
    for article in articles.values():
        for caption in article["captions"]:
            text, credit = split_caption(caption)
            shown = (text + (f"Ảnh: {credit}" if credit else "")).translate(squeeze)
            assert shown == caption.translate(squeeze)


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ("Quang cảnh hội nghị. (Ảnh: HM)", "Quang cảnh hội nghị.", "Ảnh: HM"),
        ("Bà con thôn Ba dọn đường. Nguồn ảnh: TTXVN", "Bà con thôn Ba dọn đường.", "Nguồn ảnh: TTXVN"),
        ("Quang cảnh hội nghị", "Quang cảnh hội nghị", None),
    ],
)
def test_a_caption_and_its_credit_put_together_are_the_line_on_the_page(line, caption, credit):
    assert caption_as_shown(line) == (caption, credit)
