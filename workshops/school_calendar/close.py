"""Days on which one lycée receives nobody, beyond the official calendar."""

from __future__ import annotations

from datetime import date, timedelta

from workshops.database import transaction, value
from workshops.refusals import Invalid, NotFound
from workshops.school_calendar.tables import Closure

CLOSE = """
INSERT INTO closures (kind, label, school, first_on, last_on) VALUES ('closure', $1, $2, $3, $4)
ON CONFLICT DO NOTHING RETURNING id
"""
A_YEAR = timedelta(days=366)
# Of lycées themselves, over before the day of $1.
FORGET_CLOSURES = """
DELETE FROM closures WHERE kind = 'closure' AND last_on < ($1::timestamptz AT TIME ZONE 'Europe/Paris')::date
RETURNING id
"""


async def close_school(school: int, *, label: str, first_on: date, last_on: date, today: date | None = None) -> int:
    """The lycée receives nobody from the first day to the last, both included; returns the closure's number.

    Slots already open on those days stay: the lycée calls them off itself. Raises Invalid, also for days that are over
    `today`.
    """
    errors = {}
    if not label.strip() or len(label) > 120:
        errors["label"] = "Donnez la raison, en 120 caractères au plus."
    if last_on < first_on:
        errors["last_on"] = "Le dernier jour vient avant le premier."
    elif last_on - first_on > A_YEAR:
        errors["last_on"] = "Une fermeture dure un an au plus."
    elif today is not None and last_on < today:
        errors["first_on"] = "Ces jours sont déjà passés."
    if errors:
        raise Invalid(errors)
    async with transaction():
        made = await value(CLOSE, label.strip(), school, first_on, last_on)
        if made is None:
            raise Invalid({"first_on": "Cette fermeture est déjà enregistrée."})
        return int(made)


async def reopen_school(closure: int, *, school: int) -> None:
    """Forget a closure of this lycée. Raises NotFound."""
    async with transaction():
        if not await Closure.delete().where(Closure.id == closure, Closure.school == school).returning(Closure.id):
            raise NotFound
