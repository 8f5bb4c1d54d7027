"""Page sets of the extraction bench: pages with the record each must give, in one of two layouts.

Fixture layout: any depth of folders, an article being a folder that holds page.html, request.json and
expected.json. Cases layout: pages/KEY_LAYOUT.html and one expected.json with the records by KEY, the strings
that may not appear by LAYOUT, and the related titles that may not appear at all.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SPACES = re.compile(r"\s+")
CREDIT = re.compile(r"\s*[(\[]?\s*Ảnh:[^()]*[)\]]?\s*$")
NO_HOST = "https://portal.example/tin-tuc/{}.html"  # cases carry no address; no profile has this host


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One article: where its page stands, how it was served, and its gold record."""

    name: str
    path: Path
    url: str
    headers: tuple[tuple[str, str], ...]
    captured_at: str
    headline: str
    description: str | None
    paragraphs: tuple[str, ...]
    authors: tuple[str, ...]
    date: str | None
    captions: tuple[str, ...]
    forbidden: tuple[str, ...]

    def request(self) -> dict[str, Any]:
        """What a worker needs to extract the page; nothing of the gold."""
        return {
            "name": self.name,
            "path": str(self.path),
            "url": self.url,
            "headers": self.headers,
            "captured_at": self.captured_at,
        }


def load(folder: Path) -> tuple[Case, ...]:
    """Every article of a page set, sorted by name; ValueError says what the folder lacks."""
    cases = _of_cases(folder) if (folder / "pages").is_dir() else _of_fixtures(folder)
    if not cases:
        raise ValueError(f"{folder}: no article with an expected.json; give a fixture folder or a cases folder")
    return cases


def _of_fixtures(folder: Path) -> tuple[Case, ...]:
    cases = []
    for gold_path in sorted(folder.rglob("expected.json")):
        gold = json.loads(gold_path.read_text(encoding="utf-8"))
        if "headline" not in gold:
            continue
        home = gold_path.parent
        request = json.loads((home / "request.json").read_text(encoding="utf-8"))
        captions = [image["caption"] for image in gold.get("images", ()) if image["caption"]]
        cases.append(
            _case(
                str(home.relative_to(folder)), home / "page.html", gold, captions, gold.get("forbidden", []),
                url=request["url"], headers=tuple((k, v) for k, v in request["headers"]),
                captured_at=request["captured_at"],
            )
        )  # fmt: skip
    return tuple(cases)


def _of_cases(folder: Path) -> tuple[Case, ...]:
    gold = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    cases = []
    for page in sorted((folder / "pages").glob("*_*.html")):
        key, layout = page.stem.split("_", 1)
        record = gold["records"][key]
        captions = [CREDIT.sub("", caption) or caption for caption in record["captions"]]
        forbidden = [*gold["must_not_appear"].get(layout, ()), *gold["related_titles"]]
        cases.append(
            _case(
                page.stem, page, _without_time(record, layout), captions, forbidden,
                url=NO_HOST.format(page.stem), headers=(("Content-Type", "text/html"),),
                captured_at="2024-01-01T00:00:00+07:00",
            )
        )  # fmt: skip
    return tuple(cases)


def _without_time(record: dict[str, Any], layout: str) -> dict[str, Any]:
    """The wordpress pages give no time, so there the date alone is right."""
    return {**record, "datePublished": record["datePublished"][:10]} if layout == "wordpress" else record


def _case(
    name: str, path: Path, gold: dict[str, Any], captions: list[str], forbidden: list[str], *,
    url: str, headers: tuple[tuple[str, str], ...], captured_at: str,
) -> Case:  # fmt: skip
    plain = {plain_text(caption) for caption in captions}
    return Case(
        name=name,
        path=path.resolve(),
        url=url,
        headers=headers,
        captured_at=captured_at,
        headline=gold["headline"],
        description=gold.get("description"),
        paragraphs=tuple(gold["articleBody"]),
        authors=tuple(gold.get("authors", ())),
        date=gold.get("datePublished"),
        captions=tuple(captions),
        forbidden=tuple(text for text in forbidden if plain_text(text) not in plain),
    )


def plain_text(text: str) -> str:
    """The text on one line, with single spaces."""
    return SPACES.sub(" ", text).strip()
