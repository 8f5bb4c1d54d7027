"""What stands around a date and makes it none: licences, document numbers, ranges, telephones, versions.

Sources of the forms: Decree 30/2020/NĐ-CP on administrative documents ("số 04/2015/NĐ-CP ngày …"), and the
licence line that Decree 72/2013/NĐ-CP has every news site print ("Giấy phép số … cấp ngày …").
"""

from __future__ import annotations

import re

_LICENCE = re.compile(
    r"giay phep|giay cn|giay chung nhan|\bgp\b|gpxb|gp-|/gp|\bcap (?:lan|phep|lai|doi|ngay)|ngay cap(?! nhat)"
    r"|dang ky (?:kinh doanh|doanh nghiep)|dkkd|\bgcn|ma so thue|\bmst\b|licen[cs]e|copyright|©|ban quyen"
    r"|thanh lap ngay|ngay thanh lap"
)
_LABEL = re.compile(r"cap nhat|dang (?:luc|ngay|tai)|ngay dang|xuat ban luc|posted|published")
_DOCUMENT = re.compile(
    r"(?<![\d:])\d{1,5}(?:\s?[-/–]\s?\d{4})?\s?[-/–]\s?(?!Ng|NG|CN\b|T[2-7]|GMT|UTC|AM|PM|SA\b|CH\b)[A-ZĐƯ][\w&.]{0,9}"
    r"(?:\s?[-/–]\s?[A-ZĐƯ][\w&.]{0,12}){0,3}[,;]?\s{0,2}\(?(?:(?:ban hành|ký|ra) )?(?:ngày\s{0,2}|Ngày\s{0,2})?\Z"
)
_NUMBERED = re.compile(r"\bso\s?:?\s?(?:\d{1,6}[a-z]?[,;]?\s{1,2}(?:ban hanh\s|ky\s)?ngay\s{0,2})?\Z")
_PHONE = re.compile(r"(?:\bdt|dien thoai|\btel|fax|hotline|phone|\bsdt|di dong|zalo)[\s.:]{0,3}[\d\s.()\-]{0,16}\Z")
_VERSION = re.compile(r"(?:\bv|\bver|version|phien ban|build)[.:\s]{0,2}\Z")
_RANGE_OPENS = re.compile(
    r"\s{0,2}(?:[-–—~]|den|toi|to)\s{0,2}(?:het\s)?(?:ngay\s)?\d{1,2}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?\d{2,4}(?!\d)"
    r"|\s{0,2}(?:den|toi)\s(?:het\s)?(?:ngay\s)?\d{1,2}(?:/| thang)"
)
_RANGE_CLOSES = re.compile(
    r"(?<![\d:])(?:\d{1,2}\s?[/.]\s?)?\d{1,2}\s?[-–—]\s?(?:ngay\s)?\Z|\d{1,4}\s(?:den|va|toi)\s(?:het\s)?(?:ngay\s)?\Z"
)
_GLUED = re.compile(r"\d[./,\-–—]?\Z")
_GLUED_TIME = re.compile(r"\d[:hH]\d{2}(?::\d{2})?[./,\-–—]?\Z")


def is_licence(before: str, *, after_licence: bool) -> bool:
    """Whether the folded text `before` a date makes it a licence's or a founding's; licences name several dates."""
    if _LICENCE.search(before):
        return not _LABEL.search(before, _last_end(before))
    return after_licence and len(before) < 60 and "\n" not in before and not _LABEL.search(before)


def _last_end(before: str) -> int:
    return max(found.end() for found in _LICENCE.finditer(before))


def is_document(raw_before: str, before: str, raw_after: str) -> bool:
    """Whether a document's number leads to the date, or the date itself is the head of one ("…/QĐ-UBND")."""
    if re.match(r"\s?/\s?[A-ZĐ]", raw_after):
        return True
    return bool(_DOCUMENT.search(raw_before) or _NUMBERED.search(before))


def is_other_number(raw_before: str, before: str, raw_after: str) -> bool:
    """Whether the digits belong to a longer number: a telephone, an IP address, a version, a chain of fractions."""
    if _GLUED.search(raw_before) and not _GLUED_TIME.search(raw_before):
        return True
    if re.match(r"[./]\s?\d", raw_after):
        return True
    return bool(_PHONE.search(before) or _VERSION.search(before))


def opens_range(after: str) -> bool:
    """Whether the folded text `after` a date goes on to another date: "1/6/2014 - 5/6/2014", "… đến 5/6/2014"."""
    return _RANGE_OPENS.match(after) is not None


def closes_range(before: str) -> bool:
    """Whether the date is the end of "27-29/8/2013", "27/8 - 29/8/2013" or "27 đến 29/8/2013"."""
    return _RANGE_CLOSES.search(before) is not None
