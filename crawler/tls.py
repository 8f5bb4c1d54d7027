"""HTTPS to servers that know only TLS 1.0 or 1.1: spoken to the hosts of profiles that opt in, and to no others.

Certificates are checked for neither, as is Scrapy's default: a page that an old portal serves under an expired one is
still worth keeping, and nothing secret is sent.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from archive.hosts import bare_host

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_LEGACY_SERVER_CONNECT = 0x4  # SSL_OP_LEGACY_SERVER_CONNECT: servers that cannot renegotiate securely


class HttpsHandler(HTTP11DownloadHandler):
    """Scrapy's own, with old TLS for the hosts that the run's settings name."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        hosts = frozenset(map(bare_host, crawler.settings.getlist("LEGACY_TLS_HOSTS")))
        self._contextFactory: Any = _PolicyByHost(self._contextFactory, hosts)


@implementer(IPolicyForHTTPS)
class _PolicyByHost:
    def __init__(self, ordinary: Any, hosts: frozenset[str]) -> None:
        self._ordinary = ordinary
        self._hosts = hosts

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802 - Twisted's name
        host = hostname.decode("ascii")
        return _OldTls(host) if bare_host(host) in self._hosts else self._ordinary.creatorForNetloc(hostname, port)


@implementer(IOpenSSLClientConnectionCreator)
class _OldTls:
    """Makes connections from TLS 1.0 up, with the ciphers of its time."""

    def __init__(self, host: str) -> None:
        self._host = host

    def clientConnectionForTLS(self, protocol: Any) -> SSL.Connection:  # noqa: N802 - Twisted's name
        connection = SSL.Connection(_context(), None)
        connection.set_app_data(protocol)
        if not self._host.replace(".", "").isdigit() and ":" not in self._host:
            connection.set_tlsext_host_name(self._host.encode("ascii"))
        return connection


@cache
def _context() -> SSL.Context:
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_min_proto_version(SSL.TLS1_VERSION)
    context.set_cipher_list(b"ALL:@SECLEVEL=0")
    context.set_options(_LEGACY_SERVER_CONNECT)
    return context
