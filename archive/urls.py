"""Addresses: the form that may be asked for, and the identity that two addresses of one page share.

The identity is a key, never an address to fetch: `https://` stands in it for both schemes, twins of a
host for each other, and what only tracks a reader is gone. The address fetched is kept beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote, unquote, unquote_plus, urlsplit

from archive.errors import AddressError
from archive.hosts import bare_host, canonical_host, is_private_host, is_private_ip
from archive.text import nfc

__all__ = ["MAX_LENGTH", "host_of", "identity", "is_private_host", "is_private_ip", "parse_http_url", "same_site"]

MAX_LENGTH = 2048
"""Bytes of an address once percent-encoded; longer ones are refused. The sitemap protocol's own limit."""

_PARTS = re.compile(
    r"https?:/{2,}(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<fragment>#.*)?",
    re.IGNORECASE | re.DOTALL,
)
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_AUTHORITY = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>\d{0,5}))?", re.DOTALL)
_EDGES = "".join(map(chr, range(0x21)))
_UNSEEN = str.maketrans("", "", "\t\r\n")

_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})?")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = "/%:@!$&'()*+,;=-._~"
_QUERY_SAFE = "/%:@!$'()*+,;=?-._~&"
_SLASHES = re.compile(r"(?<!:)/{2,}")
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)
_AMP_TAIL = re.compile(r"(?<=[^/])/amp(?=/?$)")

# Names that only ever say where a reader came from.
_TRACKING = re.compile(
    r"""utm_\w+|pk_\w+|mtm_\w+|piwik_\w+|matomo_\w+|hsa_\w+|fb_(?:action_ids|action_types|source|ref|comment_id)
    |fbclid|gclid|gclsrc|dclid|gbraid|wbraid|srsltid|msclkid|yclid|ysclid|twclid|ttclid|li_fat_id|igshid|igsh
    |gidzl|zarsrc|zalo_?src|mc_[ce]id|_ga|_gid|_gl|_gac|_hsenc|_hsmi|mkt_tok|s_kwcid|ref_src|ref_url|xtor|cmpid
    |_openstat|__twitter_impression|vero_id|oly_(?:anon|enc)_id|wickedid|__cf_chl_\w+|p_auth|inheritredirect
    |_\w+_redirect""",
    re.IGNORECASE | re.VERBOSE,
)
_SESSION = re.compile(
    r"phpsessid|jsessionid|aspsessionid\w*|asp\.net_sessionid|cfid|cftoken|oscsid|zenid", re.IGNORECASE
)
_MAYBE_SESSION = re.compile(r"sid|s|session|sess|session_?id", re.IGNORECASE)
_TOKEN = re.compile(r"[0-9a-f]{20,}", re.IGNORECASE)
# Names that are an id on one site and a mark of the reader's way on another: dropped only with these values.
_ORIGIN = re.compile(r"ref|source|src|from|via|share", re.IGNORECASE)
_ORIGINS = re.compile(
    r"(?:(?:m|l|www)\.)?(?:facebook|fb|messenger|zalo|twitter|google|googlenews|gnews|telegram|viber|tiktok|youtube"
    r"|linkedin|coccoc|instagram|whatsapp)(?:\.com|\.vn|\.me)?/?|rss|share|social",
    re.IGNORECASE,
)
_AMP = re.compile(r"amp|output_?type", re.IGNORECASE)
_CLOCK = re.compile(r"\d{10,13}")


_Parts = tuple[str, str, str, str, str, str]


def parse_http_url(url: str) -> str:
    """The address in the form that can be asked for: ASCII, lower-case host in punycode, no fragment but #!.

    White space around it and user:password@ are dropped, a backslash in the path is a slash as browsers have it;
    path and query stay as written, percent-encoded where they must be. Raises AddressError, whose reason is
    "scheme" (neither http nor https), "too_long" (over MAX_LENGTH bytes) or "malformed".
    """
    if len(url) > MAX_LENGTH * 2:
        raise AddressError("too_long", url)
    scheme, host, port, path, query, fragment = _split(url)
    default = {"http": "80", "https": "443"}[scheme]
    sent = f"{scheme}://{host}{'' if port in ('', default) else f':{port}'}{_encode(path or '/', _PATH_SAFE)}"
    if query:
        sent += _encode(query, _QUERY_SAFE)
    if fragment.startswith("#!"):
        sent += _encode(fragment, _QUERY_SAFE + "#")
    if len(sent) > MAX_LENGTH:
        raise AddressError("too_long", url)
    return sent


def plain_url(url: str, *, keep_params: Sequence[str] = (), home: str | None = None) -> str:
    """The address to ask for: what `url` names, without tracking parameters and session ids.

    Where `home` lies on the www twin of its host, or without www, that host is taken: so whichever link
    is seen first, the same address is asked for and kept. Raises AddressError as parse_http_url does.
    """
    return _plain_url(url, tuple(keep_params), home)


@lru_cache(maxsize=16384)  # a site's pages link to the same pages
def _plain_url(url: str, keep_params: tuple[str, ...], home: str | None) -> str:
    parts = urlsplit(parse_http_url(url))
    keep = frozenset(name.lower() for name in keep_params)
    pieces = [piece for piece in parts.query.split("&") if piece and not _is_dropped(piece, keep)]
    netloc = parts.netloc
    own = urlsplit(home).hostname if home else None
    if own and parts.hostname != own and (parts.hostname or "").removeprefix("www.") == own.removeprefix("www."):
        netloc = netloc.replace(parts.hostname or "", own, 1)
    return parts._replace(netloc=netloc, path=_SESSION_IN_PATH.sub("", parts.path), query="&".join(pieces)).geturl()


