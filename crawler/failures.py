"""Why an address gave no answer: Scrapy's and Twisted's exceptions as outcomes and reasons."""

from __future__ import annotations

from dataclasses import dataclass

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.internet.error import SSLError
from twisted.web.client import ResponseNeverReceived

from archive.records import Outcome


class RefusedError(IgnoreRequest):
    """A middleware will not send this request; `reason` is one of architecture's refused reasons."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FileHostError(IgnoreRequest):
    """A host gives no files now, or no robots.txt to go by; its files are tried later, the site goes on."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SiteWaitsError(IgnoreRequest):
    """The site is not to be asked now; the page stays due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """An outcome without an answer. `outcome` is None when the page simply stays due."""

    outcome: Outcome | None
    reason: str


_REASONS: tuple[tuple[type[BaseException], Outcome, str], ...] = (
    (CannotResolveHostError, Outcome.FAILED, "dns"),
    (DownloadTimeoutError, Outcome.FAILED, "timeout"),
    (DownloadConnectionRefusedError, Outcome.FAILED, "connection"),
    (DownloadCancelledError, Outcome.REFUSED, "too_large"),
    (ResponseDataLossError, Outcome.FAILED, "truncated"),
    (UnsupportedURLSchemeError, Outcome.REFUSED, "scheme"),
    (SSLError, Outcome.FAILED, "tls"),
)


def failed_of(error: BaseException) -> Failed:
    """The outcome and reason of a download that raised."""
    if isinstance(error, SiteWaitsError):
        return Failed(outcome=None, reason="site_waits")
    for cause in _causes(error):
        if isinstance(cause, RefusedError):
            return Failed(outcome=Outcome.REFUSED, reason=cause.reason)
        if isinstance(cause, FileHostError):
            return Failed(outcome=Outcome.FAILED, reason=cause.reason)
        for kind, outcome, reason in _REASONS:
            if isinstance(cause, kind):
                return Failed(outcome=outcome, reason=reason)
        if "SSL" in type(cause).__name__ or type(cause).__module__.startswith("OpenSSL"):
            return Failed(outcome=Outcome.FAILED, reason="tls")
        if "certificate" in str(cause).lower():
            return Failed(outcome=Outcome.FAILED, reason="tls")
    return Failed(outcome=Outcome.FAILED, reason="connection")


def _causes(error: BaseException) -> list[BaseException]:
    """The exception and those it wraps: Twisted hides the real one in `reasons`."""
    causes: list[BaseException] = []
    queue = [error]
    while queue and len(causes) < 20:
        cause = queue.pop(0)
        causes.append(cause)
        if isinstance(cause, ResponseNeverReceived) or hasattr(cause, "reasons"):
            queue += [failure.value for failure in getattr(cause, "reasons", ())]
        queue += [linked for linked in (cause.__cause__, cause.__context__) if linked is not None]
    return causes
