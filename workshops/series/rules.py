"""A series of slots, as a lycée asks for it: which of its dates can be opened, and why the others cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from msgspec import Meta, Struct

from workshops.acts import labelled
from workshops.refusals import Invalid, Refusal
from workshops.school_calendar.rules import (
    PARIS,
    DayOff,
    Reason,
    paris_day,
    paris_instant,
    reason_closed,
    wednesday_afternoon,
)
from workshops.schools.rules import BOOKING_DAYS
from workshops.slots.acts import SlotTerms, Workshop
from workshops.slots.limits import SUNDAY, asked_of_hours
from workshops.slots.rules import LONGEST, OVER, SHORTEST, TO_COME, closing
from workshops.slots.seats import SlotConditions

WednesdayAfternoons = Annotated[
    bool,
    labelled(
        "Proposer aussi les mercredis après-midi, que les collèges gardent libres",
        "Wednesday afternoons too, which collèges keep free.",
    ),
]
Alone = Annotated[
    bool,
    labelled(
        "Une seule visite à la fois au lycée : laisser de côté les heures où un autre atelier reçoit",
        "Any other slot of the lycée at that time makes the host taken, not only one of this workshop.",
    ),
]

FirstOn = Annotated[date, labelled("Du", "First day.")]
LastOn = Annotated[date, labelled("Au", "Last day, included.")]


class Series(SlotTerms, frozen=True, kw_only=True):
    """A workshop on some weekdays (Monday is 0) of every week between two days, both included, at hours of the wall.

    Seats and groups are the workshop's unless given. `alone`: any other slot of the lycée at that time makes the host
    taken, not only another one of this workshop. `odd_hours`: before 7:00 or after 19:00, and meant.
    """

    workshop: Workshop
    weekdays: Annotated[frozenset[Annotated[int, Meta(ge=0, le=6)]], Meta(extra={"label": "Jours"})]
    starts: Annotated[time, Meta(extra={"label": "Heure de début"})]
    ends: Annotated[time, Meta(extra={"label": "Heure de fin"})]
    first_on: FirstOn
    last_on: LastOn
    wednesday_afternoons: WednesdayAfternoons = False
    alone: Alone = False


DAYS_MOST = 400
# Fifty-two weeks: the same weekday of the next school year.
A_YEAR = timedelta(days=364)
DATES_MOST = 200
NAMED_MOST = 5

Skipped = Reason | Literal["wednesday_afternoon", "room_taken", "host_taken", "too_soon"]
# What the calendar and the walls say stands; these two are the lycée's own habits, and it may decide otherwise.
FOR_THE_HOST_TO_DECIDE = frozenset({"wednesday_afternoon", "host_taken"})


class Occupied(Struct, frozen=True):
    """A slot of the lycée that stands already."""

    id: int
    title: str
    workshop: int
    room: int | None
    starts_at: datetime
    ends_at: datetime


class PlannedDate(Struct, frozen=True):
    """A date of a series; `reason` is why it is skipped, None when it is open. `there` is the slot that takes its room
    or its host."""

    on: date
    starts_at: datetime
    ends_at: datetime
    reason: Skipped | None
    there: Occupied | None = None

    @property
    def state(self) -> str:
        """« open » or « skipped », as the API says it."""
        return "open" if self.reason is None else "skipped"

    @property
    def may_open(self) -> bool:
        """Whether the host may open it, by default or against its own habit."""
        return self.reason is None or self.reason in FOR_THE_HOST_TO_DECIDE


class OneOfSeries(SlotConditions, frozen=True):
    """A slot of a series as it stands by now."""

    id: int
    state: str
    starts_at: datetime
    ends_at: datetime
    booking_closes_at: datetime
    room: int | None
    room_name: str
    reason: str
    version: int

    @property
    def on(self) -> date:
        """Its day."""
        return paris_day(self.starts_at)

    @property
    def over(self) -> bool:
        """Whether it is closed, or called off."""
        return self.state in OVER

    def may_change(self, now: datetime) -> bool:
        """Whether it is still to come, and neither called off nor done."""
        return self.state in TO_COME and self.starts_at > now

    @property
    def hours(self) -> tuple[time, time]:
        """Its hours of the wall."""
        return self.starts_at.astimezone(PARIS).time(), self.ends_at.astimezone(PARIS).time()

    def shifted(self, days: int, starts: time | None, ends: time | None) -> tuple[datetime, datetime]:
        """Where it would be some days later or earlier, at other hours of the wall or at its own."""
        on, (own_starts, own_ends) = self.on + timedelta(days=days), self.hours
        return paris_instant(on, starts or own_starts), paris_instant(on, ends or own_ends)


class DatesTaken(Refusal):
    """Some of the dates that the host chose can no longer be opened: none of the series is."""

    kind = "dates-taken"
    title = "Dates prises entre-temps"

    def __init__(self, dates: Sequence[date]) -> None:
        self.dates = tuple(dates)
        named = ", ".join(f"{on:%d/%m/%Y}" for on in dates[:NAMED_MOST])
        others = f" et {len(dates) - NAMED_MOST} de plus" if len(dates) > NAMED_MOST else ""
        plural = "Ces dates ne peuvent" if len(dates) > 1 else "Cette date ne peut"
        super().__init__(f"{plural} plus s'ouvrir : {named}{others}. Aucun créneau n'a été ouvert, relisez la liste.")


def refuse_a_wrong_series(series: Series, *, today: date) -> None:
    """Raises Invalid, field by field, under the names of the API."""
    lasts = datetime.combine(series.first_on, series.ends) - datetime.combine(series.first_on, series.starts)
    span = series.last_on - series.first_on
    odd = asked_of_hours(series.starts, series.ends, meant=series.odd_hours)
    checks = (
        ("weekdays", bool(series.weekdays), "Choisissez au moins un jour de la semaine."),
        ("weekdays", SUNDAY not in series.weekdays, "Un créneau n'a pas lieu un dimanche."),
        ("ends", lasts > timedelta(), "La fin vient avant le début."),
        ("ends", SHORTEST <= lasts <= LONGEST, "Un créneau dure de 30 minutes à 10 heures."),
        ("odd_hours", not odd, odd),
        ("first_on", series.first_on >= today, "Ce jour est déjà passé."),
        ("last_on", span >= timedelta(), "Le dernier jour vient avant le premier."),
        ("last_on", span < timedelta(days=DAYS_MOST), f"Une série s'étend sur {DAYS_MOST} jours au plus."),
    )
    errors: dict[str, str] = {}
    for field, right, sentence in checks:
        if not right:
            errors.setdefault(field, sentence)
    if errors:
        raise Invalid(errors)
    if not 1 <= (count := len(dates_of(series))) <= DATES_MOST:
        none = "Aucun des jours choisis ne tombe entre ces deux dates."
        raise Invalid({"last_on": none if not count else f"Cette série compte {count} dates, {DATES_MOST} au plus."})


def dates_of(series: Series) -> list[date]:
    """Every day of the series, whatever the calendar says."""
    days = (series.first_on + timedelta(days=after) for after in range((series.last_on - series.first_on).days + 1))
    return [day for day in days if day.weekday() in series.weekdays]


def plan_dates(
    series: Series,
    *,
    off: Iterable[DayOff],
    occupied: Iterable[Occupied],
    zone: str,
    school: int,
    days: int = BOOKING_DAYS,
    now: datetime,
) -> list[PlannedDate]:
    """Each date still to come with its fate. 09:00 is 09:00 on the wall before and after a change of clocks.

    `off` and `occupied` are those of the lycée `school` over the whole period, and before it; reservations close so
    many school `days` before each date: one for which they would be closed already is too soon.
    """
    closures = list(off)
    by_day: dict[date, list[Occupied]] = {}
    for one in occupied:
        by_day.setdefault(paris_day(one.starts_at), []).append(one)
    planned = []
    for on in dates_of(series):
        starts_at, ends_at = paris_instant(on, series.starts), paris_instant(on, series.ends)
        if starts_at <= now:
            continue
        at_that_time = [one for one in by_day.get(on, ()) if one.starts_at < ends_at and one.ends_at > starts_at]
        # What nobody can decide otherwise is said first: a box to tick never hides it.
        taken, there = _taken(series, at_that_time)
        closed = reason_closed(on, closures, zone=zone, school=school)
        soon: Skipped | None = "too_soon" if closing(starts_at, closures, days=days) <= now else None
        reason = closed or soon or taken or _reason_quiet(series, starts_at, ends_at)
        planned.append(PlannedDate(on, starts_at, ends_at, reason, there if reason == taken else None))
    return planned


def _reason_quiet(series: Series, starts_at: datetime, ends_at: datetime) -> Skipped | None:
    quiet = wednesday_afternoon(starts_at, ends_at) and not series.wednesday_afternoons
    return "wednesday_afternoon" if quiet else None


def _taken(series: Series, at_that_time: Sequence[Occupied]) -> tuple[Skipped | None, Occupied | None]:
    in_room = [one for one in at_that_time if series.room is not None and one.room == series.room]
    if in_room:
        return "room_taken", in_room[0]
    hosted = [one for one in at_that_time if series.alone or one.workshop == series.workshop]
    return ("host_taken", hosted[0]) if hosted else (None, None)


def dates_to_open(
    planned: Sequence[PlannedDate], ticked: Mapping[date, Skipped | None] | None = None
) -> list[PlannedDate]:
    """The dates that become slots: those the host ticked, each under the reason that it read beside it (None: open).

    Without ticks, all that are open. Raises Invalid for a day that is not of the series, DatesTaken when a ticked one
    has another fate by now.
    """
    if ticked is None:
        return [one for one in planned if one.reason is None]
    if not ticked:
        raise Invalid({"dates": "Gardez au moins une date."})
    by_day = {one.on: one for one in planned}
    if strangers := [on for on in ticked if on not in by_day]:
        raise Invalid({"dates": f"Le {min(strangers):%d/%m/%Y} n'est pas une date à venir de cette série."})
    changed = [on for on, read in ticked.items() if not by_day[on].may_open or by_day[on].reason not in {None, read}]
    if changed:
        raise DatesTaken(sorted(changed))
    return [one for one in planned if one.on in ticked]


def as_it_goes(slots: Sequence[OneOfSeries], *, workshop: int, first_on: date, last_on: date) -> Series:
    """What a series offers by now, over other days: the weekdays that it keeps to, the hours, the room and the places
    that most of its slots have.

    A slot that was moved by itself makes no rule: a weekday is kept where it has at least half as many slots as the
    most frequent one. `slots` are those not called off, one at least.
    """
    days = Counter(one.on.weekday() for one in slots)
    usual, _ = Counter(one.hours for one in slots).most_common(1)[0]
    latest = [one for one in slots if one.hours == usual][-1]
    return Series(
        workshop=workshop,
        weekdays=frozenset(day for day, often in days.items() if 2 * often >= max(days.values())),
        starts=usual[0],
        ends=usual[1],
        first_on=first_on,
        last_on=last_on,
        **{name: getattr(latest, name) for name in SlotTerms.__struct_fields__ if name != "odd_hours"},
        odd_hours=True,
    )


def week_after(slots: Sequence[OneOfSeries], *, today: date) -> tuple[date, date]:
    """The seven days that follow a series, not before tomorrow."""
    first_on = max(slots[-1].on, today) + timedelta(days=1)
    return first_on, first_on + timedelta(days=6)


def year_after(slots: Sequence[OneOfSeries], *, today: date) -> tuple[date, date]:
    """The days of a series as many whole years later as bring its first one to come: the same weekdays."""
    first_on, last_on = slots[0].on + A_YEAR, slots[-1].on + A_YEAR
    while first_on <= today:
        first_on, last_on = first_on + A_YEAR, last_on + A_YEAR
    return first_on, last_on
