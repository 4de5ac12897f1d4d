"""Which columns of a file say what, chosen once: the next file with these headings is read alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from booking.programme.past_visits.tables import VisitColumn
from workshops.database import transaction


async def remember_columns(chosen: Mapping[str, str], headings: Collection[str]) -> None:
    """Keep the heading that was chosen for each cell of a visit, empty for none.

    What was said of these `headings`, which are those of the file, is forgotten; one that is called like a cell for
    which another was chosen says nothing from now on.
    """
    told = {(heading, cell) for cell, heading in chosen.items() if heading in headings}
    taken = {heading for heading, _ in told}
    told |= {(cell, "") for cell in chosen if cell in headings and cell not in taken}
    async with transaction():
        await VisitColumn.delete().where(VisitColumn.heading.is_in(sorted(headings)))
        if told:
            said = (VisitColumn(heading=heading, cell=cell) for heading, cell in sorted(told))
            # Somebody else may choose the same just now.
            await VisitColumn.insert(*said).on_conflict(action="DO NOTHING")
