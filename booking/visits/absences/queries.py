"""What a collège is asked about the visits to which it did not come, and what it answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from msgspec import Struct

from booking.visits.reservation_states import State
from booking.words.wording import school_year_began
from workshops.database import value
from workshops.database.row_types import rows_as
from workshops.school_calendar.rules import paris_instant, year_words

# A class that comes in two halves is one visit.
COUNT_MISSED = f"""SELECT (count(*) FILTER (WHERE missed.half IS NULL)
    + count(DISTINCT (missed.demand, missed.line)) FILTER (WHERE missed.half IS NOT NULL))::int
  FROM reservations missed
  WHERE missed.school = {{school}} AND missed.starts_at >= {{begins}} AND missed.starts_at < {{ends}}
    AND missed.state = '{State.NO_SHOW}'"""  # noqa: S608 - constants only


def asked_about(school: str, *, now: str) -> str:
    """An expression that gives how many missed visits a collège is asked about at a moment; 0 where it is asked
    nothing, or has answered: one look into an index of the few that have not."""
    return f"""coalesce((SELECT asked_now.no_shows FROM absence_questions asked_now
    WHERE asked_now.school = {school} AND asked_now.answered_at IS NULL AND asked_now.until > {now} LIMIT 1),
    0)"""  # noqa: S608 - the acts' own words


ASKED_ABOUT = f"SELECT {asked_about('$1', now='$2')}"
MISSED = f"""
SELECT r.starts_at, h.id AS host, h.name AS host_name, h.commune, g.name AS group_name
FROM reservations r JOIN slots sl ON sl.id = r.slot JOIN schools h ON h.id = sl.school
JOIN groups g ON g.id = r."group"
WHERE r.school = $1 AND r.starts_at >= $2 AND r.state = '{State.NO_SHOW}' ORDER BY r.starts_at, r.id
"""  # noqa: S608 - constants only
_ANSWERED = """SELECT q.id, q.school, c.name AS school_name, c.commune, q.school_year, q.no_shows, q.asked_at,
  q.answered_at, coalesce(w.words, '') AS words, q.read_at
FROM absence_questions q JOIN schools c ON c.id = q.school LEFT JOIN event_words w ON w.event = q.event"""
OF_COLLEGE = f"{_ANSWERED} WHERE q.school = $1 ORDER BY q.asked_at DESC, q.id DESC"
UNREAD = f"{_ANSWERED} WHERE q.answered_at IS NOT NULL AND q.read_at IS NULL ORDER BY q.answered_at, q.id"


class MissedVisit(Struct, frozen=True):
    """A visit to which a group did not come, at which lycée."""

    starts_at: datetime
    host: int
    host_name: str
    commune: str
    group_name: str


class AskedAbsences(Struct, frozen=True):
    """What a collège is asked before its next demand: the number of visits that it missed this school year, and which
    they are, each half of a class by itself."""

    no_shows: int
    visits: Sequence[MissedVisit]


class AbsencesTold(Struct, frozen=True):
    """A question to a collège and, once it has `answered_at`, what it said, empty when that is forgotten; `read_at`:
    the coordination has read it."""

    id: int
    school: int
    school_name: str
    commune: str
    school_year: int
    no_shows: int
    asked_at: datetime
    answered_at: datetime | None
    words: str
    read_at: datetime | None

    @property
    def year(self) -> str:
        """« 2026-2027 »"""
        return year_words(self.school_year)


async def absences_asked(school: int, *, now: datetime) -> AskedAbsences | None:
    """What this collège has to answer before its next demand is taken; None where it has nothing to."""
    no_shows = int(await value(ASKED_ABOUT, school, now))
    if not no_shows:
        return None
    return AskedAbsences(
        no_shows, await rows_as(MissedVisit, MISSED, school, paris_instant(school_year_began(now), time()))
    )


async def absences_of(school: int) -> list[AbsencesTold]:
    """All that a collège was asked, the latest first."""
    return await rows_as(AbsencesTold, OF_COLLEGE, school)


async def absences_unread() -> list[AbsencesTold]:
    """The answers that the coordination has not read, the first one first."""
    return await rows_as(AbsencesTold, UNREAD)
