"""What many tests share: a place for an archive, and the outside programs some of them drive."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from crawler.profile import SITES_SETTING
from tests.files_site import crawled_once, crawled_site, open_site  # noqa: F401 - fixtures

# A loaded machine is no fault of the code, so no example has a deadline.
settings.register_profile("danvan", parent=settings(), deadline=None)
settings.load_profile("danvan")

_ROOT = Path(__file__).parents[1]
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _skip_or_fail(setting: str, message: str) -> None:
    """A missing program skips the test, but on a machine that promises it, it is a failure."""
    if os.environ.get(setting) == "required":
        pytest.fail(f"{message} ({setting}=required)")
    pytest.skip(message)


@pytest.fixture
def archive_dir(tmp_path: Path) -> Path:
    """Where a test's archive may be made; nothing is there yet."""
    return tmp_path / "archive"


@pytest.fixture
def own_profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the user's own profiles."""
    monkeypatch.setenv(SITES_SETTING, str(tmp_path))
    return tmp_path


@pytest.fixture(scope="session")
def cases() -> Path:
    """The folder of acceptance cases, which are not part of the project."""
    folder = os.environ.get("DANVAN_CASES")
    if not folder:
        pytest.skip("DANVAN_CASES names no folder")
    return Path(folder)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium: $CHROME, or the first that is installed."""
    for name in (os.environ.get("CHROME"), *_BROWSERS):
        found = shutil.which(name) if name else None
        if found:
            return found
    _skip_or_fail("DANVAN_BROWSER", f"no Chromium: set CHROME, or install one of {', '.join(_BROWSERS)}")
    raise AssertionError


@pytest.fixture(scope="session")
def pywb_bin() -> Path:
    """The folder of pywb's and wacz's commands, which `make pywb` builds."""
    folder = _ROOT / ".venv-pywb" / "bin"
    if not (folder / "wayback").exists():
        _skip_or_fail("DANVAN_PYWB", "no replay server: run `make pywb`")
    return folder
