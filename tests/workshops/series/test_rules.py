from __future__ import annotations

from datetime import UTC, date, time, timedelta

import pytest
from msgspec.structs import replace

from tests.builders import NOW, paris
from workshops.refusals import Invalid
from workshops.school_calendar.rules import DayOff
from workshops.series.rules import (
    DatesTaken,
    Occupied,
    OneOfSeries,
    PlannedDate,
    Series,
    as_it_goes,
    dates_of,
    dates_to_open,
    plan_dates,
    refuse_a_wrong_series,
    week_after,
    year_after,
)

MONDAY, WEDNESDAY, THURSDAY, SUNDAY = 0, 2, 3, 6
TODAY = date(2027, 1, 11)
THURSDAYS = Series(
    workshop=1,
    weekdays=frozenset({THURSDAY}),
    starts=time(9),
    ends=time(12),
    first_on=date(2027, 3, 11),
    last_on=date(2027, 4, 22),
    room=7,
)


def plan(series: Series = THURSDAYS, *, off=(), occupied=(), now=NOW) -> list[PlannedDate]:
    return plan_dates(series, off=off, occupied=occupied, zone="A", school=3, now=now)


def reasons(series: Series = THURSDAYS, **more) -> dict[str, str | None]:
    return {f"{one.on:%d/%m}": one.reason for one in plan(series, **more)}


def test_every_chosen_weekday_between_the_two_days_is_a_date():
    twice = replace(THURSDAYS, weekdays=frozenset({MONDAY, THURSDAY}), last_on=date(2027, 3, 18))
    assert dates_of(twice) == [date(2027, 3, 11), date(2027, 3, 15), date(2027, 3, 18)]


@pytest.mark.parametrize(
    ("first_on", "last_on", "utc_hours"),
    [(date(2027, 3, 25), date(2027, 4, 1), [8, 7]), (date(2027, 10, 28), date(2027, 11, 4), [7, 8])],
)
def test_nine_o_clock_stays_nine_o_clock_across_a_change_of_clocks(first_on, last_on, utc_hours):
    planned = plan(replace(THURSDAYS, first_on=first_on, last_on=last_on))
    assert [one.starts_at.astimezone(UTC).hour for one in planned] == utc_hours
    assert {one.starts_at.strftime("%H:%M") for one in planned} == {"09:00"}
    assert {one.ends_at.strftime("%H:%M") for one in planned} == {"12:00"}


def test_each_skipped_date_says_why():
    off = [
        DayOff("holiday", "Printemps", date(2027, 4, 10), date(2027, 4, 25), zone="A"),
        DayOff("holiday", "Printemps", date(2027, 3, 1), date(2027, 3, 12), zone="B"),
        DayOff("public_holiday", "Un jour férié", date(2027, 3, 18), date(2027, 3, 18)),
        DayOff("closure", "Épreuves du bac", date(2027, 3, 24), date(2027, 3, 26), school=3),
        DayOff("closure", "Travaux ailleurs", date(2027, 3, 11), date(2027, 3, 11), school=4),
    ]
    occupied = [
        Occupied(9, "Robotique", 2, 7, paris("2027-04-01 11:00"), paris("2027-04-01 15:00")),
        Occupied(9, "Robotique", 1, None, paris("2027-04-08 08:00"), paris("2027-04-08 10:00")),
    ]
    assert reasons(off=off, occupied=occupied) == {
        "11/03": None,
        "18/03": "public_holiday",
        "25/03": "closure",
        "01/04": "room_taken",
        "08/04": "host_taken",
        "15/04": "holiday",
        "22/04": "holiday",
    }
    assert [one.state for one in plan(off=off)][:2] == ["open", "skipped"]


def test_a_date_that_is_taken_says_by_which_slot_and_one_that_is_closed_does_not():
    there = Occupied(9, "Robotique", 2, 7, paris("2027-03-11 11:00"), paris("2027-03-11 15:00"))
    week = replace(THURSDAYS, last_on=THURSDAYS.first_on)
    assert [one.there for one in plan(week, occupied=[there])] == [there]
    closed = [DayOff("closure", "Stages", date(2027, 3, 11), date(2027, 3, 11), school=3)]
    assert [(one.reason, one.there) for one in plan(week, occupied=[there], off=closed)] == [("closure", None)]


