"""What acts write of a demand: it is made, gets its number, its rank, its result; who follows it, who got nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from piccolo.columns import Column

from booking.visits.demands.rules import LINES_MOST
from booking.visits.demands.tables import RankedDemand
from workshops.database import rows
from workshops.openings.plan import entering

GOT_NOTHING = """EXISTS (SELECT FROM demands nothing WHERE nothing.opening = {opening} AND nothing."group" = {group}
    AND nothing.result IN ('waits', 'out'))"""
"""SQL: whether a group was in the draw of an opening, and has no place of it."""
LOOKS = """({demand}.sentence IS NOT NULL AND {demand}.ended_at IS NULL AND NOT {demand}.tells
    AND ({demand}.result = 'waits' OR {demand}.opening IS NULL AND {demand}.ends_at > {now}))"""
"""SQL: whether a demand may still be offered whatever suits its sentence."""
FOLLOWED_BY = """coalesce((SELECT follows.booked_by FROM reservations follows WHERE follows.demand = d.id
    ORDER BY follows.id DESC LIMIT 1), d.asked_by)"""
"""SQL: who follows a demand `d`: whoever follows its lines, after a handover too."""
FOR_THEM = f"""SELECT g.id FROM groups g JOIN openings o ON o.id = $1
WHERE g.id = ANY ($2::int[]) AND {GOT_NOTHING.format(opening="o.id", group="g.id")}"""  # noqa: S608 - constants only


class FrozenDemand(Struct, frozen=True):
    """A demand with the salt and the digest that hold it to what it said when entries ended."""

    id: int
    salt: str
    digest: bytes


NEXT = "nextval(pg_get_serial_sequence('demands', 'id'))::int"
"""The number of a demand that an act is about to make."""
FORGET = """UPDATE demands SET ended_at = $2,
  result = CASE WHEN opening IS NOT NULL AND result = '' AND rank IS NULL THEN 'gone' ELSE result END
WHERE id = $1 AND ended_at IS NULL AND (sentence IS NOT NULL OR opening IS NOT NULL AND result = '') RETURNING id"""
# IS TRUE hides from the planner an index of all that are in no draw.
WAITS_FOR_ANSWER = f"""SELECT asked_before.id FROM demands asked_before WHERE asked_before."group" = {{group}}
    AND (asked_before.opening IS NULL) IS TRUE AND asked_before.ended_at IS NULL AND NOT asked_before.tells
    AND (EXISTS (SELECT FROM reservations waits_before WHERE waits_before.demand = asked_before.id
        AND waits_before.state = 'waiting') OR {LOOKS.format(demand="asked_before", now="{now}")})"""  # noqa: S608 - above
"""SQL: the demands of a group, in no draw, that wait for their answer."""
UNANSWERED = f"""{WAITS_FOR_ANSWER.format(group="$1", now="$3")} AND asked_before.id <> $2
ORDER BY asked_before.id LIMIT 1 FOR NO KEY UPDATE"""
_LOOKED_FOR = (
    *("pupils", "adults", "needs", "needed", "two_objects", "km", "from_on", "to_on", "away", "department", "lycee"),
    *("tech_object", "ends_at", "level"),
)
# Where both have a sentence, the last one that was said holds.
TAKE_UP = f"""UPDATE demands d SET lines = d.lines + n.lines, last_minute = d.last_minute OR n.last_minute,
  sentence = coalesce(d.lines + n.sentence, d.sentence),
  {", ".join(f"{name} = CASE WHEN n.sentence IS NULL THEN d.{name} ELSE n.{name} END" for name in _LOOKED_FOR)}
