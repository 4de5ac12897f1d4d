"""What demands look for beside the slots that they name, those of which the sentence alone is left, and what is left to
those that got nothing in a draw."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from booking.visits.demands.keep import LOOKS
from booking.visits.demands.rules import last_day
from booking.visits.reservation_states import LIVE_SQL
from booking.visits.reservations.beyond import SEARCH_HELD
from booking.words.wording import span
from workshops.database import row, rows
from workshops.database.row_types import row_as, rows_as
from workshops.offer.queries import SlotOnOffer, slots_on_offer
from workshops.offer.rules import Search
from workshops.school_calendar.rules import paris_day
from workshops.scope import Scope, within, within_author

ASKED_BEFORE = "SELECT id, asked FROM demands WHERE asked_by = $1 AND idempotency_key = $2"


class EarlierDemand(Struct, frozen=True):
    """A demand already made under an Idempotency-Key, which no reservation of it carries."""

    id: int
    asked: str


async def asked_before(by: int, key: str | None) -> EarlierDemand | None:
    """The demand of which the sentence alone is left that a teacher made under this key."""
    return None if key is None else await row_as(EarlierDemand, ASKED_BEFORE, by, key)


class SlotPassedOver(Struct, frozen=True):
    """A slot that a demand names, and that its group could neither have nor wait for."""

    id: int
    workshop: str
    host_name: str
    commune: str
    starts_at: datetime
    ends_at: datetime

    @property
    def line(self) -> str:
        """« Découpe laser, Lycée Jules Haag, jeudi 25 mars 2027, de 9 h 00 à 12 h 00 »"""
        return f"{self.workshop}, {self.host_name}, {span(self.starts_at, self.ends_at)}"


PASSED_OVER = """SELECT s.id, w.title AS workshop, h.name AS host_name, h.commune, s.starts_at, s.ends_at
FROM slots s JOIN workshops w ON w.id = s.workshop JOIN schools h ON h.id = s.school
WHERE s.id = ANY ($1::int[]) ORDER BY array_position($1::int[], s.id)"""


async def slots_passed_over(slots: Sequence[int]) -> list[SlotPassedOver]:
    """What a demand names and no reservation stands for, in the order of its lines."""
    return await rows_as(SlotPassedOver, PASSED_OVER, list(slots))


class StillLooks(Struct, frozen=True):
    """A demand that is still offered what suits its sentence; `stands`: one of its slots is held or waited for;
    `held_back`: all others are offered it before."""

    id: int
    group_name: str
    ends_at: datetime | None
    stands: bool
    held_back: bool

    @property
    def last_on(self) -> date | None:
        """The last day on which what suits may be offered, None where the period of its draw says it."""
        return None if self.ends_at is None else last_day(self.ends_at)


LOOKING = f"""SELECT d.id, g.name AS group_name, d.ends_at, {SEARCH_HELD.format(demand="d")} AS held_back,
  EXISTS (SELECT FROM reservations r WHERE r.demand = d.id AND r.state IN {LIVE_SQL}) AS stands
FROM demands d JOIN groups g ON g.id = d."group"
WHERE {within("d.school", 1)} AND {within_author("d.asked_by", 2)} AND {LOOKS.format(demand="d", now="$3")}
  AND g.id = coalesce($4::int, g.id) ORDER BY g.name, d.id"""  # noqa: S608 - constants only


async def still_looking(scope: Scope, *, group: int | None = None, now: datetime) -> list[StillLooks]:
    """The demands of a collège, or of one group of it, that may still be offered whatever suits."""
    return await rows_as(StillLooks, LOOKING, scope.schools, scope.author, now, group)


LOOK_FOR_MORE = f"""SELECT d.id, d.sentence FROM demands d WHERE d.id = ANY ($1::int[])
  AND ({LOOKS.format(demand="d", now="$2::timestamptz")}
    OR d.sentence IS NOT NULL AND d.opening IS NOT NULL AND d.result = '')"""  # noqa: S608 - constants only


async def looking_for_more(demands: Collection[int], *, now: datetime) -> dict[int, int]:
    """Those of these demands that look beside their choices for whatever suits, or will in their draw, each with the
    line of its sentence."""
    return {demand["id"]: demand["sentence"] for demand in await rows(LOOK_FOR_MORE, list(demands), now)}


class LeftOfDraw(Struct, frozen=True):
    """What a draw left for a group that got nothing: until then it is of such groups alone, the nearest first."""

    group: int
    until: datetime
    slots: list[SlotOnOffer]

    @property
    def last_on(self) -> date:
        """The last day on which it is of such groups alone."""
        return paris_day(self.until - timedelta(seconds=1))


LEFT = """SELECT d."group", g.level, coalesce(d.pupils, g.pupils)::int AS pupils, c.lat, c.lon, o.first_on, o.last_on,
  o.left_until FROM demands d JOIN groups g ON g.id = d."group" JOIN schools c ON c.id = d.school
JOIN openings o ON o.id = d.opening
WHERE d.id = $1 AND d.result IN ('waits', 'out') AND o.left_until > $2"""
LEFT_TOLD = 5


async def left_of_draw(demand: int | None, *, now: datetime) -> LeftOfDraw | None:
    """The nearest slots that the draw of a demand left, with room for the whole group; None where it is not, or no
    more, for it alone."""
    found = await row(LEFT, demand, now)
    if found is None:
        return None
    near = None if found["lat"] is None else (found["lat"], found["lon"])
    search = Search(
        level=found["level"],
        pupils=found["pupils"],
        near=near,
        by_distance=near is not None,
        only_open=True,
        from_on=found["first_on"],
        to_on=found["last_on"],
        limit=LEFT_TOLD,
    )
    slots = await slots_on_offer(search, now=now)
    return LeftOfDraw(found["group"], found["left_until"], list(slots.items))
