"""Page bytes to right text: the bytes are asked first, labels only where bytes leave room.

Order: byte order marks, NUL patterns of UTF-16, UTF-8 (strict, then a little damaged), Vietnamese 8-bit codes
told by their spelling, then the declared charset, then bs4's detection. Everything returned is NFC.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from itertools import islice

from bs4.dammit import EncodingDetector, UnicodeDammit

from crawler.extraction.legacy import as_unicode, convert_legacy, latin_letters, legacy_of
from crawler.extraction.syllables import is_syllable

__all__ = ["Decoded", "convert_legacy", "decode", "legacy_of"]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text in NFC. `encoding` is the Python codec that read it, with "+repaired" after UTF-8 encoded twice.

    `source` is the text in UTF-8 where the page's own bytes are just that, else None. `legacy` is "tcvn3" or "vni" when words of the text are in that font code: `convert_legacy` mends extracted text.
    """

    text: str
    encoding: str
    legacy: str | None
    source: bytes | None = None


_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_MULTIBYTE = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}")
_CONTROL_BYTES = bytes(set(range(32)) - {9, 10, 12, 13, 27})
_CONTROL_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x7f-\x9f]")
# No code below A1 is a letter of Vietnamese: there are the quotes, the dashes and the no-break space.
_HIGH_WORD = re.compile(rb"[A-Za-z]*[\xa1-\xff][A-Za-z\xa1-\xff]*")
_NO_PUNCTUATION = bytes(set(range(0x80, 0xA0)) - {0x80, 0x85, *range(0x91, 0x98), 0x99})
# Detection also proposes EBCDIC and DOS code pages, which no page was ever served in.
_OF_THE_WEB = re.compile(
    r"(?:windows_|cp)125\d|iso_?8859_\w+|koi8\w*|gb\w+|hz|big5\w*|shift_?jis\w*|cp932|euc\w+|cp949|johab|tis_620|cp874"
)
_MENDED = "utf-8 with some bytes mended"
_UTF7 = re.compile(rb"\+[A-Za-z0-9/]{3,40}-")
_SAMPLE = 65536

