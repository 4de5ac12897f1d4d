"""The lines of a demand, as its people read them."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from msgspec import Struct

from booking.visits.demands.end_in_vain import FOUND_NOTHING
from booking.visits.demands.keep import LOOKS
from booking.visits.demands.rules import class_words, last_day, words_of
from booking.visits.draws.drawing import Answer
from booking.visits.reservation_states import LIVE, Standing
from booking.visits.reservations.beyond import SEARCH_HELD
from booking.visits.reservations.in_line import IN_RESERVE
from workshops.database import value
from workshops.database.batching import Batcher
from workshops.database.row_types import row_as, rows_as
from workshops.offer.rules import MINE, Search
from workshops.scope import EVERYTHING, Scope, within, within_author

# One that was asked for the same slots already may have its sentence alone left.
ALREADY_THERE = f"""SELECT EXISTS (
  SELECT 1 FROM reservations
  WHERE slot = ANY ($2::int[]) AND "group" = $1 AND school = $4 AND state = ANY ($3::varchar[])
) OR EXISTS (
  SELECT FROM demands d WHERE d."group" = $1 AND d.school = $4 AND d.passed_over && $2::int[]
    AND {LOOKS.format(demand="d", now="$5")})"""  # noqa: S608 - constants only


async def already_there(group: int, slots: list[int], *, school: int, now: datetime) -> bool:
    """Whether this collège's group is expected, or waits, at one of these slots, or looks for another in its place."""
    return bool(await value(ALREADY_THERE, group, slots, sorted(LIVE), school, now))


_DEMAND = f"""SELECT d.id, g.id AS "group", g.name AS group_name, g.level, d.school, d.lines, d.asked_at, d.sentence,
  coalesce(d.pupils, (SELECT max(of_line.pupils) FROM (
      SELECT sum(of_half.pupils) AS pupils FROM (SELECT r.line, max(r.pupils) AS pupils FROM reservations r
        WHERE r.demand = d.id AND r.replaces IS NULL GROUP BY r.line, r.half) of_half GROUP BY of_half.line) of_line),
    g.pupils)::int AS pupils,
  coalesce(d.adults, (SELECT max(r.adults) FROM reservations r WHERE r.demand = d.id), 1)::int AS adults,
  d.last_minute, d.passed_over, d.passed_why, d.km, d.from_on, d.to_on, d.away, d.department, d.lycee, d.tech_object,
  coalesce(h.name || ', ' || h.commune, '') AS place, coalesce(o.name, '') AS built, d.result,
  d.ended_at, d.ends_at, {FOUND_NOTHING.format(demand="d")} AS found_nothing,
  {SEARCH_HELD.format(demand="d")} AS held_back,
  d.opening AS draw, d.number AS draw_number, d.rank AS draw_rank, d.beyond, d.salt,
  encode(d.digest, 'hex') AS digest, d.answer, p.draws_at, p.frozen_at, p.last_on AS period_ends_on
FROM demands d JOIN groups g ON g.id = d."group" LEFT JOIN schools h ON h.uai = d.lycee AND d.lycee <> ''
LEFT JOIN tech_objects o ON o.id = d.tech_object LEFT JOIN openings p ON p.id = d.opening"""  # noqa: S608 - constants only
# The demand of a teacher's collège, where the scope reaches it.
SEEN = f"{_DEMAND} WHERE d.id = $1 AND {within('d.school', 2)} AND {within_author('d.asked_by', 3)}"
SEEN_TOGETHER = f"{_DEMAND} WHERE d.id = ANY ($1::int[])"
NAMED = f"""SELECT d.id AS demand, r.id, r.line, r.half, r.state, r.slot, r.pupils, w.title AS workshop,
  h.name AS host_name, h.commune, r.starts_at, r.ends_at, r.state = 'waiting' AND {IN_RESERVE} AS kept, r.hold_until,
  r.state = 'cancelled_by_teacher' AND r.confirmed_at IS NULL AS given_up
FROM demands d JOIN reservations r ON r.demand = d.id JOIN slots sl ON sl.id = r.slot
JOIN workshops w ON w.id = sl.workshop JOIN schools h ON h.id = sl.school
WHERE d.id = ANY ($1::int[]) AND r.replaces IS NULL ORDER BY r.line, r.half, r.id"""  # noqa: S608 - constants only


