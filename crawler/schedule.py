"""When `danvan crawl` runs by itself: unit files, crontab lines, and what macOS and Windows want, as plain text.

Nothing here touches the machine; crawler/timers.py puts the text where it belongs. Times of day are the
machine's own. Every kind refuses overlap (the archive's lock does where the timer does not) and catches up
once on what was missed while the machine was off.
"""

from __future__ import annotations

import ipaddress
import plistlib
import re
import shlex
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from archive.errors import UsageError
from archive.text import fold

MINUTES = {
    "15m": 15, "20m": 20, "30m": 30, "1h": 60, "2h": 120, "3h": 180, "4h": 240, "6h": 360, "8h": 480, "12h": 720,
    "1d": 1440, "24h": 1440, "7d": 10080,
}  # fmt: skip
"""Intervals that divide an hour, a day or a week, so that calendars can keep them."""

HOUR, DAY, WEEK = 60, 1440, 10080

PRIVATE = (
    "localhost link-local multicast 0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16 "
    "198.18.0.0/15 240.0.0.0/4 fc00::/7 fe80::/10"
)
"""What a crawl has no business with (RFC 6890); the crawler refuses these too, this is the second fence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What runs and how often. `command` is the whole argument list, `environment` what it needs beside."""

    every: str
    archive: Path
    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.every not in MINUTES:
            raise UsageError(f"--every {self.every!r}: a timer can keep {', '.join(MINUTES)}")

    @property
    def minutes(self) -> int:
        """The interval."""
        return MINUTES[self.every]

    @property
    def name(self) -> str:
        """One name an archive directory, so that two archives on a machine have two timers."""
        slug = re.sub(r"[^a-z0-9]+", "-", fold(self.archive.name)).strip("-") or "archive"
        return f"danvan-{slug}-{self._digest:06x}"

    @property
    def offset(self) -> int:
        """A minute of the hour, the same every time but not the same for everybody."""
        return self._digest % min(self.minutes, HOUR)

    @property
    def _digest(self) -> int:
        return int(sha256(str(self.archive).encode()).hexdigest()[:6], 16)


def nameservers(resolv_conf: str) -> tuple[str, ...]:
    """The resolvers that resolv.conf names, which must stay reachable though most are private addresses."""
    found = []
    for line in resolv_conf.splitlines():
        match line.split():
            case ["nameserver", address, *_]:
                bare = address.partition("%")[0]
                try:
                    found.append(str(ipaddress.ip_address(bare)))
                except ValueError:
                    continue
    return tuple(dict.fromkeys(found))


_COMMON = """\
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={archive}
PrivateTmp=yes
ProtectControlGroups=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
UMask=0027
IPAddressDeny={private}
IPAddressAllow={resolvers}
"""

# These drop capabilities, which a user's own service manager has not and may not.
_SYSTEM_ONLY = """\
CapabilityBoundingSet=
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectProc=invisible
"""


def systemd_service(schedule: Schedule, *, resolvers: tuple[str, ...], user: str | None) -> str:
    """The .service unit: of the system, run as `user`; with None, of the user's own service manager.

    A partial run (exit 1) counts as success: which pages failed stands in the ledger, and notifications tell.
    """
    network = "Wants=network-online.target\nAfter=network-online.target\n" if user else ""
    environment = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in schedule.environment)
    fence = _COMMON.format(
        archive=_quoted(str(schedule.archive)), private=PRIVATE, resolvers=" ".join(resolvers) or "127.0.0.53"
    )
    return (
        f"[Unit]\nDescription=Danvan Archive: crawl into {_percent(str(schedule.archive))}\n{network}\n"
        f"[Service]\nType=oneshot\n{f'User={user}' if user else 'PrivateUsers=yes'}\n{environment}"
        f"ExecStart={' '.join(_quoted(word).replace('$', '$$') for word in schedule.command)}\n"
        "SuccessExitStatus=1\nTimeoutStartSec=1d\nTimeoutStopSec=30s\n"
        f"Nice=10\nMemoryMax=2G\n{fence}{_SYSTEM_ONLY if user else ''}"
    )


