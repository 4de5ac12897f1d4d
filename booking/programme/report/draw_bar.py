"""A number of the committee's sheet, drawn: what it is, how far it is, where it should be."""

from __future__ import annotations

from msgspec import Struct
from reportlab.lib.colors import white
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from booking.day.badges.draw import BOLD, INK, PLAIN, SOFT, fitted, printable
from booking.programme.figures.rules import FEW
from booking.programme.report.painted import Painted
from booking.programme.report.rules import SheetFigure
from booking.words.wording import number

# Points from the foot of a number's place: its words, its bar, the triangle's words.
HIGH, LABEL, COUNT, BAR, BAR_HIGH, UNDER = 65.0, 53.0, 35.0, 18.0, 11.0, 9.5
TRIANGLE, HATCH, SIGN = 4.0, 4.0, 3.6


def reached(figure: SheetFigure) -> bool:
    """Whether it is where it should be today, or at its target."""
    done = figure.done or 0
    return done >= figure.target or (figure.due is not None and done >= figure.due)


def state_words(figure: SheetFigure) -> str:
    """Where a number stands beside where it should be: « En retard : 139 de moins »."""
    done, due = figure.done, figure.due
    if figure.hidden:
        return f"Moins de {FEW} : masqué"
    if done is None:
        return "Pas encore suivi"
    if done >= figure.target:
        return "Atteint"
    if due is None:
        return "Rien n'est dû aujourd'hui"
    if done < due:
        return f"{'En retard' if figure.late else 'Un peu sous le rythme'} : {number(due - done)} de moins"
    return "Au rythme" if done == due else f"Au rythme : {number(done - due)} de plus"


def bar_of(figure: SheetFigure) -> Painted:
    """A number over its bar, as wide as the page."""
    return Painted(HIGH, lambda canvas, wide: FigureBar(figure, wide).paint(canvas))


class FigureBar(Struct, frozen=True):
    """A number over its bar, so many points wide."""

    figure: SheetFigure
    width: float

    def paint(self, canvas: Canvas) -> None:
        canvas.setLineJoin(1)
        self._words(canvas)
        self._bar(canvas)
        if self.figure.due is not None:
            self._due(canvas, self.figure.due)

    def _words(self, canvas: Canvas) -> None:
        figure, state = self.figure, state_words(self.figure)
        far = stringWidth(printable(state), BOLD, 9.5)
        canvas.setFillColor(INK)
        label, size = fitted(printable(figure.label), BOLD, 10, 0.8, self.width - far - 26)
        canvas.setFont(BOLD, size)
        canvas.drawString(0, LABEL, label)
        canvas.setFont(BOLD, 9.5)
        canvas.drawRightString(self.width, LABEL, printable(state))
        self._sign(canvas, self.width - far - 9, LABEL + 3.4)
        count = "" if figure.hidden or figure.done is None else printable(number(figure.done))
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, 16)
        canvas.drawString(0, COUNT, count)
        rest = (
            f"{figure.unit} sur {number(figure.target)}"
            if count
            else f"objectif : {number(figure.target)} {figure.unit}"
        )
        if figure.forecast is not None:
            rest = f"{rest} ; prévu au terme : {number(figure.forecast)}"
        begins = stringWidth(count, BOLD, 16) + 5 if count else 0
        words, size = fitted(printable(rest), PLAIN, 10, 0.8, self.width - begins)
        canvas.setFont(PLAIN, size)
        canvas.setFillColor(SOFT)
        canvas.drawString(begins, COUNT, words)

    def _at(self, figure: int) -> float:
        """How far along the bar a figure stands: what is beyond the target ends with it."""
        return self.width * min(1.0, max(0.0, figure / max(self.figure.target, 1)))

    def _bar(self, canvas: Canvas) -> None:
        figure = self.figure
        done = self._at(figure.done or 0)
        if figure.forecast is not None and self._at(figure.forecast) > done:
            self._hatched(canvas, done, self._at(figure.forecast))
        canvas.setFillColor(INK)
        canvas.rect(0, BAR, done, BAR_HIGH, stroke=0, fill=1)
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.8)
        canvas.rect(0, BAR, self.width, BAR_HIGH, stroke=1, fill=0)

    def _hatched(self, canvas: Canvas, left: float, right: float) -> None:
        canvas.saveState()
        inside = canvas.beginPath()
        inside.rect(left, BAR, right - left, BAR_HIGH)
        canvas.clipPath(inside, stroke=0, fill=0)
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.7)
        along = left - BAR_HIGH
        while along < right:
            canvas.line(along, BAR, along + BAR_HIGH, BAR + BAR_HIGH)
            along += HATCH
        canvas.restoreState()
        canvas.setLineWidth(0.8)
        canvas.setStrokeColor(INK)
        canvas.line(right, BAR, right, BAR + BAR_HIGH)

    def _due(self, canvas: Canvas, due: int) -> None:
        """A line across the bar, seen on what is full and on what is empty, over a triangle and its words."""
        at = self._at(due)
        for width, colour in ((3.2, white), (1.4, INK)):
            canvas.setStrokeColor(colour)
            canvas.setLineWidth(width)
            canvas.line(at, BAR, at, BAR + BAR_HIGH)
        triangle = canvas.beginPath()
        triangle.moveTo(at, BAR - 1.2)
        triangle.lineTo(at - TRIANGLE, BAR - 8)
        triangle.lineTo(at + TRIANGLE, BAR - 8)
        triangle.close()
        canvas.setFillColor(INK)
        canvas.drawPath(triangle, stroke=0, fill=1)
        words = printable(f"attendu aujourd'hui : {number(due)}")
        canvas.setFont(PLAIN, 8.5)
        if at + TRIANGLE + 3 + stringWidth(words, PLAIN, 8.5) < self.width:
            canvas.drawString(at + TRIANGLE + 3, UNDER, words)
        else:
            canvas.drawRightString(at - TRIANGLE - 3, UNDER, words)

    def _sign(self, canvas: Canvas, x: float, y: float) -> None:
        """A tick in a ring, a ring half full, an exclamation mark in a full disc, or a ring with nothing in it."""
        figure = self.figure
        canvas.setStrokeColor(INK)
        canvas.setFillColor(INK)
        canvas.setLineWidth(0.9)
        followed = figure.done is not None and not figure.hidden
        if followed and figure.late:
            canvas.circle(x, y, SIGN + 0.4, stroke=0, fill=1)
            canvas.setStrokeColor(white)
            canvas.setLineWidth(1.3)
            canvas.line(x, y + 2.4, x, y - 0.4)
            canvas.line(x, y - 1.6, x, y - 2.4)
            return
        canvas.circle(x, y, SIGN, stroke=1, fill=0)
        if not followed:
            return
        if reached(figure):
            tick = canvas.beginPath()
            tick.moveTo(x - 1.8, y)
            tick.lineTo(x - 0.4, y - 1.6)
            tick.lineTo(x + 2, y + 1.8)
            canvas.setLineWidth(1.1)
            canvas.drawPath(tick, stroke=1, fill=0)
        elif figure.due is not None:
            canvas.wedge(x - SIGN, y - SIGN, x + SIGN, y + SIGN, 180, 180, stroke=0, fill=1)
