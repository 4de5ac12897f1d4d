"""A lycée says, once for all its workshops, how groups come to it and who signs for it."""

from __future__ import annotations

from workshops.database import transaction
from workshops.refusals import Invalid, NotFound
from workshops.schools.rules import Arrival
from workshops.schools.tables import School
from workshops.typed_text.plain_words import one_line
from workshops.typed_text.pupil_names import says_who

WORDS_MOST = 200
SIGNATORY_MOST = 120
WALK_MOST = 90
# The number that it said before, none where there is no such lycée.
SAY_NOTICE = """UPDATE schools s SET booking_days = $2
FROM (SELECT id, booking_days FROM schools WHERE id = $1 FOR NO KEY UPDATE) was
WHERE s.id = was.id AND s.kind = 'lycee' RETURNING was.booking_days"""
INSTEAD = "Écrivez la fonction seule, par exemple « La proviseure »."


async def tell_arrival(school: int, arrival: Arrival, *, signatory: str) -> None:
    """Slots, papers and mails say so from now on. `signatory` is a function, no name. Raises Invalid, NotFound."""
    stop, drop, signs = one_line(arrival.stop), one_line(arrival.coach_drop), one_line(signatory)
    errors = {}
    for field, words, most in (("stop", stop, WORDS_MOST), ("coach_drop", drop, WORDS_MOST)):
        if len(words) > most:
            errors[field] = f"Écrivez {most} caractères au plus."
    if len(signs) > SIGNATORY_MOST:
        errors["signatory"] = f"Écrivez {SIGNATORY_MOST} caractères au plus."
    elif told := says_who("Signataire", signs, instead=INSTEAD):
        errors["signatory"] = told
    if arrival.walk_minutes is not None and not 1 <= arrival.walk_minutes <= WALK_MOST:
        errors["walk_minutes"] = f"Minutes à pied : écrivez un nombre de 1 à {WALK_MOST}."
    if errors:
        raise Invalid(errors)
    async with transaction():
        arriving = School.update(
            {
                School.stop: stop,
                School.walk_minutes: arrival.walk_minutes,
                School.coach_drop: drop,
                School.signatory: signs,
            }
        )
        if not await arriving.where(School.id == school, School.kind == "lycee").returning(School.id):
            raise NotFound()
