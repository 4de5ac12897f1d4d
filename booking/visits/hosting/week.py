"""A lycée's week, room by room, and how its next weeks look. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from booking.visits.hosting.queries import Reception
from booking.words.wording import brief_date, nth
from workshops.school_calendar.rules import DayOff

A_WEEK = timedelta(days=7)
# A term, from one holiday to the next but one.
WEEKS = 13
SATURDAY = 5


class HostDay(Struct, frozen=True):
    """A day of a week: who comes to each room, by its name; `off` says why nobody does."""

    on: date
    off: str
    by_room: Mapping[str, Sequence[Reception]]


class HostWeek(Struct, frozen=True):
    """A week in a line: its slots, groups and pupils, how many places are left; `off`: all of it is holidays."""

    first_on: date
    slots: int
    groups: int
    pupils: int
    seats_free: int
    off: str

    @property
    def words(self) -> str:
        """« 7 au 11 déc. », « 30 nov. au 4 déc. »: Monday to Friday."""
        last_on = self.first_on + timedelta(days=4)
        within = last_on.month == self.first_on.month
        return f"{nth(self.first_on) if within else brief_date(self.first_on)} au {brief_date(last_on)}"


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def days_of(first_on: date, receptions: Sequence[Reception], off: Sequence[DayOff]) -> list[HostDay]:
    """Monday to Friday, and the Saturday or Sunday on which somebody comes."""
    found = []
    for place in range(7):
        on = first_on + timedelta(days=place)
        by_room: dict[str, list[Reception]] = {}
        for reception in receptions:
            if reception.on == on:
                by_room.setdefault(reception.slot.room, []).append(reception)
        if by_room or place < SATURDAY:
            found.append(HostDay(on, _why_off(on, off), by_room))
    return found


def weeks_of(first_on: date, receptions: Sequence[Reception], off: Sequence[DayOff]) -> list[HostWeek]:
    """The term that begins with a week."""
    found = []
    for place in range(WEEKS):
        monday = first_on + place * A_WEEK
        own = [reception for reception in receptions if monday <= reception.on < monday + A_WEEK]
        closed = [_why_off(monday + timedelta(days=day), off) for day in range(SATURDAY)]
        found.append(
            HostWeek(
                monday,
                len(own),
                sum(len(reception.groups) for reception in own),
                sum(reception.pupils for reception in own),
                sum(reception.slot.seats_free for reception in own if reception.state == "open"),
                closed[0] if all(closed) and not own else "",
            )
        )
    return found


def _why_off(on: date, off: Sequence[DayOff]) -> str:
    return next((run.label for run in off if run.first_on <= on <= run.last_on), "")
