"""One mail for all visits that one act changed: halves of a class, a series of a group, all that a teacher left.

At which lycée a visit stood when something was done to it: it may have moved on since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from booking.calendar.invites import queries
from booking.calendar.invites.invite import Invitation, invitation
from booking.calendar.invites.queries import GroupVisit
from booking.mails.draft import Lines, guest_of, headcount
from booking.outbox.notices.rules import Claimed
from booking.process.settings import Settings
from booking.visits.reservation_states import SURE_SQL
from booking.words.wording import span
from workshops.database import rows, value

# A visit that changes its slot; the event says which one it left.
MOVES = ("reservation_moved", "change_approve", "change_paper_visa")
MOVES_IN_SQL = ", ".join(f"'{act}'" for act in MOVES)
# The lycée that knows of a visit whose visa was taken back: where it was sure last, unless it has left that one since.
KNOWS = f"""(
    SELECT known_slot.school FROM (
      SELECT coalesce(max(known_as.id), 0) AS sure FROM events known_as WHERE known_as.about_kind = 'reservation'
      AND known_as.about = {{visit}} AND known_as.id < {{event}} AND known_as.state IN {SURE_SQL}
    ) known_since JOIN slots known_slot ON known_slot.id = coalesce((
      SELECT known_move.also FROM events known_move WHERE known_move.about_kind = 'reservation'
      AND known_move.about = {{visit}} AND known_move.id > known_since.sure AND known_move.act IN ({MOVES_IN_SQL})
      ORDER BY known_move.id LIMIT 1), {{slot}})
    WHERE NOT EXISTS (
      SELECT FROM events known_move JOIN slots known_left ON known_left.id = known_move.also
      WHERE known_move.about_kind = 'reservation' AND known_move.about = {{visit}}
      AND known_move.id > known_since.sure AND known_move.id < {{event}} AND known_move.act IN ({MOVES_IN_SQL})
      AND known_left.school <> known_slot.school)
  )"""  # noqa: S608 - constants only
# Of the visit of a notice.
LYCEE = f"""
SELECT s.school FROM notices n JOIN events e ON e.id = n.event JOIN reservations r ON r.id = n.about
JOIN slots s ON s.id = coalesce((
  SELECT next.also FROM events next WHERE next.about_kind = 'reservation' AND next.about = r.id AND next.id > e.id
    AND next.act IN ({MOVES_IN_SQL}) ORDER BY next.id LIMIT 1), r.slot)
WHERE n.id = $1
"""  # noqa: S608 - constants only


async def lycee_of(notice: Claimed) -> int | None:
    """The lycée of which an act told its hosts; None for a mail that no act has told."""
    lycee: int | None = await value(LYCEE, notice.id)
    return lycee


TEACHERS_PAGE, HOSTS_PAGE = "/reservations/{id}", "/lycee/creneaux/{slot}"
_READERS = f"CASE WHEN {{event}}.was IN {SURE_SQL} THEN 'sure' ELSE {{event}}.was END"
# What the event of a notice says of one visit, others at the same instant say of the group's others.
TOLD_WITH = f"""
SELECT o.about FROM notices n JOIN events e ON e.id = n.event AND e.about_kind = 'reservation'
JOIN reservations own ON own.id = e.about
JOIN events o ON o.at = e.at AND o.about_kind = 'reservation' AND o.act = e.act || '_also'
  AND {_READERS.format(event="o")} = {_READERS.format(event="e")}
JOIN reservations r ON r.id = o.about AND r."group" = own."group"
WHERE n.id = $1 ORDER BY r.starts_at, r.id
"""  # noqa: S608 - constants only
# All that one act hands to a colleague: whatever the group, of one lycée alone where it is named.
TAKEN_WITH = f"""
SELECT o.about FROM notices n JOIN events e ON e.id = n.event
JOIN events o ON o.at = e.at AND o.about_kind = 'reservation' AND o.id <> e.id AND o.also = e.also
  AND o.act IN ('reservation_taken_over', 'reservation_taken_over_there', 'reservation_taken_over_also')
  AND {_READERS.format(event="o")} = {_READERS.format(event="e")}
JOIN reservations r ON r.id = o.about JOIN slots s ON s.id = r.slot
WHERE n.id = $1 AND ($2::int IS NULL OR s.school = $2) ORDER BY r.starts_at, r.id
"""  # noqa: S608 - constants only


async def together(
    states: Collection[str], notice: Claimed, now: datetime
) -> tuple[GroupVisit | None, list[GroupVisit]]:
    """The visit of a notice and the others of which it tells, those alone that are to come and of which it is still
    true."""
    still = await _still(states, (notice.about, *await told_with(notice)), now)
    return (still[0], still[1:]) if still else (None, [])


async def taken_together(
    states: Collection[str], notice: Claimed, now: datetime, *, host: int | None = None
) -> list[GroupVisit]:
    """All visits that a colleague took over in one act, those at the lycée `host` alone where it is named."""
    others = [one["about"] for one in await rows(TAKEN_WITH, notice.id, host)]
    return await _still(states, (notice.about, *others), now)


async def _still(states: Collection[str], numbers: Iterable[int], now: datetime) -> list[GroupVisit]:
    found = [await queries.visit(number) for number in numbers]
    return [one for one in found if one is not None and one.state in states and one.ends_at > now]


async def told_with(notice: Claimed) -> list[int]:
    """The group's other visits of which this mail tells, the soonest first."""
    return [one["about"] for one in await rows(TOLD_WITH, notice.id)]


def also_lines(label: str, others: Collection[GroupVisit]) -> Lines:
    """Each other visit of which the mail tells."""
    return tuple((label, visit_line(one)) for one in others)


def visit_line(visit: GroupVisit) -> str:
    """« jeudi 25 mars 2027, de 9 h 00 à 12 h 00, Découpe laser, 14 élèves et 2 accompagnateurs »"""
    return f"{span(visit.starts_at, visit.ends_at)}, {visit.workshop}, {headcount(visit.pupils, visit.adults)}"


def entries_of(
    others: Collection[GroupVisit], notice: Claimed, settings: Settings, page: str, now: datetime
) -> tuple[Invitation, ...]:
    """The entries of the other visits, each leading to its page; what no agenda holds has none."""
    made = [
        invitation(one, guest_of(notice, settings, page.format(id=one.id, slot=one.slot)), now=now) for one in others
    ]
    return tuple(one for one in made if one is not None)
