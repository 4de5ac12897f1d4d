"""Draw one badge, what the badges of a group share, or the label before them, at the origin of a reportlab canvas."""

from __future__ import annotations

import re
import unicodedata
from math import cos, pi, sin

from msgspec.structs import replace
from reportlab.lib.colors import HexColor, white
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from booking.day.badges import qr
from booking.day.badges.presets import DIGIT_HEIGHT, POINT, LabelLine, LabelSpot, Layout, Preset
from booking.day.badges.rules import PrintedBadge, PrintedDivider, PrintedGroup
from booking.visits.badge_codes.rules import shown_code
from booking.words.wording import Mark

PLAIN, BOLD = "Helvetica", "Helvetica-Bold"
INK, SOFT = HexColor("#16202e"), HexColor("#55606e")
RED, BRASS = HexColor("#a3231c"), HexColor("#7a5c1e")
WORDS = {"adult": "ADULTE", "spare": "RÉSERVE", "company": "ENTREPRISE"}
ACCENTED_HEIGHT = 0.94  # Of a capital with its accent, as a share of its size.


def draw_group(canvas: Canvas, layout: Layout, height: float, group: PrintedGroup, *, named: bool = False) -> None:
    """The mark, the group's label, the place and the day; `height` is the label's, in millimetres.

    On a badge with a first name, that name takes the label's place, and the label stands before the day.
    """
    if group.mark is not None:
        draw_mark(canvas, layout.mark, height, group.mark)
    if not named:
        canvas.setFillColor(INK)
        _label(canvas, layout.label if group.mark else _from_the_edge(layout), height, group.label)
    canvas.setFillColor(SOFT)
    _line(canvas, layout.place, height, group.place, PLAIN, smallest=0.85)
    _line(canvas, layout.day, height, f"{group.label} · {group.day}" if named else group.day, PLAIN, smallest=0.85)


def draw_badge(canvas: Canvas, layout: Layout, height: float, badge: PrintedBadge) -> None:
    """What is this badge's alone: code, number, short code, first name, « pas de photo », and who is no pupil."""
    step = layout.module * mm
    origin = f"{layout.code_x * mm:.3f} {(height - layout.code_y) * mm:.3f}"
    canvas.addLiteral(f"q 0 g {step:.4f} 0 0 {-step:.4f} {origin} cm {qr.path(badge.token)} Q")
    canvas.setFillColor(INK)
    number = layout.number if badge.kind == "pupil" else draw_band(canvas, layout.number, height, badge.kind)
    canvas.setFillColor(INK)
    _line(canvas, number, height, badge.face, BOLD, smallest=0.3)
    if badge.first_name:
        _label(canvas, layout.label, height, badge.first_name)
    _line(canvas, layout.short_code, height, shown_code(badge.short_code), BOLD, smallest=0.7)
    if badge.no_photo:
        draw_no_photo(canvas, layout.no_photo, height)


def printable(text: str) -> str:
    """The text as the standard PDF fonts can write it (cp1252): an unknown accent is dropped, an unknown sign too."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    text = "".join(character for character in text if character.isprintable())
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        bare = (_known(character) or _known(unicodedata.normalize("NFKD", character)) for character in text)
        return " ".join("".join(bare).split())
    return text


def _known(text: str) -> str:
    return text.encode("cp1252", "ignore").decode("cp1252")


def fitted(text: str, font: str, size: float, smallest: float, width: float) -> tuple[str, float]:
    """The text and the size at which it fits `width` points: smaller first, then cut with an ellipsis."""
    wide = stringWidth(text, font, size)
    if wide <= width:
        return text, size
    if wide * smallest <= width:
        return text, size * width / wide
    size *= smallest
    while text and stringWidth(text + "…", font, size) > width:
        text = text[:-1].rstrip()
    return text + "…", size


def _line(canvas: Canvas, line: LabelLine, height: float, text: str, font: str, *, smallest: float) -> None:
    text, size = fitted(printable(text), font, line.size, smallest, line.width * mm)
    canvas.setFont(font, size)
    canvas.drawString(line.x * mm, (height - line.baseline) * mm, text)


def _label(canvas: Canvas, line: LabelLine, height: float, text: str) -> None:
    """A long label takes two smaller lines, cut between words, in the place of a large one."""
    words = re.split(" (?![-–] )", printable(text))
    if len(words) < 2 or stringWidth(" ".join(words), BOLD, line.size * 0.7) <= line.width * mm:
        _line(canvas, line, height, text, BOLD, smallest=0.55)
        return
    cuts = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
    parts = min(cuts, key=lambda both: max(stringWidth(part, BOLD, 1) for part in both))
    size = min(fitted(part, BOLD, line.size * 0.62, 0.62, line.width * mm)[1] for part in parts)
    for part, drop in zip(parts, (-0.7, 0.4), strict=True):
        at = replace(line, baseline=line.baseline + drop * size * POINT, size=size)
        _line(canvas, at, height, part, BOLD, smallest=1)


def _from_the_edge(layout: Layout) -> LabelLine:
    """The label's line without a mark before it."""
    left = layout.mark.x - layout.mark.size / 2
    return replace(layout.label, x=left, width=layout.label.width + layout.label.x - left)


