"""Loaded by the process that workers are forked from: a worker whose command has ended meanwhile says nothing.

Ctrl-C may end a command while a worker is being made; what the worker was to share with it is gone then.
"""

from __future__ import annotations

import sys
from types import TracebackType


def _tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, (FileNotFoundError, EOFError, ConnectionError)):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _tell
