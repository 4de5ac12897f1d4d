"""Draw the papers of a visit for whoever prints them, away from the loop that answers everybody."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from booking.day.checkin.keep_photo import FOLDER
from booking.day.papers.pack import pack_of, paper_of
from booking.day.papers.queries import PaperVisit, visit_on_paper
from booking.day.papers.rules import Built, Paper
from booking.wording import short_day
from workshops.refusals import NotFound


async def pack_pdf(
    reservation: int, *, data_dir: Path, only: str | None = None, printed_on: date | None = None
) -> bytes:
    """The PDF of the whole file, or of one paper; `data_dir` holds the photos of what was built.

    The caller has checked whose visit it is.

    Raises NotFound, NoPapers while the visit is not confirmed, NotYetBuilt for a paper of after the visit.
    """
    visit = await visit_on_paper(reservation)
    if visit is None:
        raise NotFound
    papers = pack_of(visit) if only is None else (paper_of(visit, only),)
    return await asyncio.to_thread(_draw, papers, title_of(visit, papers), data_dir / FOLDER, printed_on)


def title_of(visit: PaperVisit, papers: Sequence[Paper]) -> str:
    """The document's title, « Dossier de la visite, 4e B, jeu. 25 mars »."""
    return f"{papers[0].title}, {visit.group_name}, {short_day(visit.starts_at)}"


def _draw(papers: Sequence[Paper], title: str, folder: Path, printed_on: date | None) -> bytes:
    from booking.day.papers.draw import draw  # noqa: PLC0415 - reportlab doubles the time to the first page

    return draw(papers, title=title, photos=dict(_photos(papers, folder)), printed_on=printed_on)


def _photos(papers: Sequence[Paper], folder: Path) -> Iterator[tuple[str, bytes]]:
    """The photos that are there; an object whose file is gone keeps its drawing."""
    blocks = (block for paper in papers for sheet in paper.sheets for block in sheet)
    for name in (block.photo for block in blocks if isinstance(block, Built) and block.photo):
        if (folder / name).is_file():
            yield name, (folder / name).read_bytes()
