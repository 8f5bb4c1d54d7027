"""A picture's caption parted from its credit: "… phát biểu. (Ảnh: HM)" is a caption and "HM"."""

from __future__ import annotations

import re

from archive.text import fold, one_line
from crawler.extraction.names import is_name
from crawler.extraction.sources import is_publisher

_LABEL = (
    r"(?:nguồn(?: ảnh)?|ảnh(?: và clip| chụp| tư liệu| bìa| đồ h[ọo][ạa]| cắt từ clip| chụp màn hình)?"
    r"|hình(?: ảnh)?|đồ h[ọo][ạa]|clip|video"
    r"|photo(?:s| by| credit)?|image|credit|source)"
)
_LABELLED = re.compile(
    rf"(?P<lead>[\s(\[|\-–—,.;/…]{{0,8}})(?<!\w){_LABEL}\s?(?:[:：]|(?<=\bby)\s)\s?(?P<credit>[^:：]{{1,90}})\Z"
)
_ILLUSTRATION = re.compile(r"(?<!\w)ảnh minh h[ọo][ạa](?P<colon>\s?[:：]\s?)(?P<credit>[^:：]{1,60})\Z")
_UNLABELLED = re.compile(
    r"(?:\A|[.(\[|–—\-…]\s?|[.(\[|]\s)(?P<label>ảnh|photo)\s(?P<credit>[^:()]{2,40}?)[.)\]]{0,2}\Z"
)
_NO_PERSON = re.compile(
    r"internet|(?:anh )?tu lieu|suu tam|st|s\.t|nvcc|ctv|pv|tl|t\.l|d\.v|.{0,40}cung cap|cong tac vien|nhan vat"
    r"|tac gia|facebook|fb"
    r"|chup man hinh|minh hoa|cat tu (?:clip|video)|getty(?: images)?|shutterstock|pixabay|vnexpress|bvcc|gdcc|mxh"
)
_TELLS = re.compile(
    r"(?:cac|dong chi|quang canh|toan canh|mot|nhung|canh|le|hoi nghi|hoi thao|dai bieu|lanh dao|doan|nguoi"
    r"|can bo|hoi vien|ong|ba|anh|chi)"
    r"\s(?!\S{1,3}\Z)"
)


def split_caption(text: str) -> tuple[str, str | None]:
    """(caption, credit). A caption that only begins with "Ảnh:" and then tells what is seen has no credit."""
    text = one_line(text)
    plain = text.lower()
    if len(plain) != len(text) or not (":" in plain or "：" in plain or "ảnh" in plain or "photo" in plain):
        return text, None
    for pattern, label_stays in ((_ILLUSTRATION, True), (_LABELLED, False), (_UNLABELLED, False)):
        found = pattern.search(plain, max(0, len(plain) - 140))
        if found is None:
            continue
        credit = _bare(text[found.start("credit") : found.end("credit")])
        if pattern is _UNLABELLED:
            if not text[found.start("label")].isupper() or not (is_publisher(credit) or is_name(credit)):
                continue
            return _caption(text, found.start("label")), credit
        if is_credit(credit):
            return _caption(
                text, found.start("colon" if label_stays else "credit") if label_stays else found.end("lead")
            ), credit
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


def _caption(text: str, end: int) -> str:
    """The text before a credit, without the brackets and dashes that led to it."""
    return text[:end].rstrip(" -–—|([,;/")


def _bare(credit: str) -> str:
    """A credit without the brackets and end mark around it."""
    credit = credit.strip(" ([").rstrip(" .,;")
    return credit if "(" in credit else credit.rstrip(" )].,;")
