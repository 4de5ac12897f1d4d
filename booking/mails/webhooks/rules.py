"""What may leave, to whom, and when a receiver is given up. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from booking.people.accounts.rules import Role
from workshops.refusals import Invalid, Refusal

# Only these ever leave: a visit, a slot, a company's coming, days on which a lycée receives nobody. Nobody's sign-in,
# access, account or key.
_BOOKINGS = (
    *("reservation_booked", "reservation_waits", "reservation_offer", "reservation_accept", "reservation_approve"),
    *("reservation_paper_visa", "reservation_take_back", "reservation_refuse", "reservation_cancel"),
    *("reservation_decline", "reservation_lapse", "reservation_release", "reservation_call_off"),
)
_CHANGES = (
    *("reservation_headcount", "reservation_moved", "reservation_follow", "reservation_comes"),
    *("change_asked", "change_approve", "change_paper_visa", "change_refuse"),
    *("change_lapse", "change_decline", "change_cancel", "change_call_off"),
)
_PRESENCE = ("reservation_lock", "reservation_unlock", "reservation_attend", "reservation_miss", "reservation_reopen")
_SLOTS = ("slot_opened", "slot_moved", "slot_resized", "slot_restated", "slot_called_off")
_CLOSINGS = ("slot_closed", "slot_reopened")
_COMINGS = (
    *("attendance_asked", "attendance_announced", "attendance_accepted", "attendance_changed", "attendance_follow"),
    *("attendance_declined", "attendance_withdrawn", "attendance_lapsed", "attendance_call_off"),
)
_DAYS = ("closure_declared", "closure_withdrawn")
TOLD_OUTSIDE: Mapping[str, tuple[str, ...]] = {
    "reservation": (*_BOOKINGS, *_CHANGES, *_PRESENCE),
    "slot": (*_SLOTS, *_CLOSINGS),
    "attendance": _COMINGS,
    "closure": _DAYS,
}
EVERYTHING = "all"
GROUPS: Mapping[str, tuple[str, ...]] = {
    "bookings": _BOOKINGS,
    "changes": _CHANGES,
    "closings": (*_PRESENCE, *_CLOSINGS),
    "slots": _SLOTS,
    "comings": _COMINGS,
    "days": _DAYS,
}
"""What a school's software wants to know, each act in one of them; a subscription keeps the acts themselves."""
# Mails tell the halves of a class together, the choices of a demand, and a group of all its visits in a series;
# programs hear of each.
_OF_HALF = {
    f"reservation_{act}_also"
    for act in (
        *("booked", "approve", "paper_visa", "take_back", "refuse", "lapse", "cancel", "follow", "call_off"),
        *("offer", "accept", "release", "waits"),
    )
}
SUBJECTS: Mapping[Role, tuple[str, ...]] = {
    Role.TEACHER: ("reservation",),
    Role.HOST: ("reservation", "slot", "attendance", "closure"),
    Role.COMPANY: ("attendance",),
    Role.COORDINATOR: ("reservation", "slot", "attendance"),
}
RESOURCES = {
    "reservation": "reservations",
    "slot": "slots",
    "attendance": "attendances",
    "closure": "closures",
    "webhook": "webhooks",
}
TRIAL = "trial"

MOST = 5
BACK_OFF = (
    timedelta(seconds=30),
    *(timedelta(minutes=minutes) for minutes in (2, 10, 30)),
    *(timedelta(hours=hours) for hours in (1, 2, 4)),
)
TRIED_FOR = timedelta(hours=24)
# A receiver of which nothing at all arrives for so long is left alone.
PAUSED_AFTER = timedelta(days=3)
RESTS = timedelta(seconds=30)
JITTER = 0.2

NOT_OFFERED = {"acts": "Choisissez dans la liste ce dont l'autre logiciel est prévenu."}


class PausedWhy(StrEnum):
    """Who or what paused a subscription."""

    MAKER = "maker"
    FAILING = "failing"
    GONE = "gone"


