"""DNS that refuses private answers: a public name may resolve to an address that is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.resolver import CachingThreadedResolver

from archive.urls import is_private_host
from crawler.failures import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twisted.internet.defer import Deferred


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver, checking the address at connect time, so a name cannot be rebound between."""

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802 - Twisted's name
        """The address, or RefusedError("private_address")."""
        return super().getHostByName(name, timeout).addCallback(_public)


def _public(address: str) -> str:
    if is_private_host(address):
        raise RefusedError("private_address")
    return address
