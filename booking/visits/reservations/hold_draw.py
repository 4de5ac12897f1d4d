"""Holding a draw once its hour is over: frozen, ranked, then each demand is told, in the order of the draw.

Every step is a transaction: a worker that dies leaves the rest to the next one, and several may hold one draw. What
each demand gets is fixed before the first one is told; a place that a lycée takes away meanwhile is nobody's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta

import msgspec
from asyncpg.exceptions import ExclusionViolationError, UniqueViolationError
from msgspec import Struct

from booking.visits.badge_codes.issue import keep_in_step
from booking.visits.demands.drawing import Answer, draw
from booking.visits.demands.drawing_file import read_back, written
from booking.visits.demands.keep import ANSWERED, anybody_waits, close_all, fix_digests, rank_all
from booking.visits.demands.places import Seated
from booking.visits.reservations.ask_approval import ask_approval
from booking.visits.reservations.cancel import KEPT_ANOTHER
from booking.visits.reservations.freeze_draw import frozen
from booking.visits.reservations.queries import held_until, offered_until
from booking.visits.reservations.rules import PrincipalTeaches, passed_over
from booking.visits.reservations.whom_to_ask import NoPrincipal
from workshops.database import rows, transaction
from workshops.database.retry import ConcurrentUpdate, retried
from workshops.database.row_types import rows_as
from workshops.events.record import recorded
from workshops.openings.plan import (
    DrawDue,
    draws_due,
    end_entries,
    file_of,
    finish_draw,
    publish_seed,
    tell_places_left,
)
from workshops.school_calendar.queries import school_days_of_academie
from workshops.school_calendar.rules import paris_day, paris_instant
from workshops.slots.queries import DEADLINES
from workshops.slots.rules import Deadlines
from workshops.slots.seats import seats_given

TOGETHER = 200
"""How many demands are told in one transaction."""
DAYS_ALONE = 3
"""For how many school days what is left is of those who got nothing."""
# Several workers tell different demands: what they get is fixed.
NEXT = """SELECT d.id, d.rank, d.answer, d."group", d.school, d.asked_by, d.adults, d.needs, d.needed, d.lines,
  d.sentence, s.needs_approval AS approval,
  EXISTS (SELECT FROM memberships m WHERE m.account = d.asked_by AND m.school = d.school AND m.awaiting) AS awaiting
FROM demands d JOIN schools s ON s.id = d.school
WHERE d.opening = $1 AND d.result = '' AND d.rank IS NOT NULL AND ($2::int[] IS NULL OR d.id = ANY ($2))
ORDER BY d.rank LIMIT $3 FOR NO KEY UPDATE OF d SKIP LOCKED"""
UNTOLD = "SELECT id FROM demands WHERE opening = $1 AND result = '' AND rank IS NOT NULL ORDER BY rank LIMIT $2"
LEFT = "SELECT EXISTS (SELECT FROM demands WHERE opening = $1 AND result = '' AND rank IS NOT NULL) AS left"
IN_DRAW = """SELECT id, demand, slot, line, half FROM reservations
WHERE demand = ANY ($1::int[]) AND state = 'in_draw' ORDER BY id"""
LOCK = f"""SELECT sl.id, sl.seats - sl.seats_taken AS seats, sl.groups_max - sl.groups_taken AS groups, sl.groups_ever,
  sl.state = 'open' AND sl.booking_closes_at > $2 AND NOT EXISTS (SELECT FROM closures off WHERE off.school = sl.school
    AND (sl.starts_at AT TIME ZONE 'Europe/Paris')::date BETWEEN off.first_on AND off.last_on) AS open,
  {DEADLINES}
