"""What danvan's search is measured beside: SQLite's LIKE, plain FTS5, and PostgreSQL's full text.

Each holds the same articles in its own way and answers a query's words as near as it can mean them: the number of
articles, and the best (LIKE: the newest) twenty.
"""

from __future__ import annotations

import os
import pwd
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from archive.text import fold
from bench.search_queries import Asked

SHOWN = 20
_CLUSTER = "/usr/lib/postgresql"

Timed = tuple[float, int]
"""Milliseconds of the clock, and the articles counted."""


def fill(path: Path, source: Path) -> float:
    """A plain database with the same texts and an FTS5 table of defaults (unicode61); seconds."""
    started = time.perf_counter()
    connection = sqlite3.connect(path)
    connection.execute("ATTACH ? AS source", (str(source),))
    connection.executescript(
        "CREATE TABLE a (id INTEGER PRIMARY KEY, day TEXT, headline TEXT, description TEXT, body TEXT);"
        "CREATE INDEX a_day ON a(day);"
        "INSERT INTO a SELECT id, date_published, headline, description, article_body FROM source.articles;"
        "CREATE VIRTUAL TABLE f USING fts5(headline, description, body, content='a', content_rowid='id');"
        "INSERT INTO f(f) VALUES ('rebuild');"
    )
    connection.commit()
    connection.close()
    return time.perf_counter() - started


def like(path: Path, queries: Sequence[Asked]) -> Iterator[Timed]:
    """Every text looked through."""
    connection = sqlite3.connect(path)
    where = "headline LIKE ?1 OR description LIKE ?1 OR body LIKE ?1"
    for query in queries:
        wanted = f"%{query.words}%"
        yield _timed(
            lambda wanted=wanted: connection.execute(f"SELECT count(*) FROM a WHERE {where}", (wanted,)).fetchone()[0],
            lambda wanted=wanted: connection.execute(
                f"SELECT id, headline FROM a WHERE {where} ORDER BY day DESC LIMIT {SHOWN}", (wanted,)
            ).fetchall(),
        )
    connection.close()


def fts5(path: Path, queries: Sequence[Asked]) -> Iterator[Timed]:
    """A phrase by FTS5's defaults: ranked by bm25, with its own snippets."""
    connection = sqlite3.connect(path)
    for query in queries:
        wanted = f'"{query.words}"'
        yield _timed(
            lambda wanted=wanted: connection.execute("SELECT count(*) FROM f WHERE f MATCH ?", (wanted,)).fetchone()[0],
            lambda wanted=wanted: connection.execute(
                "SELECT rowid, headline, snippet(f, 2, '[', ']', '…', 40) FROM f WHERE f MATCH ? "
                f"ORDER BY rank LIMIT {SHOWN}",
                (wanted,),
            ).fetchall(),
        )
    connection.close()


def _timed(count: Callable[[], int], show: Callable[[], object]) -> Timed:
    started = time.perf_counter()
    number = count()
    show()
    return (time.perf_counter() - started) * 1000, number


def postgres_folder() -> Path | None:
    """Where the newest PostgreSQL that Debian installs has its programs; None where there is none."""
    found = sorted(Path(_CLUSTER).glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def postgres(programs: Path, folder: Path) -> Iterator[Callable[[str], str]]:
    """A server of its own in `folder`, ended afterwards; gives a way to run SQL through psql."""
    folder.mkdir()
    user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    shutil.chown(folder, user)
    become = ["setpriv", "--reuid", user, "--regid", user, "--clear-groups"] if os.getuid() == 0 else []

    def do(*command: str, text: str = "") -> str:
        done = subprocess.run(
            [*become, *command], input=text, capture_output=True, text=True, check=False, cwd=folder, env=_ENVIRONMENT
        )
        if done.returncode:
            raise SystemExit(f"{command[0]}: {done.stderr.strip()[-2000:]}")
        return done.stdout

    data = str(folder / "data")
    do(str(programs / "initdb"), "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c shared_buffers=512MB -c jit=off -c fsync=off"
    do(str(programs / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    psql = ["psql", "-X", "-q", "-At", "-h", str(folder), "-U", "bench", "-d", "postgres", "-v", "ON_ERROR_STOP=1"]
    try:
        yield lambda sql: do(*psql, text=sql)
    finally:
        do(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop")


_ENVIRONMENT = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}

_POSTGRES = """
CREATE EXTENSION unaccent;
CREATE TEXT SEARCH CONFIGURATION viet (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION viet ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
CREATE TABLE a (id bigint PRIMARY KEY, day text, headline text, description text, body text);
\\copy a FROM '{file}' WITH (FORMAT csv)
ALTER TABLE a ADD t tsvector;
UPDATE a SET t = setweight(to_tsvector('viet', headline), 'A') || setweight(to_tsvector('viet', description), 'B')
    || to_tsvector('viet', body);
CREATE INDEX a_t ON a USING gin(t);
VACUUM ANALYZE a;
"""


def fill_postgres(run: Callable[[str], str], file: Path) -> tuple[float, int]:
    """Load a CSV file of the texts and index them with unaccent; seconds, and bytes on disk."""
    started = time.perf_counter()
    run(_POSTGRES.format(file=file))
    seconds = time.perf_counter() - started
    return seconds, int(run("SELECT pg_total_relation_size('a')"))


def ask_postgres(run: Callable[[str], str], queries: Sequence[Asked]) -> list[Timed]:
    """The number, and the twenty best with their headlines in marks; the server's own timing, both statements."""
    script = ["\\timing on", "SELECT 1;"]
    for query in queries:
        words = fold(query.words).replace("'", "''")
        wanted = f"phraseto_tsquery('viet', '{words}')"
        script.append(f"SELECT count(*) FROM a WHERE t @@ {wanted};")
        script.append(
            f"SELECT count(ts_headline('viet', body, {wanted})) FROM (SELECT body FROM a WHERE t @@ {wanted} "
            f"ORDER BY ts_rank(t, {wanted}) DESC LIMIT {SHOWN}) AS b;"
        )
    lines = run("\n".join(script)).splitlines()
    times = [float(line.split()[1]) for line in lines if line.startswith("Time:")][1:]
    numbers = [int(line) for line in lines if line.isdigit()][1:]
    return [(times[n] + times[n + 1], numbers[n]) for n in range(0, len(times), 2)]
