"""Whether a group asks beyond its collège's classes: as many groups of a level may ask as it has classes.

A group counts while it has a visit to come or a demand that is not held back, of which the sentence alone may be left,
its two halves once, however many it has.
One that counts already asks for another visit as before. There is no limit where nobody knows how many classes there
are, nor for groups of ULIS, of SEGPA and of clubs. Nothing is locked: two groups that ask at the very same moment may
both pass, and the coordination reads it.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from booking.visits.demands.keep import LOOKS
from booking.visits.reservation_states import LIVE_SQL
from booking.visits.reservations.rules import GroupsCounted
from workshops.coverage.queries import classes_known
from workshops.database.row_types import row_as, rows_as

# It waits though seats may be free, behind all who are within.
HELD_BACK = "({one}.state = 'waiting' AND {one}.beyond AND NOT {one}.let_through)"
SEARCH_HELD = """({demand}.beyond AND {demand}.opening IS NULL AND NOT EXISTS (SELECT FROM reservations one_passed
    WHERE one_passed.demand = {demand}.id AND (NOT one_passed.beyond OR one_passed.let_through)))"""
"""SQL: whether what suits the sentence of a demand of no draw is offered to all others before."""
SEARCH_HELD_ALONE = f"""({LOOKS.format(demand="{demand}", now="{now}")} AND {SEARCH_HELD}
    AND NOT EXISTS (SELECT FROM reservations beside WHERE beside.demand = {{demand}}.id
      AND beside.state IN {LIVE_SQL}))"""
"""SQL: the same of one of which the sentence alone is left: what is held back of others is one of their lines."""
_ORDINARY = "({group}.section = '' AND {group}.ulis < {group}.pupils)"
_YEAR = "left({group}.school_year, 4)::int"


def groups_counted(group: str, *, unless: str = "false", now: str) -> str:
    """A statement that gives, of a row of groups, the `classes` of its collège at its level and how many `others` of
    its groups count; no row where it has no limit, or counts already. `unless`: nobody asks how many.

    A few reads of indexes: what the collège's level is, its groups of that year, then, where these are more than the
    classes, the visits to come of all of them in one walk along theirs; else none is counted, nobody being beyond.
    """
    allowed = classes_known(f"{group}.school", f"{group}.level", _YEAR.format(group=group))
    # The array is one scan of the index; a join would be one for each group.
    return f"""SELECT allowed_then.classes, coming_beside.others
  FROM ({allowed}) allowed_then CROSS JOIN LATERAL (
    SELECT ARRAY(SELECT beside.id FROM groups beside WHERE beside.school = {group}.school
      AND beside.school_year = {group}.school_year AND beside.level = {group}.level
      AND {_ORDINARY.format(group="beside")}) AS groups OFFSET 0) of_level CROSS JOIN LATERAL (
    SELECT count(DISTINCT asked_for."group")::int AS others,
      coalesce(bool_or(asked_for."group" = {group}.id), false) AS already
    FROM (
      SELECT one_visit."group" FROM reservations one_visit
      WHERE NOT ({unless}) AND cardinality(of_level.groups) > allowed_then.classes
        AND one_visit."group" = ANY (of_level.groups)
        AND one_visit.ends_at > {now} AND one_visit.state IN {LIVE_SQL} AND NOT {HELD_BACK.format(one="one_visit")}
      UNION ALL
      SELECT one_search."group" FROM demands one_search
      WHERE NOT ({unless}) AND cardinality(of_level.groups) > allowed_then.classes
        AND one_search."group" = ANY (of_level.groups)
        AND {LOOKS.format(demand="one_search", now=now)} AND NOT {SEARCH_HELD.format(demand="one_search")}
    ) asked_for OFFSET 0) coming_beside
  WHERE {_ORDINARY.format(group=group)} AND NOT coming_beside.already"""  # noqa: S608 - as above


def is_beyond(group: str, *, now: str) -> str:
    """The condition that a group, by its number, asks beyond its collège's classes at a moment.

    It is asked in the statement that writes the demand, at once or of a draw, and kept on its row: who asked first is
    within. A draw gives places to those within before it looks at those beyond.
    """
    return f"""EXISTS (SELECT FROM groups who_asks CROSS JOIN LATERAL ({groups_counted("who_asks", now=now)}) so_many
  WHERE who_asks.id = {group} AND so_many.others >= so_many.classes)"""


def asking_together(of: str, *, now: str) -> str:
    """Each row of `of`, demands for a "group" that are written together in the order of their `n`, with its group's
    `level` and whether it is `beyond`: those before it count as well."""
    # Who has no limit, or counts already, has no row of classes, and takes nobody's place.
    return f"""SELECT {of}.*, who_asks.level, coalesce(so_many.others + count(so_many.classes) OVER (
    PARTITION BY who_asks.school, who_asks.school_year, who_asks.level ORDER BY {of}.n) > so_many.classes, false)
    AS beyond
  FROM {of} CROSS JOIN LATERAL (SELECT * FROM groups WHERE id = {of}."group" OFFSET 0) who_asks
  LEFT JOIN LATERAL ({groups_counted("who_asks", now=now)}) so_many ON true"""  # noqa: S608 - as above


COUNTED = f"""SELECT so_many.* FROM groups g CROSS JOIN LATERAL ({groups_counted("g", now="$2")}) so_many
WHERE g.id = $1"""  # noqa: S608 - constants only
# What the statement that holds it back has counted is counted again: what stands in the way may have gone since.
HELD_NOW = f"""
SELECT held.id, held.slot, held.workshop, held.starts_at, s.id AS school, s.name AS school_name, s.commune,
  g.name AS group_name, g.level, coalesce(so_many.classes, 0) AS classes, coalesce(so_many.others, 0) AS others,
  count(*) OVER ()::int AS in_all