def systemd_timer(schedule: Schedule) -> str:
    """The .timer unit; Persistent makes up for missed runs, once."""
    delay = min(schedule.minutes // 4, 30)
    return (
        f"[Unit]\nDescription=Danvan Archive: crawl every {schedule.every} into {_percent(str(schedule.archive))}\n\n"
        f"[Timer]\nOnCalendar={_calendar(schedule.minutes)}\nRandomizedDelaySec={delay}m\nFixedRandomDelay=yes\n"
        "Persistent=yes\n\n[Install]\nWantedBy=timers.target\n"
    )


def _calendar(minutes: int) -> str:
    if minutes < HOUR:
        return f"*-*-* *:00/{minutes}:00"
    if minutes < DAY:
        return f"*-*-* 00/{minutes // HOUR}:00:00"
    return "*-*-* 00:00:00" if minutes == DAY else "Mon *-*-* 00:00:00"


def _percent(text: str) -> str:
    return text.replace("%", "%%")


def _quoted(text: str) -> str:
    """One word of a unit file: quoted where it must be, specifiers and escapes taken literally."""
    text = _percent(text)
    if re.fullmatch(r"[\w@%+=:,./-]+", text, re.ASCII):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def crontab_lines(schedule: Schedule) -> tuple[str, ...]:
    """Two lines: on schedule, and once after a start of the machine, for what was missed meanwhile."""
    minute, minutes = schedule.offset, schedule.minutes
    if minutes < HOUR:
        when = f"{minute}-59/{minutes} * * * *"
    elif minutes < DAY:
        when = f"{minute} */{minutes // HOUR} * * *"
    else:
        when = f"{minute} 0 * * {'*' if minutes == DAY else '1'}"
    # Cron takes % for a line end unless a backslash stands before it.
    command = _shell(schedule).replace("%", "\\%")
    mark = f"# {schedule.name}"
    return f"{when} {command} {mark}", f"@reboot sleep 120; {command} {mark}"


def _shell(schedule: Schedule) -> str:
    assignments = [f"{name}={shlex.quote(value)}" for name, value in schedule.environment]
    return " ".join([*assignments, shlex.join(schedule.command)])


def launchd_plist(schedule: Schedule) -> str:
    """A launch agent for macOS, which runs a missed time once when the machine wakes."""
    minute, minutes = schedule.offset, schedule.minutes
    if minutes < HOUR:
        times = [{"Minute": m} for m in range(minute, HOUR, minutes)]
    elif minutes < DAY:
        times = [{"Hour": hour, "Minute": minute} for hour in range(0, 24, minutes // HOUR)]
    else:
        times = [{"Hour": 0, "Minute": minute} | ({"Weekday": 1} if minutes == WEEK else {})]
    agent = {
        "Label": schedule.name,
        "ProgramArguments": list(schedule.command),
        "EnvironmentVariables": dict(schedule.environment),
        "StartCalendarInterval": times,
        "ProcessType": "Background",
        "StandardErrorPath": str(schedule.archive / "logs" / "launchd.log"),
    }
    return plistlib.dumps(agent, sort_keys=False).decode()


def windows_task(schedule: Schedule) -> str:
    """PowerShell that makes a scheduled task running danvan inside WSL; a missed run starts when it can."""
    words = ["-e", "env", *(f"{name}={value}" for name, value in schedule.environment), *schedule.command]
    argument = " ".join(f'"{word}"' if re.search(r"\s", word) else word for word in words).replace("'", "''")
    return (
        f"$action = New-ScheduledTaskAction -Execute wsl.exe -Argument '{argument}'\n"
        f"$trigger = New-ScheduledTaskTrigger -Once -At 00:{schedule.offset:02d} "
        f"-RepetitionInterval (New-TimeSpan -Minutes {schedule.minutes})\n"
        "$settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -MultipleInstances IgnoreNew\n"
        f"Register-ScheduledTask -TaskName '{schedule.name}' -Action $action -Trigger $trigger -Settings $settings\n"
    )
