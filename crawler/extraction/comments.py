"""Where readers' comments begin that no name marks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extraction.segments import Segment, is_prose
from crawler.extraction.vocabulary import COMMENT_HEADING

_ANSWER = re.compile(
    r"\b(?:tra loi|thich|reply|like|bao cao|report|\d+ (?:giay|phut|gio|ngay|thang|nam) truoc|\d+ \w+ ago)\b"
)


def comments_start(segments: Sequence[Segment]) -> int:
    """Where readers' comments begin that stand in the content, or its end."""
    kept = 0
    for n, segment in enumerate(segments):
        if is_prose(segment):
            kept += len(segment.text)
        elif (
            kept >= 150
            and len(segment.text) < 40
            and COMMENT_HEADING.fullmatch(segment.folded)
            and (sum(len(s.text) for s in segments[n:] if is_prose(s)) <= 2 * kept or _are_comments(segments[n + 1 :]))
        ):
            return n
    return len(segments)


def heads_comments(segments: Sequence[Segment], n: int) -> bool:
    """Whether the line heads comments that readers answer and like."""
    return bool(COMMENT_HEADING.fullmatch(segments[n].folded)) and _are_comments(segments[n + 1 :])


def _are_comments(segments: Sequence[Segment]) -> bool:
    """Whether buttons to answer or to like stand among the texts, as often as every fourth of them."""
    answers = sum(1 for s in segments if len(s.text) < 60 and _ANSWER.search(s.folded))
    return answers >= 2 and answers * 4 >= sum(map(is_prose, segments))