def draw_mark(canvas: Canvas, spot: LabelSpot, height: float, mark: Mark) -> None:
    """Six shapes of about the same weight for the eye, told apart without their colour."""
    canvas.setFillColor(HexColor(mark.hex))
    x, y, radius = spot.x * mm, (height - spot.y) * mm, spot.size * mm / 2
    if mark.shape == "cercle":
        canvas.circle(x, y, radius * 0.96, stroke=0, fill=1)
        return
    corners = {
        "triangle": _polygon(3, radius * 1.18, drop=radius * 0.24),
        "carré": _polygon(4, radius * 1.22, turn=pi / 4),
        "losange": _polygon(4, radius * 1.08),
        "étoile": _star(radius * 1.12),
        "hexagone": _polygon(6, radius),
    }[mark.shape]
    path = canvas.beginPath()
    path.moveTo(x + corners[0][0], y + corners[0][1])
    for right, up in corners[1:]:
        path.lineTo(x + right, y + up)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def _polygon(sides: int, radius: float, *, turn: float = 0.0, drop: float = 0.0) -> list[tuple[float, float]]:
    angles = (pi / 2 + turn + 2 * pi * side / sides for side in range(sides))
    return [(radius * cos(angle), radius * sin(angle) - drop) for angle in angles]


def _star(radius: float) -> list[tuple[float, float]]:
    outer, inner = _polygon(5, radius), _polygon(5, radius * 0.45, turn=pi / 5)
    return [point for pair in zip(outer, inner, strict=True) for point in pair]


def draw_divider(canvas: Canvas, preset: Preset, divider: PrintedDivider) -> None:
    """The hours, the group and how many badges follow, under a thick rule: it has no code, no desk reads it."""
    left, step = 5.0, (preset.height - 6) / 5.5
    width = preset.width - 2 * left
    canvas.setFillColor(INK)
    canvas.rect(left * mm, (preset.height - 4.4) * mm, width * mm, 1.6 * mm, stroke=0, fill=1)
    aside = 0.0
    if divider.group.mark is not None:
        draw_mark(canvas, LabelSpot(left + 4.5, 6 + step, 9), preset.height, divider.group.mark)
        aside = 12.0
    for row, (words, font, most, shift) in enumerate(
        (
            (divider.group.label, BOLD, 17, aside),
            (divider.who, BOLD, 9.5, aside),
            (divider.hours, BOLD, 11, 0),
            (divider.workshop, PLAIN, 9, 0),
            (divider.count, PLAIN, 9, 0),
        )
    ):
        text, size = fitted(printable(words), font, most, 0.6, (width - shift) * mm)
        canvas.setFillColor(SOFT if font == PLAIN else INK)
        canvas.setFont(font, size)
        canvas.drawString((left + shift) * mm, (preset.height - 6 - (row + 0.8) * step) * mm, text)


def draw_band(canvas: Canvas, number: LabelLine, height: float, kind: str) -> LabelLine:
    """The word of an adult, a spare badge or a company, told apart in black and white; returns its number's line.

    An adult's band is dark and under the number, a spare badge's is dashed, a company's is above its number.
    """
    tall = number.size * POINT * DIGIT_HEIGHT
    band = max(4.4, 0.3 * tall)
    rest = tall - band - 1.6
    above = kind == "company"
    bottom = number.baseline - (tall - band if above else 0)
    left, wide = (number.x + 0.03 * number.size * POINT) * mm, (number.width - 1) * mm
    canvas.saveState()
    canvas.setFillColor({"adult": INK, "company": BRASS, "spare": white}[kind])
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.9)
    if kind == "spare":
        canvas.setDash(3, 2)
    canvas.roundRect(left, (height - bottom) * mm, wide, band * mm, 1.1 * mm, stroke=kind == "spare", fill=1)
    canvas.setFillColor(INK if kind == "spare" else white)
    # « RÉSERVE » reaches higher by its accent, in a frame that is drawn: it is set smaller, so that they never touch.
    high = ACCENTED_HEIGHT if kind == "spare" else DIGIT_HEIGHT
    size = min(
        band * (0.68 if kind == "spare" else 0.62) / POINT / high, 0.9 * wide / stringWidth(WORDS[kind], BOLD, 1)
    )
    canvas.setFont(BOLD, size)
    drop = (band - size * POINT * high) / 2
    canvas.drawCentredString(left + wide / 2, (height - bottom + drop) * mm, WORDS[kind])
    canvas.restoreState()
    baseline = number.baseline if above else number.baseline - band - 1.6
    return replace(number, baseline=baseline, size=rest / DIGIT_HEIGHT / POINT)


def draw_no_photo(canvas: Canvas, spot: LabelSpot, height: float) -> None:
    """A camera crossed out in a ring."""
    x, y, radius = spot.x * mm, (height - spot.y) * mm, spot.size * mm / 2
    canvas.saveState()
    canvas.setFillColor(INK)
    canvas.roundRect(
        x - radius * 0.64, y - radius * 0.47, radius * 1.28, radius * 0.84, radius * 0.15, stroke=0, fill=1
    )
    canvas.rect(x - radius * 0.25, y + radius * 0.3, radius * 0.5, radius * 0.22, stroke=0, fill=1)
    canvas.setFillColor(white)
    canvas.circle(x, y - radius * 0.05, radius * 0.34, stroke=0, fill=1)
    reach = radius * 0.64
    for colour, width in ((white, 0.3), (RED, 0.16)):
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(radius * width)
        canvas.line(x - reach, y + reach, x + reach, y - reach)
    canvas.circle(x, y, radius * 0.92, stroke=1, fill=0)
    canvas.restoreState()
