"""SIGKILL at random moments of reextract, import, backup, rebuild and migration: old or new, and finished by the next.

After every kill the archive must be what it was or what it becomes, page by page where a command commits pages;
the command run again must end as one that nobody killed.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.migrations import migrations
from archive.schema import APPLICATION_ID
from tests.harm_states import State, differences, state

COMMAND = [sys.executable, "-m", "crawler"]
WRONG = "Tiêu đề mà bộ đọc cũ đọc sai"
AN_ARCHIVE = 4  # kills before the command is let finish
COPIES = 40  # of every article, so that the migration takes long enough to be killed in it


@dataclass(frozen=True, kw_only=True)
class Verb:
    """A command to kill: the archive it starts from, its words, and what must hold after each kill."""

    name: str
    prepare: Callable[[Path], Path]
    words: Callable[[Path], list[str]]
    between: Callable[[Path, State, State], None]
    state: Callable[[Path], State] = state


def danvan(*words: object) -> None:
    """Run to the end; it must succeed."""
    done = subprocess.run([*COMMAND, *map(str, words)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}: {done.returncode}: {done.stdout}{done.stderr}"


def sample(folder: Path) -> tuple[Path, Path]:
    """Two crawled sample archives: after the first day, and after the second."""
    one_day, two_days = folder / "one-day", folder / "two-days"
    danvan("-a", one_day, "crawl", "--sample", "--quiet")
    _copy(one_day, two_days)
    danvan("-a", two_days, "crawl", "--sample", "--sample-day", 2, "--quiet")
    return one_day, two_days


def verbs(one_day: Path, two_days: Path) -> dict[str, Verb]:
    """The commands, by name."""
    listed = (
        Verb(
            name="reextract",
            prepare=lambda folder: spoiled(two_days, folder),
            words=lambda archive: ["-a", str(archive), "reextract", "--quiet"],
            between=_each_article_old_or_new,
        ),
        Verb(
            name="import",
            prepare=lambda folder: _copy(one_day, folder),
            words=lambda archive: ["-a", str(archive), "import", str(two_days), "--quiet"],
            between=_captures_of_the_whole,
        ),
        Verb(
            name="backup",
            prepare=lambda folder: _backed_up(one_day, folder),
            words=lambda archive: ["-a", str(two_days), "backup", str(archive)],
            between=_old_or_new,
        ),
        Verb(
            name="rebuild",
            prepare=lambda folder: _copy(two_days, folder),
            words=lambda archive: ["-a", str(archive), "rebuild", "--quiet"],
            between=_old_or_new,
        ),
        Verb(
            name="migration",
            prepare=lambda folder: _first_schema(two_days, folder),
            words=lambda archive: ["-a", str(archive), "check"],
            between=_old_or_new,
            state=_schema,
        ),
    )
    return {verb.name: verb for verb in listed}


def kill(verb: Verb, count: int, folder: Path, rng: random.Random) -> int:
    """Kill so often before the command has ended by itself; the archives that took. Raises at a difference."""
    template = verb.prepare(folder / "template")
    old = verb.state(template)
    whole = _copy(template, folder / "whole")
    started = time.monotonic()
    danvan(*verb.words(whole))
    seconds, new = time.monotonic() - started, verb.state(whole)
    struck = archives = 0
    while struck < count:
        archive = _copy(template, folder / f"killed-{archives}")
        archives += 1
        for _ in range(min(AN_ARCHIVE, count - struck)):
            if not _struck(verb, archive, rng.uniform(0.1, 0.95) * seconds):
                break
            struck += 1
            verb.between(archive, old, new)
        danvan(*verb.words(archive))
        assert not (wrong := differences(verb.state(archive), new)), f"{verb.name}: {wrong}"
        assert not [left for left in (archive / "warc").iterdir() if left.suffix in (".open", ".partial")]
        shutil.rmtree(archive)
    return archives


def _struck(verb: Verb, archive: Path, seconds: float) -> bool:
    process = subprocess.Popen([*COMMAND, *verb.words(archive)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    process.kill()
    return process.wait() != 0


def _copy(source: Path, folder: Path) -> Path:
    shutil.copytree(source, folder)
    return folder


def spoiled(source: Path, folder: Path) -> Path:
    """As an earlier extractor would have left it."""
    archive = _copy(source, folder)
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute("UPDATE articles SET headline = ?, content_hash = 'old' || id, extractor_version = '0'", (WRONG,))
        db.execute(
            "UPDATE article_versions SET content_hash = 'old' || article_id WHERE (article_id, version) IN "
            "(SELECT id, versions FROM articles)"
        )
        db.execute("DELETE FROM images")
    return archive


def _backed_up(source: Path, folder: Path) -> Path:
    danvan("-a", source, "backup", folder)
    return folder


def _first_schema(source: Path, folder: Path) -> Path:
    """The archive as the first release would have written it, with more articles."""
    archive = _copy(source, folder)
    (archive / "archive.db").unlink()
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        migrations.apply(Database(db), stop_before="m003_files")
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("ATTACH ? AS now", (str(source / "archive.db"),))
        names = "archive_info sites runs pages captures articles article_versions images links"
        for table in names.split():
            columns = ", ".join(row[1] for row in db.execute(f"PRAGMA main.table_info({table})"))
            db.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM now.{table}")
        columns = [row[1] for row in db.execute("PRAGMA main.table_info(articles)")]
        own = {"id": "NULL", "url": "url || '?' || ?1", "page_id": "page_id + ?1 * 10000"}
        chosen = ", ".join(own.get(column, column) for column in columns)
        for copy in range(1, COPIES):
            db.execute(
                f"INSERT INTO pages SELECT {_selected(db, 'pages', id='id + ?1 * 10000', identity='identity || ?1')} "
                "FROM now.pages WHERE id IN (SELECT page_id FROM now.articles)",
                (copy,),
            )
            db.execute(f"INSERT INTO articles ({', '.join(columns)}) SELECT {chosen} FROM now.articles", (copy,))
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")
    return archive


def _selected(db: sqlite3.Connection, table: str, **own: str) -> str:
    return ", ".join(own.get(row[1], row[1]) for row in db.execute(f"PRAGMA main.table_info({table})"))


def _schema(archive: Path) -> State:
    """The schema, and what it holds in short."""
    with closing(sqlite3.connect(archive / "archive.db")) as db, db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for table in ("articles_exact", "articles_folded"):
            db.execute(f"INSERT INTO {table}({table}, rank) VALUES ('integrity-check', 1)")
        return {
            "schema": sorted(db.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%'"), key=repr),
            "articles": db.execute("SELECT url, headline, content_hash FROM articles ORDER BY url").fetchall(),
        }


def _old_or_new(archive: Path, old: State, new: State) -> None:
    found = (state if "pages" in old else _schema)(archive)
    assert not differences(found, old) or not differences(found, new), (
        differences(found, old), differences(found, new)
    )  # fmt: skip


def _each_article_old_or_new(archive: Path, old: State, new: State) -> None:
    found = state(archive)
    for table in ("articles", "versions"):
        strange = set(found[table]) - set(old[table]) - set(new[table])
        assert not strange, f"{table}: {sorted(strange, key=repr)[:3]}"
        assert len(found[table]) in (len(old[table]), len(new[table]))
    spoiled = {row[0] for row in found["articles"] if row[1] == WRONG}
    pictured = {row[0] for row in found["images"]}
    assert not spoiled & pictured, "a headline of the old state beside images of the new"


def _captures_of_the_whole(archive: Path, old: State, new: State) -> None:
    found = state(archive)
    for table in ("captures", "versions"):
        assert not {row[0] for row in found[table]} - {row[0] for row in new[table]}
    assert set(old["captures"]) <= set(found["captures"]) <= set(new["captures"])
    texts = {(row[0], row[3]) for row in new["versions"]}
    assert {(row[0], row[2]) for row in found["articles"]} <= texts
