"""A run that appends and syncs until it is killed, saying what it has synced (see test_raw_damage)."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from archive.raw import Exchange, WarcWriter, build_records


def main() -> None:
    writer = WarcWriter(Path(sys.argv[1]), prefix="run", max_bytes=60_000)
    for number in range(100_000):
        url = f"https://danvan.example/{number}"
        body = random.Random(number).randbytes(2000)
        built = build_records(Exchange(url=url, status=200, fetched_at="2026-03-06T08:00:00+07:00", body=body))
        file, offset = writer.append(built.data)
        writer.sync()
        print(file, offset, url, flush=True)


if __name__ == "__main__":
    main()
