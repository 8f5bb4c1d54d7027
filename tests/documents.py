"""Documents composed for tests: sound ones, and some made to do harm."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="'
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def docx(*paragraphs: str, xml: str | None = None) -> bytes:
    """A DOCX of those paragraphs, or around that document.xml."""
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    xml = xml or f'<?xml version="1.0"?><w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in (("[Content_Types].xml", _TYPES), ("_rels/.rels", _RELATIONS), ("word/document.xml", xml)):
            package.writestr(zipfile.ZipInfo(name, (2025, 6, 2, 8, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def docx_with_table(*cells: str) -> bytes:
    """A DOCX whose text stands in a table."""
    row = "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in cells)
    return docx(xml=f'<w:document xmlns:w="{_W}"><w:body><w:tbl><w:tr>{row}</w:tr></w:tbl></w:body></w:document>')


def docx_bomb() -> bytes:
    """60 MB of white space in 60 KB."""
    return docx("Mở ra là đầy bộ nhớ", xml=f'<w:document xmlns:w="{_W}">{" " * 60_000_000}</w:document>')


def docx_of_entities() -> bytes:
    """A billion laughs."""
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return docx(xml=f'<!DOCTYPE d [<!ENTITY e0 "ha">{levels}]><w:document xmlns:w="{_W}"><w:body><w:p><w:r><w:t>&e9;'
                "</w:t></w:r></w:p></w:body></w:document>")  # fmt: skip


def pdf(*pages: str | bytes, kids: str | None = None) -> bytes:
    """A PDF of one line of ASCII a page; bytes are taken as a page's compressed content stream; `kids` as its tree."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    numbers = []
    for page in pages:
        packed = page if isinstance(page, bytes) else zlib.compress(f"BT /F 12 Tf 72 700 Td ({page}) Tj ET".encode())
        content = b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(packed), packed)
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F 3 0 R>>>>>>"
            % (len(objects) + 2),
            content,
        ]
        numbers.append(len(objects) - 1)
    listed = kids if kids is not None else " ".join(f"{number} 0 R" for number in numbers)
    objects[1] = f"<</Type/Pages/Count {len(numbers)}/Kids[{listed}]>>".encode()
    return _written(objects)


def pdf_bomb() -> bytes:
    """A page whose content unpacks to 400 MB."""
    return pdf(zlib.compress(b" " * 400_000_000, 9))


def pdf_of_loops() -> bytes:
    """A tree of pages that holds itself."""
    return pdf("Vòng", kids="2 0 R 2 0 R")


def _written(objects: Iterable[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, table)
    return bytes(out)


def png(width: int = 4, shade: int = 120) -> bytes:
    """A grey square."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + bytes([shade]) * width) * width
    head = struct.pack(">IIBBBBB", width, width, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
