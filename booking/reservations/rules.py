"""What a reservation may become, who may make it so, and why a booking is refused. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from workshops.refusals import Invalid, Refusal

PUPILS_MOST = 60
ADULTS_MOST = 12
FREE_CANCELLATION = timedelta(days=7)

HOLDS_SEATS = frozenset({"requested", "confirmed", "locked", "offered"})
LIVE = HOLDS_SEATS | {"waiting"}


class SlotFull(Refusal):
    kind = "slot-full"
    title = "Complet"
    sentence = "Ce créneau est complet. Choisissez une autre date, ou un groupe plus petit."


class TooLate(Refusal):
    kind = "too-late"
    title = "Trop tard"
    sentence = "Les réservations de ce créneau sont closes. Choisissez une date plus lointaine."


class GroupBusy(Refusal):
    kind = "group-busy"
    title = "Groupe déjà pris"
    sentence = "Ce groupe a déjà une visite à cette heure-là. Choisissez un autre groupe ou un autre créneau."


class WrongLevel(Refusal):
    kind = "wrong-level"
    title = "Autre niveau"
    sentence = "Cet atelier n'est pas proposé au niveau de ce groupe."


class HostClosed(Refusal):
    kind = "host-closed"
    title = "Lycée fermé"
    sentence = "Le lycée ne reçoit pas sur ce créneau. Choisissez une autre date."


class KeyReused(Refusal):
    kind = "idempotency-key-reused"
    status = 422
    title = "Clé déjà utilisée"
    sentence = "Cette clé d'envoi a déjà servi pour une autre demande. Rechargez la page, puis recommencez."


class NotNow(Refusal):
    kind = "not-now"
    title = "Plus possible"
    sentence = "Cette réservation ne peut plus être changée ainsi."


@dataclass(frozen=True)
class SlotSeen:
    """A slot and a group as the decision needs them. Instants are aware; `levels` are those the workshop takes."""

    state: str
    booking_closes_at: datetime
    levels: tuple[str, ...]
    seats: int
    seats_taken: int
    groups_max: int
    groups_taken: int
    group_level: str
    group_busy: bool
    host_closed: bool

    @property
    def seats_free(self) -> int:
        return self.seats - self.seats_taken


def refuse_headcount(pupils: int, adults: int) -> None:
    """Raise Invalid for a head count that no group has."""
    errors = {}
    if not 1 <= pupils <= PUPILS_MOST:
        errors["pupils"] = f"Élèves : écrivez un nombre de 1 à {PUPILS_MOST}."
    if not 1 <= adults <= ADULTS_MOST:
        errors["adults"] = f"Adultes : écrivez un nombre de 1 à {ADULTS_MOST}."
    if errors:
        raise Invalid(errors)


def refuse_booking(seen: SlotSeen, *, pupils: int, now: datetime) -> None:
    """Raise the first reason why this group cannot have this slot; say nothing when it can."""
    if seen.state not in {"open", "closed"} or seen.host_closed:
        raise HostClosed()
    if seen.state == "closed" or now >= seen.booking_closes_at:
        raise TooLate()
    if seen.group_level not in seen.levels:
        raise WrongLevel(f"Cet atelier est proposé en {_among(seen.levels)} ; ce groupe est en {seen.group_level}.")
    if seen.group_busy:
        raise GroupBusy()
    if seen.groups_taken >= seen.groups_max or seen.seats_free == 0:
        raise SlotFull()
    if pupils > seen.seats_free:
        places = "place" if seen.seats_free == 1 else "places"
        raise SlotFull(
            f"Il reste {seen.seats_free} {places} sur ce créneau, votre groupe en demande {pupils}."
            " Choisissez une autre date, ou un groupe plus petit."
        )


def _among(levels: tuple[str, ...]) -> str:
    return levels[0] if len(levels) == 1 else f"{', '.join(levels[:-1])} et {levels[-1]}"


@dataclass(frozen=True)
class Transition:
    """An act in a state: who may do it, what the reservation becomes."""

    by: frozenset[str]
    becomes: str


# state x act. Pages and API show only what this table allows; the waiting list and the approvals add their lines here.
TRANSITIONS: dict[tuple[str, str], Transition] = {
    ("confirmed", "cancel"): Transition(by=frozenset({"teacher"}), becomes="cancelled_by_teacher"),
    ("confirmed", "decline"): Transition(by=frozenset({"host"}), becomes="refused_by_host"),
    ("confirmed", "attend"): Transition(by=frozenset({"host"}), becomes="attended"),
    ("confirmed", "miss"): Transition(by=frozenset({"host"}), becomes="no_show"),
    ("locked", "cancel"): Transition(by=frozenset({"teacher"}), becomes="cancelled_by_teacher"),
    ("locked", "decline"): Transition(by=frozenset({"host"}), becomes="refused_by_host"),
    ("locked", "attend"): Transition(by=frozenset({"host"}), becomes="attended"),
    ("locked", "miss"): Transition(by=frozenset({"host"}), becomes="no_show"),
}
BEFORE_THE_VISIT = frozenset({"cancel", "decline"})


def allowed_acts(state: str, *, role: str, starts_at: datetime, now: datetime) -> tuple[str, ...]:
    """What this role may do to a reservation now, in the order in which a page offers it."""
    return tuple(
        act
        for (when, act), transition in TRANSITIONS.items()
        if when == state and role in transition.by and (act not in BEFORE_THE_VISIT or now < starts_at)
    )


def becomes(state: str, act: str, *, role: str, starts_at: datetime, now: datetime) -> str:
    """The state after an act; raises NotNow when the table does not allow it."""
    if act not in allowed_acts(state, role=role, starts_at=starts_at, now=now):
        raise NotNow()
    return TRANSITIONS[state, act].becomes


def is_late(starts_at: datetime, *, now: datetime) -> bool:
    """Whether a cancellation comes when the lycée can hardly find another group."""
    return now > starts_at - FREE_CANCELLATION


def print_of(*asked: object) -> str:
    """A fingerprint of what was asked, to tell a repeat from another demand under the same Idempotency-Key."""
    return hashlib.sha256(repr(asked).encode()).hexdigest()
