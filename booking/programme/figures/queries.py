"""The sheets of the programme's figures, and the periods that they may speak of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.programme.coordination.rules import school_years
from booking.programme.figures.compose import KINDS, Period, Sheet, count_sheet, curve_sheet, share_sheet
from booking.wording import paris, school_year_of
from workshops.programmes.queries import TargetCard, targets
from workshops.refusals import NotFound, or_not_found
from workshops.results.curve import curve
from workshops.results.queries import breakdown, life_of_programme, progress
from workshops.results.share import followed, share
from workshops.versions.kept import Kept

CURVE = "objectif-"
SHARES = "detail-"


@dataclass(frozen=True)
class Periods:
    """The programme's whole life, and its school years up to this one by their names, latest first."""

    whole: Period
    years: dict[str, Period]

    def named(self, year: str) -> Period:
        """A school year, or the whole life when it is not one of them."""
        return self.years.get(year, self.whole)

    @property
    def choices(self) -> dict[str, str]:
        """What a page offers to choose among, the whole life first."""
        return {"": "Depuis le début"} | {name: f"Année scolaire {name}" for name in self.years}


def periods_of(known: list[TargetCard], *, now: datetime) -> Periods:
    """What figures may speak of, as the targets are dated."""
    from_on, to_on = life_of_programme(known, now=now)
    until = max(from_on, min(to_on, paris(now).date()))
    years = [Period(school_year_of(first), first, last) for first, last in school_years(from_on, until)]
    return Periods(Period("", from_on, to_on), {one.name: one for one in years})


_sheets: Kept[Sheet] = Kept(most=8, figures=True)


async def sheet(name: str, *, year: str = "", now: datetime) -> Sheet:
    """One sheet by its name, such as « lycees », « objectif-3 » or « detail-3 ». Raises NotFound.

    Counts are kept while nothing of them is written.
    """
    if name.startswith(CURVE):
        stands = await progress(now=now)
        stand = or_not_found(next((one for one in stands if f"{CURVE}{one.target.id}" == name), None))
        target = stand.target
        return curve_sheet(stand, await curve(target, now=now), Period("", target.from_on, target.to_on))
    if name.startswith(SHARES):
        aim = next((one for one in await targets() if f"{SHARES}{one.id}" == name), None)
        if aim is None or not followed(aim):
            raise NotFound()
        return share_sheet(aim, await share(aim, now=now))
    if name not in KINDS:
        raise NotFound()
    kind, period = KINDS[name], periods_of(await targets(), now=now).named(year)

    async def ask() -> Sheet:
        counts = await breakdown(from_on=period.from_on, to_on=period.to_on, now=now, of={kind.of})
        return count_sheet(kind, counts, period)

    return await _sheets.answer((name, period, paris(now).date()), ask, lycee=None if name == "lycees" else "")
