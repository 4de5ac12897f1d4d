"""A series of slots, as a lycée asks for it."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from msgspec import Meta

from workshops.acts import labelled
from workshops.slots.acts import SlotTerms, Workshop

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
