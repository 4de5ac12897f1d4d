"""Keep visits that were held before Technilab: added, corrected or taken back, and the sums with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec.structs import asdict, fields

from workshops.database import rows, transaction, value
from workshops.past_visits.queries import alike
from workshops.past_visits.rules import LineStep, VisitSketch, plan
from workshops.past_visits.tables import PastVisit
from workshops.refusals import Invalid, NotFound
from workshops.tallies.count import count_in, count_out

# One writer at a time, so that what is planned is what is written and no year closes meanwhile; everybody reads.
ALONE = "LOCK TABLE past_visits IN SHARE ROW EXCLUSIVE MODE"
_NAMES = [field.name for field in fields(VisitSketch)]
_COLUMNS = ", ".join(_NAMES)
ADD = f"""
INSERT INTO past_visits ({_COLUMNS}, example, recorded_at)
SELECT {_COLUMNS}, $2, $3 FROM jsonb_populate_recordset(NULL::past_visits, $1::jsonb) RETURNING id
"""  # noqa: S608 - constants only
CHANGE = f"""
UPDATE past_visits p SET {", ".join(f"{name} = n.{name}" for name in _NAMES)}
FROM jsonb_populate_recordset(NULL::past_visits, $1::jsonb) n WHERE n.id = p.id
"""  # noqa: S608 - constants only
STORED = f"""SELECT coalesce(jsonb_agg(to_jsonb(p) ORDER BY p.id), '[]')
FROM (SELECT id, {_COLUMNS} FROM past_visits WHERE id = ANY ($1::int[])) p"""  # noqa: S608 - constants only
REMOVE_ALL = "DELETE FROM past_visits WHERE id = ANY ($1::int[])"
AT_ONCE = 200
NOT_ITS_KEY = "une autre visite reprise a déjà cette référence, ou ce jour, ces établissements et ce groupe"

Tell = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """Nobody watches."""


async def keep_others_out() -> None:
    """Until this transaction ends, nobody else adds, changes or removes a past visit, nor closes a year over them."""
    await rows(ALONE)


async def keep(steps: Sequence[LineStep], *, example: bool = False, now: datetime, tell: Tell = silent) -> list[int]:
    """Add the visits of these steps that are new and correct those that are changed; the others stay as they are.

    Returns their numbers. The steps were planned under keep_others_out(), in this transaction.
    """
    moved = [one for one in steps if one.change in {"new", "changed"}]
    kept: list[int] = []
    async with transaction():
        for begin in range(0, len(moved), AT_ONCE):
            some = moved[begin : begin + AT_ONCE]
            fresh = [asdict(one.sketch) for one in some if one.change == "new"]
            known = [(one.known.id, one.sketch) for one in some if one.change == "changed" and one.known is not None]
            found = await rows(ADD, _json(fresh), example, now)
            added = [one["id"] for one in found]
            await _change(known)
            await count_in(*(-number for number in added))
            kept += [*added, *(number for number, _ in known)]
            tell(begin + len(some), len(moved))
    return kept


async def correct(number: int, sketch: VisitSketch) -> None:
    """Write a past visit anew, under its number. Raises NotFound, and Invalid when another one is known so."""
    async with transaction():
        await keep_others_out()
        if not await PastVisit.exists().where(PastVisit.id == number):
            raise NotFound
        others = [one for one in await alike([sketch]) if one.id != number]
        (step,) = plan([sketch], others)
        taken = step.known is not None and step.known.sketch.reference == sketch.reference
        if taken or step.change == "ambiguous":
            raise Invalid({"reference": NOT_ITS_KEY})
        await _change([(number, sketch)])


async def remove(number: int) -> None:
    """A past visit was declared by mistake: nothing of it is left, nor in the sums. Raises NotFound."""
    async with transaction():
        await keep_others_out()
        if not await PastVisit.exists().where(PastVisit.id == number):
            raise NotFound
        await count_out(-number)
        await PastVisit.delete().where(PastVisit.id == number)


async def stored(numbers: Sequence[int]) -> str:
    """These past visits as they stand, as JSON."""
    return str(await value(STORED, list(numbers)))


async def take_back(made: Sequence[int], before: str) -> None:
    """The visits `made` are no more, the others are again as they were, and the sums with them; inside the caller's
    transaction, under keep_others_out()."""
    known = [one["id"] for one in json.loads(before)]
    await count_out(*(-number for number in (*made, *known)))
    await rows(REMOVE_ALL, list(made))
    await rows(CHANGE, before)
    await count_in(*(-number for number in known))


async def _change(known: Sequence[tuple[int, VisitSketch]]) -> None:
    numbers = [-number for number, _ in known]
    await count_out(*numbers)
    await rows(CHANGE, _json([asdict(sketch) | {"id": number} for number, sketch in known]))
    await count_in(*numbers)


def _json(sketches: Sequence[dict[str, object]]) -> str:
    return json.dumps(sketches, default=str)
