"""Why a slot cannot be had, in words. Pure; what a reservation may become is in `states`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from booking.people.accounts.rules import LinkSpent
from booking.visits.absences.rules import AbsencesUnanswered
from booking.visits.draws.rules import DrawFirst, DrawUnderWay, PeriodNotOpen
from booking.visits.reservation_states import LIVE
from booking.visits.reservations.states import ASKED_AFTER, ASKED_BEFORE
from booking.words.wording import counted, mark
from workshops.acts.health import says_of_pupil
from workshops.openings.rules import opens_later
from workshops.refusals import Invalid, Refusal
from workshops.school_calendar.rules import (
    PARIS,
    DayOff,
    last_working_day,
    paris_day,
    paris_instant,
    school_days_before,
)
from workshops.slots.rules import TO_COME, Deadlines
from workshops.slots.seats import GroupPlaces

NEEDS_INSTEAD = "Écrivez le besoin seul, par exemple « un fauteuil roulant »."
# What a teacher holds whom her collège has not confirmed: a class in two halves, or one large one.
NEWCOMER_DEMANDS = 2
NEWCOMER_SEATS = 40
# School days for which nobody else asks for a slot, before a group beyond its collège's classes is offered it.
IN_VAIN_DAYS = 10


class PrincipalTeaches(Invalid):
    """The address given for the principal is a teacher's: nobody signs her own visit."""

    def __init__(self, field: str = "principal") -> None:
        words = "Cette adresse est celle d'un enseignant du collège. Donnez celle du chef d'établissement."
        super().__init__({field: words})


def same_mailbox(one: str, other: str) -> bool:
    """Whether two addresses lead to one mailbox: whatever their case, and what follows a plus."""
    return _mailbox(one) == _mailbox(other)


def _mailbox(mail: str) -> tuple[str, str]:
    name, _, domain = mail.strip().casefold().rpartition("@")
    return name.split("+", 1)[0], domain.rstrip(".")


class SlotFull(Refusal):
    kind = "slot-full"
    title = "Complet"
    sentence = "Ce créneau est complet. Vous pouvez rejoindre la liste d'attente."


class GroupTooBig(Refusal):
    """More pupils than the slot takes when it is empty: waiting would change nothing."""

    kind = "group-too-big"
    title = "Groupe trop grand"

    def __init__(self, seats: int, pupils: int) -> None:
        super().__init__(
            f"Ce créneau prend {seats} {'élève' if seats == 1 else 'élèves'} ; vous en annoncez {pupils}."
            f" Choisissez un créneau qui en prend {pupils}, ou venez à {seats} au plus."
        )


class TooLate(Refusal):
    kind = "too-late"
    title = "Trop tard"
    sentence = "Les réservations de ce créneau sont closes. Choisissez une date plus lointaine."


class GroupBusy(Refusal):
    kind = "group-busy"
    title = "Groupe déjà pris"
    sentence = "Ce groupe a déjà une visite à cette heure-là. Choisissez un autre groupe ou un autre créneau."


class LongList(Refusal):
    kind = "group-busy"
    title = "Demande complète"
    sentence = (
        "Ce groupe attend déjà pour autant de créneaux qu'une demande en prend. Retirez-en un dans « Mes visites »,"
        " puis demandez celui-ci."
    )


class WrongLevel(Refusal):
    kind = "wrong-level"
    title = "Autre niveau"
    sentence = "Cet atelier n'est pas proposé au niveau de ce groupe."


class HostClosed(Refusal):
    kind = "host-closed"
    title = "Lycée fermé"
    sentence = "Le lycée ne reçoit pas sur ce créneau. Choisissez une autre date."


class LinkNotOurs(LinkSpent):
    title = "Lien incomplet"
    sentence = "Ce lien n'est pas complet, ou son compte est fermé. Ouvrez-le de nouveau depuis le mail, en entier."


class NewcomerHolds(Refusal):
    kind = "newcomer-holds"
    title = "Peu de places avant la réponse du collège"
    sentence = (
        f"Tant que votre collège ne vous a pas confirmée, vous demandez {NEWCOMER_DEMANDS} visites et {NEWCOMER_SEATS}"
        " places au plus, sans liste d'attente ni autre choix. La suite vous sera ouverte avec sa réponse."
    )


class TooManyGroups(Refusal):
    """As many groups of the level have a visit to come, or a demand, as the collège has classes: one more waits."""

    kind = "too-many-groups"
    title = "Autant de groupes que de classes"

    def __init__(self, level: str, *, classes: int, others: int) -> None:
        super().__init__(
            f"{groups_words(level, classes=classes, others=others)} Un groupe de plus passe après les autres :"
            " demandez à attendre une place, ou demandez à la coordination de le laisser passer."
        )


def groups_words(level: str, *, classes: int, others: int) -> str:
    """« Votre collège a déjà 5 groupes de 4e avec une visite à venir ou une demande, pour 5 classes de 4e. »"""
    return (
        f"Votre collège a déjà {counted(others, 'groupe')} de {level} avec une visite à venir ou une demande,"
        f" pour {counted(classes, 'classe')} de {level}."
    )


class KeyReused(Refusal):
    kind = "idempotency-key-reused"
    status = 422
    title = "Clé déjà utilisée"
    sentence = "Cette clé d'envoi a déjà servi pour une autre demande. Rechargez la page, puis recommencez."
    for_programs = "Idempotency-Key a déjà servi pour une autre demande : tirez-en une nouvelle par demande."


