"""The raw store: what is written is read back byte for byte, and is WARC to other people's tools."""

from __future__ import annotations

import gzip
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive.errors import DamageError, NotFoundError, StorageError
from archive.raw import (
    BuiltRecords,
    EarlierCapture,
    Exchange,
    WarcWriter,
    build_records,
    iter_records,
    metadata_record,
    payload_digest,
    read_record,
)

URL = "https://danvan.example/tin-tuc/dan-van-kheo-o-ban-na.html"
MOMENT = "2026-03-06T08:15:30.250+07:00"
PAGE = "<html><body><p>Tổ dân vận bản Nà đến từng nhà, nghe dân nói.</p></body></html>".encode()
HEADERS = (("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))

token = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=12).map(lambda name: f"X-{name}")
# Header bytes as latin-1 text, without line ends, and trimmed as HTTP trims them.
value = st.binary(max_size=40).map(
    lambda raw: " ".join(raw.decode("latin-1").translate(dict.fromkeys([*range(32), 127, 0x85])).split())
)


def exchange(**facts) -> Exchange:
    defaults = {"url": URL, "status": 200, "fetched_at": MOMENT, "body": PAGE, "response_headers": HEADERS}
    return Exchange(**{**defaults, **facts})


def store(directory: Path, *built: BuiltRecords, **options) -> list[tuple[str, int]]:
    writer = WarcWriter(directory, prefix="run", **options)
    positions = [writer.append(one.data) for one in built]
    writer.close()
    return positions


def by_other_tools(path: Path) -> list[str]:
    """The record types gzip and warcio see; fails where either complains."""
    subprocess.run(["gzip", "-t", path], check=True)
    for verb in (["check"], ["index", "-f", "warc-type"]):
        done = subprocess.run(
            [sys.executable, "-m", "warcio.cli", *verb, path], check=False, capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
    with path.open("rb") as file:
        return [record.rec_type for record in ArchiveIterator(file)]


@given(
    body=st.binary(max_size=3000),
    headers=st.lists(st.tuples(token, value), max_size=6),
    status=st.sampled_from([200, 203, 404, 410, 500, 599]),
)
def test_any_exchange_comes_back_byte_for_byte(tmp_path_factory, body, headers, status):
    directory = tmp_path_factory.mktemp("warc")
    built = build_records(exchange(body=body, response_headers=tuple(headers), status=status))
    [(file, offset)] = store(directory, built)
    record = read_record(directory, file, offset)
    assert (record.raw_body, record.http_headers, record.http_status) == (body, tuple(headers), status)
    assert record.digest == built.digest == payload_digest(body)
    assert record.length == built.response_length
    assert record.exchange().body == body


@given(st.text(max_size=60))
def test_any_address_leaves_a_record_that_reads(address):
    built = build_records(exchange(url=f"https://danvan.example/{address}"))
    text = gzip.decompress(built.data).decode("utf-8")
    assert text.count("WARC-Target-URI: https://danvan.example/") == 2
    target = next(line for line in text.split("\r\n") if line.startswith("GET /"))
    assert target.isascii()
    assert target.count(" ") == 2


def test_a_record_says_what_was_asked_of_whom_and_when(tmp_path):
    built = build_records(exchange(ip="203.0.113.7", request_headers=(("User-Agent", "danvan"),)))
    [(file, _)] = store(tmp_path, built)
    record, request = list(iter_records(tmp_path / file))[1:]
    assert (record.type, record.url, record.date) == ("response", URL, "2026-03-06T01:15:30.250+00:00")
    assert record.warc_header("WARC-Date") == "2026-03-06T01:15:30.250Z"
    assert record.warc_header("WARC-IP-Address") == "203.0.113.7"
    assert record.warc_header("Content-Type") == "application/http; msgtype=response"
    assert record.http_line == "HTTP/1.1 200 OK"
    assert request.type == "request"
    assert request.http_line == "GET /tin-tuc/dan-van-kheo-o-ban-na.html HTTP/1.1"
    assert request.http_headers == (("Host", "danvan.example"), ("User-Agent", "danvan"))
    assert request.warc_header("WARC-Concurrent-To") == record.warc_header("WARC-Record-ID")


def test_headers_that_contradict_the_stored_body_are_set_aside(tmp_path):
    headers = (("transfer-encoding", "chunked"), ("Content-Length", "5"), ("Server", "nginx"))
    [(file, offset)] = store(tmp_path, build_records(exchange(response_headers=headers)))
    record = read_record(tmp_path, file, offset)
    assert record.raw_body == PAGE
    assert record.header("transfer-encoding") is None
    assert record.header("X-Orig-Content-Length") == "5"


def test_line_ends_in_a_header_cannot_forge_another(tmp_path):
    headers = (("X-Note", "một\r\nSet-Cookie: hai".encode().decode("latin-1")),)
    [(file, offset)] = store(tmp_path, build_records(exchange(response_headers=headers)))
    assert [name for name, _ in read_record(tmp_path, file, offset).http_headers] == ["X-Note"]


def test_not_modified_becomes_a_revisit_of_the_earlier_capture(tmp_path):
    first = build_records(exchange())
    earlier = EarlierCapture(url=URL, date=MOMENT, digest=first.digest)
    again = build_records(exchange(status=304, body=b"", fetched_at="2026-03-07T08:00:00+07:00"), earlier=earlier)
    assert (again.record_type, again.digest) == ("revisit", first.digest)
    positions = store(tmp_path, first, again)
    record = read_record(tmp_path, *positions[1])
    assert record.warc_header("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    assert record.warc_header("WARC-Refers-To-Target-URI") == URL
    assert record.warc_header("WARC-Refers-To-Date") == "2026-03-06T01:15:30.250Z"
    assert (record.http_status, record.digest, record.raw_body) == (304, first.digest, b"")
    assert by_other_tools(tmp_path / positions[0][0]) == ["warcinfo", "response", "request", "revisit", "request"]


def test_the_same_bytes_again_become_a_revisit_that_leads_to_them(tmp_path):
    first = build_records(exchange())
    earlier = EarlierCapture(url=URL, date=MOMENT, digest=first.digest, record_id="<urn:uuid:1>")
    again = build_records(exchange(fetched_at="2026-03-07T08:00:00+07:00"), earlier=earlier)
    assert again.profile == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    positions = store(tmp_path, first, again)
    revisit = read_record(tmp_path, *positions[1])
    assert (revisit.type, revisit.http_status, revisit.header("content-type")) == ("revisit", 200, HEADERS[0][1])
    assert revisit.warc_header("WARC-Refers-To") == "<urn:uuid:1>"
    original = read_record(tmp_path, *positions[1], resolve=lambda record: positions[0])
    assert (original.type, original.body) == ("response", PAGE)


def test_other_bytes_are_a_response_whatever_came_before():
    earlier = EarlierCapture(url=URL, date=MOMENT, digest=payload_digest(b"khac"))
    assert build_records(exchange(), earlier=earlier).record_type == "response"


def test_facts_beside_the_bytes_are_metadata_records(tmp_path):
    writer = WarcWriter(tmp_path, prefix="run")
    file, offset = writer.append(metadata_record(URL, {"hidden": "trùng\nvới bài khác", "by": "biên tập"}, MOMENT))
    writer.close()
    record = read_record(tmp_path, file, offset)
    assert (record.type, record.url) == ("metadata", URL)
    assert record.fields == {"hidden": "trùng với bài khác", "by": "biên tập"}


def test_a_file_names_its_maker_and_carries_its_final_name_from_the_start(tmp_path):
    writer = WarcWriter(tmp_path, prefix="run", operator="Ban Dân vận", contact="luu-tru@danvan.example")
    file, offset = writer.append(build_records(exchange()).data)
    assert [path.name for path in tmp_path.iterdir()] == [f"{file}.open"]
    assert read_record(tmp_path, file, offset).body == PAGE  # read while it is written
    writer.sync()
    writer.close()
    assert [path.name for path in tmp_path.iterdir()] == [file]
    warcinfo = next(iter_records(tmp_path / file))
    assert warcinfo.fields["operator"] == "Ban Dân vận"
    assert warcinfo.fields["http-header-from"] == "luu-tru@danvan.example"
    assert warcinfo.warc_header("WARC-Filename") == file


def test_a_writer_that_was_given_nothing_leaves_nothing(tmp_path):
    writer = WarcWriter(tmp_path, prefix="run")
    writer.sync()
    writer.close()
    assert list(tmp_path.iterdir()) == []


def test_files_are_rotated_by_size_and_each_is_whole(tmp_path):
    built = [build_records(exchange(url=f"{URL}?page={n}", body=PAGE + bytes([n]) * 500)) for n in range(12)]
    positions = store(tmp_path, *built, max_bytes=4000, now=lambda: datetime(2026, 3, 6, tzinfo=UTC))
    files = sorted(path.name for path in tmp_path.iterdir())
    assert len(files) > 2
    assert files[0] == "run-20260306000000-00000.warc.gz"
    assert {file for file, _ in positions} == set(files)
    assert all((tmp_path / file).stat().st_size <= 4000 for file in files)
    for number, position in enumerate(positions):
        assert read_record(tmp_path, *position).url == f"{URL}?page={number}"
    assert by_other_tools(tmp_path / files[0])[0] == "warcinfo"


def test_a_second_writer_of_the_same_name_takes_another_file(tmp_path):
    moment = datetime(2026, 3, 6, tzinfo=UTC)
    first, second = (WarcWriter(tmp_path, prefix="run", now=lambda: moment) for _ in range(2))
    names = [writer.append(build_records(exchange()).data)[0] for writer in (first, second)]
    first.close()
    third = WarcWriter(tmp_path, prefix="run", now=lambda: moment)
    names.append(third.append(build_records(exchange()).data)[0])
    second.close()
    third.close()
    assert len(set(names)) == 3


def test_a_position_that_holds_no_record_is_damage_that_names_it(tmp_path):
    [(file, offset)] = store(tmp_path, build_records(exchange()))
    for place in (offset + 1, offset - 5, 10**9):
        with pytest.raises(DamageError, match=rf"{file} at byte {place}"):
            read_record(tmp_path, file, place)
    with pytest.raises(DamageError, match="missing"):
        read_record(tmp_path, "other.warc.gz", 0)


def test_what_cannot_be_read_is_one_line(tmp_path):
    with pytest.raises(NotFoundError, match="no such file"):
        next(iter_records(tmp_path / "none.warc.gz"))
    with pytest.raises(StorageError):
        next(iter_records(tmp_path))
    (tmp_path / "page.html").write_bytes(PAGE)
    with pytest.raises(DamageError, match="is no WARC file"):
        next(iter_records(tmp_path / "page.html"))


def test_a_block_that_was_changed_under_a_right_crc_is_damage(tmp_path):
    forged = gzip.compress(gzip.decompress(build_records(exchange()).data).replace(b"nghe d", b"cham d"))
    writer = WarcWriter(tmp_path, prefix="run")
    position = writer.append(forged)
    writer.close()
    with pytest.raises(DamageError, match="not what its digest says"):
        read_record(tmp_path, *position)