FROM (
  SELECT r.id, r.slot, w.title AS workshop, sl.starts_at, r."group", r.created_at AS asked_at
  FROM reservations r JOIN slots sl ON sl.id = r.slot JOIN workshops w ON w.id = sl.workshop
  WHERE {HELD_BACK.format(one="r")} AND r.half IS DISTINCT FROM 2 AND sl.state = 'open' AND sl.list_locks_at > $1
  UNION ALL
  SELECT d.id, NULL, '', NULL, d."group", d.asked_at FROM demands d JOIN groups of_search ON of_search.id = d."group"
  WHERE {SEARCH_HELD_ALONE.format(demand="d", now="$1")} AND of_search.archived_at IS NULL
) held JOIN groups g ON g.id = held."group" JOIN schools s ON s.id = g.school
LEFT JOIN LATERAL ({groups_counted("g", now="$1")}) so_many ON true
ORDER BY held.asked_at, held.id LIMIT $2"""  # noqa: S608 - constants only
# One line a collège and level, however many visits: more groups than classes, where two asked at the same moment, or
# more than one where nothing says how many there may be.
TO_LOOK_AT = f"""
WITH asking AS (
  SELECT g.school, g.level, g.school_year,
    count(DISTINCT g.id) FILTER (WHERE {_ORDINARY.format(group="g")} AND NOT r.beyond) AS groups,
    count(DISTINCT g.id) FILTER (WHERE NOT {_ORDINARY.format(group="g")}) AS apart
  FROM reservations r JOIN groups g ON g.id = r."group"
  WHERE r.ends_at > $1 AND r.state IN {LIVE_SQL} AND NOT {HELD_BACK.format(one="r")} GROUP BY 1, 2, 3
)
SELECT asking.school, s.name AS school_name, s.commune, asking.level, asking.groups::int, asking.apart::int,
  so_many.classes
FROM asking JOIN schools s ON s.id = asking.school
LEFT JOIN LATERAL ({classes_known("asking.school", "asking.level", _YEAR.format(group="asking"))}) so_many ON true
WHERE asking.apart > 1 OR asking.groups > coalesce(so_many.classes, 1)
ORDER BY s.name, s.id, asking.level"""  # noqa: S608 - constants only


class HeldBack(Struct, frozen=True):
    """A demand that waits beyond its collège's classes, of which `others` are asked for already; `in_all` so many.

    A reservation that waits at a slot; without one, a demand that only looks for what suits.
    """

    id: int
    slot: int | None
    workshop: str
    starts_at: datetime | None
    school: int
    school_name: str
    commune: str
    group_name: str
    level: str
    classes: int
    others: int
    in_all: int


class LevelToLookAt(Struct, frozen=True):
    """A level of a collège more of whose groups ask than is known to be right: `classes` is None where nothing is
    known of it; `apart` are its groups of ULIS, of SEGPA and of clubs, which have no limit."""

    school: int
    school_name: str
    commune: str
    level: str
    groups: int
    apart: int
    classes: int | None


async def groups_counted_with(group: int, *, now: datetime) -> GroupsCounted:
    """How many groups of its level count beside this one, and how many may."""
    return await row_as(GroupsCounted, COUNTED, group, now) or GroupsCounted()


async def held_back(*, now: datetime, most: int) -> list[HeldBack]:
    """The demands that wait for a word of the coordination, the oldest first: at most so many."""
    return await rows_as(HeldBack, HELD_NOW, now, most)


async def levels_to_look_at(*, now: datetime) -> list[LevelToLookAt]:
    """The levels of collèges more of whose groups ask than is known to be right."""
    return await rows_as(LevelToLookAt, TO_LOOK_AT, now)
