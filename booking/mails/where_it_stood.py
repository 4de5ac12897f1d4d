"""At which lycée a visit stood when something was done to it: it may have moved on since."""

from __future__ import annotations

from booking.outbox.notices.rules import Claimed
from booking.visits.reservation_states import SURE_SQL
from workshops.database import value

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
