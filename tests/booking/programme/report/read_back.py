"""What a reader finds in a file: in a PDF each piece of words in the order in which it is drawn, in a text document its
tables; LibreOffice opens one with other eyes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.table import Table
from msgspec import Struct

from booking.day.badges.draw import printable
from booking.programme.report.columns import columns_of
from booking.programme.report.rules import Figures, Report
from tests.booking.day.papers.paper_visit import plain

EDGES = (50, 785)  # Points: below and above stand the foot and the head of each page.
AS_HIGH = 3.0


class Piece(Struct, frozen=True):
    """Words drawn in one go; `base`: how high the middle of them is on its page."""

    page: int
    words: str
    left: float
    right: float
    base: float


def figures_of(report: Report) -> list[Figures]:
    """Its tables that have lines, in order."""
    blocks = (block for section in report.sections for block in section.blocks)
    return [block for block in blocks if isinstance(block, Figures) and block.lines]


def cells_of(figures: Figures) -> list[list[str]]:
    """Its head and its lines as they are printed."""
    columns = columns_of(figures, 480)
    lines = [[plain(column.cells[n]) for column in columns] for n in range(len(figures.lines))]
    return [[plain(column.heading) for column in columns], *lines]


def tables_of(document: bytes) -> list[list[list[str]]]:
    """The cells of each table of a text document, also of those that stand side by side."""
    opened = docx.Document(BytesIO(document))
    held = opened.element.body.xpath(".//w:tbl[w:tblPr/w:tblCaption]")
    return [[[plain(cell.text) for cell in row.cells] for row in Table(table, opened).rows] for table in held]


def squeezed(words: str) -> str:
    """As the PDF's own faces write it, without any space: a line's end does not count."""
    return "".join(printable(words).split())


def pieces_of(pdf: bytes) -> list[Piece]:
    """All that a PDF says between the head and the foot of its pages."""
    return list(_pieces(pdf))


def _pieces(pdf: bytes) -> Iterator[Piece]:
    for number, page in enumerate(pypdfium2.PdfDocument(pdf)):
        text = page.get_textpage()
        for n in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(n)
            words = squeezed(text.get_text_bounded(left, bottom, right, top))
            if words and EDGES[0] < bottom < EDGES[1]:
                yield Piece(number, words, left, right, (bottom + top) / 2)


def read_tables(pieces: Sequence[Piece], tables: Sequence[Figures]) -> int:
    """How many cells of these tables stand in a PDF, each in its place: in its order, on its line, nothing between.

    A table that goes on overleaf shows its head again.
    """
    place = read = 0
    for figures in tables:
        head, *lines = cells_of(figures)
        place = _begin(pieces, head, place, figures.title)
        read += len(head)
        for line in lines:
            found = _row(pieces, line, place)
            if found is None and pieces[place].page > pieces[place - 1].page:
                found = _row(pieces, head, place, level=False)
                assert found is not None, f"{figures.title} : pas d'en-tête en haut de la page {pieces[place].page + 1}"
                found = _row(pieces, line, found)
            assert found is not None, (
                f"{figures.title} : {line} ; lu : {[one.words for one in pieces[place : place + 12]]}"
            )
            read, place = read + len(line), found
    return read


def _begin(pieces: Sequence[Piece], head: Sequence[str], since: int, title: str) -> int:
    for place in range(since, len(pieces)):
        found = _row(pieces, head, place, level=False)
        if found is not None:
            return found
    raise AssertionError(f"{title} : {head} n'est pas dans le PDF")


def _row(pieces: Sequence[Piece], cells: Sequence[str], place: int, *, level: bool = True) -> int | None:
    """The place after the cells of a line, if they are what is read from a place on."""
    firsts = []
    for cell in filter(None, map(squeezed, cells)):
        if place < len(pieces):
            firsts.append(pieces[place])
        found = ""
        while found != cell:
            if place >= len(pieces) or not cell.startswith(found):
                return None
            # A PDF reader leaves out the hyphen at which a line is broken.
            hyphen = "-" if cell.startswith(f"{found}-") and not pieces[place].words.startswith("-") and found else ""
            found += hyphen + pieces[place].words
            place += 1
    together = all(one.page == firsts[0].page and abs(one.base - firsts[0].base) < AS_HIGH for one in firsts)
    return place if together or not level else None


def through_libreoffice(docx: bytes, folder: Path) -> bytes:
    """The PDF that LibreOffice makes of a text document."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice n'est pas installé : make writer")
    (folder / "dossier.docx").write_bytes(docx)
    home = (folder / "home").as_uri()
    asked = [program, f"-env:UserInstallation={home}", "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*asked, str(folder / "dossier.docx")], check=True, capture_output=True, timeout=180)
    return (folder / "dossier.pdf").read_bytes()
