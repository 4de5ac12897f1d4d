"""The end of what was looked for in vain: once its last day is over, whoever follows it is told, by one letter."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.visits.reservation_states import LIVE_SQL
from workshops.database import rows
from workshops.events.record import recorded

TOLD_WITHIN = timedelta(days=7)
"""What was over before is ended without a word: it would be no news."""
# Of a draw that has given nothing, its period says the last day.
_OVER_AT = """CASE WHEN d.opening IS NULL THEN d.ends_at
    ELSE (least(o.last_on, d.to_on) + 1)::timestamp AT TIME ZONE 'Europe/Paris' END"""
# What ended with a line of its own, or with its group, was told, or is of no concern.
END = f"""
WITH due AS MATERIALIZED (
  SELECT d.id, {_OVER_AT} AS over_at FROM demands d LEFT JOIN openings o ON o.id = d.opening
  WHERE (d.sentence IS NOT NULL AND d.ended_at IS NULL AND NOT d.tells
      AND (d.opening IS NULL OR d.result = 'waits')
      AND NOT EXISTS (SELECT FROM reservations r WHERE r.demand = d.id AND r.state IN {LIVE_SQL})
    OR d.tells AND d.met_at IS NULL AND d.ended_at IS NULL)
    AND {_OVER_AT} <= $1
  ORDER BY d.id LIMIT 500 FOR NO KEY UPDATE OF d SKIP LOCKED
), ended AS (
  UPDATE demands d SET ended_at = $1 FROM due WHERE d.id = due.id RETURNING d.id, d."group", d.tells, due.over_at
), {
    recorded(
        '''ended WHERE ended.over_at > $1::timestamptz - $2::interval
    AND NOT EXISTS (SELECT FROM groups g WHERE g.id = ended."group" AND g.archived_at IS NOT NULL)
    AND NOT EXISTS (SELECT FROM reservations r WHERE r.demand = ended.id AND r.changed_at >= ended.over_at)
    ORDER BY ended.id''',
        at="$1",
        act="CASE WHEN ended.tells THEN 'alert_over' ELSE 'demand_over' END",
        about_kind="CASE WHEN ended.tells THEN 'alert' ELSE 'demand' END",
        about="ended.id",
    )
}
SELECT id FROM ended"""  # noqa: S608 - constants only
FOUND_NOTHING = """EXISTS (SELECT FROM events over_said WHERE over_said.about_kind = 'demand'
    AND over_said.about = {demand}.id AND over_said.act = 'demand_over')"""
"""SQL: whether a demand ended because its last day was over."""


async def end_in_vain(*, now: datetime) -> int:
    """Demands and alerts whose last day is over look for nothing more; returns how many.

    None of whose lines is still hoped for: one that waits on has its own end. Told to nobody: what ended by a place or
    by being withdrawn, which has ended already, and what an archived group asked for.
    """
    return len(await rows(END, now, TOLD_WITHIN))
