"""Telling the demands of a draw what they got, in its order: places, offers, ranks, and what that ends.

What each gets is fixed before the first one is told; a place that a lycée takes away meanwhile is nobody's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

import msgspec
from asyncpg.exceptions import ExclusionViolationError, UniqueViolationError
from msgspec import Struct

from booking.visits.badge_codes.issue import keep_in_step
from booking.visits.demands.keep import ANSWERED
from booking.visits.draws.drawing import Answer
from booking.visits.draws.places import Seated
from booking.visits.reservations.ask_approval import ask_first_approvals
from booking.visits.reservations.cancel import KEPT_ANOTHER
from booking.visits.reservations.give_places import (
    Entered,
    LineInDraw,
    SlotLeft,
    end_lost,
    let_wait,
    lines_in_draw,
    next_demands,
    offer_found,
    release,
    seat,
    slots_left,
)
from booking.visits.reservations.rules import passed_over
from booking.visits.reservations.states import APPROVAL_LASTS, OFFER_LASTS, hold_until, offer_expires_at
from workshops.database import rows, transaction
from workshops.database.retry import retried
from workshops.openings.plan import DrawDue
from workshops.school_calendar.queries import days_off_before_each
from workshops.school_calendar.rules import LOOKS_BACK, paris_day

TOGETHER = 200
"""How many demands are told in one transaction."""
ANSWERS_LAST = max(APPROVAL_LASTS, OFFER_LASTS) + LOOKS_BACK
"""How far ahead days off may decide until when a place is held."""
UNTOLD = "SELECT id FROM demands WHERE opening = $1 AND result = '' AND rank IS NOT NULL ORDER BY rank LIMIT $2"


class Means(Struct, frozen=True):
    """What telling draws: the site's key, the principals' links, the calendar UID of what a sentence found."""

    secret_key: str
    new_token: Callable[[], str]
    new_uid: Callable[[], str]
    now: datetime


class _Given(Struct):
    """A place of an answer: the seats, its mark, and the reservation that it goes to, None for a sentence's."""

    demand: Entered
    seats: Seated
    mark: int
    line: LineInDraw | None
    half: int | None
    first: bool
    until: datetime | None = None


async def tell_next(due: DrawDue, means: Means) -> int:
    """The next demands of a draw get what was drawn for them; returns how many, 0 once all have."""
    try:
        return await _answer(due, None, means)
    except (ExclusionViolationError, UniqueViolationError):
        # One of these groups got another visit at this very moment: each is told by itself.
        told = 0
        for demand in await rows(UNTOLD, due.id, TOGETHER):
            try:
                told += await _answer(due, [demand["id"]], means)
            except (ExclusionViolationError, UniqueViolationError):
                told += await _answer(due, [demand["id"]], means, nothing=True)
        return told


@retried
async def _answer(due: DrawDue, among: list[int] | None, means: Means, *, nothing: bool = False) -> int:
    """The next demands of a draw get what was drawn for them; `nothing` is given to a group that has just become busy.

    Raises ExclusionViolationError or UniqueViolationError where a group cannot be there.
    """
    async with transaction():
        demands = await next_demands(due.id, among, most=TOGETHER)
        if not demands:
            return 0
        answers = {demand.id: _drawn(demand) for demand in demands}
        lines: dict[int, list[LineInDraw]] = defaultdict(list)
        for line in await lines_in_draw(answers):
            lines[line.demand].append(line)
        wanted = {seats.slot for answer in answers.values() for seats in answer.seats}
        wanted |= {line.slot for named in lines.values() for line in named}
        slots = await slots_left(wanted, now=means.now)
        places = [] if nothing else _places(demands, answers, lines, slots)
        await _give(places, lines, slots, means)
        placed = {place.demand.id for place in places}
        others = [demand for demand in demands if demand.id not in placed]
        waiting = await _let_wait(others, lines, slots, due, means)
        await rows(ANSWERED, *_results(demands, places, waiting))
        return len(demands)


def _drawn(demand: Entered) -> Answer:
    """What was drawn for it; of a draw that was ranked before there were files, a place in the line, by rank."""
    if not demand.answer:
        return Answer(number="", rank=0, outcome="waits", line=None, seats=(), lines=())
    return msgspec.json.decode(demand.answer, type=Answer)


def _places(
    demands: Sequence[Entered],
    answers: Mapping[int, Answer],
    lines: Mapping[int, Sequence[LineInDraw]],
    slots: Mapping[int, SlotLeft],
) -> list[_Given]:
    """What was drawn and may still be had: the slot is open, its seats are there, its line was not withdrawn."""
    seats = {slot.id: slot.seats for slot in slots.values()}
    groups = {slot.id: slot.groups for slot in slots.values()}
    ever = {slot.id: slot.groups_ever for slot in slots.values()}
    given: list[_Given] = []
    for demand in demands:
        answer = answers[demand.id]
        named = {line.slot: line for line in lines[demand.id]}
        had = [slots[seated.slot] for seated in answer.seats if seated.slot in slots]
        if answer.outcome == "waits" or len(had) < len(answer.seats) or not all(slot.open for slot in had):
            continue
        if any(seated.pupils > seats[seated.slot] or not groups[seated.slot] for seated in answer.seats):
            continue
        if answer.outcome == "placed" and any(seated.slot not in named for seated in answer.seats):
            continue
        worn: int | None = None
        for n, seated in enumerate(answer.seats):
            line = named.get(seated.slot) if answer.outcome == "placed" else None
            past = 0 if worn is None else passed_over(worn, ever[seated.slot])
            worn = (ever[seated.slot] + past) % 36
            seats[seated.slot] -= seated.pupils
            groups[seated.slot] -= 1
            ever[seated.slot] += 1 + past
            half = line.half if line is not None else n + 1 if len(answer.seats) > 1 else None
            given.append(_Given(demand, seated, worn, line, half, first=half in {None, 1}))
    return given