FROM slots sl WHERE sl.id = ANY ($1::int[]) ORDER BY sl.id FOR NO KEY UPDATE OF sl"""  # noqa: S608 - constants only
PLACE = f"""
WITH given AS MATERIALIZED (
  SELECT * FROM unnest($1::int[], $2::varchar[], $3::timestamptz[], $4::int[], $5::int[], $6::bool[])
    WITH ORDINALITY AS place (id, state, hold_until, pupils, mark, told, n)
), placed AS (
  UPDATE reservations r SET state = given.state, sequence = r.sequence + 1, changed_at = $7, pupils = given.pupils,
    hold_until = given.hold_until, mark = given.mark,
    confirmed_at = CASE WHEN given.state = 'confirmed' THEN $7::timestamptz END
  FROM given WHERE r.id = given.id AND r.state = 'in_draw'
  RETURNING r.id, r.slot, r.pupils, r.sequence, r.state, given.told, given.n
), seated AS (
  {seats_given("placed", ever="$8::int[]", slots="$9::int[]")}
), {
    recorded(
        "placed ORDER BY placed.n",
        at="$7",
        act="CASE WHEN placed.told THEN 'reservation_drawn' ELSE 'reservation_drawn_also' END",
        about_kind="'reservation'",
        about="placed.id",
        sequence="placed.sequence",
        was="'in_draw'",
        state="placed.state",
    )
}
SELECT id FROM placed
"""  # noqa: S608 - constants only
# What a sentence found: she has not seen its date, so that she is asked.
OFFER = f"""
WITH given AS MATERIALIZED (
  SELECT * FROM unnest($1::int[], $2::int[], $3::int[], $4::int[], $5::int[], $6::timestamptz[], $7::varchar[],
    $8::bool[]) WITH ORDINALITY AS place (demand, slot, pupils, half, mark, hold_until, uid, told, n)
), offered AS (
  INSERT INTO reservations (uid, sequence, slot, "group", school, booked_by, state, pupils, adults, needs, needed, mark,
    starts_at, ends_at, badge_salt, created_at, changed_at, hold_until, offer_salt, offered_as, demand, line, half,
    drawn_rank)
  SELECT given.uid, 0, given.slot, d."group", d.school, d.asked_by, 'offered', given.pupils, d.adults, d.needs,
    d.needed, given.mark, sl.starts_at, sl.ends_at, gen_random_uuid(), $9, $9, given.hold_until, drawn.salt,
    drawn.salt, d.id, d.sentence, given.half, d.rank
  FROM given JOIN demands d ON d.id = given.demand JOIN slots sl ON sl.id = given.slot
  CROSS JOIN LATERAL (SELECT gen_random_uuid() AS salt WHERE given.n > 0) drawn
  RETURNING id, uid, slot, pupils, sequence
), told AS (
  SELECT offered.*, given.told, given.n FROM offered JOIN given USING (uid)
), seated AS (
  {seats_given("offered", ever="$10::int[]", slots="$11::int[]")}
), {
    recorded(
        "told ORDER BY told.n",
        at="$9",
        act="CASE WHEN told.told THEN 'reservation_offer' ELSE 'reservation_offer_also' END",
        about_kind="'reservation'",
        about="told.id",
        sequence="told.sequence",
        was="'in_draw'",
        state="'offered'",
    )
}
SELECT id FROM told
"""  # noqa: S608 - constants only
RELEASE = f"""
WITH released AS (
  UPDATE reservations r SET state = 'cancelled_by_teacher', sequence = r.sequence + 1, changed_at = $2, reason = $3
  WHERE r.id = ANY ($1::int[]) AND r.state = 'in_draw' RETURNING r.id, r.sequence
), {
    recorded(
        "released ORDER BY released.id",
        at="$2",
        act="'reservation_release'",
        about_kind="'reservation'",
        about="released.id",
        sequence="released.sequence",
        was="'in_draw'",
        state="'cancelled_by_teacher'",
    )
}
SELECT id FROM released
"""  # noqa: S608 - constants only
# They wait since the end of the hour, in the order of the draw, before whoever comes later. One letter names the lines.
FIRST_THAT_WAITS = """NOT EXISTS (SELECT FROM waits sooner WHERE sooner.demand = waits.demand
    AND sooner.line < waits.line)"""
LET_WAIT = f"""
WITH waits AS (
  UPDATE reservations r SET state = 'waiting', sequence = r.sequence + 1, changed_at = $2, created_at = $3,
    drawn_rank = d.rank
  FROM demands d WHERE d.id = r.demand AND r.id = ANY ($1::int[]) AND r.state = 'in_draw'
  RETURNING r.id, r.sequence, r.demand, r.line
), {
    recorded(
        "waits ORDER BY waits.id",
        at="$2",
        act=f"CASE WHEN {FIRST_THAT_WAITS} THEN 'reservation_drawn' ELSE 'reservation_drawn_also' END",
        about_kind="'reservation'",
        about="waits.id",
        sequence="waits.sequence",
        was="'in_draw'",
        state="'waiting'",
    )
}
SELECT id FROM waits
"""  # noqa: S608 - constants only
# The lycée does not receive that day, or its list is closed: nobody waits for it.
LAPSE = f"""
WITH lapsed AS (
  UPDATE reservations r SET state = 'lapsed', sequence = r.sequence + 1, changed_at = $2
  WHERE r.id = ANY ($1::int[]) AND r.state = 'in_draw' RETURNING r.id, r.sequence, r.demand
), {
    recorded(
        "lapsed ORDER BY lapsed.id",
        at="$2",
        act="CASE WHEN lapsed.demand = ANY ($3::int[]) THEN 'reservation_lapse' ELSE 'reservation_lapse_also' END",
        about_kind="'reservation'",
        about="lapsed.id",
        sequence="lapsed.sequence",
        was="'in_draw'",
        state="'lapsed'",
    )
}
SELECT id FROM lapsed
"""  # noqa: S608 - constants only


class Entered(Struct, frozen=True):
    """A demand whose draw is held, with what it got; `awaiting`: her collège has not answered for its teacher."""

    id: int
    rank: int
    answer: bytes
    group: int
    school: int
    asked_by: int | None
    adults: int | None
    needs: str
    needed: tuple[str, ...]
    lines: int
    sentence: int | None
    approval: bool
    awaiting: bool


class LineInDraw(Struct, frozen=True):
    """A slot that a demand names, as the reservation that stands for it."""

    id: int
    demand: int
    slot: int
    line: int
    half: int | None


class SlotLeft(Struct, frozen=True):
    """A locked slot, as the answers find it."""

    id: int
    seats: int
    groups: int
    groups_ever: int
    open: bool
    deadlines: Deadlines


class _Means(Struct, frozen=True):
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


async def hold_draws(
    *, secret_key: str, new_token: Callable[[], str], new_uid: Callable[[], str], now: datetime
) -> int:
    """Hold every draw whose hour is over; returns how many demands got their answer.

    `new_token` draws the principals' links, `new_uid` the calendar UID of what a sentence found.
    """
    means, answered = _Means(secret_key, new_token, new_uid, now), 0
    for due in await draws_due(now=now):
        await _freeze(due.id, now=now)
        await _rank(due.id, now=now)
        with suppress(ConcurrentUpdate):  # the next turn does it
            while told := await _tell(due, means):
                answered += told
        if not (await rows(LEFT, due.id))[0]["left"]:
            async with transaction():
                await close_all(due.id)
                last = await school_days_of_academie(paris_day(now), DAYS_ALONE)
                until = paris_instant(last + timedelta(days=1), time()) if await anybody_waits(due.id) else None
                await finish_draw(due.id, left_until=until, now=now)
    return answered


async def _freeze(opening: int, *, now: datetime) -> None:
    """No demand enters any more; what each says has its public digest, before anybody knows the seed."""
    async with transaction():
        if not await end_entries(opening, now=now):
            return
        snapshot, demands = await frozen(opening, now=now)
        await fix_digests(demands)
        await file_of(opening, written(snapshot))


async def _rank(opening: int, *, now: datetime) -> None:
    """The seed is public from now on, and with it each demand's rank and what is left of each slot."""
    async with transaction():
        found = await publish_seed(opening, now=now)
        if found is None:
            return
        seed, file = found
        drawn = draw(msgspec.structs.replace(read_back(file), seed=seed.hex()))
        await rank_all(opening, [(answer.number, answer.rank, msgspec.json.encode(answer)) for answer in drawn.answers])
        await tell_places_left(opening, msgspec.json.encode(drawn.left))