def test_slots_that_only_touch_do_not_meet():
    before = Occupied(9, "Robotique", 1, 7, paris("2027-03-11 07:00"), paris("2027-03-11 09:00"))
    after = Occupied(9, "Robotique", 1, 7, paris("2027-03-11 12:00"), paris("2027-03-11 14:00"))
    assert reasons(replace(THURSDAYS, last_on=THURSDAYS.first_on), occupied=[before, after]) == {"11/03": None}


def test_another_workshop_elsewhere_takes_the_host_only_when_the_lycee_receives_one_visit_at_a_time():
    other = [Occupied(9, "Robotique", 2, 8, paris("2027-03-11 09:00"), paris("2027-03-11 12:00"))]
    one_day = replace(THURSDAYS, last_on=THURSDAYS.first_on)
    assert reasons(one_day, occupied=other) == {"11/03": None}
    assert reasons(replace(one_day, alone=True), occupied=other) == {"11/03": "host_taken"}


def test_wednesday_afternoons_are_left_to_colleges_unless_the_host_wants_them():
    wednesdays = replace(
        THURSDAYS, weekdays=frozenset({WEDNESDAY}), starts=time(13, 30), ends=time(16), last_on=date(2027, 3, 17)
    )
    assert reasons(wednesdays) == {"17/03": "wednesday_afternoon"}
    assert reasons(replace(wednesdays, wednesday_afternoons=True)) == {"17/03": None}
    assert reasons(replace(wednesdays, starts=time(9), ends=time(12))) == {"17/03": None}


def test_what_has_begun_today_is_no_longer_a_date():
    today = replace(THURSDAYS, weekdays=frozenset({MONDAY}), first_on=TODAY, last_on=date(2027, 1, 18))
    assert list(reasons(today, now=paris("2027-01-11 09:30"))) == ["18/01"]


def test_the_host_may_open_against_its_own_habits_and_nothing_else():
    assert [
        PlannedDate(TODAY, NOW, NOW, reason).may_open
        for reason in (None, "wednesday_afternoon", "host_taken", "holiday", "public_holiday", "closure", "room_taken")
    ] == [True, True, True, False, False, False, False]


def test_without_ticks_every_open_date_is_opened_and_with_them_those_alone():
    taken = [Occupied(9, "Robotique", 1, None, paris("2027-03-18 09:00"), paris("2027-03-18 12:00"))]
    planned = plan(replace(THURSDAYS, last_on=date(2027, 3, 25)), occupied=taken)
    assert [one.on.day for one in dates_to_open(planned)] == [11, 25]
    ticked = {date(2027, 3, 25): None, date(2027, 3, 18): "host_taken"}
    assert [one.on.day for one in dates_to_open(planned, ticked)] == [18, 25]


def test_a_date_that_changed_since_the_host_read_it_opens_nothing():
    taken = [Occupied(9, "Robotique", 1, None, paris("2027-03-18 09:00"), paris("2027-03-18 12:00"))]
    planned = plan(occupied=taken)
    with pytest.raises(DatesTaken) as no:
        dates_to_open(planned, {date(2027, 3, 11): None, date(2027, 3, 18): None})
    assert no.value.sentence == (
        "Cette date ne peut plus s'ouvrir : 18/03/2027. Aucun créneau n'a été ouvert, relisez la liste."
    )
    with pytest.raises(DatesTaken):
        dates_to_open(planned, {date(2027, 3, 18): "wednesday_afternoon"})


def test_a_room_that_is_taken_is_never_ticked():
    planned = plan(occupied=[Occupied(9, "Robotique", 2, 7, paris("2027-03-18 09:00"), paris("2027-03-18 12:00"))])
    with pytest.raises(DatesTaken):
        dates_to_open(planned, {date(2027, 3, 18): "room_taken"})


