"""robots.txt by RFC 9309: what an answer to /robots.txt allows, decided without network or clock.

Protego matches the rules (longest match, * and $); this module decides what an answer means at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from protego import Protego

MAX_BYTES = 500 * 1024  # what RFC 9309 2.5 asks a crawler to read at least; the rest is ignored

_WAITING = (408, 425, 429)  # client errors by number, yet they say "later", as a 5xx does
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRules:
    """One host's rules. `wait` means they cannot be had now: ask nothing of the host until they can."""

    wait: bool = False
    sitemaps: tuple[str, ...] = ()
    _rules: Protego | None = None

    @classmethod
    def from_response(cls, status: int, body: bytes) -> Self:
        """Rules from the final answer, its body already content-decoded.

        2xx is parsed; 3xx (a redirect after the fifth, 2.3.1.2) and 4xx mean there are no rules; 5xx, a request
        for patience, and 0 (time-out, no answer) mean wait. A page of HTML under that name holds no rules.
        """
        if status in _WAITING or not 200 <= status < 500:
            return cls.unreachable()
        if status >= 300:
            return cls()
        text = _text(body)
        if text.lstrip().startswith("<"):
            return cls()
        rules = Protego.parse(text)
        return cls(_rules=rules, sitemaps=tuple(dict.fromkeys(rules.sitemaps)))

    @classmethod
    def unreachable(cls) -> Self:
        """No answer came: everything is disallowed for now (RFC 9309 2.3.1.4)."""
        return cls(wait=True)

    def allowed(self, url: str, agent: str) -> bool:
        """Whether the address may be asked for; `agent` is the User-Agent header sent."""
        if self.wait:
            return False
        return self._rules is None or bool(self._rules.can_fetch(url, _product(agent)))

    def crawl_delay(self, agent: str) -> float | None:
        """Seconds between requests that the host asks of us, or None. No RFC, but polite to obey."""
        if self._rules is None:
            return None
        delay: float | None = self._rules.crawl_delay(_product(agent))
        rate = self._rules.request_rate(_product(agent))
        paced = rate.seconds / rate.requests if rate else None
        return max((seconds for seconds in (delay, paced) if seconds is not None), default=None)


def _product(agent: str) -> str:
    """The product token; a contact address after it must not match another robot's rules."""
    return (agent.split() or [""])[0]


def _text(body: bytes) -> str:
    if len(body) > MAX_BYTES:
        body = body[:MAX_BYTES].rpartition(b"\n")[0]  # half a rule could allow or forbid too much
    if body.startswith(_UTF16):
        return body.decode("utf-16", "replace")
    return body.decode("utf-8-sig", "replace").replace("\0", "")
