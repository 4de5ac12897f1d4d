"""A series of slots, as a lycée asks for it."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from msgspec import Meta

from workshops.acts import Act, chosen
from workshops.slots.limits import CompanyPlaces, GroupsMax, OddHours, OnAgreement, OnePerTrade, Room, Seats


class Series(Act, frozen=True, kw_only=True):
    """A workshop on some weekdays (Monday is 0) of every week between two days, both included, at hours of the wall.

    Seats and groups are the workshop's unless given. `alone`: any other slot of the lycée at that time makes the host
    taken, not only another one of this workshop. `odd_hours`: before 7:00 or after 19:00, and meant.
    """

    workshop: Annotated[int, chosen("Atelier", "A published workshop of the lycée.")]
    weekdays: Annotated[frozenset[Annotated[int, Meta(ge=0, le=6)]], Meta(extra={"label": "Jours"})]
    starts: Annotated[time, Meta(extra={"label": "Heure de début"})]
    ends: Annotated[time, Meta(extra={"label": "Heure de fin"})]
    first_on: Annotated[date, Meta(extra={"label": "Du"})]
    last_on: Annotated[date, Meta(extra={"label": "Au"})]
    room: Room | None = None
    seats: Seats | None = None
    groups_max: GroupsMax | None = None
    company_places: CompanyPlaces = 0
    one_per_trade: OnePerTrade = False
    on_agreement: OnAgreement = False
    wednesday_afternoons: Annotated[
        bool,
        Meta(
            description="Wednesday afternoons too.",
            extra={"label": "Proposer aussi les mercredis après-midi, que les collèges gardent libres"},
        ),
    ] = False
    alone: Annotated[
        bool,
        Meta(
            description="Any other slot of the lycée at that time makes the host taken.",
            extra={
                "label": "Une seule visite à la fois au lycée : laisser de côté les heures où un autre atelier reçoit"
            },
        ),
    ] = False
    odd_hours: OddHours = False
