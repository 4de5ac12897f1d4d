"""Lay a chart out: readable in black and white, labels on the lines, no legend box. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from itertools import chain, count

from msgspec import Struct

from booking.programme.charts.find_room import first_clear, highest, lowest, reaching
from booking.programme.charts.marks import (
    BRASS,
    INK,
    LINE,
    LINE_HEIGHT,
    MIDDLE,
    RIM,
    SIZE,
    SOFT,
    TALL,
    Box,
    Caption,
    Dot,
    Drawing,
    Mark,
    Place,
    Polyline,
    reach,
)
from booking.programme.charts.rules import Bars, Chart, Curve
from booking.words.wording import month, number

# On a phone the drawing is narrower, so that its words keep their size.
WIDE, NARROW = (547.0, 266.0), (259.0, 252.0)
EDGE, GAP, ROOM_ABOVE = 8.0, 5.0, 1.12
ROW, ROW_NARROW, COLUMN_MOST = 24.5, 33.0, 64.0


class ChartFrame(Struct, frozen=True):
    """Where figures stand: its edges, and the figure at its top."""

    left: float
    right: float
    top: float
    bottom: float
    most: float

    def height_of(self, figure: float) -> float:
        """Where a figure stands."""
        return self.bottom - (self.bottom - self.top) * figure / self.most

    @property
    def width(self) -> float:
        return self.right - self.left


def plot(chart: Chart, *, narrow: bool) -> Drawing:
    """A curve against its pace line, columns in the order of time, or bars under one another."""
    width, height = NARROW if narrow else WIDE
    if isinstance(chart, Curve):
        return Drawing(width, height, tuple(_curve(chart, width, height, narrow=narrow)))
    if chart.upright:
        return Drawing(width, height, tuple(_columns(chart, width, height, narrow=narrow)))
    row = ROW_NARROW if narrow else ROW
    height = 2 * EDGE + row * len(chart.bars)
    return Drawing(width, height, tuple(_bars(chart, width, row, narrow=narrow)))


def whole_steps(most: float, *, narrow: bool) -> Sequence[int]:
    """Round whole numbers from nothing to `most`, few enough to be read."""
    few = 5 if narrow else 7
    rounded = chain((1, 2, 5), (one * 10**power for power in count() for one in (10, 20, 25, 50)))
    return range(0, int(most) + 1, next(step for step in rounded if most / step <= few))


def _framed(highest: int, width: float, height: float, *, lines: int, narrow: bool) -> tuple[ChartFrame, list[Mark]]:
    """The frame of a drawing with so many lines of words under it, and its scale."""
    most = ROOM_ABOVE * max(highest, 1)
    scale = whole_steps(most, narrow=narrow)
    left = EDGE + max(reach(number(figure)) for figure in scale) + GAP
    frame = ChartFrame(left, width - EDGE, EDGE, height - EDGE - GAP - lines * LINE_HEIGHT, most)
    marks: list[Mark] = []
    for figure in scale:
        level = frame.height_of(figure)
        if figure:
            marks.append(Polyline(((frame.left, level), (frame.right, level)), LINE, 0.7))
        marks.append(Caption(number(figure), (frame.left - GAP, level + MIDDLE), "end"))
    return frame, marks


def _curve(chart: Curve, width: float, height: float, *, narrow: bool) -> Iterator[Mark]:
    highest = max(chart.target, chart.ahead or 0, *(figure for _, figure in (*chart.points, *chart.before)))
    frame, scale = _framed(highest, width, height, lines=1, narrow=narrow)
    begin = chart.before[0][0] if chart.before else chart.from_on
    whole = (chart.to_on - begin).days
    days = [(max(on, chart.from_on) - begin).days for on, _ in chart.points]
    across = [frame.left + frame.width * day / whole for day in days]
    start = frame.left + frame.width * (chart.from_on - begin).days / whole
    last_on, last = chart.points[-1]
    today = (across[-1], frame.height_of(last))
    goal = (frame.right, frame.height_of(chart.target))
    yield from scale
    yield Polyline(((start, frame.bottom), goal), INK, 0.9)
    earlier = list(_earlier(chart, frame, start, narrow=narrow)) if chart.before else []
    yield from earlier
    end = (frame.right, frame.height_of(chart.ahead or 0))
    to_come = chart.ahead is not None and last_on < chart.to_on
    if to_come:
        yield Polyline((today, end), BRASS, 1.4, dotted=True)
    places = [(along, frame.height_of(figure)) for along, (_, figure) in zip(across, chart.points, strict=True)]
    if chart.stepped:
        places = list(_steps(places))
    yield Polyline(tuple(places), BRASS, 3.2)
    # Words last: they stand on paper wherever a line crosses them.
    words = [Caption(f"objectif : {number(chart.target)}", (goal[0], goal[1] - 6), "end", rimmed=True)]
    if to_come:
        words.append(_pace(chart, chart.ahead or 0, (*places, end), goal, frame, highest))
    yield _below(frame)
    told = number(last) if narrow else f"{number(last)} en {month(last_on)}"
    pace = ((start, frame.bottom), goal)
    said = [*words, *(one for one in earlier if isinstance(one, Caption))]
    yield _reached(told, (pace, places, (today, end) if to_come else ()), said, frame, early=days[-1] < 0.45 * whole)
    yield from words
    yield Dot(today)
    yield from _years(chart, frame, begin, narrow=narrow)


def _reached(
    told: str,
    lines: tuple[Sequence[Place], Sequence[Place], Sequence[Place]],
    words: Sequence[Caption],
    frame: ChartFrame,
    *,
    early: bool,
) -> Caption:
    """What the curve says of today, as near to it as is clear of the other words and of the `lines`: its target's, its
    own, the dotted one, which it crosses where nothing else is left."""
    pace, way, _ = lines
    (x, y), wide = way[-1], reach(told) + RIM
    said = partial(Caption, told, color=BRASS, bold=True, rimmed=True)
    over = min(highest(one, since=x - 6 - wide, until=x - 6) for one in (pace, way)) - GAP
    beside = said(at=(x - 6, y - 8), anchor="end")
    tries = [
        *(said(at=(x + 6, y + 13)), said(at=(x + 6, y - 8)), said(at=(reaching(pace, y - 8 - 2 * TALL), y - 8))),
        *(beside, said(at=(x, lowest(way, since=x - wide) + GAP + TALL), anchor="end")),
        said(at=(x - 6, over), anchor="end"),
    ]
    tries = tries if early else [beside, *tries]
    edges = {"left": frame.left, "right": frame.right + EDGE, "bottom": frame.bottom - RIM}
    clear = (first_clear(tries, lines=kept, words=words, **edges) for kept in (lines, lines[:2]))
    return next((one for one in clear if one is not None), tries[0])


def _steps(places: Sequence[Place]) -> Iterator[Place]:
    """The places of a figure that stands until the day on which it is counted anew."""
    level = places[0][1]
    for along, height in places:
        yield from dict.fromkeys(((along, level), (along, height)))
        level = height


def _earlier(chart: Curve, frame: ChartFrame, start: float, *, narrow: bool) -> Iterator[Mark]:
    """What came before the target: a line of its own that ends where the target begins."""
    begin, whole = chart.before[0][0], (chart.to_on - chart.before[0][0]).days
    places = [
        (frame.left + frame.width * (on - begin).days / whole, frame.height_of(figure)) for on, figure in chart.before
    ]
    reached = chart.before[-1][1]
    yield Polyline((*places, (start, places[-1][1])), SOFT, 2.0)
    yield Polyline(((start, frame.top), (start, frame.bottom)), LINE, 0.9)
    told = f"avant : {number(reached)}" if narrow else f"avant l'objectif : {number(reached)}"
    yield Caption(told, (frame.left + 2, frame.height_of(reached) - 8), color=SOFT, rimmed=True)


def _pace(chart: Curve, ahead: int, way: Sequence[Place], goal: Place, frame: ChartFrame, highest: int) -> Caption:
    """What the end of the dotted line says, beside the whole way to it and clear of the target's words."""
    words, end = f"prévu : {number(ahead)}", way[-1]
    close, below = abs(ahead - chart.target) < 0.09 * highest, ahead < chart.target
    level = goal[1] - 20 if close else end[1] - 5
    if below:
        under = lowest(way, since=end[0] - reach(words)) + GAP + TALL
        level = under if under < frame.bottom - GAP else end[1] + 22
    return Caption(words, (end[0], level), "end", BRASS, rimmed=True)


