"""The school year before the examples' first slots, as a coordinator would declare it: invented, and marked so.

The head counts of the collèges: those of 2021 are the ministry's, those of the last years invented from them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from booking.demo.offer import ExampleWorkshop, open_days
from booking.demo.settle import Cast, is_near, read_bytes
from workshops.coverage.take_in import CountedCollege, keep_head_counts, read_head_counts
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


COUNTED_IN = 2021
INVENTED_YEARS = 4


async def count_heads(*, now: datetime) -> None:
    """Keep the year that is real, and the last four as examples, marked so; one collège in twenty has no figure."""
    counted = read_head_counts(read_bytes(f"effectifs-{COUNTED_IN}.csv"))
    await keep_head_counts(counted, school_year=COUNTED_IN, by=None, now=now, example=False)
    this = school_year_of(paris_day(now))
    for year in range(max(COUNTED_IN + 1, this - INVENTED_YEARS + 1), this + 1):
        draw = Random(year)  # noqa: S311 - draws invented figures, guards nothing
        told = [_otherwise(one, draw) for one in counted if draw.random() < 0.95]
        await keep_head_counts(told, school_year=year, by=None, now=now, example=True)


def _otherwise(one: CountedCollege, draw: Random) -> CountedCollege:
    pupils = {level: round(told * draw.uniform(0.92, 1.05)) for level, told in one.pupils.items()}
    girls = {level: round(told * one.girls[level] / max(one.pupils[level], 1)) for level, told in pupils.items()}
    return CountedCollege(one.uai, pupils, girls)
