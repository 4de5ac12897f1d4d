"""Files of draws for tests: two lycées, two collèges, slots and demands with little to say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from booking.visits.draws.drawing import Answer, Drawn, answer_in_order
from booking.visits.draws.drawing_file import College, Demand, Hours, Line, Lycee, Slot, Snapshot
from booking.visits.draws.rules import digest_of

SEED = bytes(range(32))
# 11.1 km to a tenth of a degree northwards.
LYCEES = (Lycee(1, 47.2, 6.0, "25"), Lycee(2, 47.4, 6.0, "70"))
COLLEGES = (College(1, 47.2, 6.0), College(2, 47.4, 6.0))
MONDAY = datetime(2027, 1, 4, 8, tzinfo=UTC)


def slot(number: int, *, lycee: int = 1, days: float = 0, seats: int = 24, **said: Any) -> Slot:
    """Three hours from a Monday at 9 h in Paris on, or so many days later, with all its seats left for one group."""
    starts_at = MONDAY + timedelta(days=days)
    usual = {"seats_left": seats, "groups_left": 1, "levels": ("4e",)}
    return Slot(
        id=number,
        lycee=lycee,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        seats=seats,
        **(usual | said),
    )


def hours_of(taken: Slot) -> Hours:
    return Hours(taken.starts_at, taken.ends_at)


def demand(number: str, *lines: Line, pupils: int = 24, **said: Any) -> Demand:
    usual = {"weight": 1, "within": True, "college": 1, "level": "4e"}
    return Demand(number=number, pupils=pupils, lines=lines, **(usual | said))


def draw_file(slots: Sequence[Slot], demands: Sequence[Demand], *, seed: bytes = SEED, **said: Any) -> Snapshot:
    usual = {"digest": digest_of(seed), "seed": seed.hex(), "lycees": LYCEES, "colleges": COLLEGES}
    return Snapshot(slots=tuple(slots), demands=tuple(demands), **(usual | said))


def answered(slots: Sequence[Slot], *demands: Demand, **said: Any) -> Drawn:
    """The demands answered in this order."""
    return answer_in_order(draw_file(slots, demands, **said), demands)


def got(answer: Answer) -> list[tuple[int, int]]:
    """The slots that a demand has, and how many pupils in each."""
    return [(seated.slot, seated.pupils) for seated in answer.seats]
