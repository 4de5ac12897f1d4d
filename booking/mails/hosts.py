"""Mails about a visit to those who receive it at the lycée; each comes with the visit's calendar entry."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from booking.calendar.invites import queries
from booking.calendar.invites.invite import farewell, invitation
from booking.calendar.invites.queries import GroupVisit
from booking.mails.draft import (
    Draft,
    Lines,
    at_home,
    guest_of,
    headcount,
    object_of_halves,
    reason_line,
    room_was,
    was_at,
)
from booking.mails.together import HOSTS_PAGE, also_lines, entries_of, lycee_of, taken_together, together, visit_line
from booking.mails.visits import left_by, other_half_in, visit_in
from booking.outbox.notices.rules import Claimed
from booking.people.accounts.queries import hosts_of
from booking.process.settings import Settings
from booking.visits.asking.choices import RANKS
from booking.visits.reservation_states import BOOKED, ENDED, SURE
from booking.visits.reservations.queries import visit as asked
from booking.visits.slot_changes.queries import reason_of_slot
from workshops.scope import of_school

# A visit that was sure and whose visa was taken back stays in the lycée's agendas, in doubt.


async def received(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """A group comes, or comes on another day or with another head count; `also` is the slot that it left, if any."""
    visit = await _received_by(notice, now)
    if visit is None:
        return None
    draft = _to_host(visit, notice, settings, now, _choice_and_seats(visit), left=await left_by(visit, notice))
    booked = notice.kind == "reservation_confirmed" and notice.also is None
    other = await other_half_in(SURE, visit, now) if booked else None
    if other is None:
        return replace(draft, words={**draft.words, "other": None})
    more = (
        ("Première moitié", visit_line(visit)),
        ("Deuxième moitié", visit_line(other)),
        *await object_of_halves(visit.pair),
    )
    who = tuple(line for line in draft.lines if line[0] in {"Où", "Groupe"})
    beside = entries_of([other], notice, settings, HOSTS_PAGE, now)
    return replace(draft, words={**draft.words, "other": other}, lines=(*more, *who), beside=beside)


async def taken_over(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """The same groups come, and another teacher of their collège follows those visits that still stand."""
    lycee = await lycee_of(notice)
    if lycee is None or not await receives(notice, lycee):
        return None
    here = [one for one in await taken_together(SURE, notice, now, host=lycee) if one.host == lycee]
    known = await asked(here[0].id, scope=of_school(lycee)) if here else None
    if known is None:
        return None
    visit, *others = here
    more = (*_choice_and_seats(visit), *(((f"Groupe {one.group_name}"), visit_line(one)) for one in others))
    draft = _to_host(visit, notice, settings, now, more, teacher=known.teacher, others=others)
    return replace(draft, beside=entries_of(others, notice, settings, HOSTS_PAGE, now))


async def visa_taken_back(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """A group whose visa is asked for again keeps its place until then; its entry is in doubt."""
    visit, others = await together({"requested"}, notice, now)
    known = None if visit is None else await asked(visit.id, scope=of_school(visit.host))
    if visit is None or known is None:
        return None
    more = (*also_lines("Autre moitié", others), *_choice_and_seats(visit))
    draft = _to_host(visit, notice, settings, now, more, until=known.hold_until)
    return replace(draft, beside=entries_of(others, notice, settings, HOSTS_PAGE, now))


async def cancelled(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """A group no longer comes, nor the other half of its class where both were given up at once."""
    visit, others = await together(ENDED, notice, now)
    if visit is None:
        return None
    more = (*also_lines("Autre moitié", others), *_choice_and_seats(visit), *reason_line(visit.reason))
    other = others[0] if others else None
    beside = entries_of(others, notice, settings, HOSTS_PAGE, now)
    return replace(_to_host(visit, notice, settings, now, more, other=other), beside=beside, only_if_invited=True)


async def left(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """A group goes to another lycée instead: its entry leaves the agendas of this one, by the slot `also`."""
    visit = await queries.visit(notice.about)
    gone = None if visit is None else await left_by(visit, notice)
    if visit is None or gone is None or gone.ends_at <= now or gone.host == visit.host:
        return None
    guest = guest_of(notice, settings, f"/lycee/creneaux/{gone.slot}")
    draft = _to_host(gone, notice, settings, now, _choice_and_seats(gone))
    return replace(draft, invitation=farewell(gone, guest, now=now), only_if_invited=True)


async def slot_moved(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """The entry of a visit takes its new hour or room, and those of its group's others that the same act moved."""
    visit, others = await together(BOOKED, notice, now)
    if visit is None or not await receives(notice, visit.host):
        return None
    before = was_at(notice, visit) if visit.id == notice.about else None
    room = "" if others else await room_was(notice, visit)
    more = (*also_lines("Déplacée aussi", others), *reason_line(await reason_of_slot(visit.slot)))
    draft = _to_host(visit, notice, settings, now, more, was_at=before, room_was=room, others=others)
    return replace(draft, beside=entries_of(others, notice, settings, HOSTS_PAGE, now))


async def slot_called_off(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """The entry of a visit leaves the agenda, and those of its group's others that the same act ended."""
    visit, others = await together({"called_off"}, notice, now)
    if visit is None:
        return None
    more = (*also_lines("Annulée aussi", others), *reason_line(visit.reason))
    draft = _to_host(visit, notice, settings, now, more, others=others)
    return replace(draft, beside=entries_of(others, notice, settings, HOSTS_PAGE, now))


async def _received_by(notice: Claimed, now: datetime) -> GroupVisit | None:
    """The visit, if it is to come, and comes to the reader's own lycée: it may have moved on to another one."""
    known = BOOKED if notice.what == "moved" else SURE
    visit = await visit_in(known, notice, now)
    return visit if visit is not None and await receives(notice, visit.host) else None


async def receives(notice: Claimed, lycee: int) -> bool:
    """Whether the reader still receives groups at that lycée."""
    return notice.to_email in {email for _, email, _ in await hosts_of(lycee)}


def _to_host(
    visit: GroupVisit, notice: Claimed, settings: Settings, now: datetime, more: Lines = (), **words: object
) -> Draft:
    guest = guest_of(notice, settings, f"/lycee/creneaux/{visit.slot}")
    return Draft(
        words={"visit": visit, **words},
        link=guest.url,
        lines=(
            *at_home(visit),
            ("Groupe", f"{visit.group_name}, {visit.college_name}, {visit.college_commune}"),
            ("Effectif", headcount(visit.pupils, visit.adults)),
            *more,
        ),
        invitation=invitation(visit, guest, now=now),
    )


def _choice_and_seats(visit: GroupVisit) -> Lines:
    """« 24 sur 24, dont 24 proposées à qui attendait »: the slot as it is after the act."""
    offered = f", dont {visit.seats_offered} proposées à qui attendait" if visit.seats_offered else ""
    return (
        *((("Choix", f"{RANKS[visit.line]} du groupe"),) if visit.ranked else ()),
        ("Places prises", f"{visit.seats_taken} sur {visit.seats}{offered}"),
    )
