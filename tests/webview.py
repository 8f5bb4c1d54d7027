"""A composed archive for tests of the web view, and a way to ask it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from archive.web.application import application
from tests.corpus import Corpus, compose

SCRIPT = "<script>alert('dân vận')</script> một tiêu đề"


def compose_archive(path: Path) -> Corpus:
    """Four articles to be seen, of which one has two versions and two have the same text, and one that is hidden."""
    made = Corpus(path)
    first = compose(url="https://danvan.example/1", headline="Đảng bộ xã làm dân vận khéo", date_published="2022-10-06",
                    article_body="Tổ dân vận vận động hiến đất.\n\nĐoạn hai.")  # fmt: skip
    made.add(first)
    made.add(replace(first, headline="Đảng bộ xã làm dân vận rất khéo", captured_at="2024-02-02T00:00:00+00:00"))
    made.add(compose(url="https://danvan.example/2", headline=SCRIPT, date_published="2023-01-02T08:30:00+07:00",
                     article_body_html='<p onclick="x()">Thân <img src="http://evil.example/x.png"><script>alert(1)'
                     '</script><a href="javascript:alert(2)">đây</a></p>'))  # fmt: skip
    made.add(compose(url="https://baonghean.example/3", headline="Mặt trận huyện", date_published="2022-11-01"),
             site="baonghean_vn")  # fmt: skip
    made.add(compose(url="https://baonghean.example/4", headline="Mặt trận huyện", date_published="2022-11-01"),
             site="baonghean_vn")  # fmt: skip
    hidden = made.add(
        compose(url="https://danvan.example/5", headline="Bài giấu kín dân vận", date_published="2022-10-09")
    )
    made.set(hidden, hidden_at="2024-05-06T00:00:00+00:00", hidden_why="Theo yêu cầu riêng")
    return made


def ask(path: Path, *requests: tuple[str, str, dict[str, Any]]) -> list[httpx.Response]:
    """The answers of the archive's web view, asked in this process."""

    async def run() -> list[httpx.Response]:
        datasette = application(path)
        await datasette.invoke_startup()
        transport = httpx.ASGITransport(app=datasette.app())
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8001") as client:
            return [await client.request(method, url, **settings) for method, url, settings in requests]

    return asyncio.run(run())
