"""Erasing the words that go with the programme's records and demands; their counts stay."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from booking.people.first_answers.keep import forget_answers
from booking.visits.demands.keep import forget_keys
from booking.visits.reservations.demand import FORGET_DEMANDS
from booking.year.rules import DEMANDS_LAST, ERASED, FIRST_ANSWERS_LAST, RESPONSIBLES_LAST, notes_before, year_under_way
from workshops.catalogue.describe import FORGET_RESPONSIBLE
from workshops.database import rows, transaction
from workshops.imports.remember import FORGET_RECORDS
from workshops.programmes.bts1.draft_course import FORGET_NOTES as FORGET_COURSE_NOTES
from workshops.programmes.ptech.count_cohort import FORGET_NOTES as FORGET_CENSUS_NOTES
from workshops.programmes.ptech.plan_action import FORGET_TITLES
from workshops.programmes.ptech.rules import ACTION_KINDS
from workshops.programmes.ptech.settle_action import FORGET_REASONS
from workshops.school_calendar.close import FORGET_CLOSURES

TEXTS = (
    "UPDATE college_invitations SET words = '' WHERE words <> '' AND invited_at < $1 RETURNING id",
    "DELETE FROM event_words w USING events e WHERE e.id = w.event AND e.at < $1 RETURNING w.id",
    FORGET_CLOSURES,
)
# The latest slot first: where a workshop serves, it is the one.
RESPONSIBLES = f"""
{FORGET_RESPONSIBLE}
WHERE w.responsible <> '' AND w.created_at < $1 AND (
  SELECT true FROM slots s WHERE s.workshop = w.id AND greatest(s.ends_at, s.created_at) >= $1
  ORDER BY s.starts_at DESC LIMIT 1) IS NULL
RETURNING w.id
"""  # noqa: S608 - constants only


async def erase_records(*, now: datetime) -> Counter[str]:
    """The words of records that are old enough, and who answers for workshops that serve no more."""
    began, before = year_under_way(now).begins, notes_before(now)
    counts: Counter[str] = Counter()
    async with transaction():
        counts["texts"] = len(await rows(FORGET_REASONS, began, ERASED))
        for statement in TEXTS:
            counts["texts"] += len(await rows(statement, began))
        counts["notes"] = len(await rows(FORGET_CENSUS_NOTES, before, ERASED)) + len(
            await rows(FORGET_COURSE_NOTES, before)
        )
        counts["notes"] += len(await rows(FORGET_TITLES, before, list(ACTION_KINDS), list(ACTION_KINDS.values())))
        await rows(FORGET_RECORDS, counts["notes"] + counts["texts"] > 0, before)
        counts["responsibles"] = len(await rows(RESPONSIBLES, now - RESPONSIBLES_LAST))
        counts["demands"] = len(await rows(FORGET_DEMANDS, now - DEMANDS_LAST))
        counts["demands"] += await forget_keys(before=now - DEMANDS_LAST)
        counts["demands"] += await forget_answers(before=now - FIRST_ANSWERS_LAST)
    return counts