async def _give(
    places: Sequence[_Given], lines: Mapping[int, Sequence[LineInDraw]], slots: Mapping[int, SlotLeft], means: Means
) -> None:
    if not places:
        return
    off = await days_off_before_each({place.demand.school for place in places}, paris_day(means.now + ANSWERS_LAST))
    for place in places:
        its_own, deadlines = off[place.demand.school], slots[place.seats.slot].deadlines
        if place.line is None:
            place.until = offer_expires_at(deadlines, its_own, now=means.now)
        elif _asks(place.demand):
            place.until = hold_until(deadlines, its_own, now=means.now)
    kept = {place.line.id for place in places if place.line is not None}
    others = [line.id for place in places for line in lines[place.demand.id] if line.id not in kept]
    await release(others, reason=KEPT_ANOTHER, now=means.now)
    named = [place for place in places if place.line is not None]
    found = [place for place in places if place.line is None]
    await seat(*_of_lines(named), means.now, *_given_by_slot(named))
    await offer_found(*_of_sentences(found, means), means.now, *_given_by_slot(found))
    await _follow(named, slots, means)


def _asks(demand: Entered) -> bool:
    return demand.approval or demand.awaiting


def _of_lines(places: Sequence[_Given]) -> tuple[list[object], ...]:
    return (
        [place.line.id for place in places if place.line is not None],
        ["requested" if _asks(place.demand) else "confirmed" for place in places],
        [place.until for place in places],
        [place.seats.pupils for place in places],
        [place.mark for place in places],
        [place.first for place in places],
    )


def _of_sentences(places: Sequence[_Given], means: Means) -> tuple[list[object], ...]:
    return (
        [place.demand.id for place in places],
        [place.seats.slot for place in places],
        [place.seats.pupils for place in places],
        [place.half for place in places],
        [place.mark for place in places],
        [place.until for place in places],
        [means.new_uid() for _ in places],
        [place.first for place in places],
    )


def _given_by_slot(places: Sequence[_Given]) -> tuple[list[int], list[int]]:
    """How many marks each slot has given, those passed over too; and the slots."""
    marks = {place.seats.slot: place.mark for place in places}
    return list(marks.values()), list(marks)


async def _follow(places: Sequence[_Given], slots: Mapping[int, SlotLeft], means: Means) -> None:
    """A sure visit has its badges where its list has locked; who signs for the collège is asked, once for a class."""
    to_sign: list[int] = []
    for place in places:
        assert place.line is not None  # noqa: S101 - a place of a line
        if not _asks(place.demand):
            if slots[place.seats.slot].deadlines.list <= means.now:
                await keep_in_step(place.line.id, secret_key=means.secret_key, now=means.now)
        elif place.demand.approval and not place.demand.awaiting and place.first:
            to_sign.append(place.line.id)
    await ask_first_approvals({reservation: means.new_token() for reservation in to_sign}, now=means.now)


async def _let_wait(
    demands: Sequence[Entered],
    lines: Mapping[int, Sequence[LineInDraw]],
    slots: Mapping[int, SlotLeft],
    due: DrawDue,
    means: Means,
) -> set[int]:
    """Each line waits under its rank, but for those of a slot that nobody can have any more: of a class in two halves,
    both or none. Returns the demands that wait."""
    waits = [line for demand in demands for line in lines[demand.id]]
    open_slots = Counter((line.demand, line.line) for line in waits if slots[line.slot].open)
    alive: list[LineInDraw] = []
    hopeless: list[LineInDraw] = []
    for line in waits:
        lives = open_slots[line.demand, line.line] == (1 if line.half is None else 2)
        (alive if lives else hopeless).append(line)
    waiting = {line.demand for line in alive}
    lost = [line.id for line in hopeless]
    await end_lost(lost, told=[demand.id for demand in demands if demand.id not in waiting], now=means.now)
    await let_wait([line.id for line in alive], since=due.draws_at, now=means.now)
    return waiting | {demand.id for demand in demands if demand.sentence is not None}


def _results(
    demands: Sequence[Entered], places: Collection[_Given], waiting: Collection[int]
) -> tuple[list[int], list[str]]:
    placed = {place.demand.id: "offered" if place.line is None else "placed" for place in places}
    return (
        [demand.id for demand in demands],
        [placed.get(demand.id, "waits" if demand.id in waiting else "out") for demand in demands],
    )
