"""A part of a page that is drawn by hand, where no paragraph and no table will do."""

from __future__ import annotations

from collections.abc import Callable

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable


class Painted(Flowable):  # type: ignore[misc]  # reportlab says no types
    """As wide as the page, so many points high; `paint` is given the canvas, at its foot, and its width."""

    def __init__(self, high: float, paint: Callable[[Canvas, float], None]) -> None:
        super().__init__()
        self.height, self._paint = high, paint

    def wrap(self, wide: float, high: float) -> tuple[float, float]:
        self.width = wide
        return wide, self.height

    def draw(self) -> None:
        self._paint(self.canv, self.width)
