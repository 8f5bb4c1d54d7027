"""Vietnamese in fonts' own 8-bit codes that reached Unicode as Latin letters: TCVN3 (ABC) and VNI.

Such text looks like "Uû ban nh©n d©n" (TCVN3) or "Uyû ban nhaân daân" (VNI). It is told by its words: spelt
wrongly as they stand, spelt rightly once converted. Tables: TCVN 5712:1993 (third code set, as the .Vn fonts
hold it) and VNI-Windows, both as their bytes read in windows-1252 or ISO-8859-1.
"""

from __future__ import annotations

import html
import re
import unicodedata
from itertools import islice

from crawler.extraction.syllables import is_syllable

_TCVN3_LETTERS = (
    "A1Ă A2Â A3Ê A4Ô A5Ơ A6Ư A7Đ A8ă A9â AAê ABô ACơ ADư AEđ B5à B6ả B7ã B8á B9ạ BBằ BCẳ BDẵ BEắ C6ặ C7ầ C8ẩ C9ẫ CAấ "
    "CBậ CCè CEẻ CFẽ D0é D1ẹ D2ề D3ể D4ễ D5ế D6ệ D7ì D8ỉ DCĩ DDí DEị DFò E1ỏ E2õ E3ó E4ọ E5ồ E6ổ E7ỗ E8ố E9ộ EAờ "
    "EBở ECỡ "
    "EDớ EEợ EFù F1ủ F2ũ F3ú F4ụ F5ừ F6ử F7ữ F8ứ F9ự FAỳ FBỷ FCỹ FDý FEỵ"
)
TCVN3_CODES = {int(pair[:2], 16): pair[2] for pair in _TCVN3_LETTERS.split()} | {0x3BC: "à"}

_VNI_PAIRS = (
    "aùá aøà aûả aõã aïạ aââ aáấ aàầ aåẩ aãẫ aäậ aêă aéắ aèằ aúẳ aüẵ aëặ eùé eøè eûẻ eõẽ eïẹ eâê eáế eàề eåể eãễ eäệ "
    "oùó oøò oûỏ oõõ oïọ oâô oáố oàồ oåổ oãỗ oäộ ôùớ ôøờ ôûở ôõỡ ôïợ uùú uøù uûủ uõũ uïụ öùứ öøừ öûử öõữ öïự "
    "yùý yøỳ yûỷ yõỹ"
)
_VNI_SINGLES = "ñđ ôơ öư æỉ óĩ òị îỵ"


def _vni_table() -> dict[str, str]:
    table = {entry[:-1]: entry[-1] for entry in (_VNI_PAIRS + " " + _VNI_SINGLES).split()}
    for written, meant in tuple(table.items()):
        table[written.upper()] = meant.upper()
        table[written[0].upper() + written[1:]] = meant.upper()
    return table


VNI_CODES = _vni_table()
_VNI_CODE = re.compile("|".join(sorted(VNI_CODES, key=len, reverse=True)))

# A word, legacy codes included: the Latin-1 letters and symbols, which is what the fonts' codes read as.
_WORD = re.compile(
    "[A-Za-z\u00a1-\u00ff\u0102\u0103\u0110\u0111\u01a0\u01a1\u01af\u01b0\u0300-\u0323\u03bc\u1ea0-\u1ef9]+"
)
_BEYOND = re.compile("[\u0100-\u03bb\u03bd-\u1ef9]")
_BREAK = re.compile(r"([<>\n]+)")
_SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\b|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]{0,2000}>")
# Entities that in a word can only be a font's code: right Vietnamese writes no &copy; in one, nor "a" before a vowel.
_NAMED = re.compile(
    r"&(?:(?<=[A-Za-z]&)(?:copy|reg|micro|cedil|para|sect|laquo|raquo|not|shy|ord[fm]|uml|plusmn|sup[123]|middot|frac\d\d"
    r"|#1[67]\d|#18\d|#19[01])|(?<=[aA]&)[A-Za-z](?:circ|tilde|uml|slash|ring|grave|acute));"
)
_SIGNS = {"tcvn3": "®µ¸©­«¶", "vni": "ñöûøïå"}
_SIGN_BYTES = tuple(signs.encode("latin-1") for signs in _SIGNS.values())
_MIN_WORDS = 4


def convert_legacy(text: str, legacy: str) -> str:
    """`text` with what is written in `legacy` ("tcvn3" or "vni") made Unicode, NFC; what is Unicode already stays.

    A page may mix both (a menu in Unicode, an article pasted in TCVN3), and "hé" is a word in either, so each
    stretch between tags or line ends is judged by its unmistakable words, and one without any follows the last.
    An entity (&copy;) is not yet a letter: resolve mark-up first.
    """
    parts = _BREAK.split(unicodedata.normalize("NFC", text))
    written_so = True
    for place, part in enumerate(parts):
        if part.isascii():
            continue
        written_so = _is_written_in(legacy, part, otherwise=written_so)
        if written_so:
            parts[place] = _WORD.sub(lambda found: as_unicode(found.group(), legacy), part)
    return "".join(parts)


def as_unicode(word: str, legacy: str) -> str:
    """One word of `legacy` code in Unicode; a word with letters beyond Latin-1 is no such word and comes back as is."""
    if word.isascii() or _BEYOND.search(word):
        return word
    if legacy == "tcvn3":
        return word.translate(TCVN3_CODES)
    return _VNI_CODE.sub(lambda found: VNI_CODES[found.group()], word)


def latin_letters(text: str) -> bytes:
    """What of the text is Latin-1: bytes are searched and counted several times as fast as text."""
    return text.encode("latin-1", "ignore")


def legacy_of(text: str, latin: bytes | None = None) -> str | None:
    """ "tcvn3" or "vni" when a good part of the text's words are in that code, else None. Tags do not matter.

    `latin` are the text's `latin_letters`, where they are known.
    """
    latin = latin_letters(text) if latin is None else latin
    signs = max(len(latin) - len(latin.translate(None, signs)) for signs in _SIGN_BYTES)
    if signs >= _MIN_WORDS or sum(1 for _ in islice(_NAMED.finditer(text), _MIN_WORDS)) == _MIN_WORDS:
        return _told_by_words(text)
    return None


def _told_by_words(text: str) -> str | None:
    text = _SCRIPT.sub(" ", text)  # scripts hold tables of letters
    if "&" in text:
        text = html.unescape(text)
    words = [w for w in _WORD.findall(_TAG.sub(" ", text)) if len(w) > 1 and not w.isascii()][:2000]
    for legacy in _SIGNS:
        hits = {w for w in words if not is_syllable(w) and is_syllable(as_unicode(w, legacy))}
        if len(hits) >= _MIN_WORDS and sum(w in hits for w in words) >= 0.1 * len(words):
            return legacy
    return None


def _is_written_in(legacy: str, part: str, *, otherwise: bool) -> bool:
    balance = 0
    for word in _WORD.findall(part):
        if not word.isascii():
            right = is_syllable(word)
            balance += -1 if right and _BEYOND.search(word) else not right and is_syllable(as_unicode(word, legacy))
    return balance > 0 if balance else otherwise
