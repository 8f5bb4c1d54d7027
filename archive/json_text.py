"""JSON as the archive prints it: on one line, Vietnamese as itself, and nothing that could act on a terminal."""

from __future__ import annotations

import json
import re
from typing import Any

# C1 controls (a terminal may take \x9b for an escape), bidi, invisible and line-breaking characters, surrogates
_ACTIVE = re.compile(
    "[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)


def to_json(value: Any) -> str:
    """The value as JSON; those characters stand as \\uXXXX, so it reads back the same."""
    text = json.dumps(value, ensure_ascii=False)
    return _ACTIVE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
