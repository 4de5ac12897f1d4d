"""The school year before the examples' first slots, as a coordinator would declare it: invented, and marked so."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from booking.demo.offer import ExampleWorkshop, open_days
from booking.demo.settle import Cast, is_near
from workshops.database import rows
from workshops.past_visits.keep import keep, keep_others_out
from workshops.past_visits.rules import VisitSketch, plan
from workshops.school_calendar.rules import first_day_of, paris_day, school_year_of, year_words

SEED = 2021
VISITS = 36
SIRETS = "SELECT siret FROM companies ORDER BY id"


async def declare_past(cast: Cast, taught: list[ExampleWorkshop], *, before: datetime, now: datetime) -> None:
    """A year of past visits, the last one that is over before a moment. A third of them never counted girls apart."""
    draw = Random(SEED)  # noqa: S311 - draws fictional visits, guards nothing
    year = school_year_of(paris_day(before)) - 1
    days = await open_days(first_day_of(year) + timedelta(days=45), first_day_of(year + 1) - timedelta(days=45))
    sirets = [one["siret"] for one in await rows(SIRETS)]
    classes = {(one.school.id, one.level, one.pupils): one.school for one in cast.groups}
    near = {
        host.lycee.id: sorted(one for one, school in classes.items() if is_near(host.lycee, school)) for host in taught
    }
    hosts = [one for one in taught if near[one.lycee.id]]
    sketches = []
    for number, on in enumerate(sorted(draw.sample(days, min(VISITS, len(days)))), start=1):
        host = draw.choice(hosts)
        college, level, pupils = draw.choice(near[host.lycee.id])
        sketches.append(
            VisitSketch(
                held_on=on,
                lycee=host.lycee.id,
                college=college,
                level=level,
                group_label=f"{level} {draw.choice('ABCD')}",
                pupils=pupils - draw.randint(0, 2),
                girls=None if number % 3 == 0 else pupils * (42 + number % 5 * 3) // 100,
                tech_object=None if number % 4 == 0 else draw.choice(host.objects),
                companies=(draw.choice(sirets),) if number % 5 == 0 else (),
                source=f"Exemple : tableau de suivi {year_words(year)}",
                reference=f"EX-{year}-{number:02}",
            )
        )
    await keep_others_out()
    await keep(plan(sketches, []), example=True, now=now)
