"""What a slot allows, and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from enum import StrEnum

from msgspec import Struct

from workshops.refusals import Refusal
from workshops.school_calendar.rules import (
    PARIS,
    DayOff,
    Reason,
    lessons_only,
    on_working_day,
    paris_day,
    paris_instant,
    school_days_before,
)
from workshops.sql_sets import sql_set

BOOKING_CLOSES_AT = time(18, 0)
SHORTEST = timedelta(minutes=30)
LONGEST = timedelta(hours=10)
DESK_OPENS = timedelta(hours=2)
SETTLES_DAYS = 7
LIST_LOCKS_DAYS = 2
REMINDED_AT = time(8)

CLOSED_DAY_WORDS: dict[Reason, str] = {
    "holiday": "Ce jour tombe pendant les vacances scolaires de votre zone. Choisissez un autre jour.",
    "public_holiday": "Ce jour est férié. Choisissez un autre jour.",
    "closure": "Votre lycée est fermé ce jour-là. Choisissez un autre jour, ou retirez la fermeture.",
}


class SlotState(StrEnum):
    """The life of a slot; closed once reservations have ended, done once its figures are frozen."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    DONE = "done"
    CALLED_OFF = "called_off"


TO_COME = frozenset({SlotState.OPEN, SlotState.CLOSED})
"""Shown to all, and neither counted nor called off."""
KEPT = TO_COME | {SlotState.DONE}
"""Shown to all, and not called off."""
OVER = frozenset({SlotState.DONE, SlotState.CALLED_OFF})
TO_COME_SQL, KEPT_SQL, OVER_SQL = sql_set(TO_COME), sql_set(KEPT), sql_set(OVER)


class ClosedDay(Refusal):
    """Nobody is received that day. `reason` is holiday, public_holiday or closure."""

    kind = "closed-day"
    title = "Jour sans visite"
    field = "starts_at"

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(CLOSED_DAY_WORDS[reason])


class SlotStanding(Struct, frozen=True):
    """A slot that is in the way of another, as its lycée knows it."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime


class RoomTaken(Refusal):
    """Another slot is in the room at that time: `there` is the one, where it could still be seen."""

    kind = "room-taken"
    title = "Salle occupée"
    field = "room"
    sentence = "Un autre créneau occupe cette salle à ce moment. Choisissez une autre heure ou une autre salle."

    def __init__(self, there: SlotStanding | None = None) -> None:
        self.there = there
        if there is None:
            super().__init__()
            return
        starts, ends = there.starts_at.astimezone(PARIS), there.ends_at.astimezone(PARIS)
        hours = f"de {starts.hour} h {starts:%M} à {ends.hour} h {ends:%M}"
        super().__init__(
            f"« {there.title} » occupe cette salle le {starts:%d/%m/%Y}, {hours}."
            " Choisissez une autre heure ou une autre salle."
        )


class SlotDone(Refusal):
    """The slot is closed: its figures are frozen."""

    kind = "slot-done"
    title = "Visite déjà close"
    sentence = "Cette visite est close : ses chiffres sont figés."


class NotDone(Refusal):
    """There are no frozen figures to take back."""

    kind = "slot-not-done"
    title = "Visite non close"
    sentence = "Cette visite n'est pas close : il n'y a rien à rouvrir."


class YearClosed(Refusal):
    """The slot's school year is closed: its figures are frozen for good."""

    kind = "year-closed"
    title = "Année close"
    sentence = "L'année scolaire de cette visite est close : ses chiffres sont figés et ne changent plus."


class SlotCalledOff(Refusal):
    """The slot was called off: there is nothing to do in it."""

    kind = "slot-called-off"
    title = "Créneau annulé"
    sentence = "Ce créneau est annulé."


class SlotBegun(Refusal):
    """The visit has begun: it can no longer be moved."""

    kind = "slot-begun"
    title = "Visite commencée"
    sentence = "Cette visite a commencé : elle ne peut plus être déplacée."


class BelowTaken(Refusal):
    """Fewer places than are taken. `field` is the one of which there would be fewer."""

    kind = "below-taken"
    title = "Places déjà prises"

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


class TooEarly(Refusal):
    """The visit has not begun."""

    kind = "too-early"
    title = "Trop tôt"
    sentence = "La visite n'a pas commencé. Revenez le jour même."


