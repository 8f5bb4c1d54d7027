"""Reading stored pages again: danvan reextract and danvan extract beside the trafilatura command line; bytes on disk.

    python -m bench.reextract --pages 1000

All read the same composed pages of a site with a profile (bench.crawl's, about 48 KB each) and write every record
anew. trafilatura gets a folder of HTML files and gives JSON with metadata, by one process and by as many as it likes.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import sysconfig
import tempfile
from contextlib import closing
from pathlib import Path
from string import Template

from rich.console import Console
from rich.table import Table

from archive.raw import Exchange, WarcWriter, build_records
from bench.account import Cost, run
from bench.crawl import LAYOUT, compose_page
from crawler.sample.bulletins import bulletins

ASKED_SPEED, ASKED_JOBS, ASKED_SIZE = 10.0, 1.7, 0.45
HOST = "bao-mau.example"
DANVAN = [sys.executable, "-m", "crawler"]

PROFILE = Template("""name = "bench"
title = "Bench"
hosts = ["$host"]
topic = "all"
[[sources]]
kind = "sitemap"
url = "https://$host/sitemap.xml"
[addresses]
article = ["-post[0-9]+\\\\.html$$"]
""")


def compose(root: Path, pages: int) -> tuple[Path, int]:
    """A WARC of the pages, the same as HTML files in `html`, and the profile; the WARC and the bytes of HTML."""
    for name in ("html", "sites", "warc"):
        (root / name).mkdir()
    (root / "sites" / "bench.toml").write_text(PROFILE.substitute(host=HOST) + LAYOUT, encoding="utf-8")
    articles = [a for a in bulletins(120) if len(a.blocks) >= 2]
    rng = random.Random(7)  # noqa: S311 - the same pages every run
    names = [f"tin-dan-van-so-post{n}.html" for n in range(pages)]
    writer, size = WarcWriter(root / "warc", prefix="pages"), 0
    for n, name in enumerate(names):
        body = compose_page(articles, n, names, rng).encode()
        size += len(body)
        (root / "html" / name).write_bytes(body)
        exchange = Exchange(
            url=f"https://{HOST}/{name}", status=200, fetched_at="2025-06-03T08:00:00+07:00", body=body,
            response_headers=(("Content-Type", "text/html; charset=utf-8"),),
        )  # fmt: skip
        writer.append(build_records(exchange).data)
    writer.close()
    return next((root / "warc").glob("*.warc.gz")), size


def reextract(archive: Path, jobs: int, pages: int, env: dict[str, str]) -> Cost:
    """Every record read again and written, as after a release with better rules."""
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute("UPDATE articles SET extractor_version = '0'")
    cost = run([*DANVAN, "-a", str(archive), "reextract", "--quiet", "--jobs", str(jobs)], env)
    with closing(sqlite3.connect(archive / "archive.db")) as db:
        written = db.execute("SELECT count(*) FROM articles WHERE extractor_version <> '0'").fetchone()[0]
    if written != pages:
        raise SystemExit(f"reextract: {written} records of {pages} were written")
    return cost


def main() -> None:
    """Compose, run all, print what was measured beside what is asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=1000)
    pages = parser.parse_args().pages
    with tempfile.TemporaryDirectory(prefix="danvan-bench-") as folder:
        root = Path(folder)
        warc, html = compose(root, pages)
        env, archive = {"DANVAN_SITES": str(root / "sites")}, root / "archive"
        run([*DANVAN, "-a", str(archive), "import", "--quiet", str(warc)], env)
        peer = [str(Path(sysconfig.get_path("scripts")) / "trafilatura"), "--json", "--with-metadata"]
        peer += ["--input-dir", str(root / "html"), "--output-dir", str(root / "json")]
        costs = {
            "trafilatura, one process": run([*peer, "--parallel", "1"]),
            "trafilatura, as many as it likes": run(peer),
            **{
                f"danvan extract, {n} jobs": run([*DANVAN, "extract", str(warc), "--jobs", str(n)], env) for n in (1, 2)
            },
            **{f"danvan reextract, {n} jobs": reextract(archive, n, pages, env) for n in (1, 2)},
        }
        sizes = {
            "raw HTML": html,
            "WARC": sum(path.stat().st_size for path in (archive / "warc").iterdir()),
            "database": sum(path.stat().st_size for path in archive.glob("archive.db*")),
        }
    report(pages, costs, sizes)


def report(pages: int, costs: dict[str, Cost], sizes: dict[str, int]) -> None:
    """What was measured, and what the figures had to be."""
    console = Console(width=110)
    one, many = list(costs.values())[:2]
    table = Table(title=f"{pages} composed pages of {sizes['raw HTML'] / pages / 1000:.0f} KB", title_justify="left")
    for heading in ("what", "pages/s", "CPU ms a page", "× one process", "× as many"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for what, cost in costs.items():
        table.add_row(what, f"{pages / cost.wall:.0f}", f"{1000 * cost.cpu / pages:.2f}",
                      f"{one.wall / cost.wall:.1f}", f"{many.wall / cost.wall:.1f}")  # fmt: skip
    console.print(table)
    speed = one.wall / costs["danvan reextract, 2 jobs"].wall
    jobs = costs["danvan extract, 1 jobs"].wall / costs["danvan extract, 2 jobs"].wall
    size = (sizes["WARC"] + sizes["database"]) / sizes["raw HTML"]
    console.print(f"reextract, 2 jobs: {speed:.1f} × trafilatura's command line (asked: ≥ {ASKED_SPEED:.0f})")
    console.print(f"extract, 2 jobs: {jobs:.2f} × 1 job (asked: ≥ {ASKED_JOBS})")
    parts = ", ".join(f"{name} {size_ / pages / 1000:.1f} KB" for name, size_ in sizes.items())
    console.print(f"bytes on disk a page: {size:.2f} × raw HTML (asked: ≤ {ASKED_SIZE}): {parts}")


if __name__ == "__main__":
    main()
