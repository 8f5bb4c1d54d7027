"""`danvan`: the archive's verbs and the crawler's, as one command."""

from __future__ import annotations

from archive.cli import danvan, run

danvan.add_lazy(
    {
        "crawl": "crawler.commands.crawl:crawl",
        "extract": "crawler.commands.extract:extract",
        "sites": "crawler.commands.sites:sites",
    }
)


def main() -> None:
    """The entry point."""
    run(danvan)
