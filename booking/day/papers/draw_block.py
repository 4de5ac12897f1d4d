"""Each block of a paper as reportlab lays it out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import HRFlowable, KeepTogether, Spacer, Table

from booking.day.badges.draw import BOLD, INK, PLAIN, SOFT
from booking.day.papers.draw_object import card, portrait
from booking.day.papers.draw_pen import LABEL, blanks, signatures, ticks
from booking.day.papers.draw_words import written
from booking.day.papers.rules import Blanks, Block, Built, Facts, Grid, Heading, Points, Signatures, Slip, Text, Ticks

WIDE, HIGH = 170.0, 253.0  # Millimetres between the margins.
BRASS, LINE, SAND = HexColor("#9a6b12"), HexColor("#c9c3b6"), HexColor("#f7f3ea")

BODY = ParagraphStyle("body", fontName=PLAIN, fontSize=10, leading=13.6, textColor=INK, spaceAfter=5)
STRONG = ParagraphStyle("strong", BODY, fontSize=11.5, leading=16, spaceAfter=8)
LARGE = ParagraphStyle("large", BODY, fontSize=14, leading=20, spaceAfter=14)
NOTE = ParagraphStyle("note", BODY, fontSize=8.5, leading=11.5, textColor=SOFT)
CELL = ParagraphStyle("cell", BODY, spaceAfter=0)
NAME = ParagraphStyle("name", CELL, fontSize=9.5, leading=13.6, textColor=SOFT)
HEAD = ParagraphStyle("head", CELL, fontName=BOLD, fontSize=9)
NUMBER = ParagraphStyle("number", CELL, alignment=TA_RIGHT)
HEAD_NUMBER = ParagraphStyle("head-number", HEAD, alignment=TA_RIGHT)
TITLE = ParagraphStyle("title", BODY, fontName=BOLD, fontSize=20, leading=24, spaceAfter=4)
BANNER = ParagraphStyle("banner", TITLE, fontSize=30, leading=36, spaceAfter=6)
PART = ParagraphStyle("part", BODY, fontName=BOLD, fontSize=12, leading=15, spaceBefore=7, spaceAfter=3, keepWithNext=1)
POINT = ParagraphStyle("point", BODY, leftIndent=4.5 * mm, bulletIndent=0.8 * mm, spaceAfter=2.5)


def drawn(title: str, sheet: tuple[Block, ...], *, poster: bool, photos: Mapping[str, bytes]) -> list[Any]:
    """A sheet of a paper under its title; `photos` holds the pictures by the names of their files."""
    rule = HRFlowable(width=24 * mm, thickness=2, color=BRASS, hAlign="LEFT", spaceBefore=0, spaceAfter=9)
    story: list[Any] = [written(title, BANNER if poster else TITLE), rule]
    alone = sum(isinstance(block, Built) for block in sheet) == 1
    for block in sheet:
        if isinstance(block, Built):
            photo = photos.get(block.photo)
            story += portrait(block, WIDE, photo) if alone else card(block, WIDE, HIGH, photo)
            story.append(Spacer(1, 6 * mm))
        else:
            story += _block(block, poster=poster)
    return story


def _block(block: Block, *, poster: bool = False) -> list[Any]:
    story: list[Any]
    match block:
        case Heading(text):
            story = [written(text, PART)]
        case Text(text, soft, strong):
            story = [written(text, NOTE if soft else (LARGE if poster else STRONG) if strong else BODY)]
        case Facts(lines):
            story = [_facts(lines), Spacer(1, 3 * mm)]
        case Points(items):
            story = [written(item, POINT, bullet="•") for item in items]
        case Ticks(label, items):
            story = [ticks(label, items, WIDE), Spacer(1, 0.8 * mm)]
        case Blanks(labels):
            story = [blanks(labels, WIDE), Spacer(1, 2 * mm)]
        case Grid():
            story = [_grid(block), Spacer(1, 3 * mm)]
        case Signatures(places):
            story = [Spacer(1, 2 * mm), signatures(places, WIDE)]
        case Slip(title, blocks):
            return [
                KeepTogether([Spacer(1, 2 * mm), _cut(title), *(part for inner in blocks for part in _block(inner))])
            ]
    return story


def _facts(lines: tuple[tuple[str, str], ...]) -> Table:
    return Table(
        [[written(name, NAME), written(said, CELL)] for name, said in lines],
        colWidths=[LABEL * mm, (WIDE - LABEL) * mm],
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 6),
            ("TOPPADDING", (0, 0), (-1, -1), 2.2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.8),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
        ],
    )


def _grid(grid: Grid) -> Table:
    """A table whose lines with an empty cell are high enough for a hand."""
    words = len(grid.head) - grid.numbers
    plain, bold = ([style] * words + [aside] * grid.numbers for style, aside in ((CELL, NUMBER), (HEAD, HEAD_NUMBER)))
    lines = [(grid.head, bold), *((line, plain) for line in grid.rows), *([(grid.total, bold)] if grid.total else [])]
    return Table(
        [[written(cell, style) for cell, style in zip(line, styles, strict=True)] for line, styles in lines],
        colWidths=[WIDE * mm * share / sum(grid.widths) for share in grid.widths],
        rowHeights=[7.0 * mm if "" in line and styles is plain else None for line, styles in lines],
        repeatRows=1,
        style=[
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("BACKGROUND", (0, 0), (-1, 0), SAND),
            ("GRID", (0, 0), (-1, -1), 0.4, LINE),
            ("LEFTPADDING", (0, 0), (-1, -1), 5),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 2.2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ],
    )


def _cut(title: str) -> Table:
    return Table(
        [[written(title, NOTE)]],
        colWidths=[WIDE * mm],
        style=[
            ("LINEABOVE", (0, 0), (-1, -1), 0.7, SOFT, None, (4, 3)),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ],
    )
