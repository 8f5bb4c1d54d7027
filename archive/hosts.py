"""Hosts: one spelling for each, twins of one site, and which of them are not on the public internet.

Sources: the WHATWG URL standard (host parser, "ends in a number"), RFC 6890 and the IANA special-purpose
registries (through `ipaddress`), RFC 6761 and RFC 8375 (names), RFC 6052 (NAT64), RFC 3056 (6to4).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import unquote

_DOTS = re.compile("[。．｡]")
# What nameprep maps to nothing, and what no host name holds.
_IGNORED = re.compile(
    "[\x00-\x20\x7f-\xa0\xad\u034f\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]"
)
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_TWIN = re.compile(r"(?:www\d?|m|mobile|wap|amp)\.(?=[^.]+\.)")
# One label below these is a site of its own: m.edu.vn is no mobile twin of edu.vn.
_SUFFIXES = frozenset(f"{kind}.vn" for kind in ("com", "net", "org", "edu", "gov", "info", "name", "pro", "ac"))

_PRIVATE_NAMES = (
    "localhost", "localdomain", "local", "internal", "intranet", "lan", "home", "home.arpa", "corp", "private",
    "localhost6", "localdomain6", "onion",
)  # fmt: skip
_EMBEDDING = (IPv6Network("::/96"), IPv6Network("::ffff:0:0/96"), IPv6Network("::ffff:0:0:0/96"),
              IPv6Network("64:ff9b::/96"))  # fmt: skip
_LOCAL_V6 = (
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("fec0::/10"),
    IPv6Network("3fff::/20"),
    IPv6Network("5f00::/16"),
)
_PROTOCOLS = IPv4Network("192.0.0.0/24")
_6TO4 = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")
_ISATAP = (0x00005EFE, 0x02005EFE)


def plain_host(host: str) -> str:
    """The host as a browser reads it: decoded, lower case, without brackets, zone or last dot.

    Full-width and other compatibility forms become plain; other letters stay as they are. Any text is taken.
    """
    text = _IGNORED.sub("", unicodedata.normalize("NFKC", unquote(host)).casefold())
    text = _DOTS.sub(".", text).removeprefix("[").removesuffix("]")
    if ":" in text:
        text = text.partition("%")[0]
    return text.rstrip(".")


@lru_cache(maxsize=4096)
def canonical_host(host: str) -> str | None:
    """The one spelling of a host: punycode for other scripts, dotted quads for any number, [v6]; None if it is none."""
    text = plain_host(host)
    if ":" in text:
        address = _v6(text)
        return f"[{address.compressed}]" if address else None
    if not text.isascii():
        try:
            text = text.encode("idna").decode("ascii").lower()
        except UnicodeError:
            return None
    if _ends_in_number(text):
        number = next(_v4_readings(text), None)
        return str(number) if number else None
    return text if len(text) <= 253 and _NAME.fullmatch(text) else None


@lru_cache(maxsize=4096)
def bare_host(host: str) -> str:
    """The host without what marks a twin: www., m., mobile., wap., amp. ("www.m.a.vn" and "a.vn" are one)."""
    text = plain_host(host)
    while (found := _TWIN.match(text)) and text[found.end() :] not in _SUFFIXES:
        text = text[found.end() :]
    return text


def is_private_host(host: str) -> bool:
    """Whether a host, however spelled, is not on the public internet, or is no host at all.

    True for loopback, private, link-local, carrier-grade NAT, multicast, documentation and reserved
    addresses (IPv4 inside IPv6 included), for local names, and for names without a dot, which resolve
    by the machine's search list. A public name may still resolve to a private address: check that too.
    """
    text = plain_host(host.rpartition("@")[2])
    if text.count(":") == 1:
        text = text.partition(":")[0].rstrip(".")
    if ":" in text or _ends_in_number(text):
        readings = [_v6(text)] if ":" in text else list(_v4_readings(text))
        return not readings or any(address is None or _is_private(address) for address in readings)
    if "." not in text:
        return True
    return any(text.endswith(f".{name}") for name in _PRIVATE_NAMES)


def is_private_ip(text: str) -> bool:
    """Whether the text is an IP address, in any spelling, that is not public. A name is none."""
    plain = plain_host(text)
    return (":" in plain or _ends_in_number(plain)) and is_private_host(plain)


def _ends_in_number(text: str) -> bool:
    return _NUMBER.fullmatch(text.rpartition(".")[2]) is not None


def _v4_readings(text: str) -> Iterator[IPv4Address]:
    """What inet_aton makes of it, a leading 0 read as octal, and as the decimal some resolvers take it for."""
    parts = text.split(".")
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts) or any(len(p) > 40 for p in parts):
        return
    for octal in (True, False):
        try:
            numbers = [_number(part, octal=octal) for part in parts]
        except ValueError:
            continue
        *high, last = numbers
        if all(n < 256 for n in high) and last < 256 ** (5 - len(numbers)):
            yield IPv4Address(sum(n << (24 - 8 * place) for place, n in enumerate(high)) + last)


def _number(part: str, *, octal: bool) -> int:
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8 if octal and len(part) > 1 and part.startswith("0") else 10)


def _v6(text: str) -> IPv6Address | None:
    try:
        return IPv6Address(text)
    except AddressValueError:
        return None


def _is_private(address: IPv4Address | IPv6Address) -> bool:
    if not address.is_global or address.is_multicast:
        inner = _embedded(address) if isinstance(address, IPv6Address) else None
        # NAT64 and the mapped forms are "not global" as such; what they carry decides.
        return inner is None or _is_private(inner)
    if isinstance(address, IPv4Address):
        return address in _PROTOCOLS
    inner = _embedded(address)
    return any(address in network for network in _LOCAL_V6) or (inner is not None and _is_private(inner))


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one carries to its gateway, if it does."""
    number = int(address)
    if any(address in network for network in _EMBEDDING) or (number >> 32) & 0xFFFFFFFF in _ISATAP:
        return IPv4Address(number & 0xFFFFFFFF)
    if address in _6TO4:
        return IPv4Address((number >> 80) & 0xFFFFFFFF)
    if address in _TEREDO:
        return IPv4Address(~number & 0xFFFFFFFF)
    return None
