"""One article: found by id or any spelling of its address, with its versions and what changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import Archive
from archive.errors import NotFoundError
from archive.records import Image
from archive.show import Change, compare, diff, get_article, raw_position, versions
from tests.corpus import Corpus, compose, rich_article


def text(pieces: tuple[tuple[Change, str], ...]) -> str:
    """As a terminal shows it."""
    forms = {Change.SAME: "{}", Change.REMOVED: "[-{}-]", Change.ADDED: "[+{}+]"}
    return "".join(forms[kind].format(piece) for kind, piece in pieces)


def test_an_article_is_found_by_id_address_and_canonical_address(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    key = corpus.add(rich_article())
    for name in (key, str(key), "https://danvan.example/bai?a=1&b={x}", "https://danvan.example/bai"):
        assert get_article(corpus.connection, name).id == key


def test_what_is_not_there_or_hidden_is_named(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    key = corpus.add(compose())
    corpus.set(key, hidden_at="2024-05-06T00:00:00+00:00", hidden_why="Theo yêu cầu")
    for name, message in ((key, "hidden since 2024-05-06.*Theo yêu cầu"), (99, "99"), ("javascript:x", "javascript"),
                          ("9" * 400, "999"), ("", "no article"), ("\ud800", "no article")):  # fmt: skip
        with pytest.raises(NotFoundError, match=message):
            get_article(corpus.connection, name)


def test_the_same_text_elsewhere_is_told_unless_hidden(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    first, second, third = (corpus.add(compose(url=f"https://danvan.example/{n}")) for n in range(3))
    corpus.set(third, hidden_at="2024-05-06")
    assert get_article(corpus.connection, first).same_text == ((second, "https://danvan.example/1"),)


def test_versions_keep_what_each_said(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    first = compose(headline="Mười hộ hiến đất", article_body="Đoạn một.\n\nĐoạn hai dài hơn.")
    key = corpus.add(first)
    corpus.add(replace(first, headline="Hai mươi hộ hiến đất", captured_at="2024-02-02T00:00:00+00:00"))
    corpus.add(
        replace(
            first,
            headline="Hai mươi hộ hiến đất",
            article_body="Đoạn một.\n\nĐoạn hai.",
            images=(Image(url="u"),),
            captured_at="2024-03-03T00:00:00+00:00",
        )
    )
    found = versions(corpus.connection, key)
    assert [(version.number, version.record["headline"]) for version in found] == [
        (1, "Mười hộ hiến đất"), (2, "Hai mươi hộ hiến đất"), (3, "Hai mươi hộ hiến đất")
    ]  # fmt: skip
    latest = {change.field: text(change.pieces) for change in diff(corpus.connection, key)}
    assert latest["articleBody"] == "Đoạn một.\n\nĐoạn [-hai dài hơn.-][+hai.+]"
    assert latest["images"] == "[+u+]"
    assert "headline" not in latest
    (change,) = diff(corpus.connection, key, 1, 2)
    assert text(change.pieces) == "[-Mười -][+Hai mươi +]hộ hiến đất"
    assert diff(corpus.connection, key, 2, 2) == ()
    with pytest.raises(NotFoundError, match="no version 9"):
        diff(corpus.connection, key, 9)


def test_one_version_has_no_difference(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    key = corpus.add(compose())
    assert diff(corpus.connection, key) == ()


def test_the_raw_copy_of_a_revisit_is_that_of_the_capture_it_repeats(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    key = corpus.add(compose())
    connection = corpus.connection
    first = raw_position(connection, key)
    connection.execute(
        "INSERT INTO captures (id, page_id, url, captured_at, status, record_type, warc_file, warc_offset, digest, refers_to) "
        "SELECT 50, page_id, url, captured_at, 304, 'revisit', 'later.warc.gz', 5, digest, id FROM captures"
    )
    corpus.set(key, capture_id=50)
    assert get_article(connection, key).article.warc.file == "later.warc.gz"  # type: ignore[union-attr]
    assert raw_position(connection, key) == first
    corpus.set(key, capture_id=None)
    with pytest.raises(NotFoundError, match="raw copy"):
        raw_position(connection, key)


@given(st.text(alphabet="ab \n"), st.text(alphabet="ab \n"))
def test_the_pieces_of_a_difference_are_both_texts(old: str, new: str) -> None:
    changes = compare({"articleBody": old}, {"articleBody": new})
    if old == new:
        assert changes == ()
        return
    (change,) = changes
    assert "".join(piece for kind, piece in change.pieces if kind is not Change.ADDED) == old
    assert "".join(piece for kind, piece in change.pieces if kind is not Change.REMOVED) == new
    assert all(one[0] is not other[0] for one, other in zip(change.pieces, change.pieces[1:], strict=False))


def test_the_facade_shows(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    key = corpus.add(compose())
    with Archive.open(tmp_path) as archive:
        assert archive.article(key).article.headline == "Tiêu đề"
        assert len(archive.versions(key)) == 1
        assert archive.diff(key) == ()


def test_the_html_of_mere_paragraphs_is_made_from_the_text(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    plain = "<p>Một &amp; hai.</p>\n<p>Ba.</p>"
    marked = "<p>Một &amp; <strong>hai</strong>.</p>\n<p>Ba.</p>"
    for number, html in enumerate((plain, marked)):
        article = compose(
            url=f"https://danvan.example/h{number}", article_body="Một & hai.\n\nBa.", article_body_html=html
        )
        key = corpus.add(article)
        assert get_article(corpus.connection, key).article.article_body_html == html
    stored = corpus.connection.execute("SELECT article_body_html FROM articles ORDER BY id").fetchall()
    assert [row[0] for row in stored] == ["", marked]