FROM demands n WHERE d.id = $1 AND n.id = $2 AND d.lines + n.lines <= $3 RETURNING d.lines - n.lines AS before"""  # noqa: S608 - names of columns only
ALONE = "SELECT id FROM demands WHERE id = $1 FOR NO KEY UPDATE SKIP LOCKED"
# Each line of a demand was withdrawn, or its slot called off: its group may make another one.
FORGET_EMPTY = """UPDATE demands emptied SET result = 'gone'
WHERE emptied."group" = $1 AND emptied.opening IS NOT NULL AND emptied.result = '' AND emptied.rank IS NULL
  AND NOT EXISTS (SELECT FROM reservations r WHERE r.demand = emptied.id AND r.state = 'in_draw') RETURNING id"""
RANK_ALL = """UPDATE demands d SET rank = ranked.rank, answer = ranked.answer
FROM unnest($2::varchar[], $3::int[], $4::bytea[]) AS ranked (number, rank, answer)
WHERE d.opening = $1 AND d.number = ranked.number"""
FIX_DIGESTS = """UPDATE demands d SET salt = fixed.salt, digest = fixed.digest
FROM unnest($1::int[], $2::varchar[], $3::bytea[]) AS fixed (id, salt, digest) WHERE d.id = fixed.id"""
ANSWERED = """UPDATE demands d SET result = told.result
FROM unnest($1::int[], $2::varchar[]) AS told (id, result) WHERE d.id = told.id"""

FORGET_ANSWERS = "UPDATE demands SET answer = NULL, salt = '' WHERE opening = ANY ($1::int[])"
# Nothing more comes of a demand, $1 being the first day of those that are not over.
_NOTHING_MORE = "(o.drawn_at IS NOT NULL AND d.result NOT IN ('waits', 'offered') OR o.last_on < $1)"
# The same of one that looks for whatever suits, and is in no draw.
_LOOKS_NO_MORE = """d.opening IS NULL AND (d.ended_at IS NOT NULL
    OR (d.ends_at AT TIME ZONE 'Europe/Paris')::date <= $1)"""
FORGET_WORDS = f"""UPDATE demands SET needs = '' WHERE id IN (
  SELECT d.id FROM demands d LEFT JOIN openings o ON o.id = d.opening
  WHERE d.needs <> '' AND ({_NOTHING_MORE} OR {_LOOKS_NO_MORE})) RETURNING id"""  # noqa: S608 - constants only
FORGET_BOXES = f"""UPDATE demands SET needed = '{{}}' WHERE id IN (
  SELECT d.id FROM demands d LEFT JOIN openings o ON o.id = d.opening
  WHERE d.needed <> '{{}}' AND (o.drawn_at < $2 AND {_NOTHING_MORE} OR {_LOOKS_NO_MORE}))
RETURNING id"""  # noqa: S608 - constants only


async def make(group: int, *, school: int, by: int, lines: int, last_minute: bool = False, now: datetime) -> int:
    """A demand of a collège's group, with so many lines that name their slots; in the caller's transaction. Returns its
    number."""
    fresh = RankedDemand(group=group, school=school, asked_by=by, lines=lines, asked_at=now, last_minute=last_minute)
    (made,) = await RankedDemand.insert(fresh).returning(RankedDemand.id)
    return int(made["id"])


async def anybody_waits(opening: int) -> bool:
    """Whether a demand of a draw got nothing."""
    nothing = RankedDemand.exists().where(RankedDemand.opening == opening, RankedDemand.result.is_in(["waits", "out"]))
    return bool(await nothing)


async def end(demand: int, *, now: datetime) -> None:
    """One of its lines is kept: nothing more is looked for. In the caller's transaction."""
    ending = RankedDemand.update({RankedDemand.ended_at: now})
    await ending.where(RankedDemand.id == demand, RankedDemand.ended_at.is_null())


async def locked_alone(demand: int) -> bool:
    """Whether the caller's transaction holds it now; one to which another place is being offered at this moment is left
    to that: neither act waits for the other."""
    return bool(await rows(ALONE, demand))


async def pass_through(demand: int) -> None:
    """It comes after others no more; in the caller's transaction."""
    await RankedDemand.update({RankedDemand.beyond: False}).where(RankedDemand.id == demand)


async def pass_over(demand: int, slots: Collection[int], *, why: str, key: str | None, asked: str) -> None:
    """Its sentence alone is left: none of the slots that it names can be had or waited for, the first one for the
    reason `why`. `key` and `asked` know its repeats. In the caller's transaction.

    Raises IntegrityConstraintViolationError where the key served at this very moment for another one.
    """
    said: dict[Column | str, Any] = {
        RankedDemand.passed_over: list(slots),
        RankedDemand.passed_why: why,
        RankedDemand.idempotency_key: key,
        RankedDemand.asked: asked,
    }
    await RankedDemand.update(said).where(RankedDemand.id == demand)


async def forget(demand: int, *, now: datetime) -> bool:
    """Its sentence is looked for no more, it is in no draw any more; in the caller's transaction. Whether it was."""
    return bool(await rows(FORGET, demand, now))


async def unanswered(group: int, *, but: int, now: datetime) -> int | None:
    """The demand that a group has besides, and that waits for its answer, but one of a draw, whose lines are held to by
    their digest; its row is locked for the caller's transaction."""
    found = await rows(UNANSWERED, group, but, now)
    return int(found[0]["id"]) if found else None


async def take_up(demand: int, further: int) -> int | None:
    """A demand has the lines of a `further` one of its group too, behind its own, and looks for what that one looks
    for; in the caller's transaction. Returns how many lines it had, None where it has no room for them."""
    taken = await rows(TAKE_UP, demand, further, LINES_MOST)
    return int(taken[0]["before"]) if taken else None


async def forget_taken_up(demand: int) -> None:
    """A demand whose lines are another's now; in the caller's transaction."""
    await RankedDemand.delete().where(RankedDemand.id == demand)


async def forget_empty(group: int) -> bool:
    """A demand in a draw of which nothing is left is over; whether there was one."""
    return bool(await rows(FORGET_EMPTY, group))


async def close_all(opening: int) -> None:
    """Nothing came of those that were withdrawn, or whose slot was called off, between the order and the places."""
    left = RankedDemand.update({RankedDemand.result: "out"}).where(RankedDemand.opening == opening)
    await left.where(RankedDemand.result == "", RankedDemand.rank.is_not_null())


