"""The cards that pupils keep of their visit: one for each number that was there, and no name."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from booking.day.badges.rules import face_of
from booking.day.papers.after import away
from booking.day.papers.letterhead import letterhead
from booking.day.papers.queries import PaperVisit, visit_on_paper
from booking.day.papers.rules import NotYetBuilt, refuse_papers
from booking.presentation.drawings import drawing_for
from booking.words.wording import day
from workshops.catalogue.rules import Diploma
from workshops.database import rows
from workshops.refusals import or_not_found

PRESENT = """
SELECT b.kind, b.number FROM badges b JOIN presences p ON p.badge = b.id
WHERE b.reservation = $1 AND b.kind IN ('pupil', 'spare') ORDER BY b.kind, b.number
"""


class Keepsake(Struct, frozen=True):
    """What each card of a visit says, under the `drawings` of its objects. Each of the `faces` has a card, an empty one
    where a pupil was counted and the number is not known: it is left to the pen."""

    faces: tuple[str, ...]
    objects: tuple[str, ...]
    drawings: tuple[str, ...]
    workshop: str
    on: str
    place: str
    diploma: str
    taught_at: str
    title: str

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers that are known."""
        return tuple(filter(None, self.faces))


def keepsake(visit: PaperVisit, known: Sequence[str]) -> Keepsake:
    """The cards of a closed visit whose badges of these faces came. Raises NoPapers, NotYetBuilt."""
    refuse_papers(visit.state, after=True)
    faces = (*known, *("",) * max(0, (visit.counted or 0) - len(known)))
    if not faces:
        raise NotYetBuilt
    nearest = next((one for one in visit.diplomas if one.own), None) or next(iter(visit.diplomas), None)
    return Keepsake(
        faces=faces,
        objects=tuple(build.name for build in visit.builds),
        drawings=tuple(drawing_for(build.name) for build in visit.builds),
        workshop=visit.workshop,
        on=day(visit.starts_at),
        place=f"{visit.lycee}, {visit.commune}",
        diploma=nearest.title if nearest else "",
        taught_at=_taught_at(nearest, visit) if nearest else "",
        title=f"Cartes des élèves, {visit.group_name}, {day(visit.starts_at)}",
    )


def _taught_at(diploma: Diploma, visit: PaperVisit) -> str:
    """« dans ce lycée », « Lycée Edgar Faure, Morteau, 54 km »"""
    if (diploma.lycee, diploma.commune) == (visit.lycee, visit.commune):
        return "dans ce lycée"
    return ", ".join(filter(None, (diploma.lycee, diploma.commune, away(diploma))))


async def cards_of(reservation: int) -> Keepsake:
    """The cards of a visit. The caller has checked whose it is. Raises NotFound, NoPapers, NotYetBuilt."""
    visit = or_not_found(await visit_on_paper(reservation, needs=False))
    present = [face_of(one["kind"], one["number"]) for one in await rows(PRESENT, reservation)]
    return keepsake(visit, present)


async def cards_pdf(reservation: int, *, printed_on: date | None = None) -> bytes:
    """The PDF to cut: ten cards a sheet. The caller has checked whose visit it is. Raises as cards_of()."""
    cards, head = await cards_of(reservation), await letterhead()
    return await asyncio.to_thread(_draw, cards, head.line, printed_on)


def _draw(cards: Keepsake, head: str, printed_on: date | None) -> bytes:
    from booking.day.papers.draw_cards import draw  # noqa: PLC0415 - reportlab doubles the time to the first page

    return draw(cards, head=head, printed_on=printed_on)
