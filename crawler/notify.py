"""Telling a person: the user's command or web address, after a run that failed or found something new wrong.

What was told stands in logs/notified.json, so that a site that stays broken is told of once, not four times a day.
A notification that fails is one line on standard error and never changes how the run ended.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import urllib.request
from contextlib import suppress
from dataclasses import asdict, dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crawler.health import Finding
    from crawler.preferences import Preferences

TOLD = "logs/notified.json"
COMMAND_SECONDS, URL_SECONDS = 60, 15
FAILED_CODES = (3, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What there is to tell of a run. `findings` are those not told before; `failure` is why the run ended."""

    archive: str
    run: str
    exit_code: int
    failure: str | None
    findings: tuple[Finding, ...]

    @property
    def text(self) -> str:
        """A line for the run, and one for each thing wrong."""
        head = f"danvan: {self.run or 'crawl'} of {self.archive} ended with exit code {self.exit_code}"
        lines = [f"{head}: {self.failure}" if self.failure else head]
        return "\n".join([*lines, *(f"{one.site}: {one.message}" for one in self.findings)]) + "\n"

    def as_json(self) -> bytes:
        """The same for a web address; `text` is the key that chat services show."""
        told = {
            "text": self.text, "archive": self.archive, "run": self.run, "exitCode": self.exit_code,
            "failure": self.failure, "findings": [asdict(one) for one in self.findings],
        }  # fmt: skip
        return json.dumps(told, ensure_ascii=False).encode()


def notice_of(
    archive: Path, *, run: str, exit_code: int, failure: str | None, findings: Sequence[Finding]
) -> Notice | None:
    """What is new to tell, if anything; remembers the findings that stand now."""
    file = archive / TOLD
    try:
        told = {tuple(one) for one in json.loads(file.read_text(encoding="utf-8"))}
    except (OSError, ValueError, TypeError):
        told = set()
    new = tuple(one for one in findings if (one.site, one.kind) not in told)
    with suppress(OSError):  # a full disk: told twice is better than not at all
        file.write_text(json.dumps(sorted({(one.site, one.kind) for one in findings})), encoding="utf-8")
    if not new and exit_code not in FAILED_CODES:
        return None
    return Notice(archive=str(archive), run=run, exit_code=exit_code, failure=failure, findings=new)


def notify(preferences: Preferences, notice: Notice) -> tuple[str, ...]:
    """Run the command and post to the address, as far as they are set; a line for each that failed.

    The command has the text on its standard input, and DANVAN_RUN, DANVAN_EXIT_CODE and DANVAN_MESSAGE (the
    text's first finding, or its first line) in its environment.
    """
    failed = []
    if preferences.notify_command:
        failed.append(_run(preferences.notify_command, notice))
    if preferences.notify_url:
        failed.append(_post(preferences.notify_url, notice))
    return tuple(line for line in failed if line)


def _run(command: str, notice: Notice) -> str | None:
    lines = notice.text.splitlines()
    told = {"DANVAN_RUN": notice.run, "DANVAN_EXIT_CODE": str(notice.exit_code), "DANVAN_MESSAGE": lines[:2][-1]}
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command
            shlex.split(command), input=notice.text.encode(), env=os.environ | told, timeout=COMMAND_SECONDS,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return f"notify_command: {command!r} failed: {error}"
    return f"notify_command: {command!r} ended with exit code {done.returncode}" if done.returncode else None


def _post(url: str, notice: Notice) -> str | None:
    if not url.startswith(("http://", "https://")):
        return f"notify_url: {url!r} must begin with http:// or https://"
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
        url, data=notice.as_json(), headers={"Content-Type": "application/json; charset=utf-8"}
    )
    try:
        with urllib.request.urlopen(request, timeout=URL_SECONDS):  # noqa: S310
            return None
    except (OSError, HTTPException, ValueError) as error:
        return f"notify_url: {url!r} failed: {error}"
