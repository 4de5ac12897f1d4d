"""Show a workshop to collèges, or take it back."""

from __future__ import annotations

from datetime import datetime

from workshops.catalogue.rules import NoObject, SafetySheet, SheetIncomplete, missing_from_sheet
from workshops.catalogue.tables import Workshop, WorkshopObject
from workshops.database import row, transaction
from workshops.database.row_types import columns_of, part_of
from workshops.events.record import record, record_by
from workshops.refusals import NotFound

LOCKED = f"""
SELECT w.school, w.state, {columns_of(SafetySheet, "w")} FROM workshops w WHERE w.id = $1 FOR UPDATE
"""  # noqa: S608 - constants only
# Nobody answers for its safety any more: it is withdrawn, as its sheet is no longer complete.
FORGET_RESPONSIBLE = """UPDATE workshops w SET responsible = '',
  state = CASE w.state WHEN 'published' THEN 'withdrawn' ELSE w.state END"""
NAME_RESPONSIBLE = "UPDATE workshops SET responsible = $3"


async def publish_workshop(workshop: int, *, school: int, by: int | None, now: datetime) -> None:
    """Collèges may now find this workshop: its safety sheet is complete, and something is made there.

    Raises NotFound, SheetIncomplete, NoObject.
    """
    async with transaction():
        known = await row(LOCKED, workshop)
        if known is None or known["school"] != school:
            raise NotFound
        if missing := missing_from_sheet(part_of(SafetySheet, known)):
            raise SheetIncomplete(missing)
        if not await WorkshopObject.exists().where(WorkshopObject.workshop == workshop):
            raise NoObject
        await Workshop.update({Workshop.state: "published"}).where(Workshop.id == workshop)
        await record_by(by, "workshop_published", about_kind="workshop", about=workshop, now=now)


async def withdraw_workshop(workshop: int, *, school: int, by: int, now: datetime) -> None:
    """No new slot for this workshop; the slots already open stay. Raises NotFound."""
    async with transaction():
        known = await row(LOCKED, workshop)
        if known is None or known["school"] != school:
            raise NotFound
        await Workshop.update({Workshop.state: "withdrawn"}).where(Workshop.id == workshop)
        await record("workshop_withdrawn", by=by, about_kind="workshop", about=workshop, now=now)
