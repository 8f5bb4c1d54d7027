"""What a person sees on terminals of 80 and 40 columns: no name is cut, no column is squeezed to nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.command import on_terminal
from tests.corpus import Corpus, compose

SITE = "bandanvan_laocai_org_vn"  # the longest name there is


def shown(columns: int, *words: str) -> list[str]:
    """The lines `danvan` prints on a terminal so wide, without colour."""
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", on_terminal(columns, *words)).splitlines()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("archive")
    corpus = Corpus(path)
    for number in range(3):
        body = f"Chi bộ thôn {number} họp dân, bàn việc góp công làm con đường vào xóm. " * 4
        corpus.add(
            compose(url=f"https://x.vn/{number}", headline=f"Chuyện dân vận ở xóm Trại số {number}", article_body=body)
        )
    corpus.connection.execute("UPDATE sites SET name = ? WHERE name = 'danvan_vn'", (SITE,))
    corpus.connection.close()
    return str(path)


@pytest.mark.parametrize("columns", [80, 40])
@pytest.mark.parametrize("words", ["search dân vận", "status", "status --days", "sites list", "show 1 --versions"])
def test_nothing_is_cut(archive: str, columns: int, words: str) -> None:
    lines = shown(columns, "-a", archive, *words.split())
    assert max(map(len, lines)) <= columns
    assert "…" not in "".join(lines).replace("… ", "").replace(" …", "")  # but where a passage begins or ends
    if not words.startswith("show"):
        assert any(SITE in line for line in lines)


@pytest.mark.parametrize("columns", [80, 40])
def test_a_crawl_sums_up_without_cutting(tmp_path: Path, columns: int) -> None:
    text = "\n".join(shown(columns, "-a", str(tmp_path / "archive"), "crawl", "--sample", "--limit", "3"))
    summary = text[text.rindex("run 2025") :]
    assert "…" not in summary
    for word in ("danvan_example", "dangcongsan_example", "not article", "discovered"):
        assert word in " ".join(summary.split())
