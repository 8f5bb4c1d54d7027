"""Citations: what stands in them, and that no headline can break out of its field."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import Archive
from archive.cite import STYLES, cite
from archive.errors import NotFoundError, UsageError
from archive.records import Author
from archive.show import StoredArticle, get_article
from tests.corpus import Corpus, compose, rich_article


def stored(**fields: object) -> StoredArticle:
    return StoredArticle(
        id=7, article=rich_article(**fields), site_title="Trang Dân vận", body="Ban Dân vận", versions=1,
        first_captured_at="2024-01-02T03:04:05+00:00", gone_at=None, archive_url=None, same_text=(),
    )  # fmt: skip


def test_bibtex_escapes_and_keeps_names_whole() -> None:
    assert cite(stored(), "bibtex").splitlines() == [
        "@misc{dan-van-kheo-2022-7,",
        "  author = {{Nguyễn Thị Hà} and {Ban Dân vận, Huyện ủy}},",
        r'  title = {{Dân vận khéo: 100\% hộ \& "một cửa" <b>\#1</b>}},',
        "  year = {2022},",
        "  month = {10},",
        "  date = {2022-10-06},",
        "  organization = {Trang Dân vận},",
        "  url = {https://danvan.example/bai?a=1&b=%7Bx%7D},",
        "  urldate = {2024-01-02},",
        "  note = {archived 2024-01-02T10:04:05+07:00, sha1:ABC},",
        "  langid = {vietnamese}",
        "}",
    ]


def test_ris_has_a_tag_a_line() -> None:
    assert cite(stored(), "ris").split("\r\n") == [
        "TY  - NEWS",
        'TI  - Dân vận khéo: 100% hộ & "một cửa" <b>#1</b>',
        "AU  - Nguyễn Thị Hà",
        "AU  - Ban Dân vận Huyện ủy",
        "PY  - 2022",
        "DA  - 2022/10/06",
        "T2  - Trang Dân vận",
        "AB  - Lời dẫn của bài.",
        "UR  - https://danvan.example/bai?a=1&b=%7Bx%7D",
        "Y2  - 2024/01/02",
        "LA  - vi",
        "N1  - archived 2024-01-02T10:04:05+07:00, sha1:ABC",
        "ER  - ",
        "",
    ]


def test_text_styles_in_both_languages() -> None:
    article = stored(headline="Dân vận khéo.", authors=(Author(name="Thu Hà", name_raw="Thu Hà"),))
    assert cite(article, "apa") == (
        "Thu Hà. (2022, 6 tháng 10). Dân vận khéo. Trang Dân vận. https://danvan.example/bai?a=1&b=%7Bx%7D "
        "(bản lưu ngày 02/01/2024 lúc 10:04 (+07:00), sha1:ABC)"
    )
    assert cite(article, "apa", "en") == (
        "Thu Hà. (2022, October 6). Dân vận khéo. Trang Dân vận. https://danvan.example/bai?a=1&b=%7Bx%7D "
        "(archived 2024-01-02T10:04:05+07:00, sha1:ABC)"
    )
    assert cite(article, "footnote") == (
        "Thu Hà, “Dân vận khéo.”, Trang Dân vận, 6/10/2022, https://danvan.example/bai?a=1&b=%7Bx%7D "
        "(bản lưu ngày 02/01/2024 lúc 10:04 (+07:00), sha1:ABC)."
    )
    assert "6 October 2022" in cite(article, "footnote", "en")


def test_what_is_absent_is_left_out_or_said() -> None:
    bare = stored(authors=(), date_published=None, description=None)
    assert "author =" not in cite(bare, "bibtex")
    assert "year =" not in cite(bare, "bibtex")
    assert "AU  -" not in cite(bare, "ris")
    assert cite(bare, "apa").startswith("Trang Dân vận. (không rõ ngày). ")
    assert cite(bare, "apa", "en").startswith("Trang Dân vận. (n.d.). ")


def test_a_page_that_is_gone_is_cited_as_such(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    key = corpus.add(compose(date_published="2020-03-06"))
    corpus.set(key, gone_at="2024-05-06T00:00:00+00:00")
    article = get_article(corpus.connection, key)
    assert cite(article, "footnote").endswith("sha1:ABC; trang gốc không còn từ ngày 06/05/2024).")
    assert "gone since 2024-05-06" in cite(article, "bibtex")


@given(st.text(min_size=1), st.text(min_size=1), st.text())
def test_no_text_breaks_out_of_its_field(headline: str, author: str, address: str) -> None:
    article = stored(
        headline=headline, authors=(Author(name=author, name_raw=author),), url=f"https://x.example/{address}"
    )
    entry = cite(article, "bibtex")
    bare = re.sub(r"\\[{}]", "", entry)
    depth = 0
    for letter in bare:
        depth += (letter == "{") - (letter == "}")
        assert depth >= 0
    assert depth == 0
    assert bare.rstrip()[-1] == "}"
    for line in cite(article, "ris").split("\r\n")[:-1]:
        assert re.match(r"[A-Z][A-Z0-9]  - ", line)
        assert len(line.splitlines()) == 1
    for style in ("apa", "footnote"):
        assert len(cite(article, style).splitlines()) == 1


def test_an_unknown_style_or_article_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="mla"):
        cite(stored(), "mla")
    Corpus(tmp_path).connection.close()
    with Archive.open(tmp_path) as archive, pytest.raises(NotFoundError, match="12"):
        archive.cite(12, "apa")


def test_the_facade_cites(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    key = corpus.add(rich_article())
    with Archive.open(tmp_path) as archive:
        for style in STYLES:
            assert "Nguyễn Thị Hà" in archive.cite(key, style)
