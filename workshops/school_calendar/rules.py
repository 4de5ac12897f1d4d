"""Which days have no visits, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

PARIS = ZoneInfo("Europe/Paris")
NOON = time(12, 0)
SUMMER = (7, 1)
YEAR_TURNS = (8, 1)
LUNCH_ON_WEDNESDAY = time(13, 0)
OFFICE_OPENS, OFFICE_CLOSES = time(8), time(18)
SATURDAY = 5

Reason = Literal["holiday", "public_holiday", "closure"]
# Longer than a summer.
LOOKS_BACK = timedelta(days=75)


class DayOff(Struct, frozen=True):
    """A run of whole days off, both ends included: of a zone, of everyone (no zone, no school), or of one school."""

    kind: Reason
    label: str
    first_on: date
    last_on: date
    zone: str | None = None
    school: int | None = None


def reason_closed(
    day: date, closures: Iterable[DayOff], *, zone: str | None = None, school: int | None = None
) -> Reason | None:
    """Why a school of this zone receives nobody on that day, or None when it may.

    A public holiday is said before the holidays around it, and both before the school's own closure.
    """
    reasons = {
        off.kind
        for off in closures
        if off.first_on <= day <= off.last_on and off.zone in {None, zone} and off.school in {None, school}
    }
    for reason in ("public_holiday", "holiday", "closure"):
        if reason in reasons:
            return reason
    return None


class UnknownYear(Struct, frozen=True):
    """A school year whose holidays are not known at all, or only up to a day; it began in `autumn`."""

    autumn: int
    known_until: date | None


def years_unknown(known: Mapping[int, date], first_on: date, last_on: date) -> list[UnknownYear]:
    """The school years of a period for which a zone's holidays are not known.

    `known` gives, by the autumn of each school year, the last day off that was published: the summer ends a year.
    """
    found = []
    for autumn in range(autumn_of(first_on), autumn_of(last_on) + 1):
        until = known.get(autumn)
        if until is None or until < min(last_on, date(autumn + 1, *SUMMER)):
            found.append(UnknownYear(autumn, until))
    return found


def school_year_of(day: date) -> int:
    """The school year of this day, 2026 for 2026-2027: it turns on 1 August, before the teachers come back."""
    return day.year if (day.month, day.day) >= YEAR_TURNS else day.year - 1


def school_year_counted(day: date) -> int:
    """The latest school year whose October is over: what is counted in October is known by then."""
    return school_year_of(day) - (day.month in {8, 9, 10})


def year_words(first: int) -> str:
    """« 2026-2027 », from its autumn."""
    return f"{first}-{first + 1}"


def first_day_of(school_year: int) -> date:
    """1 August of a school year."""
    return date(school_year, *YEAR_TURNS)


def autumn_of(day: date) -> int:
    """The autumn of the lessons that this day follows: what the official calendar publishes together."""
    return day.year if day.month >= 9 else day.year - 1


def lessons_only(off: Iterable[DayOff]) -> list[DayOff]:
    """The days off of a zone and of everyone, without those that a school closes itself: pupils have lessons then."""
    return [one for one in off if one.kind != "closure"]


def last_working_day(day: date, off: Iterable[DayOff]) -> date | None:
    """The day itself when it is worked on, else the last one before: not a Saturday or a Sunday, none of these days
    off. None where there is none in all a summer."""
    closed = tuple(off)
    for back in range(LOOKS_BACK.days + 1):
        before = day - timedelta(days=back)
        if before.weekday() < SATURDAY and not any(one.first_on <= before <= one.last_on for one in closed):
            return before
    return None


def next_working_day(instant: datetime, off: Iterable[DayOff]) -> datetime:
    """The same hour of the wall on the first day, from this one on, that is worked on."""
    off, day = tuple(off), paris_day(instant)
    for ahead in range(LOOKS_BACK.days + 1):
        if last_working_day(day + timedelta(days=ahead), off) == day + timedelta(days=ahead):
            return paris_instant(day + timedelta(days=ahead), instant.astimezone(PARIS).time())
    return instant


def on_working_day(deadline: datetime, off: Iterable[DayOff], *, after: datetime) -> datetime:
    """A deadline at its hour of the last working day before.

    A Sunday stays where Friday would not come later than `after`: nobody is given a date that has passed.
    """
    day = last_working_day(paris_day(deadline), off)
    moved = deadline if day is None else paris_instant(day, deadline.astimezone(PARIS).time())
    return moved if moved > after else deadline


def at_office_hours(moment: datetime, off: Iterable[DayOff], *, after: datetime) -> datetime:
    """The end of a question, when it would be at night: in the evening of the last working day before, where that comes
    `after` a moment that leaves time to answer, else the morning after."""
    on, hour = paris_day(moment), moment.astimezone(PARIS).time()
    if OFFICE_OPENS <= hour <= OFFICE_CLOSES:
        return moment
    last = on if hour > OFFICE_CLOSES else on - timedelta(days=1)
    evening = paris_instant(last_working_day(last, off) or last, OFFICE_CLOSES)
    return evening if evening > after else paris_instant(last + timedelta(days=1), OFFICE_OPENS)


def school_days_before(day: date, count: int, off: Iterable[DayOff]) -> date:
    """The day that is so many school days before this one: Monday to Friday, no holiday, whatever the school closes
    itself."""
    off, found = lessons_only(off), day
    for _ in range(count):
        before = found - timedelta(days=1)
        found = last_working_day(before, off) or before
    return found


def school_days_after(day: date, count: int, off: Iterable[DayOff]) -> date:
    """The day that is so many school days after this one: Monday to Friday, no holiday."""
    off, found = lessons_only(off), day
    for _ in range(count):
        found += timedelta(days=1)
        while last_working_day(found, off) != found:
            found += timedelta(days=1)
    return found


def wednesday_afternoon(starts_at: datetime, ends_at: datetime) -> bool:
    """Whether a visit would fall in the half-day that collèges keep free."""
    starts, ends = starts_at.astimezone(PARIS), ends_at.astimezone(PARIS)
    return starts.weekday() == 2 and (starts.time() >= NOON or ends.time() > LUNCH_ON_WEDNESDAY)


def paris_day(instant: datetime) -> date:
    """The date that a clock on a French wall shows at this instant."""
    return instant.astimezone(PARIS).date()


def paris_instant(day: date, hour: time) -> datetime:
    """The instant when a clock on a French wall shows this hour on this day."""
    return datetime.combine(day, hour, PARIS)