class GroupTurnout(Struct, frozen=True):
    """A group at a closed slot, in plain counts: `counted` is the host's own head count, which the programme counts.

    `girls` are some of them, None where the host did not count them apart. `came` is None for a group that counts here
    when somebody of it came; told for one whose pupils several visits received, since it counts at one of them.
    `ulis` are those of ULIS among them, as the group says. `declared` are here by the host's word alone,
    beside those `scanned`.
    """

    group_ref: int
    school: int
    group_label: str
    level: str
    announced: int
    scanned: int
    counted: int
    adults: int = 0
    note: str = ""
    girls: int | None = None
    came: bool | None = None
    declared: int = 0
    ulis: int = 0


class CompanyAtSlot(Struct, frozen=True):
    """A company at a closed slot."""

    siret: str
    name: str
    people: int


class Deadlines(Struct, frozen=True):
    """What a slot's day decides, known when it opens and anew when it moves: until when a group cancels freely, changes
    its head count, its list; `eve`, 8 h 00 of the last working day before, reminds of it."""

    free_cancellation: datetime
    headcount: datetime
    list: datetime
    eve: datetime
    start: datetime

    @property
    def stored(self) -> tuple[datetime, datetime, datetime]:
        """As a slot keeps them: `settles_at`, `list_locks_at`, `eve_at`."""
        return self.headcount, self.list, self.eve


def deadlines_of(starts_at: datetime, off: Iterable[DayOff] = (), *, now: datetime) -> Deadlines:
    """A week, two days and one day before the start, at its hour of the wall: the first on a day of lessons, the others
    on a day that the lycée works, whose days `off` are."""
    off = tuple(off)

    def before(days: int, hour: time, closed: Iterable[DayOff]) -> datetime:
        told = paris_instant(paris_day(starts_at) - timedelta(days=days), hour)
        return on_working_day(told, closed, after=now)

    hour = starts_at.astimezone(PARIS).time()
    settles = before(SETTLES_DAYS, hour, lessons_only(off))
    return Deadlines(settles, settles, before(LIST_LOCKS_DAYS, hour, off), before(1, REMINDED_AT, off), starts_at)


def closing(starts_at: datetime, off: Iterable[DayOff] = (), *, days: int) -> datetime:
    """When reservations close at the latest, so that a visit can be prepared: at 18:00, so many school days before.

    `days` is the lycée's own number, `off` what its zone and everyone have off; what it closes itself counts as days
    of school.
    """
    return paris_instant(school_days_before(paris_day(starts_at), days, off), BOOKING_CLOSES_AT)


def closing_with(latest: datetime, chosen: datetime | None) -> datetime:
    """When reservations close: at the rule's moment, the `latest`, or at the earlier one that the lycée chose."""
    return latest if chosen is None else min(latest, chosen)


def moved_choice(chosen: datetime | None, was_at: datetime, starts_at: datetime) -> datetime | None:
    """The closing that the lycée chose, once the slot has moved: as many days before, at the same hour of the wall.

    On the day itself it is as long before the start.
    """
    if chosen is None:
        return None
    apart = paris_day(was_at) - paris_day(chosen)
    if not apart:
        return starts_at - (was_at - chosen)
    return paris_instant(paris_day(starts_at) - apart, chosen.astimezone(PARIS).time())


def state_shown(state: str, booking_closes_at: datetime, now: datetime, *, host_closed: bool = False) -> str:
    """The state that people see: an open slot is closed once its reservations have ended, or where its lycée receives
    nobody that day."""
    return "closed" if state == "open" and (host_closed or booking_closes_at <= now) else state


def refuse_to_change(state: str) -> None:
    """A slot may change until it is done or called off. Raises SlotDone, SlotCalledOff."""
    if state == "done":
        raise SlotDone
    if state == "called_off":
        raise SlotCalledOff


def may_call_off(state: str) -> bool:
    """Whether the slot may still change or be called off: until it is done."""
    return state not in OVER


def refuse_to_record(state: str, starts_at: datetime, now: datetime) -> None:
    """What happened at a slot is written down from two hours before its start until it is done.

    Raises SlotDone, SlotCalledOff, TooEarly.
    """
    refuse_to_change(state)
    if now < starts_at - DESK_OPENS:
        raise TooEarly
