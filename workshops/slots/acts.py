"""What a lycée types of a slot, whatever act opens or changes it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated

import msgspec
from msgspec import Meta

from workshops.acts import Act, a_number, chosen, labelled
from workshops.acts.plain_words import A_LINE
from workshops.schools.rules import LEVELS, Level

CLOSES_AT = time(18)
REASON_MOST = 300
StartsAt = Annotated[
    datetime,
    Meta(
        tz=True,
        description="When pupils are received.",
        extra={"label": "Date", "form": {"on": "Date", "starts": "Heure de début"}},
    ),
]
EndsAt = Annotated[
    datetime,
    Meta(
        tz=True,
        description="When the visit ends, on the same day.",
        extra={"label": "Heure de fin", "form": {"on": "Date", "ends": "Heure de fin"}},
    ),
]
BookingClosesAt = Annotated[
    datetime,
    Meta(
        tz=True,
        description="Until when collèges may reserve.",
        extra={
            "label": "Dernier jour pour réserver",
            "form": {"closes_on": "Dernier jour pour réserver"},
            "at": CLOSES_AT,
        },
    ),
]
Workshop = Annotated[int, chosen("Atelier", "A published workshop of the lycée.")]
Room = Annotated[int, chosen("Salle", "A room of the lycée, large enough.")]
# `taken`: what is said of those who have their place where fewer are asked for: one, several, and what to do first.
Seats = Annotated[
    int,
    a_number(
        "Places",
        "Pupils that the slot takes.",
        1,
        200,
        taken=("élève a déjà sa place", "élèves ont déjà leur place", "Refusez d'abord un groupe."),
    ),
]
GroupsMax = Annotated[
    int,
    a_number(
        "Groupes au plus",
        "Groups that the slot takes.",
        1,
        20,
        taken=("groupe vient déjà", "groupes viennent déjà", "Refusez-en un d'abord."),
    ),
]
CompanyPlaces = Annotated[
    int,
    a_number(
        "Places pour des entreprises",
        "People of companies who may come.",
        0,
        50,
        taken=(
            "personne d'entreprise est déjà annoncée",
            "personnes d'entreprises sont déjà annoncées",
            "Prévenez d'abord les entreprises.",
        ),
    ),
]
OnePerTrade = Annotated[
    bool, labelled("Une seule entreprise par métier", "Of several companies of one trade, only one comes.")
]
OnAgreement = Annotated[
    bool, labelled("Chaque entreprise vient sous réserve de notre accord", "A company comes once the lycée has agreed.")
]
OddHours = Annotated[
    bool, labelled("Oui, c'est bien cette heure", "An hour before 7:00 or after 19:00 in France is meant.")
]
Levels = Annotated[
    list[Level],
    Meta(min_length=1, max_length=len(LEVELS), description="Levels that are received.", extra={"label": "Niveaux"}),
]
BuiltObjects = Annotated[
    list[Annotated[int, Meta(ge=0, le=2_147_483_647)]],
    Meta(
        min_length=1,
        max_length=50,
        description="Objects of the workshop that are built here.",
        extra={"label": "Objets fabriqués ce jour-là", "choice": True},
    ),
]
MaybeReason = Annotated[
    str,
    Meta(
        max_length=REASON_MOST,
        pattern=A_LINE,
        description="Why, without a name: groups and companies read it.",
        extra={"label": "Raison"},
    ),
]
Reason = Annotated[MaybeReason, Meta(min_length=1)]


class SlotTerms(Act, frozen=True, kw_only=True):
    """How many a slot receives, where, and which companies: its workshop's numbers unless they are given."""

    room: Room | None = msgspec.field(name="room_id", default=None)
    seats: Seats | None = None
    groups_max: GroupsMax | None = None
    company_places: CompanyPlaces = 0
    one_per_trade: OnePerTrade = False
    on_agreement: OnAgreement = False
    odd_hours: OddHours = False