async def _tell(due: DrawDue, means: _Means) -> int:
    try:
        return await _answer(due, None, means)
    except (ExclusionViolationError, UniqueViolationError):
        # One of these groups got another visit at this very moment: each is told by itself.
        told = 0
        for demand in await rows_as(
            Entered, NEXT.removesuffix(" FOR NO KEY UPDATE OF d SKIP LOCKED"), due.id, None, TOGETHER
        ):
            try:
                told += await _answer(due, [demand.id], means)
            except (ExclusionViolationError, UniqueViolationError):
                told += await _answer(due, [demand.id], means, nothing=True)
        return told


@retried
async def _answer(due: DrawDue, among: list[int] | None, means: _Means, *, nothing: bool = False) -> int:
    """The next demands of a draw get what was drawn for them; `nothing` is given to a group that has just become busy.

    Raises ExclusionViolationError or UniqueViolationError where a group cannot be there.
    """
    async with transaction():
        demands = await rows_as(Entered, NEXT, due.id, among, TOGETHER)
        if not demands:
            return 0
        answers = {demand.id: msgspec.json.decode(demand.answer, type=Answer) for demand in demands}
        lines: dict[int, list[LineInDraw]] = defaultdict(list)
        for line in await rows_as(LineInDraw, IN_DRAW, list(answers)):
            lines[line.demand].append(line)
        wanted = {seats.slot for answer in answers.values() for seats in answer.seats}
        wanted |= {line.slot for named in lines.values() for line in named}
        slots = {slot.id: slot for slot in await rows_as(SlotLeft, LOCK, sorted(wanted), means.now)}
        places = [] if nothing else _places(demands, answers, lines, slots)
        await _give(places, lines, slots, means)
        placed = {place.demand.id for place in places}
        others = [demand for demand in demands if demand.id not in placed]
        waiting = await _let_wait(others, lines, slots, due, means)
        await rows(ANSWERED, *_results(demands, places, waiting))
        return len(demands)


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
    places: Sequence[_Given], lines: Mapping[int, Sequence[LineInDraw]], slots: Mapping[int, SlotLeft], means: _Means
) -> None:
    for place in places:
        college, deadlines = place.demand.school, slots[place.seats.slot].deadlines
        if place.line is None:
            place.until = await offered_until(deadlines, college=college, now=means.now)
        elif _asks(place.demand):
            place.until = await held_until(deadlines, college=college, now=means.now)
    kept = {place.line.id for place in places if place.line is not None}
    others = [line.id for place in places for line in lines[place.demand.id] if line.id not in kept]
    await rows(RELEASE, others, means.now, KEPT_ANOTHER)
    named = [place for place in places if place.line is not None]
    found = [place for place in places if place.line is None]
    await rows(PLACE, *_of_lines(named), means.now, *_given_by_slot(named))
    await rows(OFFER, *_of_sentences(found, means), means.now, *_given_by_slot(found))
    for place in named:
        await _follow(place, slots[place.seats.slot], means)


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


