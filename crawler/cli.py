"""`danvan`: the archive's verbs and the crawler's, as one command."""

from __future__ import annotations

from archive.cli import danvan, run

danvan.add_lazy(
    {
        "backfill": "crawler.commands.backfill:backfill",
        "backup": "crawler.commands.backup:backup",
        "check": "crawler.commands.check:check",
        "crawl": "crawler.commands.crawl:crawl",
        "extract": "crawler.commands.extract:extract",
        "import": "crawler.commands.intake:intake",
        "rebuild": "crawler.commands.rebuild:rebuild",
        "reextract": "crawler.commands.reextract:reextract",
        "schedule": "crawler.commands.schedule:schedule",
        "sites": "crawler.commands.sites:sites",
    }
)


def main() -> None:
    """The entry point."""
    run(danvan)
