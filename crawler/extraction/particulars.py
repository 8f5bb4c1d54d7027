"""A page that shows a document's particulars (number, summary, day of issue) beside its file: the record of that document.

Portals show them as a table of two columns or as lines with a label ("Trích yếu: …"); the page's own heading is often
no more than "Chi tiết văn bản".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.text import fold
from crawler.extraction.dates import FoundDate, find_dates
from crawler.extraction.segments import Segment
from crawler.extraction.vocabulary import GENERIC_TITLE

_SUMMARY = re.compile(r"(?:trich yeu|ten van ban|noi dung trich yeu)\b")
_SHOWN = re.compile(r"(?:nội dung )?trích yếu\b|tên văn bản\b", re.IGNORECASE)
_NUMBER = re.compile(r"so(?: (?:va )?/?)? ?(?:ky hieu|hieu|van ban)|so/ ?ky hieu")
_ISSUED = re.compile(r"ngay (?:ban hanh|van ban|ky)\b")
_OTHER = re.compile(
    r"(?:ngay|loai|the loai|hinh thuc|co quan|don vi|noi|nguoi|linh vuc|trang thai|tinh trang|hieu luc|muc|file|tep|tap tin|tai|chuc (?:vu|danh))\b"
)
_LABEL = 40  # characters
_SEVERAL = 3  # documents that make a list
_LEAST = 2  # other particulars that stand beside the summary


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a document's page tells: `summary` (trích yếu), day of issue, and whether the page says nothing else."""

    summary: str
    issued: FoundDate | None
    alone: bool

    def names(self, headline: str | None) -> bool:
        """Whether the page's heading leaves it to the summary to name the document."""
        folded = fold(headline or "")
        return not folded or bool(GENERIC_TITLE.match(folded) or _NUMBER.match(folded))


def read_particulars(content: Sequence[Segment], now: datetime) -> Particulars | None:
    """The particulars among the lines; None where no summary stands among others."""
    if not any(_SHOWN.match(segment.text) for segment in content):
        return None
    summary, issued, known, rest = None, None, 0, 0
    for label, value in _labelled(content):
        if _SUMMARY.match(label):
            if summary and summary != value:
                return None  # a list of documents, each with its own
            summary = value
        elif _ISSUED.match(label):
            known += 1
            issued = issued or next(iter(find_dates(value, now=now)), None)
        elif _NUMBER.match(label) or _OTHER.match(label):
            known += 1
        else:
            rest += len(value)
    return Particulars(summary, issued, alone=rest < _LABEL) if summary and known >= _LEAST else None


def lists_documents(segments: Sequence[Segment]) -> bool:
    """Whether the lines give the summaries of several documents."""
    return sum(bool(_SHOWN.match(segment.text)) for segment in segments) >= _SEVERAL


def _labelled(content: Sequence[Segment]) -> Iterator[tuple[str, str]]:
    """Each line's label, folded, and what it labels; a line without one has an empty label."""
    for segment in content:
        if segment.src is not None or segment.zone is not None or segment.link_share > 0.8:
            continue
        cells = segment.cells or tuple(segment.text.split(":", 1))
        if len(cells) % 2 == 0 and len(cells[0].strip()) <= _LABEL:
            yield from (
                (fold(label).strip(" :"), value.strip()) for label, value in zip(cells[::2], cells[1::2], strict=True)
            )
        else:
            yield "", segment.text
