"""Two periods of the examples: one whose bookings open in a few days, one whose first hour was drawn yesterday.

Questions of the examples: one answered, one that waits for a lycée.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from booking.demo.offer import ExampleWorkshop, Opened, open_days
from booking.demo.reserve import Bookings
from booking.demo.settle import Cast, is_near
from booking.visits.draws.rules import SEED_BYTES
from booking.visits.questions.queries import conversation_behind
from booking.visits.questions.rules import Side, link_of
from booking.visits.questions.write import AddLine, AskLycee, ask, write
from booking.visits.reservations.hold_draw import hold_draws
from booking.words.wording import school_year_of
from workshops.openings.plan import PlanOpening, plan
from workshops.openings.rules import DRAWN_AFTER
from workshops.school_calendar.rules import paris_day, paris_instant
from workshops.slots.open import OpenSlot, open_slot

# Four days of opening each, a week apart, all of them later than the slots that a first search finds.
DAYS, APART = 4, 5
DEMANDS = 7
WEEKS = 6
A_DAY = timedelta(days=1)


async def plan_openings(
    cast: Cast,
    taught: list[ExampleWorkshop],
    bookings: Bookings,
    *,
    after: date,
    secret_key: str,
    draw: Random,
    now: datetime,
) -> None:
    """Both after that day, of the first workshops; where no example class comes so late, nobody is in the draw."""
    days = await open_days(after + A_DAY, after + timedelta(weeks=WEEKS))
    drawn, coming = days[:DAYS], days[APART : APART + DAYS]
    if len(coming) < DAYS:
        return
    today, planned_at = paris_day(now), now - 20 * A_DAY
    told: dict[str, Any] = {"by": cast.coordinator, "now": planned_at}
    first, second = taught[:2]
    await _slots(second, coming, now=planned_at)
    later = PlanOpening(first_on=coming[0], last_on=coming[-1], opens_at=paris_instant(today + 6 * A_DAY, time(9)))
    seed = draw.randbytes(SEED_BYTES)
    await plan(later, seed=seed, **told)
    wanted = await _slots(first, drawn[:2], now=planned_at)
    opens_at = paris_instant(today - A_DAY, time(9))
    yesterday = PlanOpening(first_on=drawn[0], last_on=drawn[-1], opens_at=opens_at, drawn=True, first_weight=2)
    await plan(yesterday, seed=seed, **told)
    year = school_year_of(wanted[0].starts_at)
    suiting = [one for one in cast.groups if one.school_year == year and one.level in first.levels]
    suiting = [one for one in suiting if one.pupils <= first.seats and is_near(first.lycee, one.school)]
    for number, group in enumerate(draw.sample(suiting, min(DEMANDS, len(suiting)))):
        await bookings.reserve(wanted[number % len(wanted)], group, now=opens_at + timedelta(minutes=12))
    await hold_draws(
        secret_key=secret_key,
        new_token=lambda: draw.randbytes(16).hex(),
        new_uid=lambda: f"{UUID(bytes=draw.randbytes(16))}@technilab.example",
        now=opens_at + DRAWN_AFTER,
    )


async def _slots(workshop: ExampleWorkshop, days: list[date], *, now: datetime) -> list[Opened]:
    opened, length = [], timedelta(minutes=workshop.minutes)
    for day in days:
        starts_at = paris_instant(day, time(8, 30))
        number = await open_slot(
            OpenSlot(
                workshop=workshop.id,
                starts_at=starts_at,
                room=workshop.room,
                company_places=workshop.company_places,
            ),
            school=workshop.lycee.id,
            by=None,
            now=now,
        )
        opened.append(Opened(number, workshop, starts_at, starts_at + length))
    return opened


ASKED = (
    "Notre car arrive un quart d'heure après le début : pouvez-vous nous attendre ?",
    "Combien d'élèves travaillent ensemble sur une machine ? Une demi-classe nous conviendrait.",
)
ANSWER = "Oui, sans difficulté : l'atelier commence quand vous êtes là, et finit à la même heure."


async def ask_some(cast: Cast, slots: list[Opened], *, secret_key: str, draw: Random, now: datetime) -> None:
    """The first two teachers ask about the next slots of two lycées; the first has her answer, the first host has not
    answered yet."""
    first = {slot.taught.lycee.id: slot for slot in sorted(slots, key=lambda slot: slot.starts_at, reverse=True)}
    to_answer = next(iter(cast.hosts.values())).place
    told_last = sorted(first, key=lambda lycee: lycee == to_answer)
    first = {lycee: first[lycee] for lycee in (told_last[0], *told_last[:0:-1])}
    teachers = {group.teacher.account: group.teacher for group in cast.groups}
    for text, slot, teacher in zip(ASKED, first.values(), teachers.values(), strict=False):
        salt, at = UUID(int=draw.getrandbits(128)), paris_instant(paris_day(now) - timedelta(days=2), time(10, 20))
        await ask(
            AskLycee(text=text),
            college=teacher.place,
            lycee=slot.taught.lycee.id,
            by=teacher.account,
            awaiting=False,
            slot=slot.id,
            workshop=slot.taught.id,
            salt=salt,
            secret_key=secret_key,
            now=at,
        )
        told = await conversation_behind(link_of(salt, Side.LYCEE, secret_key))
        if told is not None and text is ASKED[0]:
            await write(told, AddLine(text=ANSWER), by=cast.hosts[told.uai].account, now=at + timedelta(hours=5))
