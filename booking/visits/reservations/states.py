"""A reservation's whole life as one table: state x act -> who, until when, what it becomes. Pure.

Pages and API show only the acts that this table allows; the verbs ask it again under the slot's lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from msgspec import Struct

from booking.visits.reservation_states import CAME, HOLDS_SEATS, LIVE, NOT_SURE, SIGNED, SURE, State
from workshops.refusals import Refusal
from workshops.school_calendar.rules import DayOff, at_office_hours, next_working_day, on_working_day, paris_day
from workshops.slots.rules import Deadlines


class Act(StrEnum):
    """What people, a slot or time do to a reservation."""

    APPROVE = "approve"
    PAPER_VISA = "paper_visa"
    RENEW_APPROVAL = "renew_approval"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"
    ADMIT = "admit"
    TURN_AWAY = "turn_away"
    CANCEL = "cancel"
    DECLINE = "decline"
    LAPSE = "lapse"
    SAY_COMING = "say_coming"
    HEADCOUNT = "headcount"
    MOVE = "move"
    LOCK = "lock"
    OFFER = "offer"
    LET_THROUGH = "let_through"
    DRAW = "draw"
    ACCEPT = "accept"
    ATTEND = "attend"
    MISS = "miss"
    REOPEN = "reopen"
    RELEASE = "release"
    FOLLOW = "follow"
    UNLOCK = "unlock"
    CALL_OFF = "call_off"


OFFER_LASTS = timedelta(hours=48)
OFFER_FAIR = timedelta(hours=20)
OFFER_SHORTEST = timedelta(hours=1)
APPROVAL_LASTS = timedelta(days=10)
ASKED_BEFORE = timedelta(days=14)
ASKED_AGAIN_DAYS = 3
# A visit made sure so short a time before the first question has just been thought of.
ASKED_AFTER = timedelta(days=7)
# The question leaves at 8 h 00: who has not answered by the evening is called.
SILENT_AFTER = timedelta(hours=10)

Until = Literal["headcount", "list", "start", "ever"]
TEACHER = frozenset({"teacher"})
HOST = frozenset({"host"})
PRINCIPAL = frozenset({"principal"})
CLOCK = frozenset({"clock"})
SLOT = frozenset({"slot"})
COLLEGE = frozenset({"college"})
DEMAND = frozenset({"demand"})
EITHER_SIDE = TEACHER | HOST
COORDINATION = frozenset({"coordinator"})
# Of a visit that stands: what only a question to the principal opens, and what one closes until it is answered.
ANSWERS = frozenset({Act.APPROVE, Act.REFUSE, Act.PAPER_VISA, Act.RENEW_APPROVAL, Act.LAPSE})


class NotNow(Refusal):
    kind = "not-now"
    title = "Plus possible"
    sentence = "Cette réservation ne peut plus être changée ainsi."


class HeadcountLocked(Refusal):
    kind = "headcount-locked"
    title = "Effectif arrêté"
    sentence = (
        "L'effectif est arrêté une semaine avant la visite. Appelez le lycée pour un changement de dernière heure."
    )


class ListLocked(Refusal):
    kind = "list-locked"
    title = "Liste close"
    sentence = "La liste est close deux jours avant la visite. Vous pouvez encore annuler, en disant pourquoi."


class Transition(Struct, frozen=True):
    """An act in a state. `becomes`: None when the state stays; `begun`: from its start on."""

    by: frozenset[str]
    becomes: State | None
    until: Until = "start"
    begun: bool = False


TRANSITIONS: dict[tuple[State, Act], Transition] = {
    (State.REQUESTED, Act.APPROVE): Transition(PRINCIPAL, State.CONFIRMED),
    (State.REQUESTED, Act.PAPER_VISA): Transition(TEACHER, State.CONFIRMED),
    (State.REQUESTED, Act.RENEW_APPROVAL): Transition(TEACHER, None),
    (State.REQUESTED, Act.REFUSE): Transition(PRINCIPAL, State.REFUSED_BY_PRINCIPAL),
    # Of a teacher who signed up by herself, once her collège has said whether she is its.
    (State.REQUESTED, Act.ADMIT): Transition(COLLEGE, State.CONFIRMED),
    (State.REQUESTED, Act.TURN_AWAY): Transition(COLLEGE, State.CANCELLED_BY_TEACHER, until="ever"),
    (State.REQUESTED, Act.CANCEL): Transition(TEACHER, State.CANCELLED_BY_TEACHER),
    (State.REQUESTED, Act.DECLINE): Transition(HOST, State.REFUSED_BY_HOST),
    (State.REQUESTED, Act.LAPSE): Transition(CLOCK, State.LAPSED, until="ever"),
    (State.REQUESTED, Act.HEADCOUNT): Transition(TEACHER, None, until="headcount"),
    (State.REQUESTED, Act.MOVE): Transition(TEACHER, None, until="list"),
    (State.CONFIRMED, Act.CANCEL): Transition(TEACHER, State.CANCELLED_BY_TEACHER),
    (State.CONFIRMED, Act.DECLINE): Transition(HOST, State.REFUSED_BY_HOST),
    (State.CONFIRMED, Act.HEADCOUNT): Transition(TEACHER, None, until="headcount"),
    (State.CONFIRMED, Act.MOVE): Transition(TEACHER, None, until="list"),
    # She says it, or her lycée has heard it on the telephone.
    **{(state, Act.SAY_COMING): Transition(EITHER_SIDE, None) for state in sorted(SURE)},
    # A visa noted from paper that whoever signs for the collège does not know: its place is held, she is asked.
    **{(state, Act.TAKE_BACK): Transition(PRINCIPAL, State.REQUESTED) for state in sorted(SURE)},
    **{(state, Act.TAKE_BACK): Transition(PRINCIPAL, None) for state in sorted(SIGNED - SURE)},
    # More adults than were signed for come once the principal has said so.
    (State.CONFIRMED, Act.APPROVE): Transition(PRINCIPAL, None),
    (State.CONFIRMED, Act.PAPER_VISA): Transition(TEACHER, None),
    (State.CONFIRMED, Act.RENEW_APPROVAL): Transition(TEACHER, None),
    (State.CONFIRMED, Act.REFUSE): Transition(PRINCIPAL, None),
    (State.CONFIRMED, Act.LAPSE): Transition(CLOCK, None, until="ever"),
    (State.CONFIRMED, Act.LOCK): Transition(CLOCK, State.LOCKED, until="ever"),
    (State.LOCKED, Act.CANCEL): Transition(TEACHER, State.CANCELLED_BY_TEACHER),
    (State.LOCKED, Act.DECLINE): Transition(HOST, State.REFUSED_BY_HOST),
    # Until its list locks; a place given back late, on its short clock, until the visit starts.
    (State.WAITING, Act.OFFER): Transition(CLOCK, State.OFFERED),
    # Beyond its collège's classes, it waits behind the others until then.
    (State.WAITING, Act.LET_THROUGH): Transition(COORDINATION, None, until="list"),
    (State.WAITING, Act.CANCEL): Transition(TEACHER, State.CANCELLED_BY_TEACHER),
    (State.WAITING, Act.LAPSE): Transition(CLOCK, State.LAPSED, until="ever"),
    (State.WAITING, Act.HEADCOUNT): Transition(TEACHER, None, until="list"),
    # In the draw of an opening's first hour: a place (CONFIRMED, or REQUESTED where it is to be signed), or a rank.
    (State.IN_DRAW, Act.DRAW): Transition(CLOCK, State.WAITING, until="ever"),
    (State.IN_DRAW, Act.CANCEL): Transition(TEACHER, State.CANCELLED_BY_TEACHER),
    (State.IN_DRAW, Act.TURN_AWAY): Transition(COLLEGE, State.CANCELLED_BY_TEACHER, until="ever"),
    (State.IN_DRAW, Act.LAPSE): Transition(CLOCK, State.LAPSED, until="ever"),
    (State.OFFERED, Act.ACCEPT): Transition(TEACHER, State.CONFIRMED),
    (State.OFFERED, Act.CANCEL): Transition(TEACHER, State.LAPSED),
    (State.OFFERED, Act.LAPSE): Transition(CLOCK, State.LAPSED, until="ever"),
    # The closure of the visit: a group whose place is only held is received too.
    **{
        (state, Act.ATTEND): Transition(HOST, State.ATTENDED, until="ever", begun=True) for state in sorted(HOLDS_SEATS)
    },
    **{(state, Act.MISS): Transition(HOST, State.NO_SHOW, until="ever", begun=True) for state in sorted(HOLDS_SEATS)},
    # A closed visit whose figures were wrong is counted again.
    **{(state, Act.REOPEN): Transition(SLOT, State.LOCKED, until="ever") for state in sorted(CAME)},
    # Another line of the same demand is taken.
    **{(one, Act.RELEASE): Transition(DEMAND, State.CANCELLED_BY_TEACHER, until="ever") for one in sorted(NOT_SURE)},
    # What the slot itself does to whoever is in it; a lycée's agenda holds the confirmed ones alone.
    **{(state, Act.FOLLOW): Transition(SLOT, None, until="ever") for state in sorted(LIVE)},
    (State.LOCKED, Act.UNLOCK): Transition(SLOT, State.CONFIRMED, until="list"),
    **{(state, Act.CALL_OFF): Transition(SLOT, State.CALLED_OFF, until="ever") for state in sorted(LIVE)},
}


def moment_of(until: Until, deadlines: Deadlines) -> datetime | None:
    """When an act stops being possible; None for never."""
    return {"headcount": deadlines.headcount, "list": deadlines.list, "start": deadlines.start, "ever": None}[until]


class Asks(Struct, frozen=True):
    """What is asked of the principal about a visit that stands: more adults, another place (`change`). The reservation
    may itself be that place: it `replaces` the visit. Its visa may have been noted from `paper`. `beyond`: the
    coordination is asked to let it through."""

    adults: bool = False
    change: bool = False
    replaces: bool = False
    paper: bool = False
    beyond: bool = False

    def bars(self, state: str, act: str) -> bool:
        """Whether an act of the table is not to be done now."""
        if act == "take_back":
            return not self.paper
        if act == "let_through":
            return not self.beyond
        if state == "confirmed" and act in ANSWERS:
            return not self.adults
        if self.replaces:
            return act in {"headcount", "move"}
        return self.change and act == "headcount"


NOTHING = Asks()


class ChangeAsked(NotNow):
    kind = "change-asked"
    title = "Un changement attend son visa"
    sentence = "Un changement de cette visite attend le visa. Renoncez-y d'abord, ou attendez la réponse."


def allowed_acts(
    state: str,
    *,
    role: str,
    deadlines: Deadlines,
    now: datetime,
    hold_until: datetime | None = None,
    asks: Asks = NOTHING,
) -> tuple[str, ...]:
    """What this role may do to a reservation now, in the order in which a page offers it.

    An offer that nobody answered before `hold_until` is no longer to be taken, even before the clock has ended it.
    """
    spent = {"accept"} if hold_until is not None and hold_until <= now else set()
    return tuple(
        act
        for (when, act), transition in TRANSITIONS.items()
        if when == state
        and role in transition.by
        and act not in spent
        and not asks.bars(state, act)
        and _is_on(transition, deadlines, now)
    )


def _is_on(transition: Transition, deadlines: Deadlines, now: datetime) -> bool:
    return not _over(transition, deadlines, now) and (now >= deadlines.start or not transition.begun)


def _over(transition: Transition, deadlines: Deadlines, now: datetime) -> bool:
    last = moment_of(transition.until, deadlines)
    return last is not None and now >= last


def transition_of(
    state: str, act: str, *, role: str, deadlines: Deadlines, now: datetime, asks: Asks = NOTHING
) -> Transition:
    """The line of the table for an act. Raises HeadcountLocked, ListLocked, ChangeAsked or NotNow without one."""
    found = TRANSITIONS.get((State(state), Act(act)))
    if found is None or role not in found.by:
        raise NotNow()
    if asks.bars(state, act):
        raise ChangeAsked() if act in {"headcount", "move"} else NotNow()
    if _over(found, deadlines, now):
        if found.until == "headcount" and now < deadlines.start:
            raise HeadcountLocked()
        if found.until == "list" and now < deadlines.start:
            raise ListLocked()
        raise NotNow()
    if found.begun and now < deadlines.start:
        raise NotNow()
    return found


def is_late(deadlines: Deadlines, *, moved_late: bool = False, now: datetime) -> bool:
    """Whether a cancellation comes when a lycée can hardly find another group: this one, or the one that a visit left
    when it was already too late there (`moved_late`): its new date gives no time back."""
    return moved_late or now > deadlines.free_cancellation


def offer_expires_at(deadlines: Deadlines, off: Iterable[DayOff] = (), *, now: datetime) -> datetime | None:
    """Until when an offered place is held: 48 h, half of what is left before the list locks when the slot is near,
    and no offer at all (None) when that would leave less than an hour to answer.

    On a day that the collège works, whose days `off` are: the last one before while that leaves a day to answer, else
    the next one while that leaves the group behind an hour.
    """
    off = tuple(off)
    lasts = min(OFFER_LASTS, (deadlines.list - now) / 2)
    if lasts < OFFER_SHORTEST:
        return None
    expires = on_working_day(now + lasts, off, after=now + min(lasts, OFFER_FAIR))
    later = next_working_day(expires, off)
    return later if later <= deadlines.list - 2 * OFFER_SHORTEST else expires


def hold_until(deadlines: Deadlines, off: Iterable[DayOff] = (), *, now: datetime) -> datetime:
    """Until when seats are held for a principal's visa: 10 days, half of what is left when the slot is near.

    On a day that the collège works, whose days `off` are, and at an hour at which somebody signs: the last one before
    while that leaves a day to sign, else the next one before the slot's own day. A weekend is the end where it is all
    that is left.
    """
    off = tuple(off)
    lasts = next_working_day(on_working_day(now + APPROVAL_LASTS, off, after=now), off)
    half = now + (deadlines.start - now) / 2
    near = next_working_day(on_working_day(half, off, after=now + OFFER_FAIR), off)
    if paris_day(near) >= paris_day(deadlines.start):
        near = on_working_day(half, off, after=now)
    return min(at_office_hours(min(lasts, max(deadlines.list, near)), off, after=now + OFFER_SHORTEST), deadlines.start)
