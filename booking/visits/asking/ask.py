"""Asking for slots in order: the first line that can be had is taken, or the group waits for all of them.

A line is a slot, or two slots of a lycée for the two halves of a class. One that needs a principal's visa is not sure
yet: the others stay in reserve until the visa is given. In an opening's hour that is drawn all of them enter the draw,
with the sentence that says what else would suit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from asyncpg.exceptions import IntegrityConstraintViolationError
from msgspec import Struct
from msgspec.structs import replace

from booking.visits.absences.rules import AbsencesUnanswered
from booking.visits.asking.choices import WishChoice, awaits_visa, choices_of
from booking.visits.asking.looking import asked_before
from booking.visits.asking.queries import already_there
from booking.visits.asking.take_pair import as_large_as_fits, take_pair, wait_for_both
from booking.visits.demands.keep import end, looking, make, pass_over
from booking.visits.demands.rules import ends_at
from booking.visits.draws.halves import TwoObjects, refuse_two_lycees
from booking.visits.draws.rules import OtherPeriods
from booking.visits.reservations.beyond import is_beyond
from booking.visits.reservations.demand import ONE_KEY, Demand, WholeDemand, granted_before
from booking.visits.reservations.enter_draw import enter_draw
from booking.visits.reservations.one_demand import join_unanswered
from booking.visits.reservations.promote import offer_what_suits
from booking.visits.reservations.rules import (
    GroupBusy,
    KeyReused,
    NewcomerHolds,
    SlotFull,
    SlotSeen,
    TooManyGroups,
    refuse_booking,
    refuse_needs,
)
from booking.visits.reservations.seats_seen import seats_of, seats_of_lines
from booking.visits.reservations.take_seats import take_seats
from booking.visits.reservations.wait import join_waiting_list
from workshops.database import confirm_what_was_read, rows, savepoint, transaction, value
from workshops.database.retry import retried
from workshops.events.record import record
from workshops.offer.rules import Search
from workshops.refusals import Invalid, NotFound, Refusal, or_not_found
from workshops.slots.seats import LOCK_SEATS

# What she may answer, and then ask for the same slots again.
ASKS_HER = (AbsencesUnanswered, TwoObjects)
MAKE = looking(beyond=is_beyond("$1", now="$5"))


class Made(Struct, frozen=True):
    """The number of the demand, None for a visit that was had without one; `repeated` when it had been granted
    before, `joined` where its lines are further ones of what the group waits for already."""

    demand: int | None
    repeated: bool = False
    joined: bool = False


class Granted(Struct, frozen=True):
    """The one choice taken, with those in reserve, or every choice of the `demand` that the group waits for; none where
    its sentence alone is left and finds nothing today. `repeated` and `joined` as it was made."""

    demand: int | None
    choices: list[WishChoice]
    repeated: bool = False
    joined: bool = False

    @property
    def first(self) -> WishChoice | None:
        """The choice taken, or the best of those that wait."""
        return next((choice for choice in self.choices if choice.state != "waiting"), next(iter(self.choices), None))


class AlreadyThere(Refusal):
    kind = "group-busy"
    title = "Groupe déjà inscrit"
    sentence = "Ce groupe a déjà une demande ou une visite sur l'un de ces créneaux. Retrouvez-la dans vos visites."


async def ask(asked: WholeDemand, *, wait: bool, period: int | None = None, now: datetime) -> Granted:
    """A group asks for its lines in order, as `make_demand` does: what became of each of them."""
    made = await make_demand(asked, wait=wait, period=period, now=now)
    return Granted(made.demand, await choices_of(made.demand), repeated=made.repeated, joined=made.joined)


@retried
async def make_demand(
    asked: WholeDemand, *, wait: bool, period: int | None = None, enters_draw: bool = True, now: datetime
) -> Made:
    """Take the first line that can be had; the others are not touched, or kept in reserve while its visa is awaited.

    When none can, and `wait` is asked, the group joins the waiting lists of the full ones, and is offered what suits
    its sentence, today or once something does, also where no list takes it; taking an offered place releases the
    others. In an opening's hour that is drawn all of them enter the draw, unless it `enters_draw` in no case. A teacher
    whom her collège has not confirmed has one line. Raises NotFound, Invalid, KeyReused, AlreadyThere, NoPrincipal,
    NewcomerHolds, AbsencesUnanswered, or else, without a sentence, the first line's refusal.
    """
    first, slots = asked.first, [demand.asked.slot for demand in asked.rows]
    refuse_needs(first.asked.needs)
    seen = await seats_of_lines(asked.rows, now=now)
    of_first, asked = or_not_found(seen[0]), _as_slots_allow(asked, seen)
    if enters_draw and of_first.collects(now):
        if period not in {None, of_first.opening}:
            raise OtherPeriods()
        entered = await enter_draw(asked, [or_not_found(of_slot) for of_slot in seen], now=now)
        return Made(entered.demand, repeated=entered.repeated)
    if first.awaiting and asked.asked_lines > 1:
        raise NewcomerHolds()
    async with transaction():
        await rows(LOCK_SEATS, slots)
        if (before := await _demand_before(first)) is not None:
            return Made(before, repeated=True)
        if await already_there(first.asked.group, slots, school=first.school, now=now):
            raise AlreadyThere()
        above = await _made(asked, now=now)
        lines = [tuple(replace(demand, demand=above) for demand in line) for line in asked.lines]
        full: dict[int, tuple[Demand, ...]] = {}
        noes: list[Refusal] = []
        for place, line in enumerate(lines, start=1):
            try:
                taken = await _taken(line, two_objects=asked.two_objects, now=now)
                others = [*(full.values() if wait else ()), *lines[place:]]
                await _leave(others, above, taken, asked, wait=wait, now=now)
                return Made(above)
            except (NotFound, Invalid, KeyReused):
                raise
            except Refusal as no:
                if isinstance(no, SlotFull | TooManyGroups):
                    full[len(noes)] = line
                noes.append(no)
        # What is found is told by the letter that names the lines which wait meanwhile.
        found = wait and asked.sentence is not None and await offer_what_suits(above, now=now)
        waits = wait and await _wait_for(full, noes, two_objects=asked.two_objects, told=not found, now=now)
        made = above
        if waits:
            above = await join_unanswered(first.asked.group, above, now=now)
        else:
            await _leave_the_sentence(asked, above, noes, wait=wait)
        if not waits and not found:
            await record("demand_looks", by=first.by, about_kind="demand", about=above, now=now)
        return Made(above, joined=above != made)


def _as_slots_allow(asked: WholeDemand, seen: Sequence[SlotSeen | None]) -> WholeDemand:
    """Of each line in two halves as many in each as its slot takes. Raises NotFound, Invalid for two lycées."""
    if all(len(line) == 1 for line in asked.lines):
        return asked
    places = iter(seen)
    lines: list[tuple[Demand, ...]] = []
    for line in asked.lines:
        there = [next(places) for _ in line]
        if len(line) == 1:
            lines.append(line)
            continue
        both = [or_not_found(slot) for slot in there]
        refuse_two_lycees([slot.host for slot in both])
        lines.append(as_large_as_fits(line, [slot.seats for slot in both]))
    return replace(asked, lines=tuple(lines))


async def _demand_before(first: Demand) -> int | None:
    """The demand that was made under this key before; raises KeyReused when the key served for another."""
    if (before := await granted_before(first)) is not None:
        return before.demand
    kept = await asked_before(first.by, first.key)
    if kept is None:
        return None
    if kept.asked != first.fingerprint:
        raise KeyReused()
    await confirm_what_was_read()
    return kept.id


async def _leave_the_sentence(asked: WholeDemand, above: int, noes: Sequence[Refusal], *, wait: bool) -> None:
    """The sentence alone is left, no line being had or waited for.

    Raises what asks something of the teacher; the first line's refusal where she says no sentence, or does not wait.
    """
    if (asks := next((no for no in noes if isinstance(no, ASKS_HER)), None)) is not None:
        raise asks
    if asked.sentence is None or not wait:
        raise noes[0]
    first = asked.first
    slots = [demand.asked.slot for demand in asked.rows]
    try:
        await pass_over(above, slots, why=noes[0].sentence, key=first.key, asked=first.fingerprint)
    except IntegrityConstraintViolationError:
        raise KeyReused() from None


async def _made(asked: WholeDemand, *, now: datetime) -> int:
    """The number of the demand, which keeps what its sentence is to be offered with."""
    first = asked.first
    if asked.sentence is None:
        own: dict[str, Any] = {"school": first.school, "by": first.by, "last_minute": first.asked.last_minute}
        return await make(first.asked.group, lines=asked.asked_lines, **own, now=now)
    looked_for = Search(from_on=asked.sentence.from_on, to_on=asked.sentence.to_on)
    return int(await value(MAKE, *asked.kept(now), ends_at(looked_for, now)))


async def _taken(line: Sequence[Demand], *, two_objects: bool, now: datetime) -> int | None:
    """The reservation of the line, when it waits for a visa."""
    if len(line) == 1:
        return await _take(line[0], now=now)
    first, second = line
    async with savepoint():
        made = await take_pair(first, second, two_objects=two_objects, now=now)
    return made if await awaits_visa(made) else None


async def _take(demand: Demand, *, now: datetime) -> int | None:
    """Take the seats; returns the reservation when they wait for a visa."""
    seen = or_not_found(await seats_of(demand.asked.slot, demand.asked.group, school=demand.school, now=now))
    refuse_booking(seen, pupils=demand.asked.pupils, now=now)
    try:
        async with savepoint():
            if (taken := await take_seats(demand, seen, now=now)) is None:
                raise SlotFull()
            return taken if seen.approval else None
    except IntegrityConstraintViolationError as no:
        raise KeyReused() if no.constraint_name == ONE_KEY else GroupBusy() from None


async def _leave(
    others: Sequence[tuple[Demand, ...]],
    above: int,
    taken: int | None,
    asked: WholeDemand,
    *,
    wait: bool,
    now: datetime,
) -> None:
    """The other lines stay in reserve while the one `taken` awaits its visa; once one is sure, nothing more is looked
    for."""
    if taken is None:
        await end(above, now=now)
    else:
        await _keep(others, taken, two_objects=asked.two_objects, wait=wait, now=now)


async def _keep(
    others: Sequence[tuple[Demand, ...]], taken: int, *, two_objects: bool, wait: bool, now: datetime
) -> None:
    """Keep in reserve the choices that could be had after the one `taken`; a full one for who is ready to wait."""
    for line in others:
        demand = replace(line[0], key=None)
        if len(line) > 1:
            with suppress(Refusal):
                await wait_for_both(demand, line[1], two_objects=two_objects, full=wait, kept_beside=taken, now=now)
            continue
        # That the one taken is at the same hour does not matter: they are never had together.
        seen = await seats_of(demand.asked.slot, demand.asked.group, school=demand.school, moving=taken, now=now)
        if seen is None:
            continue
        with suppress(Refusal):
            try:
                refuse_booking(seen, pupils=demand.asked.pupils, now=now)
            except SlotFull:
                if not wait:
                    continue
            await join_waiting_list(demand, in_reserve=True, now=now)


async def _wait_for(
    full: Mapping[int, tuple[Demand, ...]], noes: list[Refusal], *, two_objects: bool, told: bool, now: datetime
) -> int:
    """Join each waiting list that takes the group; returns how many. The first one bears the key of the demand, and
    its mail names them all, unless another one does (not `told`). Why a list does not is the line's refusal then."""
    joined = 0
    for place, line in full.items():
        demand = replace(line[0], key=None) if joined else line[0]
        try:
            if len(line) > 1:
                await wait_for_both(demand, line[1], two_objects=two_objects, told=told and not joined, now=now)
            else:
                await join_waiting_list(demand, told=told and not joined, now=now)
        except KeyReused:
            raise
        except Refusal as no:
            noes[place] = no
            continue
        joined += 1
    return joined
