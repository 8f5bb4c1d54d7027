"""The clean process that workers are forked from; light, so that a command can start it before anything else."""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext

PAGES = ("crawler.work",)
"""What the workers of a crawl, an import and a reextract load."""


def start_server(preload: tuple[str, ...] = PAGES) -> ForkServerContext:
    """Let the process import `preload` from now on, beside this one; the context that forks from it.

    It keeps the environment of this moment, so settings that stand there must be set before.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    forkserver.ensure_running()
    return context
