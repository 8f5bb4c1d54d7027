"""Values written in JavaScript rather than JSON: unquoted keys, single quotes, !0, and Nuxt's function with arguments.

Only literals are read; nothing is run. What is no literal ends the reading with ValueError.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\$]|\\.)*`)|(?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"""
    r"""|(?P<name>[A-Za-z_$][\w$.]*)|(?P<sign>[{}\[\]:,()!]))""",
    re.DOTALL,
)
_CALL = re.compile(r"\(?\s*function\s*\w*\s*\(([\w$,\s]{0,20000})\)\s*\{(?:[^{}]{0,2000}?;)?\s*return\s*")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "undefined": None, "NaN": None}
_DEPTH = 80
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r?\n)|(.))", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


def read_script_value(text: str) -> Any:
    """The literal that `text` begins with, or what a function called at once returns. ValueError for anything else."""
    call = _CALL.match(text)
    if call is None:
        return _Reader(text, 0, {}).value(0)
    body = _Reader(text, call.end(), {})
    body.value(0)
    closing = re.compile(r"\s*;?\s*\}\s*\)?\s*\(").match(text, body.at)
    if closing is None:
        raise ValueError("the function is not called")
    arguments = _Reader(text, closing.end(), {}).list_until(")", 0)
    names = [name.strip() for name in call[1].split(",")]
    return _Reader(text, call.end(), dict(zip(names, arguments, strict=False))).value(0)


class _Reader:
    """Reads one literal from `at` on; names stand for the values given."""

    def __init__(self, text: str, at: int, names: Mapping[str, Any]) -> None:
        self.text = text
        self.at = at
        self._names = names

    def value(self, depth: int) -> Any:
        """The value that begins here."""
        if depth > _DEPTH:
            raise ValueError("nested too deeply")
        token = self._next()
        if token["string"]:
            return _unquote(token["string"])
        if token["number"]:
            number = float(token["number"])
            return int(number) if number.is_integer() else number
        if token["name"]:
            return self._named(token["name"], depth)
        if token["sign"] == "{":
            return self._object(depth)
        if token["sign"] == "[":
            return self.list_until("]", depth)
        if token["sign"] == "!":
            return not self.value(depth + 1)
        raise ValueError(f"no value at {self.at}")

    def _next(self) -> re.Match[str]:
        token = _TOKEN.match(self.text, self.at)
        if token is None:
            raise ValueError(f"no literal at {self.at}")
        self.at = token.end()
        return token

    def _sign(self) -> str:
        """The sign that stands here, not passed yet; empty for anything else."""
        token = _TOKEN.match(self.text, self.at)
        return (token["sign"] or "") if token else ""

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while True:
            token = self._next()
            if token["sign"] == "}":
                return found
            if token["sign"] == ",":
                continue
            key = _unquote(token["string"]) if token["string"] else token["name"] or token["number"]
            if not key or self._next()["sign"] != ":":
                raise ValueError(f"no member at {self.at}")
            found[key] = self.value(depth + 1)

    def list_until(self, end: str, depth: int) -> list[Any]:
        """The values up to the sign that ends their list."""
        found: list[Any] = []
        while True:
            sign = self._sign()
            if sign == end:
                self._next()
                return found
            if sign == ",":
                self._next()
                continue
            found.append(self.value(depth + 1))

    def _named(self, name: str, depth: int) -> Any:
        """A known word or name; a call gives its first argument, that of JSON.parse read."""
        if name in ("void", "new"):
            value = self.value(depth + 1)
            return value if name == "new" else None
        if self._sign() == "(":
            self._next()
            inner = self.list_until(")", depth + 1)
            first = inner[0] if inner else None
            return json.loads(first, strict=False) if name == "JSON.parse" and isinstance(first, str) else first
        return self._names.get(name, _WORDS.get(name))


def _unquote(literal: str) -> str:
    if literal[0] == '"':
        try:
            return str(json.loads(literal, strict=False))
        except ValueError:
            pass
    return _ESCAPE.sub(_escaped, literal[1:-1])


def _escaped(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code:
        number = int(code, 16)
        return chr(number) if number < 0x110000 else ""
    return "" if found[4] else _PLAIN.get(found[5], found[5])
