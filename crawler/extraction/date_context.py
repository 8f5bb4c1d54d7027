"""What stands around a date and makes it none: licences, document numbers, ranges, telephones, versions.

Sources of the forms: Decree 30/2020/NĐ-CP on administrative documents ("số 04/2015/NĐ-CP ngày …"), and the
licence line that Decree 72/2013/NĐ-CP has every news site print ("Giấy phép số … cấp ngày …").
"""

from __future__ import annotations

import re

# A headline may speak of licences and copyright; a footer numbers them, or says who gave them when.
_LICENCE = re.compile(
    r"giay phep(?:\s?:|\s(?:so|hoat dong|thiet lap|xuat ban|bao chi|bao dien tu|trang|mxh|ttdt|cua|do|icp|gp|\d))"
    r"|giay cn"
    r"|giay chung nhan (?:so|dang ky)|\bgp\b|gpxb|gp-|/gp|\bcap (?:lan|ngay|lai)"
    r"|cap phep (?:so|ngay|lan|hoat dong)"
    r"|ngay cap(?! nhat)|(?:dang ky kinh doanh|dkkd|gcn\w{0,6}|ma so thue|\bmst)\s?(?::|so)"
    r"|licen[cs]e\s?(?::|no\b|number)"
    r"|copyright\s?[©(\d]|©|ban quyen\s(?:©|thuoc|cua|\d)|thanh lap ngay|ngay thanh lap"
)
_LABEL = re.compile(r"cap nhat|dang (?:luc|ngay|tai)|ngay dang|xuat ban luc|posted|published")
_DOCUMENT = re.compile(
    r"(?<![\d:])\d{1,5}(?:\s?[-/–]\s?\d{4})?\s?[-/–]\s?(?!Ng|NG|CN\b|T[2-7]|GMT|UTC|AM|PM|SA\b|CH\b)[A-ZĐƯ][\w&.]{0,9}"
    r"(?:\s?[-/–]\s?[A-ZĐƯ][\w&.]{0,12}){0,3}[,;]?\s{0,2}\(?(?:(?:ban hành|ký|ra) )?(?:ngày\s{0,2}|Ngày\s{0,2})?\Z"
)
_NUMBERED = re.compile(r"\bso\s?:?\s?(?:\d{1,6}[a-z]?[,;]?\s{1,2}(?:ban hanh\s|ky\s)?ngay\s{0,2})?\Z")
_PHONE = re.compile(r"(?:\bdt|dien thoai|\btel|fax|hotline|phone|\bsdt|di dong|zalo)[\s.:]{0,3}[\d\s.()\-]{0,16}\Z")
_VERSION = re.compile(r"(?:\bv|\bver|version|phien ban|build)[.:\s]{0,2}\Z")
_ISSUE = re.compile(r"\b(?:ky|dot|quy|tuan)\s{1,2}\Z")
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
    line = _this_line(before)
    ends = [found.end() for found in _LICENCE.finditer(line)]
    if ends:
        return not _LABEL.search(line, ends[-1])
    return after_licence and len(before) < 60 and line == before and not _LABEL.search(line)


def is_document(raw_before: str, before: str, raw_after: str) -> bool:
    """Whether a document's number leads to the date, or the date itself is the head of one ("…/QĐ-UBND")."""
    if re.match(r"\s?/\s?[A-ZĐ]", raw_after):
        return True
    return bool(_DOCUMENT.search(_this_line(raw_before)) or _NUMBERED.search(_this_line(before)))


def is_other_number(raw_before: str, before: str, raw_after: str) -> bool:
    """Whether the digits belong to a longer number: a telephone, an IP address, a version, a chain of fractions, an issue."""
    if _GLUED.search(raw_before) and not _GLUED_TIME.search(raw_before):
        return True
    if re.match(r"[./]\s?\d", raw_after):
        return True
    line = _this_line(before)
    return bool(_PHONE.search(line) or _VERSION.search(line) or _ISSUE.search(line))


def opens_range(after: str) -> bool:
    """Whether the folded text `after` a date goes on to another date: "1/6/2014 - 5/6/2014", "… đến 5/6/2014"."""
    return _RANGE_OPENS.match(after.partition("\n")[0]) is not None


def closes_range(before: str) -> bool:
    """Whether the date is the end of "27-29/8/2013", "27/8 - 29/8/2013" or "27 đến 29/8/2013"."""
    return _RANGE_CLOSES.search(_this_line(before)) is not None


def _this_line(before: str) -> str:
    return before[before.rfind("\n") + 1 :]
