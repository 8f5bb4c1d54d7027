"""The clean process that workers are forked from; light, so that a command can start it before anything else."""

from __future__ import annotations

import multiprocessing
import signal
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import ForkServerContext

PAGES = ("crawler.work",)
"""What the workers of a crawl, an import and a reextract load."""


def start_server(preload: tuple[str, ...] = PAGES) -> ForkServerContext:
    """Let the process import `preload` from now on, beside this one; the context that forks from it.

    It keeps the environment of this moment, so settings that stand there must be set before.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["crawler.unwanted", *preload])
    resource_tracker.ensure_running()  # begun by the server otherwise, it would let Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))  # Ctrl-C is this process's to handle
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context
