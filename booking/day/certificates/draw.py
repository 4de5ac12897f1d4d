"""Draw a certificate as A4 pages. Every word is drawn as it is: nothing that somebody typed is read as markup."""

from __future__ import annotations

import io
from datetime import date

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from booking.day.badges.draw import fitted, printable
from booking.day.certificates.rules import COUNTING_RULE, Attended, Certificate, hours_words
from booking.wording import COMPANY_ROLES, counted, day, paris, short_day
from workshops.academie.rules import Served

PLAIN, BOLD = "Helvetica", "Helvetica-Bold"
INK, SOFT, LINE, BRASS = HexColor("#16202e"), HexColor("#55606e"), HexColor("#c9cfd6"), HexColor("#9a6b12")
WIDTH, HEIGHT = A4
LEFT, RIGHT = 56.0, WIDTH - 56.0
# Below these a session, or the totals with what closes the page, would run into the foot.
LOWEST_ROW = 92.0
LOWEST_CLOSE = 180.0
# Where each column begins, how wide it is, its heading; numbers stand against their right edge.
COLUMNS = (
    (LEFT, 74.0, "Date"),
    (LEFT + 80, 150.0, "Lycée"),
    (LEFT + 236, 118.0, "Atelier"),
    (LEFT + 360, 30.0, "Pers."),
    (LEFT + 392, 42.0, "Durée"),
    (LEFT + 436, RIGHT - LEFT - 436, "Heures"),
)
NUMBERS_FROM = 3


def draw_certificate(certificate: Certificate, *, on: date) -> bytes:
    """The attestation of a company for one school year, dated `on`."""
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=A4, invariant=1)
    canvas.setTitle(f"Attestation {certificate.year}, {printable(certificate.company)}")
    canvas.setAuthor(printable(certificate.served.programme))
    y = _head(canvas, certificate)
    y = _headings(canvas, y)
    for one in certificate.attended:
        if y < LOWEST_ROW:
            _foot(canvas, certificate)
            canvas.showPage()
            y = _headings(canvas, HEIGHT - 72)
        y = _attended(canvas, one, y)
    if y < LOWEST_CLOSE:
        _foot(canvas, certificate)
        canvas.showPage()
        y = _headings(canvas, HEIGHT - 72)
    _close(canvas, certificate, y, on)
    _foot(canvas, certificate)
    canvas.save()
    return made.getvalue()


def _head(canvas: Canvas, certificate: Certificate) -> float:
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, 15)
    canvas.drawString(LEFT, HEIGHT - 66, "TECHNILAB")
    canvas.setFillColor(SOFT)
    canvas.setFont(PLAIN, 9.5)
    canvas.drawString(LEFT, HEIGHT - 81, printable(_carried_by(certificate.served)))
    canvas.setStrokeColor(BRASS)
    canvas.setLineWidth(2)
    canvas.line(LEFT, HEIGHT - 94, RIGHT, HEIGHT - 94)
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, 21)
    canvas.drawString(LEFT, HEIGHT - 138, "Attestation de participation")
    canvas.setFont(PLAIN, 12)
    canvas.drawString(LEFT, HEIGHT - 157, f"Année scolaire {certificate.year}")
    text, size = fitted(printable(certificate.company), BOLD, 13, 0.7, RIGHT - LEFT)
    canvas.setFont(BOLD, size)
    canvas.drawString(LEFT, HEIGHT - 194, text)
    canvas.setFillColor(SOFT)
    canvas.setFont(PLAIN, 10)
    place = printable(certificate.commune)
    canvas.drawString(LEFT, HEIGHT - 209, f"SIRET {certificate.siret}" + (f", {place}" if place else ""))
    canvas.setFillColor(INK)
    said = _summary(certificate)
    y: float = HEIGHT - 238
    for line in simpleSplit(said, PLAIN, 11, RIGHT - LEFT):
        canvas.setFont(PLAIN, 11)
        canvas.drawString(LEFT, y, line)
        y -= 15
    return y - 14


def _carried_by(served: Served) -> str:
    """« µTECH-BOOSTER, académie de Besançon, programme France 2030 »"""
    words = ", ".join(filter(None, (served.project, served.words, "programme France 2030")))
    return words[:1].upper() + words[1:]


def _summary(certificate: Certificate) -> str:
    if not certificate.attended:
        return printable("Cette entreprise n'est venue à aucune séance close de cette année scolaire.")
    return printable(
        f"Cette entreprise est venue à {counted(len(certificate.attended), 'séance')} d'ateliers technologiques, où des"
        f" collégiens fabriquent un objet dans un lycée. Ses équipes y ont donné {hours_words(certificate.given)}."
    )


def _headings(canvas: Canvas, y: float) -> float:
    canvas.setFillColor(SOFT)
    for number, (_, _, words) in enumerate(COLUMNS):
        _cell(canvas, number, y, words, BOLD, 8.5)
    return _rule(canvas, y - 7) - 14


def _attended(canvas: Canvas, one: Attended, y: float) -> float:
    canvas.setFillColor(INK)
    numbers = (str(one.people), hours_words(one.lasts), hours_words(one.given))
    for number, words in enumerate((short_day(one.starts_at), one.host, one.workshop, *numbers)):
        _cell(canvas, number, y, words, PLAIN, 9.5)
    canvas.setFillColor(SOFT)
    for number, words in ((0, str(paris(one.starts_at).year)), (1, one.commune), (2, COMPANY_ROLES.get(one.role, ""))):
        _cell(canvas, number, y - 11, words, PLAIN, 8)
    return _rule(canvas, y - 17) - 13


def _cell(canvas: Canvas, number: int, y: float, words: str, font: str, size: float) -> None:
    x, width, _ = COLUMNS[number]
    text, size = fitted(printable(words), font, size, 0.8, width)
    canvas.setFont(font, size)
    if number < NUMBERS_FROM:
        canvas.drawString(x, y, text)
    else:
        canvas.drawRightString(x + width, y, text)


def _rule(canvas: Canvas, y: float) -> float:
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.6)
    canvas.line(LEFT, y, RIGHT, y)
    return y


def _close(canvas: Canvas, certificate: Certificate, y: float, on: date) -> None:
    canvas.setFillColor(INK)
    totals = (str(certificate.people), hours_words(certificate.lasts), hours_words(certificate.given))
    for number, words in enumerate(("Total", counted(len(certificate.attended), "séance"), "", *totals)):
        _cell(canvas, number, y, words, BOLD, 10)
    y -= 34
    canvas.setFillColor(SOFT)
    canvas.setFont(PLAIN, 8.5)
    for line in simpleSplit(printable(COUNTING_RULE), PLAIN, 8.5, RIGHT - LEFT):
        canvas.drawString(LEFT, y, line)
        y -= 11.5
    canvas.setFillColor(INK)
    canvas.setFont(PLAIN, 10.5)
    canvas.drawRightString(RIGHT, y - 28, f"Établie le {day(on)}")
    canvas.drawRightString(RIGHT, y - 43, printable(f"pour le programme {certificate.served.programme}"))


def _foot(canvas: Canvas, certificate: Certificate) -> None:
    canvas.setFillColor(SOFT)
    canvas.setFont(PLAIN, 8)
    company, size = fitted(printable(certificate.company), PLAIN, 8, 0.8, 300)
    canvas.setFont(PLAIN, size)
    canvas.drawString(LEFT, 44, f"Attestation {certificate.year}, {company}")
    canvas.setFont(PLAIN, 8)
    canvas.drawRightString(RIGHT, 44, f"Page {canvas.getPageNumber()}")
