"""Running `danvan` inside a test's own process."""

from __future__ import annotations

import sys
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
