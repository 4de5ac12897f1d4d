"""A colleague takes over the groups and coming visits of a teacher who leaves, or who has left."""

from __future__ import annotations

from datetime import datetime

from booking.visits.groups.register import TAUGHT_BY
from booking.visits.handovers.queries import AHEAD, GONE, successors
from booking.visits.reservation_states import SURE_SQL
from booking.visits.reservations.transition import FOLLOWED_BY
from workshops.database import Rows, row, rows, transaction, value
from workshops.database.retry import retried
from workshops.events.record import recorded_of
from workshops.refusals import Invalid, NotFound, Refusal

# Whoever takes over first has it: the other one waits here, and finds nothing left.
LOCK = "SELECT id FROM groups WHERE id = $1 AND school = $2 FOR NO KEY UPDATE"
TEACHER = "SELECT coalesce(a.name, '') FROM groups g LEFT JOIN accounts a ON a.id = g.teacher WHERE g.id = $1"
LOCK_HERS = "SELECT id FROM groups WHERE teacher = $1 AND school = $2 ORDER BY id FOR NO KEY UPDATE"
UNTAUGHT = f"""SELECT id FROM groups g WHERE id = $1 AND {GONE.format(who="g.teacher", school="g.school")}"""  # noqa: S608
# In the order of their slots, as every act that locks several.
UNFOLLOWED = f"""SELECT r.id FROM reservations r JOIN slots s ON s.id = r.slot
WHERE r."group" = $1 AND {AHEAD.format(now="$2")} AND {GONE.format(who="r.booked_by", school="r.school")}
ORDER BY s.id, r.id FOR NO KEY UPDATE OF s"""  # noqa: S608
HERS = f"""SELECT r.id FROM reservations r JOIN slots s ON s.id = r.slot
WHERE r.booked_by = $1 AND r.school = $2 AND {AHEAD.format(now="$3")}
ORDER BY s.id, r.id FOR NO KEY UPDATE OF s"""  # noqa: S608
TAKE_GROUPS = f"""
WITH was AS (
  SELECT id, teacher FROM groups WHERE id = ANY ($1::int[])
), taken AS (
  {TAUGHT_BY}
), {
    recorded_of(
        "group", "taken ORDER BY taken.id", entry=False, at="$3", by="$4", act="'group_taken_over'", also="taken.former"
    )
}
SELECT count(*) FROM taken
"""  # noqa: S608 - constants only
# Mails tell all that one act takes over together: the first of those that are sure, asked for or waiting tells of the
# others; the first at another lycée tells that one.
_READERS = f"CASE WHEN taken.state IN {SURE_SQL} THEN 'sure' ELSE taken.state END"
# The entry stays the same one: it leaves one agenda, and comes into another.
TAKE = f"""
WITH was AS (
  SELECT id, booked_by FROM reservations WHERE id = ANY ($1::int[])
), taken AS (
  {FOLLOWED_BY}
), placed AS (
  SELECT taken.*, row_number() OVER (PARTITION BY {_READERS} ORDER BY visit.starts_at, visit.id) AS nth,
    row_number() OVER (PARTITION BY {_READERS}, place.school ORDER BY visit.starts_at, visit.id) AS nth_there
  FROM taken JOIN reservations visit ON visit.id = taken.id JOIN slots place ON place.id = visit.slot
), {
    recorded_of(
        "reservation",
        "placed ORDER BY placed.id",
        at="$3",
        by="$4",
        act="'reservation_taken_over' || CASE WHEN nth = 1 THEN '' WHEN nth_there = 1 THEN '_there' ELSE '_also' END",
        was="placed.state",
        state="placed.state",
        also="placed.former",
    )
}
SELECT count(*) FROM taken
"""  # noqa: S608 - constants only


class TakenOver(Refusal):
    """Somebody follows the group and its visits already; `by` is her name, empty where nobody is named."""

    kind = "taken-over"
    title = "Déjà repris"

    def __init__(self, by: str) -> None:
        super().__init__(f"{by or 'Un collègue'} a déjà repris ce groupe et ses visites : il n'y a plus rien à faire.")


@retried
async def take_over(group: int, *, school: int, by: int, now: datetime) -> int:
    """A teacher of the collège follows from now on a group that nobody follows, and its coming visits.

    Her agenda gets them, whoever had them loses them, the lycées are told who comes. Returns how many visits. Raises
    NotFound, TakenOver when a colleague was there first.
    """
    async with transaction():
        if await row(LOCK, group, school) is None:
            raise NotFound()
        untaught = await rows(UNTAUGHT, group)
        unfollowed = await rows(UNFOLLOWED, group, now)
        if not untaught and not unfollowed:
            raise TakenOver(await value(TEACHER, group))
        return await _take(_ids(untaught), _ids(unfollowed), to=by, by=by, now=now)


async def hand_over(*, former: int, school: int, to: int, by: int, now: datetime) -> int:
    """All groups and coming visits of a teacher at a collège go to a colleague; inside the caller's transaction.

    Returns how many visits. Raises Invalid when that colleague does not teach there (any more).
    """
    if to not in {one.account for one in await successors(school, instead_of=former)}:
        raise Invalid({"colleague": "Cette personne ne réserve plus pour votre collège : choisissez-en une autre."})
    groups = await rows(LOCK_HERS, former, school)
    return await _take(_ids(groups), _ids(await rows(HERS, former, school, now)), to=to, by=by, now=now)


def _ids(found: Rows) -> list[int]:
    return [one["id"] for one in found]


async def _take(groups: list[int], visits: list[int], *, to: int, by: int, now: datetime) -> int:
    await rows(TAKE_GROUPS, groups, to, now, by)
    return await take_visits(visits, to=to, by=by, now=now)


async def take_visits(visits: list[int], *, to: int, by: int, now: datetime) -> int:
    """These visits are followed by a colleague from now on; inside the caller's transaction, which has locked them.

    One mail tells each reader of all. Returns how many.
    """
    return int(await value(TAKE, visits, to, now, by))