def _is_dropped(piece: str, keep: frozenset[str]) -> bool:
    name, _, value = piece.partition("=")
    name = unquote(name).lower()
    return name not in keep and _is_noise(name, unquote_plus(value))


def host_of(url: str) -> str | None:
    """The address's host in its one spelling; None when it is no http address."""
    try:
        return _split(url)[1]
    except AddressError:
        return None


def same_site(url: str, hosts: Sequence[str]) -> bool:
    """Whether the address lies on one of the hosts or on a www., m., mobile. or amp. twin of one."""
    host = host_of(url)
    return host is not None and bare_host(host) in _bare_hosts(tuple(hosts))


def identity(url: str, *, keep_params: Sequence[str] = (), hosts: Sequence[str] = ()) -> str:
    """The key that all addresses of one page share; idempotent, and any text has one.

    Unified: http and https, default ports, letter case and script of the host, twins (www., m., …) of
    `hosts`, percent-encoding, dot segments, doubled and trailing slashes, order of parameters (those of one
    name keep theirs). Dropped: fragment (not #!), tracking parameters, session ids, /amp.
    A parameter in `keep_params` (any case) is never dropped. Text that is no http address, or longer than
    MAX_LENGTH, is its own identity, trimmed.
    """
    if len(url) > MAX_LENGTH:
        return url.strip(_EDGES)
    return _identity(url, tuple(keep_params), tuple(hosts))


@lru_cache(maxsize=256)
def _bare_hosts(hosts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(bare_host(host) for host in hosts)


@lru_cache(maxsize=16384)
def _identity(url: str, keep_params: tuple[str, ...], hosts: tuple[str, ...]) -> str:
    try:
        _, host, port, path, query, fragment = _split(url)
    except AddressError:
        return url.strip(_EDGES)
    if hosts and (bare := bare_host(host)) in _bare_hosts(hosts):
        host = bare
    port = "" if port in ("", "80", "443") else f":{port}"
    kept = _query(query, frozenset(name.lower() for name in keep_params))
    route = _normal(fragment, _QUERY_SAFE + "#") if fragment.startswith("#!") else ""
    return f"https://{host}{port}{_path(path)}{f'?{kept}' if kept else ''}{route}"


def _split(url: str) -> _Parts:
    """(scheme, host, port, path, query with ?, fragment with #), or AddressError."""
    return _split_once(url) if len(url) <= MAX_LENGTH else _split_once.__wrapped__(url)


@lru_cache(maxsize=4096)
def _split_once(url: str) -> _Parts:
    text = url.translate(_UNSEEN).strip(_EDGES)
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() not in ("http", "https"):
        raise AddressError("scheme", url)
    end = min((at for mark in "?#" if (at := text.find(mark)) >= 0), default=len(text))
    text = text[:end].replace("\\", "/") + text[end:]
    parts = _PARTS.fullmatch(text)
    place = _AUTHORITY.fullmatch(parts["authority"].rpartition("@")[2]) if parts else None
    host = canonical_host(place["host"]) if place and len(place["host"]) <= MAX_LENGTH else None
    if parts is None or place is None or host is None or scheme is None:
        raise AddressError("malformed", url)
    port = (place["port"] or "").lstrip("0")
    if place["port"] and not 0 < int(port or 0) < 65536:
        raise AddressError("malformed", url)
    return scheme[1].lower(), host, port, parts["path"], parts["query"] or "", parts["fragment"] or ""


def _encode(text: str, safe: str) -> str:
    """Percent-encoded where an address must be; escapes that stand there are left alone."""
    return quote(text, safe=safe, encoding="utf-8", errors="replace")


def _normal(text: str, safe: str) -> str:
    """One spelling of the escapes: unreserved letters bare, hexadecimal in capitals, a stray % as %25."""
    text = _ESCAPE.sub(_escape, text if text.isascii() else nfc(text))
    return _encode(text, safe)


def _escape(found: re.Match[str]) -> str:
    if not found[1]:
        return "%25"
    letter = chr(int(found[1], 16))
    return letter if letter in _UNRESERVED else found[0].upper()


def _path(path: str) -> str:
    path = _SESSION_IN_PATH.sub("", _normal(path, _PATH_SAFE))
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", ".") or (kept and kept[-1].endswith(":")):
            kept.append(segment)
    path = _SLASHES.sub("/", "/" + "/".join(kept)).rstrip("/")
    while path != (shorter := _AMP_TAIL.sub("", path).rstrip("/")):
        path = shorter
    return path or "/"


def _query(query: str, keep: frozenset[str]) -> str:
    pieces: list[tuple[str, str]] = []
    for raw in query.removeprefix("?").split("&"):
        piece = re.sub(r"^(?:amp;)+", "", raw)  # an address copied out of HTML source
        name, _, value = piece.partition("=")
        name, value = unquote_plus(name).lower(), unquote_plus(value)
        if piece and (name in keep or not _is_noise(name, value)):
            pieces.append((name, _normal(piece.replace("+", "%20"), _QUERY_SAFE)))
    return "&".join(text for _, text in sorted(pieces, key=lambda piece: piece[0]))


def _is_noise(name: str, value: str) -> bool:
    """Whether the parameter says who reads, or by what way they came, and not what is read."""
    if _TRACKING.fullmatch(name) or _SESSION.fullmatch(name):
        return True
    if _MAYBE_SESSION.fullmatch(name):
        return _TOKEN.fullmatch(value) is not None
    if _ORIGIN.fullmatch(name):
        return _ORIGINS.fullmatch(value) is not None
    if _AMP.fullmatch(name):
        return value.lower() in ("", "1", "true", "amp")
    return name == "_" and _CLOCK.fullmatch(value) is not None
