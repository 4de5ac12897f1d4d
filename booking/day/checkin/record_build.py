"""Record what a group built, from the desk."""

from __future__ import annotations

from datetime import datetime

from booking.day.checkin.rules import EXPECTED, ObjectElsewhere
from workshops.builds.record import RecordBuild
from workshops.builds.record import record as keep_build
from workshops.database import row, transaction
from workshops.events.record import record
from workshops.refusals import or_not_found

GROUP = """
SELECT r.slot, EXISTS (SELECT FROM workshop_objects o WHERE o.workshop = s.workshop AND o.tech_object = $3) AS offered
FROM reservations r JOIN slots s ON s.id = r.slot AND s.school = $2
WHERE r.id = $1 AND r.state = ANY ($4::text[])
"""


async def record_build(reservation: int, asked: RecordBuild, *, account: int, school: int, now: datetime) -> int:
    """How many of one of the workshop's objects a group made; said again, it is corrected. Returns the record's number.

    Raises NotFound for a group that this lycée does not receive, ObjectElsewhere, and what record() itself refuses.
    """
    async with transaction():
        group = or_not_found(await row(GROUP, reservation, school, asked.tech_object, EXPECTED))
        if not group["offered"]:
            raise ObjectElsewhere()
        kept = await keep_build(group["slot"], asked, group_ref=reservation, now=now)
        figures = (
            f"objet {asked.tech_object} : {asked.made} faits, {asked.finished} finis, {asked.working} en marche,"
            f" {asked.taken_home} emportés"
        )
        await record("build_recorded", by=account, about_kind="reservation", about=reservation, detail=figures, now=now)
    return kept