def _below(frame: ChartFrame) -> Polyline:
    return Polyline(((frame.left, frame.bottom), (frame.right, frame.bottom)), SOFT, 0.8)


def _years(chart: Curve, frame: ChartFrame, begin: date, *, narrow: bool) -> Iterator[Caption]:
    rentrees = [date(year, 9, 1) for year in range(begin.year, chart.to_on.year + 1)]
    shown = [on for on in rentrees if begin <= on <= chart.to_on]
    whole = (chart.to_on - begin).days
    room = reach("2026" if narrow else "sept. 2026")
    step = int(len(shown) * (room + GAP) // frame.width) + 1
    for on in shown[::step]:
        along = frame.left + frame.width * (on - begin).days / whole
        middle = min(max(along, room / 2), frame.right + EDGE - room / 2)
        yield Caption(f"{on.year}" if narrow else f"sept. {on.year}", (middle, frame.bottom + GAP + TALL), "middle")


def _columns(chart: Bars, width: float, height: float, *, narrow: bool) -> Iterator[Mark]:
    figures = [figure for _, figure in chart.bars]
    highest = max(figures, default=0)
    headings = [_broken(label, narrow) for label, _ in chart.bars]
    frame, scale = _framed(highest, width, height, lines=max(map(len, headings), default=1), narrow=narrow)
    yield from scale
    yield _below(frame)
    place = frame.width / max(len(figures), 1)
    wide = min(0.72 * place, COLUMN_MOST)
    crowded = len(figures) > (6 if narrow else 14)
    step = -(-len(figures) // (4 if narrow else 8)) if crowded else 1
    best = figures.index(highest) if figures else 0
    for n, (figure, heading) in enumerate(zip(figures, headings, strict=True)):
        middle, level = frame.left + (n + 0.5) * place, frame.height_of(figure)
        yield Box(middle - wide / 2, level, wide, frame.bottom - level)
        if not crowded or n == best:
            yield Caption(number(figure), (middle, level - 3), "middle")
        if n % step == 0:
            for line, words in enumerate(heading):
                yield Caption(words, (middle, frame.bottom + GAP + TALL + line * LINE_HEIGHT), "middle")


def _bars(chart: Bars, width: float, row: float, *, narrow: bool) -> Iterator[Mark]:
    figures = [figure for _, figure in chart.bars]
    labels = [_cut(label, 44 if narrow else 46) for label, _ in chart.bars]
    # On a phone the heading stands above its bar: beside it nothing would be left for the bar.
    left = EDGE if narrow else EDGE + max(map(reach, labels), default=0) + GAP
    room = max((reach(number(figure)) for figure in figures), default=0) + GAP
    unit = (width - EDGE - room - left) / max([*figures, 1])
    above = SIZE + GAP if narrow else 0.17 * row
    for n, (figure, label) in enumerate(zip(figures, labels, strict=True)):
        top, tall = EDGE + n * row + above, row - above - (GAP if narrow else 0.17 * row)
        yield Box(left, top, figure * unit, tall)
        yield Caption(number(figure), (left + figure * unit + 4, top + tall / 2 + MIDDLE))
        if narrow:
            yield Caption(label, (left + 2, top - 4))
        else:
            yield Caption(label, (left - GAP, top + tall / 2 + MIDDLE), "end")
    yield Polyline(((left, EDGE), (left, EDGE + row * len(figures))), SOFT, 0.8)


def _broken(label: str, narrow: bool) -> list[str]:
    """A month above its year; on a phone, also a school year's halves."""
    if narrow and "-" in label:
        first, second = label.split("-", 1)
        return [f"{first}-", *second.split(" ", 1)]
    return label.split(" ", 1)


def _cut(label: str, most: int) -> str:
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"
