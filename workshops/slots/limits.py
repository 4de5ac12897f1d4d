"""What a slot may be: its hours, its numbers, its room. Pure, shared by all that opens or changes one."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated

from msgspec import Meta

from workshops.acts import chosen
from workshops.refusals import Invalid
from workshops.school_calendar.rules import PARIS, paris_day
from workshops.schools.rules import LEVELS, Level
from workshops.slots.rules import LONGEST, SHORTEST, BelowTaken
from workshops.typed_text.plain_words import A_LINE

SUNDAY = 6
# No lycée receives a class outside them without having meant it.
EARLIEST, LATEST = time(7), time(19)
REASON_MOST = 300
CLOSES_AT = time(18)
REASON_INSTEAD = "Écrivez pourquoi, sans nom : les groupes et les entreprises le liront."
TAKEN = {
    "seats": ("élève a déjà sa place", "élèves ont déjà leur place", "Refusez d'abord un groupe."),
    "groups_max": ("groupe vient déjà", "groupes viennent déjà", "Refusez-en un d'abord."),
    "company_places": (
        "personne d'entreprise est déjà annoncée",
        "personnes d'entreprises sont déjà annoncées",
        "Prévenez d'abord les entreprises.",
    ),
}
# The fields of every act on slots: the lycée types them once, whatever opens or changes a slot.
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
Room = Annotated[int, chosen("Salle", "A room of the lycée, large enough.")]
Seats = Annotated[int, Meta(ge=1, le=200, description="Pupils that the slot takes.", extra={"label": "Places"})]
GroupsMax = Annotated[
    int, Meta(ge=1, le=20, description="Groups that the slot takes.", extra={"label": "Groupes au plus"})
]
CompanyPlaces = Annotated[
    int,
    Meta(ge=0, le=50, description="People of companies who may come.", extra={"label": "Places pour des entreprises"}),
]
OnePerTrade = Annotated[
    bool,
    Meta(
        description="Of several companies of one trade, only one comes.",
        extra={"label": "Une seule entreprise par métier"},
    ),
]
OnAgreement = Annotated[
    bool,
    Meta(
        description="A company comes once the lycée has agreed.",
        extra={"label": "Chaque entreprise vient sous réserve de notre accord"},
    ),
]
OddHours = Annotated[
    bool,
    Meta(
        description="An hour before 7:00 or after 19:00 in France is meant.",
        extra={"label": "Oui, c'est bien cette heure"},
    ),
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


def refuse_wrong_hours(starts_at: datetime, ends_at: datetime, *, now: datetime) -> None:
    """A visit is to come, within one day that is no Sunday. Raises Invalid."""
    errors = {}
    if starts_at <= now:
        errors["starts_at"] = "Ce moment est déjà passé."
    elif starts_at.astimezone(PARIS).weekday() == SUNDAY:
        errors["starts_at"] = "Un créneau n'a pas lieu un dimanche."
    if ends_at <= starts_at:
        errors["ends_at"] = "La fin vient avant le début."
    elif paris_day(ends_at) != paris_day(starts_at) or not SHORTEST <= ends_at - starts_at <= LONGEST:
        errors["ends_at"] = "Un créneau dure de 30 minutes à 10 heures, dans la même journée."
    if errors:
        raise Invalid(errors)


def refuse_odd_hours(starts: time, ends: time, *, meant: bool) -> None:
    """A visit before 7:00 or after 19:00, hours of the wall, is asked about. Raises Invalid unless it is `meant`."""
    if told := asked_of_hours(starts, ends, meant=meant):
        raise Invalid({"odd_hours": told})


def refuse_odd_move(was: tuple[datetime, datetime], then: tuple[datetime, datetime], *, meant: bool) -> None:
    """A visit that moves to such an hour is asked about as one that opens there, and not again while it keeps its hours
    of the wall. Raises Invalid unless it is `meant`."""
    if (hours := _walls(then)) != _walls(was):
        refuse_odd_hours(*hours, meant=meant)


def _walls(span: tuple[datetime, datetime]) -> tuple[time, time]:
    return span[0].astimezone(PARIS).time(), span[1].astimezone(PARIS).time()


def asked_of_hours(starts: time, ends: time, *, meant: bool) -> str:
    """« Vraiment à 3 h 00 ? » : what is asked of a visit at an hour at which no class comes; empty when nothing is."""
    odd = starts if starts < EARLIEST or starts >= LATEST else ends if ends > LATEST else None
    if meant or odd is None:
        return ""
    until = "" if odd is starts else "jusqu'"
    return f"Vraiment {until}à {odd.hour} h {odd.minute:02} ? Corrigez l'heure, ou confirmez-la."


def refuse_too_soon(latest: datetime, *, days: int, now: datetime) -> None:
    """A slot that nobody could reserve any more is not opened: its reservations close at the `latest`, so many school
    days before. Raises Invalid."""
    if latest <= now:
        ago = "" if days == 1 else "s"
        raise Invalid(
            {
                "starts_at": f"Trop tôt pour les collèges : vos réservations closent {days} jour{ago} d'école avant,"
                f" {_moment(latest)} pour cette date. Choisissez une date plus lointaine,"
                " ou changez ce délai dans « Venir, signer »."
            }
        )


def refuse_wrong_closing(closes_at: datetime, latest: datetime, *, days: int, now: datetime) -> None:
    """Reservations close at a moment to come, and at the `latest` so many school days before. Raises Invalid."""
    if closes_at > latest:
        ago = "" if days == 1 else "s"
        told = f"Les réservations closent au plus tard {_moment(latest)}, {days} jour{ago} d'école avant la visite."
        raise Invalid({"booking_closes_at": told})
    if closes_at <= now:
        raise Invalid({"booking_closes_at": "Cette clôture des réservations est déjà passée."})


def _moment(instant: datetime) -> str:
    there = instant.astimezone(PARIS)
    return f"le {there:%d/%m/%Y} à {there.hour} h" + (f" {there:%M}" if there.minute else "")


def refuse_below_taken(field: str, *, asked: int, taken: int) -> None:
    """Places that people hold cannot go. `field` is seats, groups_max or company_places. Raises BelowTaken."""
    if asked < taken:
        one, many, what_to_do = TAKEN[field]
        raise BelowTaken(field, f"{taken} {one if taken == 1 else many} : gardez {taken} au moins. {what_to_do}")
