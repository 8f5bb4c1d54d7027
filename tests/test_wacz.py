"""WACZ packages: valid to the wacz tool, whole to our own reader, and replayed by pywb."""

from __future__ import annotations

import gzip
import hashlib
import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.cdxj import write_cdxj
from archive.errors import DamageError, NotFoundError, StorageError
from archive.raw import EarlierCapture, Exchange, WarcWriter, build_records, iter_records
from archive.sources import iter_captures
from archive.wacz import WaczPage, write_wacz

MOMENT = "2026-03-06T08:15:30+07:00"
CREATED = datetime(2026, 3, 10, 1, 2, 4, tzinfo=UTC)


def url(number: int) -> str:
    return f"https://danvan.example/tin-tuc/bai-{number}.html"


def body(number: int) -> bytes:
    return f"<html><body><h1>Dân vận khéo số {number}</h1><p>Nghe dân nói.</p></body></html>".encode()


def fill(directory: Path, count: int = 5) -> list[WaczPage]:
    """Pages, the last of which was asked for again and had not changed."""
    writer = WarcWriter(directory, prefix="run")
    pages = []
    for number in range(count):
        headers = (("Content-Type", "text/html; charset=utf-8"),)
        built = build_records(
            Exchange(
                url=url(number),
                status=200,
                fetched_at=MOMENT,
                body=body(number),
                response_headers=headers,
                request_headers=(("User-Agent", "danvan"),),
            )
        )
        file, offset = writer.append(built.data)
        pages.append(WaczPage(file=file, offset=offset, title=f"Dân vận khéo số {number}"))
    earlier = EarlierCapture(url=url(count - 1), date=MOMENT, digest=built.digest)
    again = Exchange(
        url=url(count - 1),
        status=200,
        fetched_at="2026-03-09T08:00:00+07:00",
        body=body(count - 1),
        response_headers=headers,
    )
    file, offset = writer.append(build_records(again, earlier=earlier).data)
    writer.close()
    return [*pages, WaczPage(file=file, offset=offset)]


def test_a_package_holds_its_pages_and_only_them(tmp_path):
    pages = fill(tmp_path)
    chosen = [pages[1], pages[3]]
    result = write_wacz(tmp_path / "a.wacz", tmp_path, chosen, title="Dân vận khéo", created=CREATED)
    assert (result.pages, result.records, result.size) == (2, 4, (tmp_path / "a.wacz").stat().st_size)
    records = list(iter_captures(tmp_path / "a.wacz"))
    assert [(record.url, record.body) for record in records] == [(url(1), body(1)), (url(3), body(3))]
    with zipfile.ZipFile(tmp_path / "a.wacz") as package:
        lines = [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()]
        described = json.loads(package.read("datapackage.json"))
    assert lines[0]["format"] == "json-pages-1.0"
    assert lines[1] == {"id": "1", "url": url(1), "ts": "2026-03-06T01:15:30Z", "title": "Dân vận khéo số 1"}
    assert (described["title"], described["wacz_version"], described["created"]) == (
        "Dân vận khéo",
        "1.1.1",
        "2026-03-10T01:02:04Z",
    )