class DeliveryState(StrEnum):
    """Where the telling of one event stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class TooManyWebhooks(Refusal):
    kind = "too-many-webhooks"
    title = "Trop d'abonnements"
    sentence = f"Vous avez déjà {MOST} abonnements dans ce rôle. Retirez-en un avant d'en ajouter un autre."


class WebhookKnown(Refusal):
    kind = "webhook-known"
    title = "Déjà abonné"
    sentence = "« {} » est déjà prévenu de la même chose à cette adresse, dans vos abonnements."
    field = "url"


class DeliveryNotFailed(Refusal):
    kind = "delivery-not-failed"
    title = "Rien à relancer"
    sentence = "Cet envoi n'est plus en échec : il est arrivé, ou il est déjà relancé."


class WebhookPaused(Refusal):
    kind = "webhook-paused"
    title = "Abonnement en pause"
    sentence = "Cet abonnement est en pause : rien ne part. Reprenez-le d'abord."


class TellingOf(Struct, frozen=True):
    """What was done, to what, and where the API tells it; `sequence` is its calendar entry's. A trial has no `id`.

    `program`: the name of the program by which it was done; None where people did it themselves."""

    id: int | None
    at: datetime
    act: str
    about_kind: str
    about: int
    sequence: int | None
    href: str
    program: str | None = None


class Telling(Struct, frozen=True):
    """What a program is told of one act, sent or followed: nobody's name and no words."""

    type: str
    timestamp: datetime
    data: TellingOf


class TryDeliveryAgain(Struct, frozen=True):
    """The delivery waits until `at`."""

    at: datetime


class GiveUpDelivery(Struct, frozen=True):
    """The delivery is shown as failed; whoever made the subscription may send it again."""


def acts_open_to(role: Role) -> Mapping[str, Sequence[str]]:
    """The acts that somebody in this role may be told of, by what they are about."""
    return {kind: TOLD_OUTSIDE[kind] for kind in SUBJECTS.get(role, ())}


def groups_open_to(role: Role) -> Mapping[str, frozenset[str]]:
    """The groups that somebody in this role may choose among, each with the acts of it that she may be told of."""
    every = {act for some in acts_open_to(role).values() for act in some}
    return {name: frozenset(some) & every for name, some in GROUPS.items() if not every.isdisjoint(some)}


def acts_of(groups: Collection[str], role: Role) -> frozenset[str]:
    """The acts of the groups that were chosen, of all at EVERYTHING. Raises Invalid for one that is not open to her."""
    open_to = groups_open_to(role)
    chosen = open_to.keys() if EVERYTHING in groups else groups
    if not open_to.keys() >= set(chosen):
        raise Invalid(NOT_OFFERED)
    return frozenset().union(*(open_to[name] for name in chosen))


def groups_of(acts: Collection[str], role: Role) -> Sequence[str]:
    """The groups that these acts are, or EVERYTHING; none where they were chosen one by one."""
    open_to, told = groups_open_to(role), set(acts)
    whole = [name for name, some in open_to.items() if told >= some]
    if told != acts_of(whole, role):
        return []
    return whole if len(whole) < len(open_to) or len(whole) == 1 else [EVERYTHING]


def act_outside(act: str) -> str:
    """The name under which programs know an act."""
    return act.removesuffix("_also") if act in _OF_HALF else act


def acts_inside(role: Role) -> Sequence[str]:
    """The acts that somebody in this role may be told of, under the names by which events know them."""
    return inside([act for some in acts_open_to(role).values() for act in some])


def inside(acts: Collection[str]) -> Sequence[str]:
    """Acts as programs name them, under the names by which events know them."""
    return sorted({*acts, *(act for act in _OF_HALF if act_outside(act) in acts)})


def telling(
    event: int | None,
    *,
    act: str,
    about_kind: str,
    about: int,
    at: datetime,
    sequence: int | None,
    program: str | None,
    base_url: str,
) -> Telling:
    """An event as programs are told it."""
    href, name = f"{base_url}/api/v1/{RESOURCES[about_kind]}/{about}", act_outside(act)
    return Telling(name, at, TellingOf(event, at, name, about_kind, about, sequence, href, program))


def refuse_foreign_acts(acts: Collection[str], role: Role) -> None:
    """Raise Invalid without any act, and for one that this role is not told of."""
    known = {act for some in acts_open_to(role).values() for act in some}
    if not acts or not known.issuperset(acts):
        raise Invalid(NOT_OFFERED)


def after_failure(*, attempts: int, since: datetime, chance: float, now: datetime) -> TryDeliveryAgain | GiveUpDelivery:
    """What becomes of a delivery that did not arrive, after this many attempts; `chance`, from 0 to 1, spreads them."""
    end = since + TRIED_FOR
    if now >= end:
        return GiveUpDelivery()
    wait = BACK_OFF[min(attempts, len(BACK_OFF)) - 1] * (1 + JITTER * (2 * chance - 1))
    return TryDeliveryAgain(min(now + wait, end))


def should_pause(failing_since: datetime | None, now: datetime) -> bool:
    """Whether a receiver that has just lost an event for good has failed for so long that it is left alone."""
    return failing_since is not None and now - failing_since >= PAUSED_AFTER
