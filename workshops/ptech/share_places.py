"""The three places of a cohort, by time: a company that follows another takes its place. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from workshops.ptech.rules import MENTORS_WANTED


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