def test_every_digest_and_every_index_line_is_right(tmp_path):
    pages = fill(tmp_path, 30)
    write_wacz(tmp_path / "a.wacz", tmp_path, pages, created=CREATED, max_bytes=4000)
    with zipfile.ZipFile(tmp_path / "a.wacz") as package:
        assert package.testzip() is None
        contents = {info.filename: package.read(info) for info in package.infolist()}
        stored = {info.filename for info in package.infolist() if info.compress_type == zipfile.ZIP_STORED}
    warcs = {name for name in contents if name.startswith("archive/")}
    assert len(warcs) > 2
    assert stored == {*warcs, "indexes/index.cdx.gz"}
    described = json.loads(contents["datapackage.json"])
    seal = json.loads(contents["datapackage-digest.json"])
    assert seal["hash"] == f"sha256:{hashlib.sha256(contents['datapackage.json']).hexdigest()}"
    for resource in described["resources"]:
        content = contents[resource["path"]]
        assert (resource["bytes"], resource["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
    assert {resource["path"] for resource in described["resources"]} == set(contents) - {
        "datapackage.json",
        "datapackage-digest.json",
    }
    lines = gzip.decompress(contents["indexes/index.cdx.gz"]).decode().splitlines()
    assert len(lines) == 31
    assert lines == sorted(lines)
    for line in lines:
        fields = json.loads(line.split(" ", 2)[2])
        start, length = int(fields["offset"]), int(fields["length"])
        member = gzip.decompress(contents[f"archive/{fields['filename']}"][start : start + length]).decode()
        assert f"WARC-Target-URI: {fields['url']}\r\n" in member


def test_the_index_lists_its_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr("archive.wacz.BLOCK_LINES", 4)
    write_wacz(tmp_path / "a.wacz", tmp_path, fill(tmp_path, 9), created=CREATED)
    with zipfile.ZipFile(tmp_path / "a.wacz") as package:
        packed = package.read("indexes/index.cdx.gz")
        meta, *blocks = package.read("indexes/index.idx").decode().splitlines()
    assert meta.startswith("!meta 0 ")
    assert len(blocks) == 3
    for block in blocks:
        key, timestamp, place = block.split(" ", 2)
        place = json.loads(place)
        piece = packed[place["offset"] : place["offset"] + place["length"]]
        assert gzip.decompress(piece).decode().startswith(f"{key} {timestamp} ")
        assert place["digest"] == f"sha256:{hashlib.sha256(piece).hexdigest()}"


def test_the_same_pages_give_the_same_index_and_list(tmp_path):
    pages = fill(tmp_path)
    parts = []
    for name in ("a.wacz", "b.wacz"):
        write_wacz(tmp_path / name, tmp_path, pages, created=CREATED)
        with zipfile.ZipFile(tmp_path / name) as package:
            parts.append([package.read("pages/pages.jsonl"), [r.raw_body for r in iter_captures(tmp_path / name)]])
    assert parts[0] == parts[1]


def test_the_wacz_tool_finds_it_valid(tmp_path, pywb_bin):
    write_wacz(
        tmp_path / "a.wacz",
        tmp_path,
        fill(tmp_path, 40),
        title="Dân vận",
        description="Bài đã lưu",
        created=CREATED,
        max_bytes=5000,
    )
    done = subprocess.run(
        [pywb_bin / "wacz", "validate", "-f", tmp_path / "a.wacz"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the passed WACZ is valid" in done.stdout


def test_a_failed_export_leaves_the_earlier_file(tmp_path):
    pages = fill(tmp_path)
    target = tmp_path / "a.wacz"
    write_wacz(target, tmp_path, pages, created=CREATED)
    before = target.read_bytes()
    with pytest.raises(DamageError):
        write_wacz(target, tmp_path, [pages[0], WaczPage(file=pages[0].file, offset=7)])
    with pytest.raises(NotFoundError, match="no capture to export"):
        write_wacz(target, tmp_path, [])
    with pytest.raises(StorageError, match="none"):
        write_wacz(tmp_path / "none" / "a.wacz", tmp_path, pages)
    assert target.read_bytes() == before
    assert not list(tmp_path.glob("*.partial"))


@pytest.fixture
def replay(tmp_path, pywb_bin):
    """A pywb that replays the archive's own WARCs, by our own index."""
    warcs = tmp_path / "warc"
    warcs.mkdir()
    fill(warcs)
    write_cdxj(sorted(warcs.glob("*.warc.gz")), tmp_path / "index.cdxj")
    config = {"collections": {"danvan": {"index": str(tmp_path / "index.cdxj"), "archive_paths": f"{warcs}/"}}}
    (tmp_path / "config.yaml").write_text(json.dumps(config))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [pywb_bin / "wayback", "-b", "127.0.0.1", "-p", str(port), "-d", tmp_path],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/danvan"
    finally:
        server.terminate()
        server.wait()


def fetched(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=20) as response:
        return response.read()


def test_pywb_replays_the_page_and_its_revisit(replay):
    assert fetched(f"{replay}/20260306011530id_/{url(2)}") == body(2)
    assert "Dân vận khéo số 2".encode() in fetched(f"{replay}/20260306011530mp_/{url(2)}")
    assert fetched(f"{replay}/20260309010000id_/{url(4)}") == body(4)
    listed = fetched(f"{replay}/cdx?url={url(4)}&output=json").decode().splitlines()
    assert [json.loads(line)["mime"] for line in listed] == ["text/html", "warc/revisit"]
    with pytest.raises(urllib.error.HTTPError, match="404"):
        fetched(f"{replay}/20260306011530id_/{url(99)}")


def test_an_exported_package_has_whole_warcs(tmp_path):
    write_wacz(tmp_path / "a.wacz", tmp_path, fill(tmp_path), created=CREATED)
    with zipfile.ZipFile(tmp_path / "a.wacz") as package:
        package.extract("archive/data-00000.warc.gz", tmp_path)
    path = tmp_path / "archive" / "data-00000.warc.gz"
    subprocess.run(["gzip", "-t", path], check=True)
    types = [record.type for record in iter_records(path)]
    assert types == ["warcinfo", *["response", "request"] * 5, "revisit", "request"]
