"""Whether somebody still hears of what she was to be told: an act may wait for the minute or for the evening."""

from __future__ import annotations

from booking.mails.together import MOVES_IN_SQL
from booking.outbox.notices.rules import OF_A_VISIT, Claimed
from workshops.database import value

# Of the collège, of each lycée where the visit stood, of the company; or of the coordination, which stands in.
STILL_HEARS = f"""
WITH place AS (
  SELECT r.school, NULL::int AS company FROM reservations r WHERE $3 = 'reservation' AND r.id = $4
  UNION ALL SELECT s.school, NULL FROM reservations r JOIN slots s ON s.id = r.slot
  WHERE $3 = 'reservation' AND r.id = $4
  UNION ALL SELECT s.school, NULL FROM events e JOIN slots s ON s.id = e.also
  WHERE $3 = 'reservation' AND e.about_kind = 'reservation' AND e.about = $4 AND e.act IN ({MOVES_IN_SQL})
  UNION ALL SELECT s.school, t.company FROM attendances t JOIN slots s ON s.id = t.slot
  WHERE $3 = 'attendance' AND t.id = $4
)
SELECT EXISTS (SELECT FROM accounts a WHERE a.id = $1 AND a.disabled_at IS NULL AND ($2 = '' OR EXISTS (
  SELECT FROM memberships m WHERE m.account = a.id AND (m.role = 'coordinator' OR m.role = $2 AND EXISTS (
    SELECT FROM place WHERE place.school = m.school OR place.company = m.company)))))"""  # noqa: S608 - constants only
# Who had reserved a visit, or is proposed one, hears of it wherever she is by now.
_SIDES = ("teacher", "host", "company")


async def reader_gone(notice: Claimed) -> bool:
    """Whether the account of an act's reader is closed by now, or no longer of the side that is told of the visit.

    `notice` is as of today. A mailbox and a principal stay.
    """
    if notice.event is None or not notice.account:
        return False
    side = notice.reader if notice.reader in _SIDES and notice.about_kind in OF_A_VISIT else ""
    return not await value(STILL_HEARS, notice.account, side, notice.about_kind, notice.about)