async def fix_digests(demands: Sequence[FrozenDemand]) -> None:
    """What each demand says when entries end is held to by a digest that is public at once; in the caller's
    transaction."""
    columns = ("id", "salt", "digest")
    await rows(FIX_DIGESTS, *([getattr(demand, name) for demand in demands] for name in columns))


async def rank_all(opening: int, answers: Sequence[tuple[str, int, bytes]]) -> None:
    """What the draw gives each demand: its number, its rank, its answer; in the caller's transaction."""
    await rows(RANK_ALL, opening, *([answer[column] for answer in answers] for column in range(3)))


# What the row of a demand keeps of what is asked, in the order of `WholeDemand.kept`.
SAID = {
    **{"group": "int", "school": "int", "asked_by": "int", "lines": "smallint", "asked_at": "timestamptz"},
    **{"pupils": "smallint", "adults": "smallint", "needs": "varchar", "needed": "varchar[]", "two_objects": "bool"},
    **{"sentence": "smallint", "km": "smallint", "from_on": "date", "to_on": "date", "away": "varchar"},
    **{"department": "varchar", "lycee": "varchar", "tech_object": "int", "last_minute": "bool"},
}
SAID_TYPED = ", ".join(f'"{column}" {kind}' for column, kind in SAID.items())
"""SQL: the same as the columns of a row that comes as JSON."""
_COLUMNS = ", ".join(f'"{column}"' for column in SAID)
_VALUES = ", ".join(f"${number}" for number in range(1, len(SAID) + 1))
_LEVEL = "(SELECT level FROM groups WHERE id = $1)"


def looking(*, beyond: str) -> str:
    """A demand that looks for whatever suits its sentence until $20; `beyond`: whether its collège has as many groups
    in line as it may."""
    return f"""INSERT INTO demands ({_COLUMNS}, ends_at, beyond, level)
VALUES ({_VALUES}, $20, {beyond}, {_LEVEL}) RETURNING id"""  # noqa: S608 - the act's own words


def entered(of: str, *, where: str) -> str:
    """Parts of a statement: each demand of `of` is `demanded`, under its `number` in the draw of its `opening`, unless
    its hour has just ended, `where` a condition holds; `beyond`: whether its collège has as many groups in line as it
    may. Its weight and its place behind others are fixed here, for good."""
    said = ", ".join(f'{of}."{column}"' for column in SAID)
    return f"""opening AS (
  {entering(f"ARRAY(SELECT opening FROM {of})")}
), demanded AS (
  INSERT INTO demands ({_COLUMNS}, opening, number, weight, beyond, level)
  SELECT {said}, opening.id, {of}.number,
    CASE WHEN EXISTS (SELECT FROM received WHERE college = {of}.school AND visit IS NOT NULL) THEN 1
      ELSE opening.first_weight END, {of}.beyond, {of}.level
  FROM {of} JOIN opening ON opening.id = {of}.opening WHERE {where} ORDER BY {of}.n RETURNING id, number
)"""  # noqa: S608 - the act's own words


async def forget_keys(*, before: datetime) -> int:
    """No demand asked before this moment is known as a repetition any more; how many were."""
    forgetting = RankedDemand.update({RankedDemand.idempotency_key: None, RankedDemand.asked: ""})
    kept = forgetting.where(RankedDemand.idempotency_key.is_not_null(), RankedDemand.asked_at < before)
    return len(await kept.returning(RankedDemand.id))


async def forget_answers(openings: Sequence[int]) -> None:
    """What the demands of these draws were told is erased, line by line, with the salt that opens each digest; in the
    caller's transaction."""
    await rows(FORGET_ANSWERS, openings)


async def forget_words(*, over_before: date) -> set[int]:
    """The line of needs goes once its demand has its answer, or is out; in the caller's transaction.

    One that waits, or is offered a place, keeps it until its period is over, or the last day that it looks for. Returns
    the demands.
    """
    return {row["id"] for row in await rows(FORGET_WORDS, over_before)}


async def forget_boxes(*, held_before: datetime, over_before: date) -> set[int]:
    """The boxes of needs go with the file of the draw, by the same rule; in the caller's transaction."""
    return {row["id"] for row in await rows(FORGET_BOXES, over_before, held_before)}


def alone(of: str, *, where: str) -> str:
    """One demand of one line for each row of an act (`of`), numbered by its `demand` already."""
    return f"""INSERT INTO demands (id, "group", school, asked_by, lines, asked_at, last_minute)
  SELECT demand, "group", school, by, 1, now, last_minute FROM {of} WHERE {where}"""  # noqa: S608 - the act's own words


async def without_a_place(opening: int | None, groups: Collection[int]) -> set[int]:
    """Those of these groups that got nothing in the draw of an opening."""
    return {group["id"] for group in await rows(FOR_THEM, opening, list(groups))}
