"""Puts a schedule where it belongs: systemd's unit folders, or the user's crontab."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from archive.errors import StorageError, UsageError
from crawler.schedule import Schedule, crontab_lines, nameservers, systemd_service, systemd_timer

SYSTEM_UNITS = Path("/etc/systemd/system")
BOOTED = Path("/run/systemd/system")  # exists where systemd runs the machine, see sd_booted(3)
RESOLV_CONF = Path("/etc/resolv.conf")


def kind_of_machine() -> str:
    """Which kind of schedule fits here: systemd, cron or launchd."""
    if sys.platform == "darwin":
        return "launchd"
    return "systemd" if BOOTED.is_dir() else "cron"


def units(schedule: Schedule, *, system: bool) -> dict[Path, str]:
    """The unit files by path: the system's, run as the archive's owner, or those of the user's own manager."""
    folder = SYSTEM_UNITS if system else _user_units()
    resolvers = nameservers(RESOLV_CONF.read_text(encoding="utf-8")) if RESOLV_CONF.is_file() else ()
    user = _owner(schedule.archive) if system else None
    return {
        folder / f"{schedule.name}.service": systemd_service(schedule, resolvers=resolvers, user=user),
        folder / f"{schedule.name}.timer": systemd_timer(schedule),
    }


def _owner(archive: Path) -> str:
    """Who writes the archive; while there is none, who owns the folder it will be in."""
    return next(path for path in (archive, *archive.parents) if path.exists()).owner()


def _user_units() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def install_systemd(schedule: Schedule, *, system: bool) -> str:
    """Write the units and start the timer; says what was done. A second call replaces what the first wrote."""
    for path, text in units(schedule, system=system).items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise StorageError(f"{path}: cannot be written: {error.strerror}") from error
    systemctl = ["systemctl"] if system else ["systemctl", "--user"]
    timer = f"{schedule.name}.timer"
    _run([*systemctl, "daemon-reload"])
    _run([*systemctl, "enable", "--now", timer])
    done = f"{timer} runs every {schedule.every}; `{' '.join(systemctl)} list-timers {timer}` shows when"
    return done if system else f"{done}\nso that it also runs while you are logged out: loginctl enable-linger"


def install_crontab(schedule: Schedule) -> str:
    """Add the lines to the user's crontab, in place of those of the same archive; says what was done."""
    if not shutil.which("crontab"):
        raise UsageError("neither systemd nor crontab is here; `danvan schedule --for` prints what else there is")
    # A user without a crontab gets exit code 1 and an empty answer.
    present = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False).stdout.splitlines()  # noqa: S607
    mark = f"# {schedule.name}"
    kept = [line for line in present if not line.endswith(mark)]
    _run(["crontab", "-"], "\n".join([*kept, *crontab_lines(schedule), ""]))
    return f"crontab runs it every {schedule.every}; `crontab -l` shows the lines marked {mark}"


def _run(command: list[str], text: str | None = None) -> None:
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    if done.returncode:
        raise StorageError(f"{' '.join(command)}: {done.stderr.strip() or f'exit {done.returncode}'}")
