"""Running `danvan` inside a test's own process, or on a terminal."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.cli import danvan, run


@dataclass
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


Danvan = Callable[..., Ran]


def caller(archive: Path, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[bytes]) -> Danvan:
    """A function that runs `danvan` with the words given, on that archive unless -a names another."""
    monkeypatch.setenv("DANVAN_ARCHIVE", str(archive))

    def call(*words: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["danvan", *words])
        with pytest.raises(SystemExit) as ended:
            run(danvan)
        out, err = capture.readouterr()
        assert isinstance(ended.value.code, int)
        return Ran(ended.value.code, out.decode(), err.decode())

    return call


def on_terminal(columns: int, *words: str) -> str:
    """What `danvan` prints on a terminal so wide, on either stream; it must end well."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES", "NO_COLOR"}}
    command = [sys.executable, "-m", "crawler", *words]
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment | {"TERM": "xterm-256color"}
    ) as process:
        os.close(theirs)
        printed = b""
        with contextlib.suppress(OSError):  # how Linux says that the other side has closed
            while block := os.read(ours, 65536):
                printed += block
    os.close(ours)
    assert process.returncode == 0, printed.decode()
    return printed.decode().replace("\r\n", "\n")
