"""Mails about a demand that is not a visit yet: a visa, a wait, an offer. None is sure in an agenda."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from booking.calendar.invites import queries as invites
from booking.calendar.invites.invite import invitation
from booking.mails.draft import Draft, Lines, asked_where, group_line, guest_of, other_half_line
from booking.outbox.notices.rules import Claimed
from booking.process.settings import Settings
from booking.visits.asking.choices import RANKS, choices_of
from booking.visits.asking.looking import LeftOfDraw, left_of_draw, slots_passed_over
from booking.visits.asking.pairs import other_half
from booking.visits.asking.queries import (
    DemandSeen,
    NamedSlot,
    demand_seen,
    named_slots,
)
from booking.visits.demands.rules import LATE_LINE, words_of
from booking.visits.reservation_states import LIVE
from booking.visits.reservations import queries
from booking.visits.reservations.mailed_links import offer_token
from booking.visits.reservations.queries import Visit
from booking.visits.reservations.whom_to_ask import unasked
from booking.words.wording import hour, moment, number, opening_hour, plain_day, span
from workshops.offer.queries import SlotOnOffer
from workshops.school_calendar.rules import paris_day
from workshops.schools.queries import visa_of
from workshops.scope import EVERYTHING

NOBODY_TO_ASK = (
    "Le visa n'a pu être demandé à personne : votre collège n'a pas d'adresse confirmée de la direction. Donnez-la dans"
    " « Mon collège » ; une fois confirmée, renvoyez la demande depuis la page de la réservation."
)


async def requested(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the teacher: the seats are held, the principal is asked, now or once more; or there is nobody to ask."""
    visit = await asked_in({"requested"}, notice, now)
    if visit is None or visit.hold_until is None or visit.hold_until <= now:
        return None
    visa = await visa_of(visit.school)
    principal = (
        visa.principal_name if visa.confirmed_at else "La boîte officielle de votre collège" if visa.mailbox else ""
    )
    reserve = await _lines_of(visit.demand, kept=True)
    more = tuple((f"En réserve, {RANKS[line]}", slots) for line, slots in reserve)
    words: dict[str, Any] = {"principal": principal, "reserve": bool(reserve), "replaced": await replaced_by(visit)}
    words["official"] = bool(visa.mailbox)
    more += await other_half_line(visit.pair, visit.id)
    draft = _to_teacher(visit, settings, until=visit.hold_until, more=more, nobody="", **words)
    return await or_nobody_asked(draft, visit.id, settings)


async def or_nobody_asked(draft: Draft, reservation: int, settings: Settings) -> Draft:
    """The same letter to the teacher, or one that leads to where her principal's address is given, where it lacks."""
    if not await unasked([reservation]):
        return draft
    return replace(draft, words={**draft.words, "nobody": NOBODY_TO_ASK}, link=f"{settings.base_url}/mon-college#visa")


