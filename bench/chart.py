"""The benches' charts: an SVG of small bar panels, written by hand so that no plotting library is needed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.scoring import Score

WIDTH = 960
LEFT = 20
TOP = 64
BAR = 18
GAP = 7
LABEL = 148  # room for the extractors' names, in each row of panels
PANELS_A_ROW = 3
OURS, THEIRS, INK, SOFT = "#b3261e", "#9aa5b1", "#1f2933", "#52606d"

Panel = tuple[str, list[float | None], list[str]]


def draw(title: str, scores: Sequence[Score]) -> str:
    """The chart as an SVG document: body F1, four fields, and speed; the page set is in the heading."""
    panels: list[Panel] = [
        ("body F1", [s.f1 for s in scores], [f"{s.f1:.3f}" for s in scores]),
        _share("headline exact", [s.headline for s in scores]),
        _share("lead exact", [s.lead for s in scores]),
        _share("byline exact", [s.byline for s in scores]),
        _share("date (day)", [s.date for s in scores]),
        _speed(scores),
    ]
    note = "Longer is better. A dash: the extractor does not offer the field."
    names = [s.extractor for s in scores]
    return draw_panels(f"Extraction compared on {title}", note, names, panels, _ours(names))


def draw_panels(title: str, note: str, names: Sequence[str], panels: Sequence[Panel], ours: int | None) -> str:
    """Panels of bars, a bar a name; that of number `ours` stands out."""
    height_a_row = 40 + len(names) * (BAR + GAP)
    rows = -(-len(panels) // PANELS_A_ROW)
    height = TOP + rows * height_a_row + 16
    panel_width = (WIDTH - 2 * LEFT - LABEL) / PANELS_A_ROW
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" role="img"',
        f' viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(LEFT, 28, title, size=18, weight=600),
        _text(LEFT, 48, note, size=12, fill=SOFT),
    ]
    for row in range(rows):
        top = TOP + row * height_a_row
        parts += [
            _text(LEFT, _y(top, n) + 13, name, size=12, weight=600 if n == ours else 400)
            for n, name in enumerate(names)
        ]
        for column, panel in enumerate(panels[row * PANELS_A_ROW : (row + 1) * PANELS_A_ROW]):
            parts += _panel(panel, LEFT + LABEL + column * panel_width, top, panel_width - 18, ours)
    return "\n".join([*parts, "</svg>", ""])


def _ours(names: Sequence[str]) -> int | None:
    return next((n for n, name in enumerate(names) if name == "danvan"), None)


def _share(name: str, pairs: list[tuple[int, int] | None]) -> Panel:
    values = [None if p is None else (p[0] / p[1] if p[1] else 0.0) for p in pairs]
    return name, values, ["–" if p is None else f"{p[0]} of {p[1]}" for p in pairs]


def _speed(scores: Sequence[Score]) -> Panel:
    fastest = max(s.pages_per_second for s in scores)
    values: list[float | None] = [s.pages_per_second / fastest for s in scores]
    return "pages per CPU-second", values, [f"{s.pages_per_second:.0f}" for s in scores]


def _panel(panel: Panel, left: float, top: int, width: float, ours: int | None) -> list[str]:
    name, values, labels = panel
    parts = [_text(left, top + 20, name, size=13, weight=600)]
    for n, (value, label) in enumerate(zip(values, labels, strict=True)):
        y, length = _y(top, n), (value or 0.0) * (width - 62)
        colour = OURS if n == ours else THEIRS
        parts.append(f'<rect x="{left:.1f}" y="{y}" width="{length:.1f}" height="{BAR}" rx="2" fill="{colour}"/>')
        parts.append(_text(left + length + 6, y + 13, label, size=11, fill=SOFT))
    return parts


def _y(top: int, n: int) -> int:
    return top + 30 + n * (BAR + GAP)


def _text(x: float, y: float, text: str, *, size: int, weight: int = 400, fill: str = INK) -> str:
    return f'<text x="{x:.1f}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{fill}">{escape(text)}</text>'
