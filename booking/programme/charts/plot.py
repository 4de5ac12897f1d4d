"""Lay a chart out on matplotlib's axes: readable in black and white, labels on the lines, no legend box."""

from __future__ import annotations

from typing import Any

from booking.programme.charts.rules import Bars, Chart, Curve
from booking.wording import month, number

# The light scheme of palette.css: a chart stands on a light panel, on paper too.
INK, SOFT, LINE, BRASS, PAPER = "#16202e", "#55606e", "#dcd8cf", "#9a6b12", "#ffffff"

# How far the words of a target reach, in points.
TARGET_WORDS = 92


def plot(axes: Any, chart: Chart, *, narrow: bool) -> None:
    """A curve against its pace line, columns in the order of time, or bars under one another."""
    _bare(axes)
    if isinstance(chart, Curve):
        _draw_curve(axes, chart, narrow=narrow)
    elif chart.upright:
        _draw_columns(axes, chart, narrow=narrow)
    else:
        _draw_bars(axes, chart, narrow=narrow)


def _bare(axes: Any) -> None:
    axes.set_facecolor(PAPER)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(SOFT)
    axes.tick_params(colors=SOFT, length=0, labelcolor=INK)
    axes.set_axisbelow(True)


def _draw_curve(axes: Any, chart: Curve, *, narrow: bool) -> None:
    top = max(chart.target, chart.ahead or 0, *(figure for _, figure in chart.points))
    axes.plot([chart.from_on, chart.to_on], [0, chart.target], color=INK, linewidth=0.9)
    days, figures = [on for on, _ in chart.points], [figure for _, figure in chart.points]
    axes.plot(days, figures, color=BRASS, linewidth=3.2, solid_capstyle="round")
    last_on, last = chart.points[-1]
    if chart.ahead is not None and last_on < chart.to_on:
        axes.plot([last_on, chart.to_on], [last, chart.ahead], color=BRASS, linewidth=1.4, linestyle=(0, (2, 3)))
        close = abs(chart.ahead - chart.target) < 0.09 * top
        below = chart.ahead < chart.target
        # On paper white, so that a word stays readable where a line crosses it.
        axes.annotate(
            f"à ce rythme : {number(chart.ahead)}",
            (chart.to_on, chart.target if close and not below else chart.ahead),
            (0, -22 if below else 20 if close else 5),
            textcoords="offset points",
            ha="right",
            va="baseline",
            color=BRASS,
            bbox=_paper(),
        )
    axes.annotate(
        f"objectif : {number(chart.target)}",
        (chart.to_on, chart.target),
        (0, 6),
        textcoords="offset points",
        ha="right",
        color=INK,
        bbox=_paper(),
    )
    whole = (chart.to_on - chart.from_on).days
    early = (last_on - chart.from_on).days < 0.45 * whole
    # Near its target at the end, the figure makes way for the target's own words.
    beside = axes.get_window_extent().width * 72 / axes.figure.dpi * (chart.to_on - last_on).days / whole
    away = max(6.0, TARGET_WORDS - beside) if abs(last - chart.target) < 0.1 * top else 6.0
    axes.annotate(
        f"{number(last)} en {month(last_on)}" if not narrow else number(last),
        (last_on, last),
        (6, 8 if last < 0.09 * top else -13) if early else (-away, 8),
        textcoords="offset points",
        ha="left" if early else "right",
        color=BRASS,
        fontweight="bold",
        bbox=_paper(),
    )
    axes.plot([last_on], [last], marker="o", markersize=6, color=BRASS, zorder=6)
    axes.set_ylim(0, 1.12 * top)
    axes.set_xlim(chart.from_on, chart.to_on)
    _whole_numbers(axes.yaxis, narrow)
    axes.grid(axis="y", color=LINE, linewidth=0.7)
    _years(axes, chart, narrow=narrow)


def _years(axes: Any, chart: Curve, *, narrow: bool) -> None:
    rentrees = [
        chart.from_on.replace(year=year, month=9, day=1) for year in range(chart.from_on.year, chart.to_on.year + 1)
    ]
    shown = [on for on in rentrees if chart.from_on <= on <= chart.to_on]
    axes.tick_params(axis="x", pad=8)
    axes.set_xticks(shown, labels=[f"sept. {on.year}" if not narrow else f"{on.year}" for on in shown])


def _draw_columns(axes: Any, chart: Bars, *, narrow: bool) -> None:
    places = range(len(chart.bars))
    figures = [figure for _, figure in chart.bars]
    drawn = axes.bar(places, figures, width=0.72, color=BRASS, edgecolor=INK, linewidth=0.6)
    room = 6 if narrow else 14
    if len(chart.bars) <= room:
        axes.bar_label(drawn, labels=[number(figure) for figure in figures], padding=2, color=INK)
    else:
        best = figures.index(max(figures))
        axes.annotate(number(figures[best]), (best, figures[best]), (0, 3), textcoords="offset points", ha="center")
    step = -(-len(chart.bars) // (4 if narrow else 8)) if len(chart.bars) > room else 1
    axes.set_xticks(
        [*places][::step],
        labels=[_two_lines(label, narrow) for label, _ in chart.bars][::step],
    )
    axes.set_ylim(0, 1.12 * max([*figures, 1]))
    _whole_numbers(axes.yaxis, narrow)
    axes.grid(axis="y", color=LINE, linewidth=0.7)


def _draw_bars(axes: Any, chart: Bars, *, narrow: bool) -> None:
    places = range(len(chart.bars))
    figures = [figure for _, figure in chart.bars]
    drawn = axes.barh(places, figures, height=0.5 if narrow else 0.66, color=BRASS, edgecolor=INK, linewidth=0.6)
    axes.bar_label(drawn, labels=[number(figure) for figure in figures], padding=4, color=INK)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.16 * max([*figures, 1]))
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(True)
    axes.spines["left"].set_color(SOFT)
    if not narrow:
        axes.set_yticks(places, labels=[_cut(label, 46) for label, _ in chart.bars])
        return
    # On a phone the heading stands above its bar: beside it nothing would be left for the bar.
    axes.set_yticks([])
    for place, (label, _) in enumerate(chart.bars):
        axes.annotate(_cut(label, 44), (0, place - 0.28), (2, 1), textcoords="offset points", color=INK, va="bottom")
    axes.set_ylim(len(chart.bars) - 0.5, -0.8)


def _whole_numbers(axis: Any, narrow: bool) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415 - slow to load

    axis.set_major_locator(MaxNLocator(nbins=4 if narrow else 6, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda figure, _: number(int(figure))))


def _paper() -> dict[str, Any]:
    return {"facecolor": PAPER, "edgecolor": "none", "pad": 1.2, "alpha": 0.85}


def _two_lines(label: str, narrow: bool) -> str:
    """A month above its year; on a phone, also a school year's halves."""
    return label.replace("-", "-\n", 1) if narrow and " " not in label else label.replace(" ", "\n", 1)


def _cut(label: str, most: int) -> str:
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"
