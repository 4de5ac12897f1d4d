"""Asking a collège what happened, when the closing of a visit says that it did not come to a second one of the year."""

from __future__ import annotations

from datetime import datetime, time

from booking.visits.absences.queries import COUNT_MISSED
from booking.visits.absences.rules import ASKED_FROM
from booking.visits.reservation_states import CAME
from booking.words.wording import school_year_began
from workshops.database import rows
from workshops.school_calendar.rules import first_day_of, paris_instant

# Two lycées that close at once count one after the other.
LOCK = """SELECT c.id, sl.starts_at FROM schools c JOIN slots sl ON sl.id = $1
WHERE c.id IN (SELECT r.school FROM reservations r WHERE r.slot = $1 AND r.state = ANY ($2::text[]))
ORDER BY c.id FOR NO KEY UPDATE OF c"""
# What was counted before is asked no more; what was answered is not asked again.
ASK = f"""
WITH counted AS (
  SELECT c.school, ({COUNT_MISSED.format(school="c.school", begins="$2", ends="$3")}) AS no_shows
  FROM unnest($1::int[]) c (school)
), ended AS (
  DELETE FROM absence_questions q USING counted
  WHERE q.school = counted.school AND q.school_year = $4 AND q.answered_at IS NULL AND q.no_shows <> counted.no_shows
)
INSERT INTO absence_questions (school, school_year, no_shows, until, asked_at)
SELECT school, $4, no_shows, $3, $5 FROM counted
WHERE no_shows >= $6 AND $3 > $5 AND no_shows > coalesce((SELECT max(said.no_shows) FROM absence_questions said
  WHERE said.school = counted.school AND said.school_year = $4 AND said.answered_at IS NOT NULL), 0)
ORDER BY school ON CONFLICT (school, school_year, no_shows) DO NOTHING
"""  # noqa: S608 - constants only


async def ask_about(slot: int, *, states: frozenset[str] = CAME, now: datetime) -> None:
    """Count the visits that each collège of this one has missed in its school year, and ask those that missed two.

    Inside the transaction that closes or reopens it; `states`: those of its groups afterwards. A year that is over
    asks nothing any more.
    """
    colleges = await rows(LOCK, slot, sorted(states))
    if not colleges:
        return
    year = school_year_began(colleges[0]["starts_at"]).year
    begins, ends = (paris_instant(first_day_of(one), time()) for one in (year, year + 1))
    await rows(ASK, [college["id"] for college in colleges], begins, ends, year, now, ASKED_FROM)
