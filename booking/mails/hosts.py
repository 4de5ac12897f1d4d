"""Mails about a visit to those who receive it at the lycée; each comes with the visit's calendar entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from booking.calendar.invites import queries
from booking.calendar.invites.invite import Invitation, farewell, invitation
from booking.calendar.invites.queries import Visit
from booking.mails.draft import Draft, Drafts
from booking.mails.places import at_home, guest_of, headcount, reason_of
from booking.mails.visits import COMING, ENDED, left_by, visit_in
from booking.outbox.notices.rules import Claimed
from booking.people.accounts.queries import hosts_of
from booking.settings import Settings
from booking.visits.wishes.queries import RANKS


async def received(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """A group comes."""
    visit = await _received_by(notice, now)
    return None if visit is None else _invited(visit, notice, settings, now)


async def moved(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """A group comes on another day to the same lycée; `also` is the slot that it left."""
    visit = await _received_by(notice, now)
    return None if visit is None else _invited(visit, notice, settings, now, left=await left_by(visit, notice))


async def resized(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """A group comes with another head count."""
    return await received(notice, settings, now)


async def cancelled(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """A group no longer comes."""
    visit = await visit_in(ENDED, notice, now)
    return None if visit is None else replace(_invited(visit, notice, settings, now), only_if_invited=True)


async def left(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """A group goes to another lycée instead: its entry leaves the agendas of this one, by the slot `also`."""
    visit = await queries.visit(notice.about)
    gone = None if visit is None else await left_by(visit, notice)
    if visit is None or gone is None or gone.ends_at <= now or gone.host == visit.host:
        return None
    guest = guest_of(notice, settings, f"/lycee/creneaux/{gone.slot}")
    return replace(_to_host(gone, guest.url, farewell(gone, guest, now=now)), only_if_invited=True)


async def _received_by(notice: Claimed, now: datetime) -> Visit | None:
    """The visit, if it is to come, and comes to the reader's own lycée: it may have moved on to another one."""
    visit = await visit_in(COMING, notice, now)
    if visit is None or notice.to_email not in {email for _, email, _ in await hosts_of(visit.host)}:
        return None
    return visit


def _invited(visit: Visit, notice: Claimed, settings: Settings, now: datetime, *, left: Visit | None = None) -> Draft:
    guest = guest_of(notice, settings, f"/lycee/creneaux/{visit.slot}")
    return _to_host(visit, guest.url, invitation(visit, guest, now=now), left=left)


def _to_host(visit: Visit, link: str, entry: Invitation | None, *, left: Visit | None = None) -> Draft:
    lines = (
        *at_home(visit),
        ("Groupe", f"{visit.group_name}, {visit.college_name}, {visit.college_commune}"),
        ("Effectif", headcount(visit.pupils, visit.adults)),
        *((("Choix", f"{RANKS[visit.wish_rank]} du groupe"),) if visit.wished else ()),
        ("Places prises", seats_now(visit)),
    )
    why = reason_of(visit) if visit.state in ENDED else ()
    return Draft(words={"visit": visit, "left": left}, link=link, lines=lines + why, invitation=entry)


def seats_now(visit: Visit) -> str:
    """« 24 sur 24, dont 24 proposées à un groupe qui attendait »: the slot as it is after the act."""
    offered = f", dont {visit.seats_offered} proposées à qui attendait" if visit.seats_offered else ""
    return f"{visit.seats_taken} sur {visit.seats}{offered}"


KINDS: dict[str, Drafts] = {
    "reservation_received": received,
    "reservation_moved_host": moved,
    "headcount_changed_host": resized,
    "reservation_cancelled_host": cancelled,
    "reservation_left": left,
}
