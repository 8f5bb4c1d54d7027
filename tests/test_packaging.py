"""What is installed is what was pinned, and a wheel carries everything that runs."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
GROUPS = PROJECT["dependency-groups"]
RUN = PROJECT["project"]["dependencies"]
EVERY_EXTRA = [line for extra in EXTRAS.values() for line in extra]

WANTED = {
    "build": GROUPS["build"] + PROJECT["build-system"]["requires"],
    "run": RUN + EXTRAS["web"] + EXTRAS["backfill"] + EXTRAS["attachments"],
    "test": RUN + EVERY_EXTRA + GROUPS["build"] + GROUPS["test"],
    "bench": RUN + EVERY_EXTRA + GROUPS["bench"],
    "pywb": GROUPS["pywb"],
}


def pins(lock: Path) -> dict[str, list[str]]:
    """The pinned versions by package; some packages have one for each kind of machine."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(
        r"^([A-Za-z0-9._-]+)(?:\[.*?\])?==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE
    ):
        found.setdefault(canonicalize_name(name), []).append(version)
    return found


def test_there_is_one_lock_for_each_purpose() -> None:
    assert {lock.stem for lock in LOCKS} == set(WANTED)


@pytest.mark.parametrize("purpose", WANTED)
def test_the_lock_pins_whatever_pyproject_asks_for(purpose: str) -> None:
    pinned = pins(ROOT / "requirements" / f"{purpose}.txt")
    for line in WANTED[purpose]:
        requirement = Requirement(line)
        versions = pinned.get(canonicalize_name(requirement.name), [])
        assert versions, f"{requirement.name} is not in {purpose}.txt: run `make lock`"
        assert all(requirement.specifier.contains(version) for version in versions), f"{line}: {versions}: `make lock`"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_pin_of_a_lock_carries_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    for pin in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE):
        if pin.strip() and not pin.startswith("#"):
            assert "--hash=sha256:" in pin, pin.splitlines()[0]


def test_what_is_tested_is_what_users_run() -> None:
    tested = pins(ROOT / "requirements" / "test.txt")
    for purpose in ("run", "build"):
        for name, versions in pins(ROOT / "requirements" / f"{purpose}.txt").items():
            assert tested[name] == versions, name


def test_no_file_names_the_host_of_a_package_registry() -> None:
    hosts = [".".join(parts).encode() for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))]
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    for name in filter(None, listing.stdout.decode().split("\0")):
        path = ROOT / name
        if path.is_file():
            content = path.read_bytes()
            assert not [host for host in hosts if host in content], name


def test_a_wheel_carries_profiles_sample_sites_templates_and_every_other_file_of_both_packages(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in ("archive", "crawler")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    assert "crawler/sites/danvan_vn.toml" in wanted
    assert not wanted - names
    assert not [name for name in names if name.startswith(("tests/", "bench/", "docs/"))]
