"""One mail for all visits that one act changed: halves of a class, a series of a group, all that a teacher left."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from booking.calendar.invites import queries
from booking.calendar.invites.invite import Invitation, invitation
from booking.calendar.invites.queries import GroupVisit
from booking.mails.draft import Lines
from booking.mails.places import guest_of, headcount
from booking.outbox.notices.rules import Claimed
from booking.process.settings import Settings
from booking.visits.reservation_states import SURE_SQL
from booking.words.wording import span
from workshops.database import rows

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
