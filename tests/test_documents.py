"""The text of attachments, sound and hostile, and what a file's first bytes say it is."""

from __future__ import annotations

import pytest

from crawler.documents import text_of
from crawler.media import media_type
from tests import documents


@pytest.mark.parametrize(
    ("kind", "body", "text", "reason"),
    [
        (documents.DOCX_TYPE, documents.docx("Một", "Hai"), "Một\nHai", None),
        (documents.DOCX_TYPE, documents.docx_with_table("Xã", "Số hộ"), "Xã\nSố hộ", None),
        (documents.DOCX_TYPE, documents.docx("Uû ban nh©n d©n x·", "vËn ®éng nh©n d©n hiÕn ®Êt"), None, None),
        (documents.DOCX_TYPE, documents.docx_bomb(), None, "too_large"),
        (documents.DOCX_TYPE, documents.docx_of_entities(), None, "damaged"),
        (documents.DOCX_TYPE, documents.docx("Một")[:300], None, "damaged"),
        (documents.DOCX_TYPE, documents.docx("chữ " * 80_000), None, "cut"),
        ("application/pdf", documents.pdf("Mot", "Hai"), "Mot\nHai", None),
        ("application/pdf", documents.pdf(""), None, "no_text"),
        ("application/pdf", documents.pdf(*(f"Trang {n}" for n in range(302))), None, "cut"),
        ("application/pdf", documents.pdf_bomb(), None, "too_large"),
        ("application/pdf", documents.pdf_of_loops(), None, "damaged"),
        ("application/pdf", documents.pdf("Mot")[:200], None, "damaged"),
        ("application/pdf", b"%PDF-1.7", None, "damaged"),
        ("application/msword", b"", None, "format"),
    ],
)  # fmt: skip
def test_a_document_gives_its_text_or_a_reason(kind: str, body: bytes, text: str | None, reason: str | None) -> None:
    found, why = text_of(kind, body)
    assert why == reason
    if text is not None:
        assert found == text
    elif reason in (None, "cut"):
        assert found
        assert len(found) <= 300_000
        assert "©" not in found, "in the letters of an old font"
    else:
        assert found is None


@pytest.mark.parametrize(
    ("body", "told", "name", "found"),
    [
        (documents.png(), "text/html", "a", "image/png"),
        (b"\xff\xd8\xff\xe0", None, "a", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", None, "a", "image/webp"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", None, "a", "image/svg+xml"),
        (b"\xef\xbb\xbf\n%PDF-1.5", "text/html", "a", "application/pdf"),
        (documents.docx("Một"), "application/octet-stream", "a", documents.DOCX_TYPE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None, "bang.XLS?x=1", "application/vnd.ms-excel"),
        (b"<!DOCTYPE html><p>Phien da het", "application/pdf", "a.pdf", None),
        (b"ten,so ho\n", "text/csv", "a.csv", "text/csv"),
        (b"", "application/pdf", "a.pdf", None),
    ],
)  # fmt: skip
def test_a_file_is_what_its_bytes_say(body: bytes, told: str | None, name: str, found: str | None) -> None:
    assert media_type(body, told, f"https://bao.example/{name}") == found
