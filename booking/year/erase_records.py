"""Erasing the words that go with the programme's records and demands; their counts stay."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from booking.ptech_words import ACTION_KINDS
from booking.year.rules import (
    DEMANDS_LAST,
    ERASED,
    RESPONSIBLES_LAST,
    notes_before,
    year_under_way,
)
from workshops.database import rows, transaction

MENTORING = """
UPDATE mentoring_actions SET reason = $2
WHERE state = 'called_off' AND reason <> $2 AND starts_at < $1 RETURNING id
"""
TEXTS = (
    "UPDATE college_invitations SET words = '' WHERE words <> '' AND invited_at < $1 RETURNING id",
    "DELETE FROM journal_words w USING journal j WHERE j.id = w.entry AND j.at < $1 RETURNING w.id",
    """DELETE FROM closures WHERE kind = 'closure' AND last_on < ($1::timestamptz AT TIME ZONE 'Europe/Paris')::date
       RETURNING id""",
)
# A gap stays explained: nobody is asked about it again.
CENSUSES = "UPDATE ptech_censuses SET note = $2 WHERE note NOT IN ('', $2) AND recorded_at < $1 RETURNING id"
COURSES = "UPDATE bts1_courses SET note = '' WHERE note <> '' AND noted_at < $1 RETURNING id"
# An action is called by its kind from then on.
ACTIONS = """
UPDATE mentoring_actions a SET title = k.words, place = ''
FROM unnest($2::varchar[], $3::varchar[]) AS k (kind, words)
WHERE k.kind = a.kind AND a.starts_at < $1 AND (a.title <> k.words OR a.place <> '') RETURNING a.id
"""
# Nobody answers for the safety of a workshop that serves no more: it is withdrawn, as its sheet is no longer complete.
RESPONSIBLES = """
UPDATE workshops w SET responsible = '', state = CASE w.state WHEN 'published' THEN 'withdrawn' ELSE w.state END
WHERE w.responsible <> '' AND w.created_at < $1
  AND NOT EXISTS (SELECT FROM slots s WHERE s.workshop = w.id AND greatest(s.ends_at, s.created_at) >= $1)
RETURNING w.id
"""
DEMANDS = """
UPDATE reservations SET idempotency_key = NULL, asked = ''
WHERE (idempotency_key IS NOT NULL OR asked <> '') AND created_at < $1 RETURNING id
"""


async def erase_records(*, now: datetime) -> Counter[str]:
    """The words of records that are old enough, and who answers for workshops that serve no more."""
    began, before = year_under_way(now).begins, notes_before(now)
    counts: Counter[str] = Counter()
    async with transaction():
        counts["texts"] = len(await rows(MENTORING, began, ERASED))
        for statement in TEXTS:
            counts["texts"] += len(await rows(statement, began))
        counts["notes"] = len(await rows(CENSUSES, before, ERASED)) + len(await rows(COURSES, before))
        counts["notes"] += len(await rows(ACTIONS, before, list(ACTION_KINDS), list(ACTION_KINDS.values())))
        counts["responsibles"] = len(await rows(RESPONSIBLES, now - RESPONSIBLES_LAST))
        counts["demands"] = len(await rows(DEMANDS, now - DEMANDS_LAST))
    return counts
