"""Charts as SVG: geometry only, in attributes and classes, so that no inline style is needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from math import ceil, sqrt

from markupsafe import Markup

WIDTH, HEIGHT = 960, 180
_BASE, _LEFT = 150, 34  # where the bars stand; room for the scale's numbers
CELL, _GAP, _LABEL, _TOP = 13, 2, 222, 24
SHADES = 5
LATEST = 60  # months a heat map shows


def bars(counts: Sequence[tuple[str, int]], label: str) -> Markup:
    """Articles per month, ("2022-10", 3) in order without holes, as bars over a scale of years."""
    if not counts:
        return Markup()
    most = max(number for _, number in counts) or 1
    step = (WIDTH - _LEFT) / len(counts)
    parts = [_scale(most)]
    shown = max(1, -(-len(counts) // 12 // 16))  # label every so many years
    for place, (month, number) in enumerate(counts):
        x, tall = _LEFT + place * step, (_BASE - 14) * number / most
        if number:
            parts.append(
                f'<rect class="bar" x="{x:.1f}" y="{_BASE - tall:.1f}" width="{max(step * 0.8, 1):.1f}" '
                f'height="{tall:.1f}"><title>{month}: {number}</title></rect>'
            )
        if month.endswith("-01") and int(month[:4]) % shown == 0 and x < WIDTH - 40:
            parts.append(f'<text class="tick" x="{x:.1f}" y="{_BASE + 18}">{month[:4]}</text>')
            parts.append(f'<line class="rule" x1="{x:.1f}" x2="{x:.1f}" y1="{_BASE}" y2="{_BASE + 5}"/>')
    return _svg("".join(parts), WIDTH, HEIGHT, label, "bars")


def _scale(most: int) -> str:
    lines = []
    for number in sorted({most, most // 2} - {0}):
        y = _BASE - (_BASE - 14) * number / most
        lines.append(f'<line class="rule" x1="{_LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>')
        lines.append(f'<text class="tick end" x="{_LEFT - 6}" y="{y + 4:.1f}">{number}</text>')
    return f'{"".join(lines)}<line class="axis" x1="{_LEFT}" x2="{WIDTH}" y1="{_BASE}" y2="{_BASE}"/>'


def heat_map(rows: Mapping[str, Mapping[str, int]], months: Sequence[str], label: str) -> Markup:
    """Articles of a site (row, by title) and month (column): the more, the darker, on a scale of its own for all."""
    months = months[-LATEST:]
    most = max((counts.get(month, 0) for counts in rows.values() for month in months), default=0) or 1
    parts = []
    for place, month in enumerate(months):
        if month.endswith("-01") or place == 0:
            x = _LABEL + place * CELL
            if place == 0 and any(later.endswith("-01") for later in months[1:4]):
                continue
            parts.append(f'<text class="tick start" x="{x}" y="{_TOP - 8}">{month[:4]}</text>')
    for line, (title, counts) in enumerate(rows.items()):
        y = _TOP + line * (CELL + 4)
        short = title if len(title) <= 28 else f"{title[:27]}…"
        parts.append(f'<text class="name" x="{_LABEL - 10}" y="{y + 11}">{escape(short)}</text>')
        for place, month in enumerate(months):
            number = counts.get(month, 0)
            parts.append(
                f'<rect class="cell shade{shade(number, most)}" x="{_LABEL + place * CELL}" y="{y}" '
                f'width="{CELL - _GAP}" height="{CELL - _GAP}" rx="2"><title>{escape(title)} · {month}: {number}'
                "</title></rect>"
            )
    width, height = _LABEL + len(months) * CELL, _TOP + len(rows) * (CELL + 4)
    return _svg("".join(parts), width, height, label, "heat")


def shade(number: int, most: int) -> int:
    """0 for none, else 1 … SHADES by the root of the share of the most, so that few is told from some."""
    return ceil(SHADES * sqrt(number / most))


def _svg(inner: str, width: int, height: int, label: str, kind: str) -> Markup:
    return Markup(  # noqa: S704 - every text in it is escaped
        f'<svg class="chart {kind}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(label)}" xmlns="http://www.w3.org/2000/svg">{inner}</svg>'
    )


def months_between(months: Iterable[str]) -> list[str]:
    """Every month from the first to the last."""
    found = sorted(months)
    if not found:
        return []
    year, number = int(found[0][:4]), int(found[0][5:7])
    result = [found[0]]
    while result[-1] < found[-1]:
        year, number = year + number // 12, number % 12 + 1
        result.append(f"{year:04}-{number:02}")
    return result
