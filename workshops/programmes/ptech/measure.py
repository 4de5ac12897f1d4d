"""The figures of a cohort: its five-year funnel, the hours of mentoring a pupil lived, each company's part, the three
places that companies have in it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from workshops.programmes.ptech.check_flow import CensusCount
from workshops.programmes.ptech.rules import MENTORS_WANTED, SILENT_DAYS, YEARS
from workshops.school_calendar.rules import paris_day, school_year_of


class Stage(Struct, frozen=True):
    """One year of the funnel, in October. `ever`: the entrants and every late entrant so far, which is what the share
    is of: `present` holds late entrants too, and divided by the first entrants alone it could pass 100 %.

    `present` is None when the year is ahead (`ahead`) or was not counted.
    """

    year: int
    school_year: int
    present: int | None
    late: int
    ever: int
    left: int
    ahead: bool

    @property
    def share(self) -> int | None:
        """Present of all who ever entered, in whole per cent."""
        return None if self.present is None or not self.ever else round(100 * self.present / self.ever)


class ActionCount(Struct, frozen=True):
    """A mentoring action as its figures need it; `pupils` is None until it is held."""

    company: int | None
    state: str
    starts_at: datetime
    minutes: int
    people: int
    pupils: int | None


class YearOfMentoring(Struct, frozen=True):
    """A school year's held actions. `pupil_minutes`: minutes times pupils; `per_pupil`: hours, of those present."""

    school_year: int
    actions: int
    pupil_minutes: int
    present: int | None

    @property
    def per_pupil(self) -> float | None:
        return None if not self.present else self.pupil_minutes / 60 / self.present


class Engagement(Struct, frozen=True):
    """What a company did with a cohort. `days_since` its last action, or since it began when it did none."""

    actions_held: int
    actions_planned: int
    pupil_minutes: int
    people: int
    last_action_on: date | None
    days_since: int

    @property
    def silent(self) -> bool:
        """Whether it is to be called: nothing for a long time, nothing planned."""
        return not self.actions_planned and self.days_since > SILENT_DAYS


def entrants(censuses: Sequence[CensusCount]) -> tuple[int, int]:
    """The pupils of the first October, and the late entrants since: together, all who ever entered."""
    ordered = sorted(censuses, key=lambda one: one.rank)
    if not ordered:
        return 0, 0
    return ordered[0].present, sum(one.entered for one in ordered[1:])


def funnel(censuses: Sequence[CensusCount], *, entry_year: int, today: date) -> list[Stage]:
    """The five years of a cohort, each with who is there, who came late, who left, up to that October."""
    ordered = sorted(censuses, key=lambda one: one.rank)
    stages = []
    for year in range(1, YEARS + 1):
        school_year = entry_year + year - 1
        until = [one for one in ordered if one.rank <= (school_year, 0)]
        here = next((one.present for one in until if one.rank == (school_year, 0)), None)
        first, late = entrants(until)
        left = sum(one.left for one in until[1:])
        ahead = here is None and today < date(school_year, 10, 1)
        stages.append(Stage(year, school_year, here, late, first + late, left, ahead))
    return stages


def together(funnels: Sequence[Sequence[Stage]]) -> list[Stage]:
    """Several cohorts as one funnel: a year counts only the cohorts that were counted in it, above and below."""
    whole = []
    for year in range(1, YEARS + 1):
        counted = [stage for one in funnels for stage in one if stage.year == year and stage.present is not None]
        present = sum(stage.present or 0 for stage in counted) if counted else None
        late, ever = sum(stage.late for stage in counted), sum(stage.ever for stage in counted)
        whole.append(Stage(year, 0, present, late, ever, sum(stage.left for stage in counted), not counted))
    return whole


