"""The CDXJ index: keys as the Internet Archive makes them, lines in order, every capture found by its line."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.cdxj import sorted_lines, surt, write_cdxj
from archive.errors import DamageError, StorageError
from archive.raw import EarlierCapture, Exchange, WarcWriter, build_records, read_record

MOMENT = "2026-03-06T08:15:30.250+07:00"
PAGE = "<p>Tổ hoà giải ở cơ sở.</p>".encode()


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.danvan.example/Tin?b=2&a=1#dau", "example,danvan)/tin?a=1&b=2"),
        ("http://danvan.example:80/a//b/../c/", "example,danvan)/a/c"),
        ("https://danvan.example:8443", "example,danvan:8443)/"),
        ("https://www2.danvan.example/bài viết/", "example,danvan)/b%c3%a0i%20vi%e1%ba%bft"),
        ("http://danvan.example/x?PHPSESSID=0123456789abcdef0123456789abcdef&y=1", "example,danvan)/x?y=1"),
        ("http://203.0.113.7/", "7,113,0,203)/"),
        ("urn:pageinfo:x", "urn:pageinfo:x"),
    ],
)
def test_keys_make_spellings_of_one_address_equal(url, key):
    assert surt(url) == key


def odd_urls() -> list[str]:
    dice = random.Random(5)
    paths = ["/", "a", "B", "%20", "%C3%A0", "à", ".", "..", "/../", "%2e", "~", "+", " ", "'", "%2541", ")", "|", "\\"]
    queries = ["a=1", "B=2", "a", "", "=", "à=%20", "x=%26y", "z=1=2", "sid=0123456789abcdef0123456789abcdef"]
    hosts = ["danvan.example", "WWW3.danvan.example", "xã.example", "203.0.113.7", "3405803783", "m..danvan.example."]
    urls = []
    for _ in range(1500):
        path = "".join(dice.choices(paths, k=dice.randrange(8)))
        query = "&".join(dice.choices(queries, k=dice.randrange(4)))
        port = dice.choice(["", "", ":80", ":443", ":8443"])
        scheme = dice.choice(["http", "https", "HTTP"])
        urls.append(f"{scheme}://{dice.choice(hosts)}{port}/{path}{dice.choice(['', '?'])}{query}")
    return urls


def test_keys_are_those_of_the_internet_archive(pywb_bin):
    urls = odd_urls()
    program = "import json, sys, surt; print(json.dumps([surt.surt(url) for url in json.load(sys.stdin)]))"
    done = subprocess.run(
        [pywb_bin / "python", "-W", "ignore", "-c", program],
        input=json.dumps(urls),
        capture_output=True,
        text=True,
        check=True,
    )
    assert {url: surt(url) for url in urls} == dict(zip(urls, json.loads(done.stdout), strict=True))


@given(st.text(max_size=50))
def test_any_address_has_a_key_on_one_ascii_word(tail):
    key = surt(f"https://danvan.example/{tail}")
    assert key.isascii()
    assert key.isprintable()
    assert " " not in key


@given(st.lists(st.text("abc)/ ", max_size=6)), st.integers(1, 5))
def test_sorting_in_runs_is_sorting(lines, run):
    assert list(sorted_lines(lines, run=run)) == sorted(lines)


def fill(directory: Path) -> list[Path]:
    """Three addresses, two of them twice: once changed, once not; in several files."""
    writer = WarcWriter(directory, prefix="run", max_bytes=1500)
    digest = build_records(Exchange(url="x", status=200, fetched_at=MOMENT, body=PAGE)).digest
    for number in (3, 1, 2):
        url = f"https://danvan.example/bai-{number}.html"
        headers = (("Content-Type", "text/html; charset=utf-8"),)
        first = Exchange(url=url, status=200, fetched_at=MOMENT, body=PAGE, response_headers=headers)
        writer.append(build_records(first).data)
        again = Exchange(url=url, status=304, fetched_at="2026-03-09T08:00:00+07:00")
        writer.append(build_records(again, earlier=EarlierCapture(url=url, date=MOMENT, digest=digest)).data)
    writer.close()
    return sorted(directory.glob("*.warc.gz"))


def test_every_capture_is_found_by_its_line(tmp_path):
    warcs = fill(tmp_path)
    assert len(warcs) > 1
    assert write_cdxj(warcs, tmp_path / "index.cdxj") == 6
    lines = (tmp_path / "index.cdxj").read_text("ascii").splitlines()
    assert lines == sorted(lines)
    assert [line.split(" ")[:2] for line in lines[:2]] == [
        ["example,danvan)/bai-1.html", "20260306011530"],
        ["example,danvan)/bai-1.html", "20260309010000"],
    ]
    for line in lines:
        fields = json.loads(line.split(" ", 2)[2])
        record = read_record(tmp_path, fields["filename"], int(fields["offset"]))
        assert (record.url, record.digest, str(record.length)) == (fields["url"], fields["digest"], fields["length"])
        assert fields["mime"] == ("warc/revisit" if record.type == "revisit" else "text/html")
    assert not list(tmp_path.glob("*.partial"))


def test_lines_are_those_of_cdxj_indexer(tmp_path, pywb_bin):
    warcs = fill(tmp_path)
    write_cdxj(warcs, tmp_path / "index.cdxj")
    done = subprocess.run([pywb_bin / "cdxj-indexer", "--sort", *warcs], capture_output=True, text=True, check=True)

    def read(text: str) -> list[tuple[str, str, dict[str, str]]]:
        return [(key, time, json.loads(rest)) for key, time, rest in (line.split(" ", 2) for line in text.splitlines())]

    assert read((tmp_path / "index.cdxj").read_text()) == read(done.stdout)


def test_damage_leaves_no_half_index(tmp_path):
    [path, *_] = fill(tmp_path)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(DamageError, match=path.name):
        write_cdxj([path], tmp_path / "index.cdxj")
    assert not (tmp_path / "index.cdxj").exists()
    found: list[DamageError] = []
    assert write_cdxj([path], tmp_path / "index.cdxj", on_damage=found.append) > 0
    assert len(found) == 1


def test_an_index_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(StorageError, match=r"none/index\.cdxj"):
        write_cdxj([], tmp_path / "none" / "index.cdxj")
