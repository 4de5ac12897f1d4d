"""A lycée says, once a visit is closed, how many of its own received the class, and on whom a slot counts besides."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from workshops.acts import Act, a_number
from workshops.closed_years.correct import recording
from workshops.contributions.queries import hosts_of, staff_of
from workshops.contributions.rules import HOSTS_MOST, STAFF_MOST, Hosts, NobodyReceived
from workshops.contributions.tables import SlotHosts
from workshops.database import row, rows, value
from workshops.events.record import record
from workshops.refusals import or_not_found
from workshops.school_calendar.rules import paris_day, school_year_of

_SENTENCE = "{} : écrivez un nombre de 0 à {}, ou laissez vide si vous ne savez pas."
LOCK = """
SELECT state = 'done' AND EXISTS (SELECT FROM turnouts t WHERE t.slot = s.id AND t.counted > 0) AS received
FROM slots s WHERE s.id = $1 AND s.school = $2 FOR NO KEY UPDATE
"""
TELL = """INSERT INTO slot_hosts (slot, lyceens, staff) VALUES ($1, $2, $3)
ON CONFLICT (slot) DO UPDATE SET lyceens = excluded.lyceens, staff = excluded.staff"""
LOCK_LYCEE = "SELECT id FROM schools WHERE id = $1 AND kind = 'lycee' FOR NO KEY UPDATE"
SAY = """INSERT INTO lycee_staff (school, school_year, people, example) VALUES ($1, $2, $3, $4)
ON CONFLICT (school, school_year) DO UPDATE SET people = excluded.people, example = excluded.example"""


class TellHosts(Act, frozen=True, kw_only=True):
    """How many received the class of a closed visit; what is left out is unknown, not nought."""

    lyceens: (
        Annotated[
            int,
            a_number(
                "Combien de lycéens ont reçu la classe ?",
                "Lycéens who received the class; null where nobody knows.",
                0,
                HOSTS_MOST,
                sentence=_SENTENCE.format("Lycéens", HOSTS_MOST),
            ),
        ]
        | None
    ) = None
    staff: (
        Annotated[
            int,
            a_number(
                "Combien d'enseignants et de personnels ?",
                "Teachers and other staff who received it; null where nobody knows.",
                0,
                HOSTS_MOST,
                sentence=_SENTENCE.format("Enseignants et personnels", HOSTS_MOST),
            ),
        ]
        | None
    ) = None


class SayStaff(Act, frozen=True, kw_only=True):
    """How many people of the lycée a slot mobilises besides those who receive the class."""

    people: (
        Annotated[
            int,
            a_number(
                "Personnes mobilisées par créneau, en plus",
                "People whom a slot mobilises besides; null where nobody knows.",
                0,
                STAFF_MOST,
                sentence=_SENTENCE.format("Personnes mobilisées", STAFF_MOST),
            ),
        ]
        | None
    ) = None


async def tell_hosts(slot: int, asked: TellHosts, *, school: int, by: int, now: datetime) -> bool:
    """The two numbers of a visit, told again as often as needed; in a closed year only with a reason. Says whether
    anything changed.

    Raises NotFound for another lycée's, NobodyReceived, YearFrozen.
    """
    async with recording(by=by, school=school, now=now):
        if not or_not_found(await row(LOCK, slot, school))["received"]:
            raise NobodyReceived
        if await hosts_of(slot) == Hosts(asked.lyceens, asked.staff):
            return False
        if asked == TellHosts():
            await SlotHosts.delete().where(SlotHosts.slot == slot)
        else:
            await rows(TELL, slot, asked.lyceens, asked.staff)
        detail = f"lycéens {_number(asked.lyceens)}, personnels {_number(asked.staff)}"
        await record("hosts_told", by=by, about_kind="slot", about=slot, detail=detail, now=now)
    return True


async def say_staff(lycee: int, asked: SayStaff, *, by: int, example: bool = False, now: datetime) -> bool:
    """The whole school year under way counts with it, and those that follow; those before stay as they are. Says
    whether anything changed.

    Raises NotFound for what is no lycée.
    """
    async with recording(by=by, school=lycee, now=now):
        or_not_found(await value(LOCK_LYCEE, lycee))
        year = school_year_of(paris_day(now))
        if await staff_of(lycee, year=year) == asked.people:
            return False
        await rows(SAY, lycee, year, asked.people, example)
        detail = _number(asked.people)
        await record("staff_said", by=by, about_kind="school", about=lycee, detail=detail, now=now)
    return True


def _number(told: int | None) -> str:
    return "non dit" if told is None else str(told)
