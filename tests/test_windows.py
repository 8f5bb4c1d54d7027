"""When a site may be asked: windows of the night, in Vietnam's time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import ProfileError
from crawler.profile_file import read_profile
from crawler.site import VIETNAM, Politeness


@pytest.mark.parametrize(
    ("window", "hour", "welcome"),
    [
        ("22:00-05:00", 22, True), ("22:00-05:00", 23, True), ("22:00-05:00", 0, True), ("22:00-05:00", 4, True),
        ("22:00-05:00", 5, False), ("22:00-05:00", 21, False), ("01:00-05:00", 0, False), ("01:00-05:00", 3, True),
        (None, 12, True),
    ],
)  # fmt: skip
def test_a_window_may_reach_over_midnight_in_vietnams_time(window: str | None, hour: int, welcome: bool) -> None:
    moment = datetime(2025, 6, 15, hour, tzinfo=VIETNAM).astimezone(UTC)
    assert Politeness(window=window).welcome(moment) is welcome


def test_a_window_that_never_opens_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "thu.toml"
    file.write_text('name = "thu"\nhosts = ["thu.example"]\n[politeness]\nwindow = "22:00-22:00"\n')
    with pytest.raises(ProfileError, match="22:00-22:00"):
        read_profile(file)
