"""Harm an archive on purpose and look that nothing is lost and nothing invented. Slow; the tests run a short form.

python -m tests.harm kills --count 20      SIGKILL in reextract, import, backup, rebuild and migration
python -m tests.harm torn --count 200      WARCs cut or with a bit turned at a random place
python -m tests.harm disk                  a full disk in crawl, import, reextract, backup (root, Linux)
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path

from tests import harm_bytes, harm_disk, harm_kills


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="+", choices=("kills", "torn", "disk"))
    parser.add_argument("--count", type=int, default=None)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        one_day, two_days = harm_kills.sample(folder)
        if "kills" in options.what:
            for name, verb in harm_kills.verbs(one_day, two_days).items():
                count = options.count or 20
                archives = harm_kills.kill(verb, count, folder / name, rng)
                print(
                    f"{name}: {count} kills over {archives} archives: old or new each time, and finished",
                    flush=True,
                )
        if "torn" in options.what:
            print(harm_bytes.harm(two_days / "warc", options.count or 200, folder / "torn", rng), flush=True)
        if "disk" in options.what:
            for name, case in harm_disk.cases(one_day, two_days).items():
                full = harm_disk.fill(case, folder / "disk")
                print(
                    f"{name}: disk full {full} times: exit 3 naming the path, nothing lost once there was room",
                    flush=True,
                )


if __name__ == "__main__":
    main()
