"""Damage fixture pages in every way a wire, a template or an editor does, and see that extraction ends each calmly.

    python -m tests.mutate 10000 [SEED]

Prints what the pages ended as and the slowest; exit 1 when one raised, took over LIMIT seconds, or gave a record
that cannot be written as UTF-8 JSON.
"""

from __future__ import annotations

import json
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

from archive.records import Extraction, Page, article_json
from crawler.extraction import extract
from crawler.profile import generic_site

FIXTURES = Path(__file__).parent / "fixtures"
LIMIT = 10.0
ODD = (
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\xe2\x81\xa6", b"\x1b[31m", b"\xef\xbf\xbf", b"&#0;", b"&#xD800;",
    b"&#x110000;", b"&nbsp;" * 50, b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<?xml", b"<svg><title>",
    b"<template>", b"<plaintext>", b"<frameset>", b"<table>" * 40, b"</div>" * 40, b"<b>" * 200, b"<a href='//[::bad'>", b"<a href='http://[x'>l</a>",
    b"<base href='http://[bad'>", b"<script type='application/ld+json'>{\"@graph\":[[[", b"<script>window.__NEXT_DATA__={", b"<h1></h1>",
    b"<time datetime='99999-99-99'>", b"<meta property='article:published_time' content='\xc2\xb2024-13-45'>", b"0" * 400, b"style='", b'class="',
    b"<img src='data:,x'>", b"<img srcset=','>", b"<td colspan='99999999'>", b"<meta charset='hex'>", b"\xc2\xb2\xe2\x91\xa0 \xc2\xbd",
)  # fmt: skip


@cache
def pages() -> tuple[tuple[str, bytes], ...]:
    """(name, bytes) of every fixture page."""
    return tuple((path.parent.name, path.read_bytes()) for path in sorted(FIXTURES.glob("*/*/page.html")))


def _cut(body: bytes, pick: random.Random) -> bytes:
    return body[: pick.randrange(len(body) + 1)]


def _remove(body: bytes, pick: random.Random) -> bytes:
    start = pick.randrange(len(body) + 1)
    return body[:start] + body[start + pick.randrange(1, 3000) :]


def _double(body: bytes, pick: random.Random) -> bytes:
    start = pick.randrange(len(body) + 1)
    return body[:start] + body[start : start + pick.randrange(1, 3000)] * pick.randrange(2, 5) + body[start:]


def _flip(body: bytes, pick: random.Random) -> bytes:
    damaged = bytearray(body)
    for _ in range(pick.randrange(1, 60)):
        if damaged:
            damaged[pick.randrange(len(damaged))] = pick.randrange(256)
    return bytes(damaged)


def _insert(body: bytes, pick: random.Random) -> bytes:
    for _ in range(pick.randrange(1, 6)):
        start = pick.randrange(len(body) + 1)
        body = body[:start] + pick.choice(ODD) + body[start:]
    return body


def _untag(body: bytes, pick: random.Random) -> bytes:
    parts = body.split(b"<")
    for _ in range(pick.randrange(1, 30)):
        del parts[pick.randrange(len(parts)) : pick.randrange(len(parts)) + 1]
        if not parts:
            return b""
    return b"<".join(parts)


def _shuffle(body: bytes, pick: random.Random) -> bytes:
    lines = body.split(b"\n")
    start = pick.randrange(len(lines))
    some = lines[start : start + 30]
    pick.shuffle(some)
    return b"\n".join([*lines[:start], *some, *lines[start + 30 :]])


def _graft(body: bytes, pick: random.Random) -> bytes:
    _, other = pick.choice(pages())
    return body[: pick.randrange(len(body) + 1)] + other[pick.randrange(len(other)) :]


WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut, _remove, _double, _flip, _insert, _untag, _shuffle, _graft,
)  # fmt: skip


def mutated(seed: int) -> tuple[str, bytes]:
    """(name, bytes) of one damaged page: the same for the same seed."""
    pick = random.Random(seed)
    name, body = pick.choice(pages())
    for _ in range(pick.randrange(1, 5)):
        body = pick.choice(WAYS)(body, pick)
    return name, body


def judge(body: bytes) -> Extraction:
    """The page's extraction, which must have an outcome and a record that can be written."""
    page = Page(url="https://portal.example/tin/bai-viet-77.html", body=body, captured_at="2026-11-23T08:00:00+07:00")
    result = extract(page, generic_site(page.url))
    assert (result.article is None) == (result.outcome.value != "saved"), result.outcome
    assert result.article is not None or result.reason, "no reason"
    if result.article is not None:
        json.dumps(article_json(result.article), ensure_ascii=False).encode("utf-8")
        assert "\x00" not in result.article.article_body
    for link in result.links:
        f"{link.url} {link.text}".encode()
    return result


def main(count: int, first: int) -> int:
    """Judge that many damaged pages; the number that failed."""
    ended: Counter[str] = Counter()
    slowest = (0.0, 0)
    failed = 0
    for seed in range(first, first + count):
        name, body = mutated(seed)
        started = time.perf_counter()
        try:
            result = judge(body)
        except Exception:  # noqa: BLE001 - that nothing is raised is what is being proved
            failed += 1
            print(f"seed {seed} ({name}):", traceback.format_exc(limit=-4), file=sys.stderr)
        else:
            ended[f"{result.outcome.value} {result.reason or ''}".strip()] += 1
        took = time.perf_counter() - started
        slowest = max(slowest, (took, seed))
        failed += took > LIMIT
    for reason, number in ended.most_common():
        print(f"{number:7}  {reason}")
    print(f"{count} pages, {failed} failed; slowest {slowest[0]:.2f} s (seed {slowest[1]})")
    return failed


if __name__ == "__main__":
    sys.exit(1 if main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0) else 0)