class GroupsCounted(Struct, frozen=True):
    """How many classes a collège has at a group's level, None without a limit, and how many `others` of its groups
    have a visit to come or a demand; none are told beside a group that has one itself."""

    classes: int | None = None
    others: int = 0

    @property
    def beyond(self) -> bool:
        """Whether the group would be one more than the classes."""
        return self.classes is not None and self.others >= self.classes


class SlotSeen(GroupPlaces, frozen=True):
    """A slot and a group as the decision needs them. Instants are aware; `levels` are those the workshop takes.

    `repeats`: this demand was granted under its key, before what is seen here. `classes` and `others` are those of
    `GroupsCounted`; `absences`: so many visits that its collège missed are to be explained first.
    """

    state: str
    booking_closes_at: datetime
    levels: tuple[str, ...]
    group_level: str
    group_busy: bool
    host_closed: bool
    approval: bool
    host: int
    deadlines: Deadlines
    repeats: bool = False
    opens_at: datetime | None = None
    opening: int | None = None
    draws_at: datetime | None = None
    classes: int | None = None
    others: int = 0
    absences: int = 0

    @property
    def groups(self) -> GroupsCounted:
        """How many groups of its level count beside this one, and how many may."""
        return GroupsCounted(self.classes, self.others)

    def collects(self, now: datetime) -> bool:
        """Whether a demand made now enters its draw."""
        return self.draws_at is not None and not opens_later(self.opens_at, now) and now < self.draws_at


HalfOf: TypeAlias = tuple[int | None, int | None, int | None]
"""The demand, its line and the half of it that comes there."""
WHOLE: HalfOf = (None, None, None)
Pair: TypeAlias = tuple[int, int]
"""The demand and its line that the two halves of a class have in common."""


def passed_over(worn: int, coming: int) -> int:
    """How many signs a half of a class leaves out from the next one on (`coming`), so that it shares neither the shape
    nor the colour that the other half wears."""
    shape, colour = mark(worn).shape, mark(worn).colour
    return next(
        past for past in range(36) if mark(coming + past).shape != shape and mark(coming + past).colour != colour
    )


def refuse_newcomers_demand(demands: int, seats: int, *, pupils: int) -> None:
    """Raise NewcomerHolds when this demand is more than a teacher may hold whom nobody knows yet."""
    if demands >= NEWCOMER_DEMANDS or seats + pupils > NEWCOMER_SEATS:
        raise NewcomerHolds()


def refuse_needs(needs: str) -> None:
    """The line beside the boxes names nobody, and tells no child's health. Raises Invalid."""
    if told := says_of_pupil("Besoins d'accueil", needs, instead=NEEDS_INSTEAD):
        raise Invalid({"needs": told})


def may_tell_needs(state: str, ends_at: datetime, *, now: datetime) -> bool:
    """Whether what a group needs may still be said: nobody prepares for a visit that is over or will not be."""
    return state in LIVE and now < ends_at


def refuse_booking(seen: SlotSeen, *, pupils: int, drawn: bool = False, now: datetime) -> None:
    """Raise the first reason why this group cannot have this slot; say nothing when it can.

    `drawn`: it is the draw itself that gives the places.
    """
    if seen.absences and not drawn:
        raise AbsencesUnanswered(seen.absences)
    if seen.state not in TO_COME or seen.host_closed:
        raise HostClosed()
    if seen.state == "closed" or now >= seen.booking_closes_at:
        raise TooLate()
    if seen.group_level not in seen.levels:
        raise WrongLevel(f"Cet atelier est proposé en {_among(seen.levels)} ; ce groupe est en {seen.group_level}.")
    if pupils > seen.seats:
        raise GroupTooBig(seen.seats, pupils)
    if seen.opens_at is not None and opens_later(seen.opens_at, now):
        raise PeriodNotOpen(seen.opens_at)
    if seen.draws_at is not None and not drawn:
        raise DrawFirst(seen.draws_at) if now < seen.draws_at else DrawUnderWay()
    if seen.group_busy:
        raise GroupBusy()
    if seen.groups.beyond and seen.classes is not None and not drawn:
        raise TooManyGroups(seen.group_level, classes=seen.classes, others=seen.groups.others)
    if seen.seats_free == 0:
        raise SlotFull()
    if pupils > seen.seats_free:
        places = "place" if seen.seats_free == 1 else "places"
        raise SlotFull(
            f"Il reste {seen.seats_free} {places} sur ce créneau, votre groupe en demande {pupils}."
            " Vous pouvez rejoindre la liste d'attente, ou venir moins nombreux."
        )


def asked_in_vain_before(off: Iterable[DayOff], *, now: datetime) -> datetime | None:
    """Since when nobody may have asked for a slot, for ten school days to have passed; None on any other day: a place
    is offered to her on a day on which she works. `off` are the collège's days off."""
    off, today = tuple(off), paris_day(now)
    if last_working_day(today, off) != today:
        return None
    return paris_instant(school_days_before(today, IN_VAIN_DAYS, off), now.astimezone(PARIS).time())


def asked_whether_it_comes_from(said: datetime, starts_at: datetime) -> datetime:
    """Since when a collège is asked if its group comes: two weeks before, and for some days after its place was sure
    (`said`) in the last week alone, for it has just said so."""
    return max(starts_at - ASKED_BEFORE, min(said + ASKED_AFTER, starts_at - ASKED_AFTER))


def _among(levels: tuple[str, ...]) -> str:
    return levels[0] if len(levels) == 1 else f"{', '.join(levels[:-1])} et {levels[-1]}"


def print_of(*asked: object) -> str:
    """A fingerprint of what was asked, to tell a repeat from another demand under the same Idempotency-Key."""
    return hashlib.sha256(repr(asked).encode()).hexdigest()
