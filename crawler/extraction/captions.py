"""A picture's caption parted from its credit: "… phát biểu. (Ảnh: HM)" is a caption and "HM"."""

from __future__ import annotations

import re

from archive.text import fold, one_line
from crawler.extraction.names import is_name
from crawler.extraction.sources import is_publisher

_LABEL = (
    r"(?:nguồn(?: ảnh)?|ảnh(?: và clip| chụp| tư liệu| bìa| đồ h[ọo][ạa]| cắt từ clip| chụp màn hình)?|hình(?: ảnh)?"
    r"|đồ h[ọo][ạa]|clip|video|photo(?:s| by| credit)?|image|credit|source)"
)
_LABELLED = re.compile(
    rf"(?P<lead>[\s(\[|\-–—,.;/…]{{0,8}})(?<!\w){_LABEL}\s?(?:[:：]|(?<=\bby)\s)\s?"
    r"(?P<credit>(?:https?://)?[^:：]{1,90})\Z"
)
_ILLUSTRATION = re.compile(r"(?<!\w)ảnh minh h[ọo][ạa](?P<colon>\s?[:：]\s?)(?P<credit>[^:：]{1,60})\Z")
_UNLABELLED = re.compile(
    r"(?:\A|[.(\[|–—\-…]\s?|[.(\[|]\s)(?P<label>ảnh|photo)\s(?P<credit>[^:()]{2,40}?)[.)\]]{0,2}\Z"
)
# Folded: what stands for a credit and names nobody, and how a sentence begins that tells what a picture shows.
_NO_PERSON = re.compile(
    r"internet|(?:anh )?tu lieu|suu tam|s\.?t|nvcc|bvcc|gdcc|ctv|pv|t\.?l|d\.v|mxh|.{0,40}cung cap|cong tac vien"
    r"|nhan vat|tac gia|facebook|fb|chup man hinh|minh hoa|cat tu (?:clip|video)|getty(?: images)?|shutterstock"
    r"|pixabay|vnexpress"
)
_TELLS = re.compile(
    r"(?:cac|dong chi|quang canh|toan canh|mot|nhung|canh|le|hoi nghi|hoi thao|dai bieu|lanh dao|doan|nguoi|can bo"
    r"|hoi vien|ong|ba|anh|chi)\s(?!\S{1,3}\Z)"
)


def split_caption(text: str) -> tuple[str, str | None]:
    """(caption, credit). A caption that only begins with "Ảnh:" and then tells what is seen has no credit.

    Two credits ("Ảnh: Minh Anh - Đồ họa: Thu Hà") come as one, "; " between.
    """
    text = one_line(text)
    if len(text.lower()) != len(text):
        return text, None
    caption, credit = _part(text)
    if credit is None or not caption:
        return caption, credit
    shorter, another = _part(caption)
    return (shorter, f"{another}; {credit}") if another else (caption, credit)


def caption_as_shown(text: str) -> tuple[str, str | None]:
    """(caption, credit) with the credit as the page words it ("Ảnh: HM"), its brackets alone left out.

    Put together again the two are the page's line, white space and brackets aside.
    """
    text = one_line(text)
    caption, credit = split_caption(text)
    if credit is None or not text.startswith(caption):
        return caption, credit
    return caption, text[len(caption) :].strip(" -–—|([,;/)].") or credit


def _part(text: str) -> tuple[str, str | None]:
    plain = text.lower()
    start = max(0, len(plain) - 140)
    found = _ILLUSTRATION.search(plain, start)
    if found and is_credit(_credit(text, found)):
        return text[: found.start("colon")].rstrip(), _credit(text, found)
    found = _LABELLED.search(plain, start)
    if found and is_credit(_credit(text, found)):
        return text[: found.end("lead")].rstrip(" -–—|([,;/"), _credit(text, found)
    found = _UNLABELLED.search(plain, start)
    if found and text[found.start("label")].isupper():
        credit = _credit(text, found)
        if is_publisher(credit) or is_name(credit):
            return text[: found.start("label")].rstrip(" -–—|([,;/"), credit
    return text, None


def is_credit(text: str) -> bool:
    """Whether what follows "Ảnh:" names who took or lent the picture, rather than what it shows."""
    plain = fold(text)
    words = [word for word in re.split(r"[\s/,\-–&|+]+", text) if word]
    if not words or len(words) > 10:
        return False
    if _NO_PERSON.fullmatch(plain) or is_publisher(text) or is_name(text, expected=True):
        return True
    if _TELLS.match(plain) or any(mark in text for mark in '!?“”"'):
        return False
    capital = sum(word[:1].isupper() for word in words)
    return len(words) <= 8 and capital * 2 > len(words)


def _credit(text: str, found: re.Match[str]) -> str:
    """A credit as on the page, without the brackets and end mark around it."""
    credit = text[found.start("credit") : found.end("credit")].strip(" ([").rstrip(" .,;")
    return credit if "(" in credit else credit.rstrip(" )].,;")
