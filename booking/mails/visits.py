"""Mails about a visit to the teacher who reserved it; each confirmed visit comes with its calendar entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from booking.calendar.invites import queries
from booking.calendar.invites.invite import invitation
from booking.calendar.invites.queries import Visit
from booking.mails.draft import Draft, Drafts
from booking.mails.places import Lines, guest_of, headcount, reason_of, when_and_where, when_it_was
from booking.outbox.notices.rules import Claimed
from booking.settings import Settings

COMING = frozenset({"confirmed", "locked"})
ENDED = frozenset({"cancelled_by_teacher", "refused_by_principal", "refused_by_host", "called_off", "lapsed"})
WHY = {
    "cancelled_by_teacher": "Votre collège l'a annulée.",
    "refused_by_principal": "La direction de votre collège n'a pas donné son accord.",
    "refused_by_host": "Le lycée ne peut pas recevoir votre groupe.",
    "called_off": "Le lycée a annulé ce créneau.",
    "lapsed": "Elle n'a pas été confirmée à temps.",
}


async def confirmed(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """It is reserved."""
    visit = await visit_in(COMING, notice, now)
    return None if visit is None else _coming(visit, notice, settings, now)


async def moved(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """It takes place on another day; `also` is the slot that it left. A demand may move before its visa too."""
    visit = await visit_in(COMING | {"requested"}, notice, now)
    return None if visit is None else _coming(visit, notice, settings, now, left=await left_by(visit, notice))


async def resized(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """It comes with another head count."""
    return await confirmed(notice, settings, now)


async def cancelled(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """It is cancelled, by whom and why; a demand that was never confirmed has nothing to take out of an agenda."""
    visit = await visit_in(ENDED, notice, now)
    if visit is None:
        return None
    draft = _to_teacher(visit, notice, settings, now, lines=when_it_was(visit), more=reason_of(visit))
    # She has seen on the page what she cancelled; what somebody else ended is told in any case.
    return replace(draft, only_if_invited=visit.state == "cancelled_by_teacher")


async def visit_in(states: frozenset[str], notice: Claimed, now: datetime) -> Visit | None:
    """The visit of a notice, if it is still to come and still in a state that the mail tells of."""
    visit = await queries.visit(notice.about)
    return visit if visit is not None and visit.state in states and visit.ends_at > now else None


async def left_by(visit: Visit, notice: Claimed) -> Visit | None:
    """The same visit at the slot that it left; None when it is back there, or when nothing says where it was."""
    if notice.also is None or notice.also == visit.slot:
        return None
    return await queries.visit_left(visit.id, notice.also)


def _coming(visit: Visit, notice: Claimed, settings: Settings, now: datetime, *, left: Visit | None = None) -> Draft:
    return _to_teacher(visit, notice, settings, now, lines=when_and_where(visit), left=left)


def _to_teacher(
    visit: Visit,
    notice: Claimed,
    settings: Settings,
    now: datetime,
    *,
    lines: Lines,
    more: Lines = (),
    left: Visit | None = None,
) -> Draft:
    guest = guest_of(notice, settings, f"/reservations/{visit.id}")
    group = ("Groupe", f"{visit.group_name}, {headcount(visit.pupils, visit.adults)}")
    return Draft(
        words={"visit": visit, "why": WHY.get(visit.state, ""), "left": left},
        link=guest.url,
        lines=(*lines, group, *more),
        invitation=invitation(visit, guest, now=now),
    )


KINDS: dict[str, Drafts] = {
    "reservation_confirmed": confirmed,
    "reservation_moved": moved,
    "headcount_changed": resized,
    "reservation_cancelled": cancelled,
}
