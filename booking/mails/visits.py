"""Mails about a visit to the teacher who reserved it; a confirmed visit comes with its calendar entry."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlencode

from msgspec.structs import replace

from booking.calendar.invites import queries
from booking.calendar.invites.invite import farewell, invitation
from booking.calendar.invites.queries import GroupVisit
from booking.mails.draft import (
    Draft,
    Item,
    Lines,
    Listing,
    bring_line,
    group_line,
    guest_of,
    object_of_halves,
    other_half_line,
    reason_line,
    room_was,
    was_at,
    when_and_where,
    when_it_was,
)
from booking.mails.requests import or_nobody_asked
from booking.mails.together import (
    TEACHERS_PAGE,
    also_lines,
    entries_of,
    taken_together,
    together,
    told_with,
    visit_line,
)
from booking.outbox.notices.queries import never_left
from booking.outbox.notices.rules import Claimed
from booking.process.settings import Settings
from booking.visits.asking.choices import choice_line, choices_of
from booking.visits.asking.pairs import other_half
from booking.visits.reservation_states import BOOKED, ENDED, LIVE, NOT_SURE, SURE
from booking.visits.reservations.queries import visit as asked
from booking.visits.slot_changes.queries import objects_of_slot, reason_of_slot, slots_instead
from booking.words.states import RESERVATION_STATES
from booking.words.wording import moment, number, span
from workshops.database import value
from workshops.scope import EVERYTHING

DONE_BY_READER = """SELECT EXISTS (SELECT FROM notices n JOIN events e ON e.id = n.event
WHERE n.id = $1 AND e.by = n.account)"""


async def coming(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """It is reserved, or comes with another head count; both halves of a class are told together."""
    visit = await visit_in(SURE, notice, now)
    if visit is None:
        return None
    draft = await _to_teacher(visit, notice, settings, now)
    other = await other_half_in(SURE, visit, now) if notice.kind == "reservation_confirmed" else None
    told = (*_deadlines(visit, other, now), *await _released(visit)) if notice.kind == "reservation_confirmed" else ()
    if other is None:
        return replace(draft, words={**draft.words, "other": None}, lines=(*draft.lines, *told))
    lines = (
        ("Première moitié", visit_line(visit)),
        ("Deuxième moitié", visit_line(other)),
        *await object_of_halves(visit.pair),
    )
    where = tuple(line for line in when_and_where(visit) if line[0] in {"Où", "Accès", "Arrêt", "Dépose du car"})
    beside = entries_of([other], notice, settings, TEACHERS_PAGE, now)
    return replace(
        draft, words={**draft.words, "other": other}, lines=(*lines, *where, *bring_line(visit), *told), beside=beside
    )


async def moved(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """It takes place on another day, and is settled by other dates; `also` is the slot that it left. A demand may move
    before its visa too."""
    visit = await visit_in(BOOKED, notice, now)
    if visit is None:
        return None
    draft = await _to_teacher(visit, notice, settings, now, left=await left_by(visit, notice))
    return replace(draft, lines=(*draft.lines, *(_deadlines(visit, None, now) if visit.state in SURE else ())))


async def visa_taken_back(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """Whoever signs for the collège does not know the visa that was noted from paper: it is asked for again."""
    visit = await visit_in(NOT_SURE, notice, now)
    known = None if visit is None else await asked(visit.id, scope=EVERYTHING)
    if visit is None or known is None:
        return None
    others = [one for number in await told_with(notice) if (one := await queries.visit(number)) is not None]
    beside = entries_of(others, notice, settings, TEACHERS_PAGE, now)
    held = visit.state == "requested"
    draft = await _to_teacher(visit, notice, settings, now, until=known.hold_until, held=held, nobody="")
    return await or_nobody_asked(replace(draft, beside=beside), visit.id, settings)


async def taken_over(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """She follows it from now on, in the place of a colleague who has left, and whatever else that one left her; her
    agenda gets them."""
    visits = await taken_together(LIVE, notice, now)
    if not visits:
        return None
    visit, *others = visits
    draft = await _to_teacher(visit, notice, settings, now, others=others)
    if not others:
        return draft
    beside = entries_of(others, notice, settings, TEACHERS_PAGE, now)
    return replace(draft, lines=_each(visits), link=f"{settings.base_url}/mes-visites", beside=beside)


async def handed_over(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """A colleague follows what she left: it leaves the agenda of whoever had reserved it, while it goes on. Of what
    never reached her agenda, nothing is said."""
    followed = [one for one in await taken_together(SURE, notice, now) if one.booked_by != notice.account]
    visits = [one for one in followed if not await never_left(notice, one.id)]
    if not visits:
        return None
    visit, *others = visits
    gone, *beside = (farewell(one, guest_of(notice, settings, f"/reservations/{one.id}"), now=now) for one in visits)
    lines = _each(visits) if others else (*when_it_was(visit), group_line(visit))
    words = {"visit": visit, "others": others}
    return Draft(words=words, link="", lines=lines, invitation=gone, beside=tuple(beside))


def _each(visits: Collection[GroupVisit]) -> Lines:
    return tuple((one.group_name, f"{visit_line(one)}, {one.host_name}") for one in visits)


async def cancelled(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """It is cancelled, by whom and why; a demand that was never confirmed has nothing to take out of an agenda."""
    visit, others = await together(ENDED, notice, now)
    if visit is None:
        return None
    other = others[0] if others else None
    # A choice alone ends, where its demand has others.
    goes_on = any(one.state in LIVE for one in await choices_of(visit.demand))
    told = {"why": await _why(visit, notice), "other": other, "goes_on": goes_on}
    draft = await _to_teacher(visit, notice, settings, now, **told)
    beside = entries_of(others, notice, settings, TEACHERS_PAGE, now)
    link = _search(settings, visit, *others)
    draft = replace(draft, link=link, lines=(*draft.lines, *await _released(visit)), beside=beside)
    # She has seen on the page what she cancelled; what somebody else ended is told in any case.
    return replace(draft, only_if_invited=visit.state == "cancelled_by_teacher")


def _search(settings: Settings, *visits: GroupVisit) -> str:
    """The slots that suit the class; of two halves, the whole of it."""
    pupils = sum(one.pupils for one in visits)
    asked = urlencode({"groupe": visits[0].group, "niveau": visits[0].level, "eleves": pupils})
    return f"{settings.base_url}/creneaux?{asked}"


async def _why(visit: GroupVisit, notice: Claimed) -> str:
    if visit.state == "cancelled_by_teacher" and await value(DONE_BY_READER, notice.id):
        return "Vous l'avez annulée."
    return RESERVATION_STATES[visit.state].why


async def slot_moved(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """The visit, the demand or the wait goes on at another hour or in another room of its lycée; so do the others of
    its group that the same act moved."""
    visit, others = await together(LIVE, notice, now)
    if visit is None:
        return None
    before = was_at(notice, visit) if visit.id == notice.about else None
    room = "" if others else await room_was(notice, visit)
    draft = await _to_teacher(visit, notice, settings, now, was_at=before, room_was=room, others=others)
    dates = _deadlines(visit, None, now) if before and visit.state in SURE and not others else ()
    reason = reason_line(await reason_of_slot(visit.slot))
    lines = (*draft.lines, *dates, *also_lines("Déplacée aussi", others), *reason)
    return replace(draft, lines=lines, beside=entries_of(others, notice, settings, TEACHERS_PAGE, now))


async def objects_changed(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """The group builds other objects, on the same day and at the same hour: nothing changes in an agenda."""
    visit = await visit_in(BOOKED, notice, now)
    if visit is None:
        return None
    built = ", ".join(await objects_of_slot(visit.slot))
    return replace(await _to_teacher(visit, notice, settings, now, built=built), invitation=None)


async def slot_called_off(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """The lycée receives nobody, why, and where the group may go instead."""
    visit, others = await together({"called_off"}, notice, now)
    if visit is None:
        return None
    found = await slots_instead(visit.id, now=now)
    instead = [
        Item(
            span(one.starts_at, one.ends_at),
            f"{settings.base_url}/creneaux/{one.id}",
            f"{one.workshop}, {one.school.name}, {one.school.commune}"
            + ("" if one.distance_km is None else f", à {number(one.distance_km)} km"),
        )
        for one in found
    ]
    draft = await _to_teacher(visit, notice, settings, now, instead=bool(instead), others=others)
    return replace(
        draft,
        lines=(*draft.lines, *also_lines("Annulée aussi", others)),
        beside=entries_of(others, notice, settings, TEACHERS_PAGE, now),
        link=_search(settings, visit),
        lists=(Listing("Créneaux proches où votre groupe tient en entier :", tuple(instead)),) if instead else (),
    )


async def visit_in(states: Collection[str], notice: Claimed, now: datetime) -> GroupVisit | None:
    """The visit of a notice, if it is still to come and still in a state that the mail tells of."""
    visit = await queries.visit(notice.about)
    return visit if visit is not None and visit.state in states and visit.ends_at > now else None


def _deadlines(visit: GroupVisit, other: GroupVisit | None, now: datetime) -> Lines:
    """Until when it may be changed; of two halves, those of the one whose day comes first."""
    both = [visit] if other is None else [visit, other]
    dates = (
        ("Effectif, annulation libre", min(one.settles_at for one in both)),
        ("Changement de date", min(one.list_locks_at for one in both)),
    )
    return tuple((label, f"jusqu'au {moment(until)}") for label, until in dates if until > now)


async def _released(visit: GroupVisit) -> Lines:
    """The other lines of the same demand, given up for this one: no mail of their own says so."""
    return tuple(("Choix abandonné", choice_line(one)) for one in await choices_of(visit.demand) if one.released)


async def other_half_in(states: Collection[str], visit: GroupVisit, now: datetime) -> GroupVisit | None:
    """The other half of a class, to be told with this one: in the same lycée, to come, and in one of these states."""
    known = await other_half(visit.pair, visit.id)
    other = None if known is None else await queries.visit(known.id)
    if other is None or other.state not in states or other.ends_at <= now or other.host != visit.host:
        return None
    return other


async def left_by(visit: GroupVisit, notice: Claimed) -> GroupVisit | None:
    """The same visit at the slot that it left; None when it is back there, or when nothing says where it was."""
    if notice.also is None or notice.also == visit.slot:
        return None
    return await queries.visit_left(visit.id, notice.also)


async def _to_teacher(visit: GroupVisit, notice: Claimed, settings: Settings, now: datetime, **words: object) -> Draft:
    guest = guest_of(notice, settings, f"/reservations/{visit.id}")
    ended = visit.state in ENDED
    return Draft(
        words={"visit": visit, **words},
        link=guest.url,
        lines=(
            *(when_it_was(visit) if ended else when_and_where(visit)),
            *(() if ended else bring_line(visit)),
            group_line(visit),
            *await other_half_line(visit.pair, visit.id),
            *(reason_line(visit.reason) if ended else ()),
        ),
        invitation=invitation(visit, guest, now=now),
    )
