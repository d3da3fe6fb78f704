"""Two pictures of a rewrite: what each forward proposed and got, and how fast the answer grew."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

from specedit_lsp.trace.markup import Element, make_element
from specedit_lsp.trace.palette import find_look
from specedit_lsp.trace.yardsticks import Yardstick
from specedit_lsp.transport.messages import TARGET
from specedit_lsp.worker.tracing.schema import RewriteTrace, TracedForward

_HEIGHT, _LEFT, _TOP, _BOTTOM = 180, 44, 12, 26
"""Pixels."""
_WIDTHS = ((25, 28), (60, 14), (300, 8), (1000, 4))
"""Pixels for a forward, where there are at most so many."""
_CHART_WIDTH, _LABELS, _ROOF, _LABEL_HEIGHT = 640, 90, 44, 13
_LABEL_WIDTH, _LEAST_WIDTH = 80, 320


def draw_timeline(trace: RewriteTrace) -> Element:
    """Return a bar for each forward: tokens proposed in grey, accepted in the colour of their source.

    As in Blazedit's case study, on a scale of powers of two: drafts are anything from one token to thousands.
    """
    forwards = trace.forwards
    step = next((pixels for most, pixels in _WIDTHS if len(forwards) <= most), 3)
    tallest = max(max(forward.proposed for forward in forwards), max(len(f.verified) for f in forwards), 1)
    width, height = max(_LEFT + len(forwards) * step + 8, _LEAST_WIDTH), _TOP + _HEIGHT + _BOTTOM
    scale = _HEIGHT / log2(1 + tallest)
    bars = [
        _draw_bar(number, forward, _LEFT + (number - 1) * step, step, scale)
        for number, forward in enumerate(forwards, start=1)
    ]
    grid = [
        _draw_level(_TOP + _HEIGHT - scale * log2(1 + value), str(value), width)
        for value in _choose_levels(tallest)
    ]
    return make_element(
        "svg",
        make_element("g", *grid, aria_hidden="true"),
        make_element("g", *bars, role="listbox", aria_label="Forwards, in order", id="bars"),
        _draw_text(_LEFT, height - 6, "forwards →   tokens ↑, by powers of two"),
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        class_="timeline",
    )


def draw_progress(yardsticks: Sequence[Yardstick], tokens: int) -> Element:
    """Return lines of the tokens there were after each forward; plain decoding's may leave the picture."""
    ours, plain, *others = yardsticks
    most = max([ours.forwards, *(other.forwards for other in others)])
    furthest = max(most, 4)
    x_scale, y_scale = (_CHART_WIDTH - _LEFT - _LABELS) / furthest, _HEIGHT / max(tokens, 1)
    bottom = _ROOF + _HEIGHT
    levels = [
        _draw_level(bottom - y_scale * value, f"{value:,}", _CHART_WIDTH - _LABELS) for value in (0, tokens)
    ]
    lines = []
    ends: list[tuple[float, int]] = []
    for kind, yardstick in zip(("plain", "ours", "lookup", "limit"), (plain, ours, *others), strict=True):
        totals = (0, *yardstick.totals[:furthest])
        points = [(_LEFT + x_scale * x, bottom - y_scale * y) for x, y in enumerate(totals)]
        x, y = points[-1]
        label = (x + 6, y + 4, "start")
        if yardstick is not plain:
            # Lines that arrive have their names above the end; ends may be near each other.
            rows = {row for end, row in ends if abs(end - x) < _LABEL_WIDTH}
            row = min({0, 1, 2} - rows)
            ends.append((x, row))
            label = (x, _ROOF - 5 - _LABEL_HEIGHT * row, "middle")
        lines += [
            make_element(
                "polyline", points=" ".join(f"{a:.1f},{b:.1f}" for a, b in points), class_=f"line {kind}"
            ),
            _draw_text(label[0], label[1], yardstick.name, class_=kind, text_anchor=label[2]),
        ]
    summary = ", ".join(f"{yardstick.name} {yardstick.forwards:,}" for yardstick in yardsticks)
    return make_element(
        "svg",
        *levels,
        *lines,
        _draw_text(_LEFT, bottom + 18, f"forwards: 0 to {furthest:,}"),
        viewBox=f"0 0 {_CHART_WIDTH} {bottom + _BOTTOM}",
        role="img",
        aria_label=f"Tokens verified after each forward, {tokens:,} in the end. Forwards: {summary}.",
        class_="progress",
    )


def _draw_bar(number: int, forward: TracedForward, x: float, step: int, scale: float) -> Element:
    bottom = _TOP + _HEIGHT
    proposed, accepted = scale * log2(1 + forward.proposed), scale * log2(1 + forward.accepted)
    brought = scale * log2(1 + len(forward.verified))
    label = f"forward {number}: {forward.proposed:,} proposed, {forward.accepted:,} accepted"
    if forward.source:
        label += f", {find_look(forward.source).label}"
    bar = max(step - 1 if step < 8 else step - 2, 1)

    def draw(top: float, height: float, class_: str) -> Element | None:
        if height <= 0:
            return None
        return make_element(
            "rect", x=f"{x}", y=f"{bottom - top:.1f}", width=bar, height=f"{height:.1f}", class_=class_
        )

    return make_element(
        "g",
        make_element("rect", x=f"{x}", y=_TOP, width=step, height=_HEIGHT, class_="touch"),
        draw(proposed, proposed, "proposed"),
        draw(accepted, accepted, f"bar s-{find_look(forward.source or TARGET).name}"),
        draw(brought, brought - accepted, f"bar s-{TARGET}"),
        role="option",
        tabindex="0" if number == 1 else "-1",
        aria_label=label,
        data_f=number,
    )


def _draw_level(y: float, label: str, width: float) -> Element:
    return make_element(
        "g",
        make_element("line", x1=_LEFT, x2=width, y1=f"{y:.1f}", y2=f"{y:.1f}", class_="level"),
        _draw_text(_LEFT - 6, y + 4, label, text_anchor="end"),
    )


def _draw_text(x: float, y: float, text: str, **attributes: str) -> Element:
    return make_element("text", text, x=f"{x:.1f}", y=f"{y:.1f}", **attributes)


def _choose_levels(tallest: int) -> list[int]:
    """0 and powers of four up to the tallest bar, which has a level of its own unless it is near one."""
    levels = [0, *(4**power for power in range(12) if 4**power < tallest / 1.6)]
    return [*levels, tallest]
