"""A small profile, written to a folder and loaded."""

from __future__ import annotations

from pathlib import Path

from crawler.profile import Site, load_site

SITE = """
name = "thu"
hosts = ["thu.example"]
home = "https://thu.example/"
"""


def load(folder: Path, text: str, name: str = "thu") -> Site:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return load_site(name)
