"""A picture's caption parted from its credit: "… phát biểu. (Ảnh: HM)" is a caption and "HM"."""

from __future__ import annotations

import re

from archive.text import fold, one_line
from crawler.extraction.names import is_name
from crawler.extraction.sources import is_publisher

_LABEL = r"(?:nguon @nh|@nh va clip|@nh chup|@nh tu lieu|@nh minh hoa|@nh|hinh @nh|hinh|nguon|photo(?:s| by)?|credit|clip|video|do hoa|image)"
_LABELLED = re.compile(rf"[\s(\[|\-–—,.;/]{{0,6}}(?<![a-z]){_LABEL}\s?[:：]\s?(?P<credit>[^:]{{1,90}})\Z")
_UNLABELLED = re.compile(r"(?:\A|[.(\[|–—\-]\s?)(?P<label>@nh|photo)\s(?P<credit>[^:.()]{2,40})[.)\]]{0,2}\Z")
_GIVEN_BY = re.compile(
    r"internet|tu lieu|sun?u tam|st|nvcc|ctv|pv|tl|t\.l|.{0,30}cung cap|cong tac vien|nhan vat|tac gia|facebook|fb|chup man hinh|minh hoa"
)
_TELLS = re.compile(
    r"(?:dong chi|cac dong chi|ong|ba|cac|quang canh|toan canh|mot|le|hoi nghi|dai bieu|lanh dao|nhung|canh|ban|doan|nguoi|can bo|hoi vien)\s"
)


def split_caption(text: str) -> tuple[str, str | None]:
    """(caption, credit). A caption that only begins with "Ảnh:" and then tells what is seen has no credit."""
    text = one_line(text)
    plain = fold(text)
    found = _last(plain)
    if found and is_credit(text[found.start("credit") : found.end("credit")]):
        credit = text[found.start("credit") : found.end("credit")]
        return _caption(text[: found.start()], plain[: found.start()], found), _bare(credit)
    short = _UNLABELLED.search(plain)
    if short and text[short.start("label")].isupper():
        credit = text[short.start("credit") : short.end("credit")].strip()
        if is_publisher(credit) or is_name(credit):
            return text[: short.start("label")].rstrip(" (-–—|["), credit
    return text, None


def _last(plain: str) -> re.Match[str] | None:
    """The last credit label of the text and what follows it."""
    colon = plain.rfind(":")
    start = max(0, colon - 40)
    return _LABELLED.search(plain, start) if colon >= 0 else None


def _caption(before: str, plain: str, found: re.Match[str]) -> str:
    del plain
    lead = found.group()[: len(found.group()) - len(found.group().lstrip(" .([|-–—,;/"))]
    return before.rstrip(" -–—|(,;/") + ("." if lead.lstrip().startswith(".") else "")


def _bare(credit: str) -> str:
    credit = credit.strip(" ()[]")
    return credit.rstrip(".,; ") if credit.count(".") < 2 else credit.rstrip(",; ")


def is_credit(text: str) -> bool:
    """Whether what follows "Ảnh:" names who took or lent the picture, rather than what it shows."""
    text = _bare(text)
    plain = fold(text)
    words = re.split(r"[\s/,\-–&]+", text)
    if not text or len(words) > 10:
        return False
    if _GIVEN_BY.fullmatch(plain) or is_publisher(text):
        return True
    if _TELLS.match(plain):
        return False
    capital = sum(word[:1].isupper() for word in words)
    return len(words) <= 7 and capital * 2 > len(words)
