"""WARCs and WACZs that other crawlers made, composed here in the shapes those crawlers write."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.errors import DamageError, NotFoundError, TooLargeError, TruncatedError
from archive.raw import StoredRecord, build_records, iter_records, payload_digest
from archive.sources import iter_captures

URL = "https://baonghean.example/dan-van-kheo-vung-giao.html"
PAGE = "<html><body><h1>Dân vận khéo vùng giáo</h1><p>Cha xứ cùng bà con hiến đất làm đường.</p></body></html>".encode()


class Foreign:
    """A WARC as another tool writes it, record by record."""

    def __init__(self, *, compress: bool = True, version: str = "1.0") -> None:
        self.file = io.BytesIO()
        self.writer = WARCWriter(self.file, gzip=compress, warc_version=version)

    def response(
        self,
        url=URL,
        body=PAGE,
        headers=(),
        *,
        line="200 OK",
        protocol="HTTP/1.1",
        date="2024-05-06T07:08:09Z",
        kind="response",
        **warc,
    ):
        facts = {"WARC-Date": date, **{name.replace("_", "-"): value for name, value in warc.items()}}
        http = StatusAndHeaders(line, list(headers) or [("Content-Type", "text/html")], protocol=protocol)
        record = self.writer.create_warc_record(
            url, kind, payload=io.BytesIO(body), length=len(body), http_headers=http, warc_headers_dict=facts
        )
        self.writer.write_record(record)
        return self

    def block(self, url, kind, body, content_type):
        record = self.writer.create_warc_record(
            url, kind, payload=io.BytesIO(body), length=len(body), warc_content_type=content_type
        )
        self.writer.write_record(record)
        return self

    def revisit(self, digest, date="2024-06-01T00:00:00Z", headers=()):
        http = StatusAndHeaders("200 OK", list(headers), protocol="HTTP/1.1") if headers else None
        record = self.writer.create_revisit_record(
            URL, digest, URL, "2024-05-06T07:08:09Z", http_headers=http, warc_headers_dict={"WARC-Date": date}
        )
        self.writer.write_record(record)
        return self

    def save(self, path: Path) -> Path:
        path.write_bytes(self.file.getvalue())
        return path


def only(records: Iterator[StoredRecord]) -> StoredRecord:
    [record] = records
    return record


def test_wget_keeps_chunks_and_writes_addresses_in_brackets(tmp_path):
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (PAGE[:30], PAGE[30:])) + b"0\r\n\r\n"
    warc = Foreign().response(f"<{URL}>", chunked, [("content-type", "text/html"), ("Transfer-Encoding", "chunked")])
    record = only(iter_captures(warc.save(tmp_path / "wget.warc.gz")))
    assert (record.url, record.body, record.http_status) == (URL, PAGE, 200)
    assert record.header("Content-Type") == "text/html"
    assert record.digest == payload_digest(PAGE)
    assert record.exchange().header("transfer-encoding") == "chunked"


def test_chunks_cut_short_are_not_taken_for_whole(tmp_path):
    warc = Foreign().response(body=b"ff\r\n<html>", headers=[("Transfer-Encoding", "chunked")])
    with pytest.raises(TruncatedError):
        _ = only(iter_captures(warc.save(tmp_path / "a.warc.gz"))).body


def test_a_chunked_label_on_a_plain_body_changes_nothing(tmp_path):
    warc = Foreign().response(headers=[("transfer-encoding", "chunked"), ("content-encoding", "br")])
    assert only(iter_captures(warc.save(tmp_path / "a.warc.gz"))).body == PAGE


def test_browsertrix_status_lines_and_encodings(tmp_path):
    headers = [("content-type", "text/html"), ("content-encoding", "gzip")]
    warc = Foreign(version="1.1").response(body=gzip.compress(PAGE), headers=headers, line="200", protocol="HTTP/2")
    record = only(iter_captures(warc.save(tmp_path / "a.warc.gz")))
    assert (record.http_status, record.body, record.date) == (200, PAGE, "2024-05-06T07:08:09+00:00")
    assert record.exchange().http_version == "HTTP/2"


def test_heritrix_and_browsertrix_records_that_are_no_capture_are_passed_over(tmp_path):
    warc = Foreign().block(
        "dns:baonghean.example", "response", b"20240506\nbaonghean.example. 60 IN A 203.0.113.5\n", "text/dns"
    )
    warc.block("urn:pageinfo:" + URL, "resource", b"{}", "application/json")
    warc.block(URL, "metadata", b"via: " + URL.encode(), "application/warc-fields")
    warc.block(f"{URL}?luu", "resource", PAGE, "text/html")
    record = only(iter_captures(warc.save(tmp_path / "a.warc.gz")))
    assert (record.type, record.http_status, record.header("content-type"), record.body) == (
        "resource",
        200,
        "text/html",
        PAGE,
    )


def test_what_common_crawl_cut_is_not_taken_for_whole(tmp_path):
    warc = Foreign().response(WARC_Truncated="length")
    record = only(iter_captures(warc.save(tmp_path / "a.warc.gz")))
    assert record.defect == "length"
    with pytest.raises(TruncatedError, match="length"):
        _ = record.body


def test_a_revisit_comes_with_the_body_it_refers_to(tmp_path):
    packed = [("Content-Type", "text/html"), ("Content-Encoding", "gzip")]
    body = gzip.compress(PAGE, mtime=0)
    warc = Foreign().response(body=body, headers=packed)
    warc.revisit(payload_digest(body)).revisit(payload_digest(body), headers=[("Server", "nginx")])
    _, bare, dressed = iter_captures(warc.save(tmp_path / "a.warc.gz"))
    assert [bare.type, bare.date, bare.body] == ["revisit", "2024-06-01T00:00:00+00:00", PAGE]
    assert (dressed.http_status, dressed.header("server"), dressed.body) == (200, "nginx", PAGE)


def test_a_revisit_before_its_original_comes_last_and_one_without_says_so(tmp_path):
    warc = Foreign().revisit(payload_digest(PAGE)).revisit(payload_digest(b"khac")).response()
    first, found, lost = iter_captures(warc.save(tmp_path / "a.warc.gz"))
    assert [first.type, found.body, lost.defect] == ["response", PAGE, "revisit"]
    with pytest.raises(TruncatedError):
        _ = lost.body


def test_a_revisit_finds_its_original_in_another_file(tmp_path):
    revisits = Foreign().revisit(payload_digest(PAGE)).save(tmp_path / "a.warc.gz")
    originals = Foreign().response().save(tmp_path / "b.warc.gz")
    for files in ((revisits, originals), (originals, revisits)):
        assert sorted((record.type, record.body) for record in iter_captures(*files)) == [
            ("response", PAGE),
            ("revisit", PAGE),
        ]


def test_an_uncompressed_file_and_a_file_compressed_whole(tmp_path):
    warc = Foreign(compress=False).response().response(f"{URL}?2").revisit(payload_digest(PAGE))
    plain = warc.save(tmp_path / "a.warc")
    whole = tmp_path / "b.warc.gz"
    whole.write_bytes(gzip.compress(plain.read_bytes()))
    assert [record.url for record in iter_captures(plain)] == [URL, f"{URL}?2", URL]
    assert [record.body for record in iter_captures(plain)] == [PAGE, PAGE, PAGE]
    offsets = [record.offset for record in iter_records(plain)]
    assert all(plain.read_bytes()[offset:].startswith(b"WARC/1.0") for offset in offsets)
    assert [record.url for record in iter_captures(whole)] == [URL, f"{URL}?2", URL]


def zstd_file(path: Path, records: list[bytes], dictionary: bytes | None, *, pack_dictionary: bool = False) -> Path:
    given = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
    compressor = zstandard.ZstdCompressor(dict_data=given, write_checksum=True)
    content = b"".join(compressor.compress(record) for record in records)
    if dictionary:
        stored = zstandard.compress(dictionary) if pack_dictionary else dictionary
        content = b"\x5d\x2a\x4d\x18" + len(stored).to_bytes(4, "little") + stored + content
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("kind", ["none", "plain", "packed"])
def test_zstd_files_with_and_without_dictionary(tmp_path, kind):
    records = [Foreign(compress=False).response(f"{URL}?{number}").file.getvalue() for number in range(3)]
    dictionary = None
    if kind != "none":
        samples = [bytes(random.Random(n).choices(PAGE, k=200)) + PAGE + b"%d" % n for n in range(300)]
        dictionary = zstandard.train_dictionary(4096, samples).as_bytes()
    path = zstd_file(tmp_path / "a.warc.zst", records, dictionary, pack_dictionary=kind == "packed")
    assert [(record.url, record.body) for record in iter_captures(path)] == [(f"{URL}?{n}", PAGE) for n in range(3)]
    torn = tmp_path / "torn.warc.zst"
    torn.write_bytes(path.read_bytes()[:-40])
    found: list[DamageError] = []
    assert len(list(iter_captures(torn, on_damage=found.append))) == 2
    assert len(found) == 1


@pytest.mark.parametrize("compress", [True, False])
def test_a_torn_file_gives_everything_up_to_the_tear(tmp_path, compress):
    whole = Foreign(compress=compress)
    ends = [whole.response(f"{URL}?{number}").file.tell() for number in range(4)]
    content = whole.file.getvalue()
    path = tmp_path / "torn.warc"
    for cut in range(5, len(content), 7):
        path.write_bytes(content[:cut])
        found: list[DamageError] = []
        records = list(iter_captures(path, on_damage=found.append))
        # Without compression the four bytes after a block hold nothing, so a record may end before them.
        assert len(records) == sum(end - (0 if compress else 4) <= cut for end in ends)
        assert all(record.raw_body == PAGE for record in records)
        assert bool(found) == (cut not in ends and not any(end - 4 <= cut < end and not compress for end in ends))


def wacz(path: Path, entries: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as package:
        package.writestr("datapackage.json", "{}")
        for name, content in entries.items():
            package.writestr(name, content)
        package.writestr("pages/pages.jsonl", '{"format": "json-pages-1.0", "id": "pages"}\n')
    return path


def test_a_wacz_gives_the_captures_of_all_its_warcs(tmp_path):
    first = Foreign().response().file.getvalue()
    second = Foreign().revisit(payload_digest(PAGE)).file.getvalue()
    path = wacz(
        tmp_path / "a.wacz", {"archive/b.warc.gz": second, "archive/a.warc.gz": first, "indexes/index.cdx.gz": b""}
    )
    records = list(iter_captures(path))
    assert [(record.type, record.file, record.body) for record in records] == [
        ("response", "a.warc.gz", PAGE),
        ("revisit", "b.warc.gz", PAGE),
    ]


def test_a_wacz_cut_short_gives_the_whole_records_it_holds(tmp_path):
    warc = Foreign()
    ends = [warc.response(f"{URL}?{number}").file.tell() for number in range(5)]
    path = wacz(tmp_path / "a.wacz", {"archive/a.warc.gz": warc.file.getvalue()})
    content = path.read_bytes()
    start = content.index(b"\x1f\x8b\x08")
    path.write_bytes(content[: start + ends[2] + 60])
    with pytest.raises(DamageError, match="directory is missing"):
        list(iter_captures(path))
    found: list[DamageError] = []
    records = list(iter_captures(path, on_damage=found.append))
    assert [record.url for record in records] == [f"{URL}?0", f"{URL}?1", f"{URL}?2"]
    assert found


def test_a_zip_that_is_no_wacz_is_named(tmp_path):
    with pytest.raises(DamageError, match="is a zip file, but no WACZ"):
        list(iter_captures(wacz(tmp_path / "a.zip", {})))
    packed = wacz(
        tmp_path / "b.wacz", {"archive/a.warc.gz": Foreign().response().file.getvalue()}, zipfile.ZIP_DEFLATED
    )
    with pytest.raises(DamageError, match=r"archive/a\.warc\.gz is compressed by zip"):
        list(iter_captures(packed))


def test_what_is_not_there_or_no_warc_is_named(tmp_path):
    with pytest.raises(NotFoundError, match="no such file"):
        list(iter_captures(tmp_path / "none.warc"))
    (tmp_path / "page.html").write_bytes(PAGE)
    with pytest.raises(DamageError, match="is no WARC file"):
        list(iter_captures(tmp_path / "page.html"))


def test_a_bomb_in_a_foreign_file_is_refused_when_its_body_is_asked_for(tmp_path):
    bomb = gzip.compress(bytes(80 << 20))
    warc = Foreign().response(body=bomb, headers=[("Content-Encoding", "gzip")])
    record = only(iter_captures(warc.save(tmp_path / "a.warc.gz")))
    with pytest.raises(TooLargeError):
        _ = record.body


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-05-06T07:08:09Z", "2024-05-06T07:08:09+00:00"),
        ("2024-05-06T07:08:09.120Z", "2024-05-06T07:08:09.120+00:00"),
        ("2024-05-06T07:08:09.123456789Z", "2024-05-06T07:08:09.123456+00:00"),
        ("2024-05-06T14:08:09+07:00", "2024-05-06T07:08:09+00:00"),
        ("20240506070809", "2024-05-06T07:08:09+00:00"),
        ("2024-05", "2024-05-01T00:00:00+00:00"),
    ],
)
def test_dates_of_every_style_are_one_style(tmp_path, written, read):
    warc = Foreign().response(date=written)
    assert only(iter_captures(warc.save(tmp_path / "a.warc.gz"))).date == read


@pytest.mark.parametrize("written", ["hôm qua", "2024-13-45T00:00:00Z", "0000", "99999999999999"])
def test_a_capture_without_a_date_is_named_and_passed_over(tmp_path, written):
    path = Foreign().response(date=written).response(f"{URL}?2").save(tmp_path / "a.warc.gz")
    found: list[DamageError] = []
    assert only(iter_captures(path, on_damage=found.append)).url == f"{URL}?2"
    assert ["has no date" in str(error) for error in found] == [True]


def test_what_is_known_to_be_cut_stays_marked_in_our_own_record(tmp_path):
    path = (
        Foreign()
        .response(body=b"ff\r\n<html>", headers=[("Transfer-Encoding", "chunked")])
        .save(tmp_path / "a.warc.gz")
    )
    exchange = only(iter_captures(path)).exchange()
    assert exchange.truncated == "chunks"
    (tmp_path / "own.warc.gz").write_bytes(build_records(exchange).data)
    response, _ = iter_records(tmp_path / "own.warc.gz")
    assert (response.raw_body, response.defect) == (b"<html>", "unspecified")


def test_common_crawls_text_and_metadata_are_named_for_what_they_are(tmp_path):
    for name, kind, media, said in (
        ("a.warc.wet.gz", "conversion", "text/plain", "plain text (WET)"),
        ("a.warc.wat.gz", "metadata", "application/json", "metadata (WAT)"),
    ):
        path = tmp_path / name
        record = (
            f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://danvan.example/tin\r\n"
            f"WARC-Date: 2026-03-06T01:00:00Z\r\nContent-Type: {media}\r\nContent-Length: 2\r\n\r\n{{}}\r\n\r\n"
        )
        path.write_bytes(gzip.compress(record.encode()))
        told: list[DamageError] = []
        assert list(iter_captures(path, on_damage=told.append)) == []
        assert [said in str(one) for one in told] == [True]