async def waiting(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the teacher: the group is on the waiting list, at this rank; of ranked lines, on each list, in her order."""
    visit = await asked_in({"waiting"}, notice, now)
    if visit is None:
        return None
    waits = await _lines_of(visit.demand, state="waiting")
    more = tuple((RANKS[line].capitalize(), slots) for line, slots in waits) if len(waits) > 1 else ()
    rank = () if visit.beyond else (("Rang", str(visit.rank)),)
    more = more or (*rank, *await other_half_line(visit.pair, visit.id))
    left = await left_of_draw(visit.demand, now=now)
    demand = await demand_seen(visit.demand or 0, scope=EVERYTHING)
    looks = demand is not None and demand.looks(now)
    sentence = _sentence_line(demand) if demand is not None and looks else ()
    more = (*more, *sentence, *_draw_lines(visit, settings), *_left_lines(left, settings))
    if len(waits) < 2:
        return _to_teacher(visit, settings, more=more, several=1, left=left, looks=looks)
    draft = _to_teacher(_of_whole(visit, demand), settings, more=more, several=len(waits), left=left, looks=looks)
    return replace(draft, link=f"{settings.base_url}/demandes/{visit.demand}")


async def looking(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the teacher: her slots are not to be had, nor to be waited for, and why; what suits is looked for, after
    others where her group is beyond its collège's classes, or as for others from now on."""
    demand = await demand_seen(notice.about, scope=EVERYTHING)
    if demand is None or not demand.looks(now) or any(slot.state in LIVE for slot in await named_slots(demand.id)):
        return None
    return Draft(
        words={"demand": demand},
        link=f"{settings.base_url}/demandes/{demand.id}",
        lines=(group_line(demand), *await _lost_lines(demand), *_sentence_line(demand)),
    )


async def _lost_lines(demand: DemandSeen) -> Lines:
    """The slots that a demand names and neither has nor waits for, and why, as it was told of the first one."""
    lost = tuple(("Plus possible", slot.line) for slot in await slots_passed_over(demand.passed_over))
    return (*lost, ("Pourquoi", demand.passed_why)) if lost else ()


async def in_draw(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the teacher: the demand is in the draw of that hour, under this number."""
    visit = await asked_in({"in_draw"}, notice, now)
    if visit is None or visit.draws_at is None:
        return None
    lines = await _lines_asked(visit)
    draft = _to_teacher(
        _of_whole(visit, await demand_seen(visit.demand or 0, scope=EVERYTHING)) if visit.ranked else visit,
        settings,
        more=(*lines, *_draw_lines(visit, settings)),
        at=opening_hour(visit.draws_at),
        several=len(lines) if visit.ranked else 0,
    )
    return replace(draft, link=f"{settings.base_url}/demandes/{visit.demand}")


def _of_whole(visit: Visit, demand: DemandSeen | None) -> Visit:
    """What names several choices speaks of the whole class, where the first one is for a half of it."""
    return visit if demand is None else replace(visit, pupils=demand.pupils)


def _left_lines(left: LeftOfDraw | None, settings: Settings) -> Lines:
    """What a draw left that the group fits in, the nearest first, each with where it is reserved."""
    if left is None:
        return ()
    reserve = f"{settings.base_url}/creneaux/{{}}/reserver?groupe={left.group}"
    return tuple(("Encore libre", f"{_place_of(slot)} : {reserve.format(slot.id)}") for slot in left.slots)


def _place_of(slot: SlotOnOffer) -> str:
    away = "" if slot.distance_km is None else f", {number(slot.distance_km)} km"
    return f"{span(slot.starts_at, slot.ends_at)}, {slot.workshop}, {slot.school.name}{away}"


async def _lines_asked(visit: Visit) -> Lines:
    """Each choice of a ranked demand, the sentence too; of one choice, the other half of a class."""
    demand = await demand_seen(visit.demand or 0, scope=EVERYTHING)
    if demand is None or demand.lines < 2:
        return await other_half_line(visit.pair, visit.id)
    lines = [(RANKS[line].capitalize(), slots) for line, slots in await _lines_of(demand.id)]
    return (*lines, *_sentence_line(demand))


def _sentence_line(demand: DemandSeen) -> Lines:
    if demand.sentence is None:
        return ()
    return (("Sinon", f"ce qui convient : {words_of(demand.search, place=demand.place, built=demand.built)}"),)


def _draw_lines(visit: Visit, settings: Settings) -> Lines:
    """Under which number the demand is in a draw, and where anybody reads it; nothing for one that is in none."""
    if visit.draw_number is None:
        return ()
    return ("Numéro", visit.draw_number), ("Le tirage", f"{settings.base_url}/tirages/{visit.draw}")


async def offered(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the teacher: a place is hers until then, with the link that answers; not sent once it is too late.

    She reads that she did not name its slot, where her sentence found it or it was given back late elsewhere.
    """
    visit = await asked_in({"offered"}, notice, now)
    if visit is None or visit.hold_until is None or visit.hold_until <= now:
        return None
    half = await other_half(visit.pair, visit.id)
    other = None if half is None or half.state != "offered" else await queries.visit(half.id, scope=EVERYTHING)
    both = [visit] if other is None else [visit, other]
    more = [*await other_half_line(visit.pair, visit.id), ("Répondre avant", moment(visit.hold_until))]
    if visit.needs_approval and any(half.signed_on is None for half in both):
        held = min([await queries.held_until(half.deadlines, college=half.school, now=now) for half in both])
        more.append(("Visa possible", f"jusqu'au {moment(held)}, si vous prenez la place aujourd'hui"))
    answer_by = _answer_by(visit.hold_until, now)
    words: dict[str, Any] = {"until": visit.hold_until, "late": visit.booking_closes_at <= now, "answer_by": answer_by}
    words["other"] = other
    demand = await demand_seen(visit.demand or 0, scope=EVERYTHING)
    found = demand is not None and visit.line == demand.sentence
    waits = await _lines_of(visit.demand, state="waiting") if found else []
    more += [(f"En attente, {RANKS[line]}", slots) for line, slots in waits]
    more += await _lost_lines(demand) if demand is not None and found else ()
    words["waits"] = len(waits)
    words["unnamed"] = demand is not None and visit.line in {demand.sentence, LATE_LINE}
    words["others"] = demand is not None and (demand.lines > 1 or visit.line == LATE_LINE)
    answer = _to_teacher(visit, settings, more=tuple(more), **words)
    if visit.offer_salt is None:
        return answer
    return replace(answer, link=f"{settings.base_url}/offre/{offer_token(visit.offer_salt, settings.secret_key)}")


def _answer_by(until: datetime, now: datetime) -> str:
    """« 15 h 40 », of another day than today's « lundi 18 janvier, 10 h 00 »."""
    return hour(until) if paris_day(until) == paris_day(now) else f"{plain_day(until)}, {hour(until)}"


async def lapsed(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the teacher: an offer, a visa or a wait came to its end without an answer; other choices may be left, or what
    suits may be looked for on."""
    visit = await asked_in({"lapsed"}, notice, now)
    if visit is None:
        return None
    others = any(line.state in LIVE and line.rank != visit.line for line in await choices_of(visit.demand))
    demand = await demand_seen(visit.demand or 0, scope=EVERYTHING)
    looks_until = demand.last_on if demand is not None and demand.looks(now) else None
    words: dict[str, Any] = {"others": others, "looks_until": looks_until}
    draft = _to_teacher(visit, settings, more=await other_half_line(visit.pair, visit.id), **words)
    # One that was sure before its visa was taken back is in an agenda.
    entry = await invites.visit(visit.id)
    guest = guest_of(notice, settings, f"/reservations/{visit.id}")
    return replace(draft, invitation=None if entry is None else invitation(entry, guest, now=now))


async def asked_in(states: Collection[str], notice: Claimed, now: datetime) -> Visit | None:
    """The demand or the visit of a notice, if it is still to come and in one of these states."""
    visit = await queries.visit(notice.about, scope=EVERYTHING)
    return visit if visit is not None and visit.state in states and visit.ends_at > now else None


async def replaced_by(visit: Visit) -> Visit | None:
    """The visit that stands while its change, which this is, waits for the visa."""
    return None if visit.replaces is None else await queries.visit(visit.replaces, scope=EVERYTHING)


def _to_teacher(visit: Visit, settings: Settings, *, more: Lines = (), several: int = 1, **words: object) -> Draft:
    """Of `several` choices each says its own place."""
    return Draft(
        words={"visit": visit, "several": several, **words},
        link=f"{settings.base_url}/reservations/{visit.id}",
        lines=(*(asked_where(visit) if several < 2 else ()), group_line(visit), *more),
    )


async def _lines_of(demand: int | None, **like: object) -> list[tuple[int, str]]:
    """The lines of a demand that are `like` this, in order, each with its slot, or both slots of a class in two
    halves."""
    lines: dict[int, list[str]] = {}
    for slot in await named_slots(demand or 0):
        if all(getattr(slot, name) == value for name, value in like.items()):
            lines.setdefault(slot.line, []).append(_slot_of(slot))
    return [(line, " ; et ".join(slots)) for line, slots in lines.items()]


def _slot_of(slot: NamedSlot) -> str:
    return f"{slot.workshop}, {slot.host_name}, {span(slot.starts_at, slot.ends_at)}"
