"""What a command costs, every process it starts included."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Seconds on the wall, and of CPU over all processes."""

    wall: float
    cpu: float


def run(command: Sequence[str], env: Mapping[str, str] | None = None) -> Cost:
    """Run to the end, its output dropped; SystemExit with its last words if it fails. Linux alone."""
    if not sys.platform.startswith("linux"):
        raise SystemExit("Linux is needed, to account for every process of a command")
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    started, cpu = time.monotonic(), 0.0
    process = subprocess.Popen(command, env={**os.environ, **(env or {})}, stdout=subprocess.DEVNULL)
    ended = started
    while True:
        try:
            pid, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            break
        cpu += usage.ru_utime + usage.ru_stime
        if pid == process.pid:
            ended = time.monotonic()
            process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Cost(wall=ended - started, cpu=cpu)