def mentoring(actions: Sequence[ActionCount], censuses: Sequence[CensusCount]) -> list[YearOfMentoring]:
    """Each school year that had an action or a census: its hours, of the pupils present that October.

    Without an October census of that year, of the last census before its end.
    """
    held: dict[int, list[ActionCount]] = {}
    for one in actions:
        if one.state == "held":
            held.setdefault(school_year_of(paris_day(one.starts_at)), []).append(one)
    years = sorted({*held, *(one.school_year for one in censuses)})
    return [
        YearOfMentoring(
            school_year=year,
            actions=len(held.get(year, ())),
            pupil_minutes=sum(one.minutes * (one.pupils or 0) for one in held.get(year, ())),
            present=_present_in(year, censuses),
        )
        for year in years
    ]


def _present_in(year: int, censuses: Sequence[CensusCount]) -> int | None:
    october = next((one.present for one in censuses if one.rank == (year, 0)), None)
    earlier = [one for one in censuses if one.rank <= (year, 1)]
    if october is not None or not earlier:
        return october
    return max(earlier, key=lambda one: one.rank).present


def hours_per_pupil(years: Sequence[YearOfMentoring]) -> float | None:
    """What a pupil present from the beginning lived: the yearly hours a pupil, added up. None before any census."""
    known = [one.per_pupil for one in years if one.per_pupil is not None]
    return sum(known) if known else None


def of_one_time(
    company: int, actions: Sequence[ActionCount], *, since: date, times: Sequence[date]
) -> list[ActionCount]:
    """A company may leave and come back: its actions since a day that it began to mentor, up to the next such day."""
    again = min((one for one in times if one > since), default=date.max)
    first = date.min if since == min(times) else since
    return [one for one in actions if one.company == company and first <= paris_day(one.starts_at) < again]


def engagement(actions: Sequence[ActionCount], *, since: date, today: date) -> Engagement:
    """One company's part in a cohort, from its own actions."""
    held = [one for one in actions if one.state == "held"]
    last = max((paris_day(one.starts_at) for one in held), default=None)
    return Engagement(
        actions_held=len(held),
        actions_planned=sum(one.state == "planned" and paris_day(one.starts_at) >= today for one in actions),
        pupil_minutes=sum(one.minutes * (one.pupils or 0) for one in held),
        people=sum(one.people for one in held),
        last_action_on=last,
        days_since=max(0, (today - (last or since)).days),
    )


class MentorDays(Struct, frozen=True):
    """A company's days with a cohort, both included; without an end it still mentors it."""

    company: int
    from_on: date
    to_on: date | None

    def on(self, day: date) -> bool:
        """Whether it mentors on that day."""
        return self.from_on <= day <= (self.to_on or day)


class SharedPlaces(Struct, frozen=True):
    """How many places were `taken`, of three; and, of each stay that another company took over, since which day."""

    taken: int
    replaced: Mapping[MentorDays, date]


def share_places(stays: Sequence[MentorDays], *, today: date) -> SharedPlaces:
    """Who had whose place until today. A company takes its own place again, else the one that was left first.

    Where three are held, the one who is the first to leave is taken over; a fourth at the same time has no place.
    """
    places: list[MentorDays] = []
    replaced: dict[MentorDays, date] = {}
    for stay in sorted((one for one in stays if one.from_on <= today), key=lambda one: (one.from_on, one.company)):
        place = _place_for(stay, places)
        if place is None:
            places.append(stay)
            continue
        if places[place].company != stay.company:
            replaced[places[place]] = stay.from_on
        places[place] = stay
    return SharedPlaces(min(len(places), MENTORS_WANTED), replaced)


def _place_for(stay: MentorDays, places: Sequence[MentorDays]) -> int | None:
    ending = [(held.to_on, n) for n, held in enumerate(places) if held.to_on is not None]
    left = [(on, n) for on, n in ending if on < stay.from_on]
    own = [n for _, n in left if places[n].company == stay.company]
    if own:
        return own[0]
    return min(left or (ending if len(places) >= MENTORS_WANTED else []), default=(None, None))[1]
