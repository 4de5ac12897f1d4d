"""What a group asks for: its lines in order, what became of each, and what was left of it when a draw came to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsTeacher, Now, may
from booking.people.accounts.queries import Teacher
from booking.visits.asking.choices import RANKS
from booking.visits.asking.looking import SlotPassedOver, slots_passed_over
from booking.visits.asking.queries import DemandSeen, NamedSlot, demand_seen, named_slots
from booking.visits.asking.withdraw import withdraw
from booking.visits.demands.rules import address_of, to_come
from booking.visits.draws.drawing import LineSeen
from booking.visits.reservation_states import ENDED, HOLDS_SEATS, HOPED
from workshops.refusals import Refusal, or_not_found
from workshops.school_calendar.rules import paris_day

AGAINST: Mapping[str, str] = {
    "closed": "ce créneau ne recevait plus",
    "level": "cet atelier n'est pas proposé à ce niveau",
    "refused": "ce créneau avait été refusé à ce groupe",
    "busy": "le groupe avait déjà une visite à cette heure-là",
    "two_lycees": "les deux créneaux n'étaient plus du même lycée",
    "two_objects": "les deux moitiés n'y fabriquent pas le même objet",
    "groups": "plus aucun groupe n'y tenait",
    "seats": "il ne restait pas assez de places pour tout le groupe",
    "nothing_suits": "plus rien ne convenait",
}


@renders("school/demand.html")
class DemandPage(Page, frozen=True):
    """`lines`: what each line names; `passed_over`: the slots that are lost where the sentence alone is left;
    `sentence`: the search in words, `again`: where it is made once more; `seen`: what was left of each line when the
    demand's turn came, by the line's place in the list; `looks`: what suits may still be offered; `looks_on`: also
    after a place came to nothing; `holds`: a place is held for it, and nothing else is offered meanwhile; `open`:
    something of it may still be taken back."""

    demand: DemandSeen
    passed_over: Sequence[SlotPassedOver]
    lines: Mapping[int, Sequence[NamedSlot]]
    sentence: str
    again: str
    ranks: Mapping[int, str]
    seen: Mapping[int, LineSeen]
    got: int | None
    against: Mapping[str, str]
    looks: bool
    looks_on: bool
    holds: bool
    open: bool
    refusal: Refusal | None
    now: datetime


@get("/demandes/{demand:int}", opt=may("visits.keep"))
async def demand_page(demand: FromPath[int], person: AsTeacher, now: Now) -> Template:
    """« Ce que 4e B demande »."""
    return await _shown(demand, person, now)


@post("/demandes/{demand:int}/retrait", opt=may("visits.keep"))
async def withdraw_demand(demand: FromPath[int], person: AsTeacher, now: Now) -> Template | Redirect:
    """All that has no place yet is given up by one button; a visit that is sure stays."""
    or_not_found(await demand_seen(demand, scope=person.scope))
    try:
        await withdraw(demand, school=person.school, by=person.account, now=now)
    except Refusal as refusal:
        return await _shown(demand, person, now, refusal=refusal)
    return done(f"/demandes/{demand}", "demande-retiree")


async def _shown(demand: int, person: Teacher, now: datetime, *, refusal: Refusal | None = None) -> Template:
    seen = or_not_found(await demand_seen(demand, scope=person.scope))
    named = await named_slots(demand)
    lines: dict[int, list[NamedSlot]] = {}
    for slot in named:
        lines.setdefault(slot.line, []).append(slot)
    if seen.sentence is not None:
        lines.setdefault(seen.sentence, [])
    ordered = dict(sorted(lines.items()))
    drawn = seen.drawn
    holds = any(slot.state in HOLDS_SEATS for slot in named)
    shown = DemandPage(
        demand=seen,
        passed_over=await slots_passed_over(seen.passed_over),
        lines=ordered,
        sentence=seen.words,
        again=f"/creneaux{address_of(to_come(seen.search, today=paris_day(now)), group=seen.group)}",
        ranks=RANKS,
        seen={} if drawn is None else dict(zip(ordered, drawn.lines, strict=False)),
        got=None if drawn is None or drawn.line is None else list(ordered)[drawn.line],
        against=AGAINST,
        looks=seen.looks(now),
        looks_on=seen.looks(now) and not holds and any(slot.state in ENDED for slot in named),
        holds=holds,
        open=seen.looks(now) or any(slot.state in HOPED for slot in named),
        refusal=refusal,
        now=now,
    )
    return page(shown, status=200 if refusal is None else refusal.status)