class NamedSlot(Standing, frozen=True):
    """A slot that a line of a demand names, or that its sentence found, as the reservation that stands for it; one
    `given_up` was left for another one, or withdrawn, before it was sure."""

    demand: int
    id: int
    line: int
    half: int | None
    slot: int
    pupils: int
    workshop: str
    host_name: str
    commune: str
    starts_at: datetime
    ends_at: datetime
    kept: bool
    hold_until: datetime | None
    given_up: bool


class DemandSeen(Struct, frozen=True):
    """What a group asks for, with what its sentence says and how it is named in a draw.

    `sentence` is its line, None where every line names its slots; `salt` and `digest` hold it to what it said when the
    entries of its draw ended. Where the sentence alone is left, `passed_over` are the slots that it names, and
    `passed_why` is what was told of the first one. One that `found_nothing` ended with its last day; what suits one
    that is `held_back` is offered after all others, its collège having as many groups as classes.
    """

    id: int
    group: int
    group_name: str
    level: str
    school: int
    pupils: int
    adults: int
    lines: int
    asked_at: datetime
    last_minute: bool
    passed_over: tuple[int, ...]
    passed_why: str
    sentence: int | None
    km: int | None
    from_on: date | None
    to_on: date | None
    away: str
    department: str
    lycee: str
    tech_object: int | None
    place: str
    built: str
    result: str
    ended_at: datetime | None
    ends_at: datetime | None
    found_nothing: bool
    held_back: bool
    draw: int | None
    draw_number: str | None
    draw_rank: int | None
    beyond: bool
    salt: str
    digest: str | None
    answer: bytes | None
    draws_at: datetime | None
    frozen_at: datetime | None
    period_ends_on: date | None

    @property
    def whom(self) -> str:
        """« 4e B »"""
        return class_words(self.search, group=self.group_name)

    @property
    def words(self) -> str:
        """Its sentence, with the group."""
        return words_of(self.search, group=self.group_name, place=self.place, built=self.built)

    @property
    def search(self) -> Search:
        """What its sentence looks for."""
        return Search(
            level=self.level,
            pupils=self.pupils,
            km=None if self.km is None else float(self.km),
            from_on=self.from_on,
            to_on=self.to_on,
            college=self.school if self.away == MINE else None,
            department=self.department or None,
            school=self.lycee or None,
            tech_object=self.tech_object,
        )

    def looks(self, now: datetime) -> bool:
        """Whether what suits its sentence may still be offered."""
        if self.sentence is None or self.ended_at is not None:
            return False
        return self.result == "waits" if self.ends_at is None else self.ends_at > now

    @property
    def last_on(self) -> date | None:
        """The last day on which what suits may be offered: of a draw, that of its period or the one that it says."""
        if self.ends_at is not None:
            return last_day(self.ends_at)
        return min(filter(None, (self.period_ends_on, self.to_on)), default=None)

    @property
    def drawn(self) -> Answer | None:
        """What the draw gave it, line by line; None before, and once it is forgotten."""
        return None if self.answer is None else msgspec.json.decode(self.answer, type=Answer)


async def demand_seen(demand: int, *, scope: Scope) -> DemandSeen | None:
    """One demand, where the scope reaches its collège; where it is everything, read with others."""
    if scope == EVERYTHING:
        return await _demands.submit(demand)
    return await row_as(DemandSeen, SEEN, demand, scope.schools, scope.author)


async def _demands_seen(demands: list[int]) -> dict[int, DemandSeen | None]:
    seen = {demand.id: demand for demand in await rows_as(DemandSeen, SEEN_TOGETHER, demands)}
    return {demand: seen.get(demand) for demand in demands}


_demands: Batcher[int, DemandSeen | None] = Batcher(_demands_seen)


async def named_slots(demand: int) -> list[NamedSlot]:
    """What its lines name, in order, with what became of each; read with those of other demands."""
    return await _named.submit(demand)


async def _named_slots(demands: list[int]) -> dict[int, list[NamedSlot]]:
    named: dict[int, list[NamedSlot]] = {demand: [] for demand in demands}
    for slot in await rows_as(NamedSlot, NAMED, demands):
        named[slot.demand].append(slot)
    return named


_named: Batcher[int, list[NamedSlot]] = Batcher(_named_slots)