def _of_sentences(places: Sequence[_Given], means: _Means) -> tuple[list[object], ...]:
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


async def _follow(place: _Given, slot: SlotLeft, means: _Means) -> None:
    """A sure visit has its badges where its list has locked; who signs for the collège is asked, once for a class."""
    assert place.line is not None  # noqa: S101 - a place of a line
    if not _asks(place.demand):
        if slot.deadlines.list <= means.now:
            await keep_in_step(place.line.id, secret_key=means.secret_key, now=means.now)
    elif place.demand.approval and not place.demand.awaiting and place.first:
        # Without an address the demand waits for its visa all the same: she may give it now, and ask herself.
        with suppress(NoPrincipal, PrincipalTeaches):
            await ask_approval(place.line.id, token=means.new_token(), now=means.now)


async def _let_wait(
    demands: Sequence[Entered],
    lines: Mapping[int, Sequence[LineInDraw]],
    slots: Mapping[int, SlotLeft],
    due: DrawDue,
    means: _Means,
) -> set[int]:
    """Each line waits under its rank, but for those of a slot that nobody can have any more, and for halves: a place
    that comes free for one of them alone would part the class. Returns the demands that wait."""
    waits = [line for demand in demands for line in lines[demand.id]]
    alive = [line for line in waits if slots[line.slot].open and line.half is None]
    hopeless = [line.id for line in waits if line not in alive]
    waiting = {line.demand for line in alive}
    await rows(LAPSE, hopeless, means.now, [demand.id for demand in demands if demand.id not in waiting])
    await rows(LET_WAIT, [line.id for line in alive], means.now, due.draws_at)
    return waiting | {demand.id for demand in demands if demand.sentence is not None}


def _results(
    demands: Sequence[Entered], places: Collection[_Given], waiting: Collection[int]
) -> tuple[list[int], list[str]]:
    placed = {place.demand.id: "offered" if place.line is None else "placed" for place in places}
    return (
        [demand.id for demand in demands],
        [placed.get(demand.id, "waits" if demand.id in waiting else "out") for demand in demands],
    )