# Text codecs of Python that are no charset of a page. Those that are not of text ("hex") refuse by themselves.
# UTF-8 and its kin were tried on the bytes before any label is asked.
_REFUSED = frozenset({"utf-7", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"}) | {
    "utf-8", "utf-8-sig", "ascii", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"
}  # fmt: skip


def decode(body: bytes, content_type: str | None) -> Decoded | None:
    """The text of `body`, or None when no reading makes sense. `content_type` is the header's value, believed last."""
    read = (
        _by_mark(body)
        or _by_nuls(body)
        or _as_utf7(body, content_type)
        or _as_utf8(body)
        or _as_eight_bit(body, content_type)
    )
    if read is None:
        return None
    text, encoding = read
    plain = encoding == "utf-8" and not body.startswith(codecs.BOM_UTF8)
    encoding = "utf-8" if encoding == _MENDED else encoding
    latin = latin_letters(text)
    if encoding == "utf-8" and (b"\xba" in latin or b"\xbb" in latin) and any(mark in latin for mark in _TWICE_MARKS):
        repaired, count = _TWICE.subn(_once, text)
        if count >= _CERTAIN:
            text, encoding, plain = repaired, "utf-8+repaired", False
            latin = latin_letters(text)
    if not unicodedata.is_normalized("NFC", text):
        text, plain = unicodedata.normalize("NFC", text), False
        latin = latin_letters(text)
    return Decoded(text, encoding, legacy_of(text, latin), body if plain else None)


def _by_mark(body: bytes) -> tuple[str, str] | None:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            if encoding == "utf-8":
                return _as_utf8(body[len(mark) :])
            text = body[len(mark) :].decode(encoding, "replace")
            return None if text.count("\ufffd") * 20 > len(text) else (text, encoding)
    return None


def _by_nuls(body: bytes) -> tuple[str, str] | None:
    """UTF-16 without a mark: mark-up's ASCII puts a NUL in every other place."""
    head = body[:4096]
    if head.count(0) * 5 < len(head) or len(head) < 4:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    if min(even, odd) * 10 > max(even, odd):
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    return body.decode(encoding, "replace"), encoding


def _mend_byte(error: UnicodeError) -> tuple[str, int]:
    """A byte UTF-8 cannot hold: windows-1252 punctuation if it is some, nothing at a cut end, else U+FFFD."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.reason == "unexpected end of data":
        return "", error.end
    byte = error.object[error.start : error.start + 1]
    if byte < b"\xa0" and error.end == error.start + 1:
        return byte.decode("cp1252", "replace"), error.end
    return "\ufffd", error.end


codecs.register_error("danvan-mend", _mend_byte)


def _as_utf7(body: bytes, content_type: str | None) -> tuple[str, str] | None:
    """UTF-7, when a label says so and its words are Vietnamese: browsers refuse it, old gateways wrote it."""
    if not body.isascii() or len(_UTF7.findall(body[:_SAMPLE])) < 4 or "utf-7" not in _names(body, content_type):
        return None
    text = body.decode("utf-7", "replace")
    words = [word for word in re.findall(r"[^\W\d_]+", text[:_SAMPLE]) if not word.isascii()]
    return (text, "utf-7") if words and sum(map(is_syllable, words)) > 0.8 * len(words) else None


def _as_utf8(body: bytes) -> tuple[str, str] | None:
    if b"\x1b$" in body[:_SAMPLE]:
        return None
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        head = body[:4096]
        return None if len(head) - len(head.translate(None, _CONTROL_BYTES)) > len(head) // 10 else (text, "utf-8")
    whole = len(_MULTIBYTE.findall(body))
    broken = body.decode("utf-8", "replace").count("\ufffd") - body.count("\ufffd".encode())
    if (broken > 3 and whole < 4 * broken) or whole < broken:
        return None
    return body.decode("utf-8", "danvan-mend"), _MENDED


def _as_eight_bit(body: bytes, content_type: str | None) -> tuple[str, str] | None:
    head = body[:4096]
    if len(head) - len(head.translate(None, _CONTROL_BYTES)) > len(head) // 50:
        return None
    words = [found.group() for found in islice(_HIGH_WORD.finditer(body), 400)]
    return (
        _as_vietnamese(body, words)
        or _as_declared(body, content_type)
        or _as_western(body, words)
        or _as_detected(body)
    )


def _as_vietnamese(body: bytes, words: list[bytes]) -> tuple[str, str] | None:
    """windows-1258, TCVN3 or VNI, when most of the words with high bytes are Vietnamese syllables in it."""
    head = body[:_SAMPLE]
    odd = len(head) - len(head.translate(None, _NO_PUNCTUATION))
    words = [word for word in words if len(word) > 1]
    if odd * 20 > sum(map(len, words)):
        return None
    scores = {
        "cp1258": sum(is_syllable(word.decode("cp1258", "replace")) for word in words),
        "tcvn3": sum(is_syllable(as_unicode(word.decode("latin-1"), "tcvn3")) for word in words),
        "vni": sum(is_syllable(as_unicode(word.decode("latin-1"), "vni")) for word in words),
    }
    best = max(scores, key=lambda name: scores[name])
    if scores[best] < 2 or scores[best] < 0.6 * len(words):
        return None
    if best == "cp1258":
        return body.decode("cp1258", "replace"), "cp1258"
    return body.decode("latin-1"), "latin-1"


def _names(body: bytes, content_type: str | None) -> list[str]:
    """What the header and the page's meta name as its charset, in that order and lower case."""
    named = _CHARSET.search(content_type or "")
    meta = EncodingDetector.find_declared_encoding(body[:_SAMPLE], is_html=True)
    return [name.lower() for name in (named and named.group(1), meta) if name]


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """Codecs of the declared charsets, those unfit for a page left out."""
    fit: list[str] = []
    for name in _names(body, content_type):
        try:
            codec = codecs.lookup(name)
        except (LookupError, ValueError):
            continue
        if codec.name not in _REFUSED:
            fit.append("cp1252" if codec.name == "iso8859-1" else codec.name)
    return fit


def _as_declared(body: bytes, content_type: str | None) -> tuple[str, str] | None:
    for encoding in _declared(body, content_type):
        try:
            text = body.decode(encoding)
        except (ValueError, LookupError):
            continue
        if not _CONTROL_TEXT.search(text[:_SAMPLE]):
            return text, encoding
    return None


def _as_western(body: bytes, words: list[bytes]) -> tuple[str, str] | None:
    """windows-1252, when high bytes only dot words of ASCII letters; in Cyrillic or Chinese they make up the words."""
    high = sum(byte >= 0xA1 for word in words for byte in word)
    if not words or high * 2 > sum(map(len, words)):
        return None
    try:
        return body.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return None


def _as_detected(body: bytes) -> tuple[str, str] | None:
    guess = UnicodeDammit(body[:_SAMPLE], is_html=True).original_encoding
    if guess is None or not _OF_THE_WEB.fullmatch(guess.replace("-", "_").lower()):
        return None
    text = body.decode(guess, "replace")
    letters = sum(c.isalnum() or c.isspace() for c in text[:_SAMPLE])
    if _CONTROL_TEXT.search(text[:_SAMPLE]) or letters * 2 < len(text[:_SAMPLE]):
        return None
    return text, guess


# The lead of a UTF-8 sequence and what follows it, as windows-1252 or ISO-8859-1 shows them.
_TAIL = (
    "[\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
)
_TWICE = re.compile(f"[\u00c3-\u00c6\u00cc]{_TAIL}|\u00e1[\u00ba\u00bb]{_TAIL}|\u00e2[\u20ac\x80]{_TAIL}")


_TWICE_MARKS = (b"\xe1\xba", b"\xe1\xbb")  # how most Vietnamese letters begin that were encoded twice
_CERTAIN = 3  # letters


def _once(found: re.Match[str]) -> str:
    try:
        return b"".join(_byte(c) for c in found.group()).decode("utf-8")
    except UnicodeDecodeError:
        return found.group()


def _byte(letter: str) -> bytes:
    return letter.encode("latin-1") if letter <= "\xff" else letter.encode("cp1252")
