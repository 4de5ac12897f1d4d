"""A lycée says, once for all its workshops, how groups come to it and who signs for it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from workshops.acts import Act, typed
from workshops.acts.pupil_names import says_who
from workshops.database import transaction
from workshops.refusals import Invalid, NotFound
from workshops.schools.tables import School

# The number that it said before, none where there is no such lycée.
SAY_NOTICE = """UPDATE schools s SET booking_days = $2
FROM (SELECT id, booking_days FROM schools WHERE id = $1 FOR NO KEY UPDATE) was
WHERE s.id = was.id AND s.kind = 'lycee' RETURNING was.booking_days"""
INSTEAD = "Écrivez la fonction seule, par exemple « La proviseure »."


class TellArrival(Act, frozen=True, kw_only=True):
    """How a group comes to a lycée, and the function of whoever signs for it; what is left out is emptied."""

    stop: Annotated[
        str, typed("Arrêt de transport en commun le plus proche", "The nearest stop of public transport.", most=200)
    ] = ""
    walk_minutes: (
        Annotated[
            int,
            Meta(
                ge=1,
                le=90,
                description="Minutes on foot from there.",
                extra={"label": "Minutes à pied depuis cet arrêt"},
            ),
        ]
        | None
    ) = None
    coach_drop: Annotated[str, typed("Dépose du car", "Where a coach sets down.", most=200)] = ""
    signatory: Annotated[
        str, typed("Signataire des attestations", "The function of whoever signs, not a name.", most=120)
    ] = ""


async def tell_arrival(school: int, asked: TellArrival) -> None:
    """Slots, papers and mails say so from now on. Raises Invalid for a signatory who is a name, NotFound."""
    if named := says_who("Signataire", asked.signatory, instead=INSTEAD):
        raise Invalid({"signatory": named})
    async with transaction():
        arriving = School.update(
            {
                School.stop: asked.stop,
                School.walk_minutes: asked.walk_minutes,
                School.coach_drop: asked.coach_drop,
                School.signatory: asked.signatory,
            }
        )
        if not await arriving.where(School.id == school, School.kind == "lycee").returning(School.id):
            raise NotFound()