@pytest.mark.parametrize("ticked", [{}, {date(2027, 3, 12): None}])
def test_no_date_and_a_date_of_another_series_are_refused(ticked):
    with pytest.raises(Invalid):
        dates_to_open(plan(), ticked)


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"weekdays": frozenset()}, "weekdays", "Choisissez au moins un jour de la semaine."),
        ({"weekdays": frozenset({THURSDAY, SUNDAY})}, "weekdays", "Un créneau n'a pas lieu un dimanche."),
        ({"ends": time(8)}, "ends", "La fin vient avant le début."),
        ({"ends": time(9, 20)}, "ends", "Un créneau dure de 30 minutes à 10 heures."),
        ({"first_on": date(2027, 1, 10)}, "first_on", "Ce jour est déjà passé."),
        ({"last_on": date(2027, 3, 10)}, "last_on", "Le dernier jour vient avant le premier."),
        ({"last_on": date(2028, 4, 14)}, "last_on", "Une série s'étend sur 400 jours au plus."),
        ({"last_on": date(2027, 3, 11), "weekdays": frozenset({MONDAY})}, "last_on", "Aucun des jours choisis"),
        (
            {"weekdays": frozenset(range(6)), "last_on": date(2027, 12, 31)},
            "last_on",
            "Cette série compte 254 dates, 200",
        ),
    ],
)
def test_a_wrong_series_is_refused_field_by_field(change, field, sentence):
    with pytest.raises(Invalid) as no:
        refuse_a_wrong_series(replace(THURSDAYS, **change), today=TODAY)
    assert list(no.value.errors) == [field]
    assert no.value.errors[field].startswith(sentence)


def test_the_longest_series_is_four_hundred_days_and_two_hundred_dates():
    refuse_a_wrong_series(replace(THURSDAYS, last_on=date(2028, 4, 13)), today=TODAY)
    long = replace(THURSDAYS, weekdays=frozenset(range(5)), last_on=date(2027, 12, 15))
    refuse_a_wrong_series(long, today=TODAY)
    assert len(dates_of(long)) == 200


def a_slot(wall: str, *, hours: int = 3, room: int | None = 7, seats: int = 24) -> OneOfSeries:
    starts_at = paris(wall)
    ends_at = starts_at + timedelta(hours=hours)
    numbers = {"seats_taken": 0, "groups_max": 2, "groups_taken": 0, "company_places": 3, "company_places_taken": 0}
    return OneOfSeries(
        id=1,
        state="open",
        starts_at=starts_at,
        ends_at=ends_at,
        booking_closes_at=starts_at,
        room=room,
        room_name="",
        seats=seats,
        **numbers,
        one_per_trade=True,
        on_agreement=False,
        reason="",
        version=0,
    )


def test_a_series_goes_on_as_most_of_its_slots_are_and_as_the_latest_of_those_say():
    slots = [
        a_slot("2027-03-09 09:00"),
        a_slot("2027-03-11 09:00"),
        a_slot("2027-03-16 09:00"),
        a_slot("2027-03-18 09:00", room=8, seats=20),
        a_slot("2027-03-24 14:00", hours=2, room=9),
        a_slot("2027-03-25 09:00", room=8, seats=20),
        a_slot("2027-03-30 09:00", room=8, seats=20),
        a_slot("2027-04-01 09:00", room=8, seats=20),
    ]
    days = {"first_on": date(2027, 5, 3), "last_on": date(2027, 5, 9)}
    assert as_it_goes(slots, workshop=5, **days) == Series(
        workshop=5,
        weekdays=frozenset({1, THURSDAY}),
        starts=time(9),
        ends=time(12),
        **days,
        room=8,
        seats=20,
        groups_max=2,
        company_places=3,
        one_per_trade=True,
        odd_hours=True,
    )


def test_the_week_after_a_series_follows_it_and_is_never_past():
    slots = [a_slot("2027-03-11 09:00"), a_slot("2027-03-18 09:00")]
    assert week_after(slots, today=TODAY) == (date(2027, 3, 19), date(2027, 3, 25))
    assert week_after(slots, today=date(2027, 5, 3)) == (date(2027, 5, 4), date(2027, 5, 10))


@pytest.mark.parametrize(
    ("today", "first_on"),
    [(TODAY, date(2028, 3, 9)), (date(2028, 3, 8), date(2028, 3, 9)), (date(2028, 3, 9), date(2029, 3, 8))],
)
def test_a_series_is_copied_onto_the_same_weekdays_of_the_next_year_to_come(today, first_on):
    slots = [a_slot("2027-03-11 09:00"), a_slot("2027-03-25 09:00")]
    copied = year_after(slots, today=today)
    assert copied == (first_on, first_on + timedelta(days=14))
    assert {one.weekday() for one in copied} == {THURSDAY}
