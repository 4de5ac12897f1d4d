"""Which visits are proposed to a colleague and have no answer yet: for their page, their link, their letter."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from booking.visits.handovers.rules import proposal_token, proposed_by
from booking.visits.reservation_states import SURE_SQL
from booking.visits.reservations.queries import Visit, visit
from booking.visits.reservations.tables import Reservation
from workshops.database.row_types import row_as, rows_as
from workshops.refusals import or_not_found
from workshops.scope import EVERYTHING

# Of a class in two halves one row holds the proposal, and both are proposed. She is still of the collège, which has
# confirmed her.
_PROPOSED = f"""
SELECT held.id AS reservation, colleague.id AS to_account, colleague.name AS to_name,
  coalesce(follows.name, '') AS by_name, least(held.handed_until, held.starts_at) AS until, g.name AS group_name,
  held.starts_at
FROM reservations held JOIN groups g ON g.id = held."group"
JOIN accounts colleague ON colleague.id = held.handed_to AND colleague.disabled_at IS NULL
LEFT JOIN accounts follows ON follows.id = held.booked_by
WHERE held.handed_until > $2 AND held.starts_at > $2 AND held.state IN {SURE_SQL}
  AND EXISTS (SELECT FROM memberships teaches WHERE teaches.account = held.handed_to
    AND teaches.school = held.school AND teaches.role = 'teacher' AND NOT teaches.awaiting)"""  # noqa: S608 - constants only
PROPOSAL = f"""{_PROPOSED} AND held.id IN (
  SELECT $1::int UNION ALL
  SELECT other.id FROM reservations one JOIN reservations other ON other.demand = one.demand AND other.line = one.line
    AND other.half <> one.half AND other.replaces IS NULL AND one.replaces IS NULL
  WHERE one.id = $1)
AND ($3::uuid IS NULL OR held.handed_salt = $3) ORDER BY held.id LIMIT 1"""  # noqa: S608 - constants only
PROPOSED_TO = f"{_PROPOSED} AND held.handed_to = $1 AND held.school = $3 ORDER BY held.starts_at, held.id"


class Proposal(Struct, frozen=True):
    """A visit that is proposed to a colleague: to whom, by whom, until when she may answer.

    `reservation` holds it: of a class in two halves, one of them.
    """

    reservation: int
    to_account: int
    to_name: str
    by_name: str
    until: datetime
    group_name: str
    starts_at: datetime


async def proposal_of(reservation: int, *, salt: UUID | None = None, now: datetime) -> Proposal | None:
    """To whom a visit, or the other half of its class, is proposed; None while it is to nobody.

    With a `salt`, the one proposal alone of which a link was made with it.
    """
    return await row_as(Proposal, PROPOSAL, reservation, now, salt)


async def proposals_to(account: int, *, school: int, now: datetime) -> list[Proposal]:
    """The visits of a collège that colleagues propose to this teacher, the soonest first."""
    return await rows_as(Proposal, PROPOSED_TO, account, now, school)


async def proposal_link(proposal: Proposal, *, secret_key: str) -> str:
    """The path of the page on which the colleague answers."""
    held = Reservation.select(Reservation.handed_salt).where(Reservation.id == proposal.reservation)
    salted = or_not_found(await held.first())
    return f"/reprise/{proposal_token(proposal.reservation, salted['handed_salt'], secret_key)}"


async def proposed_by_link(token: str, *, secret_key: str, now: datetime) -> tuple[Visit, Proposal | None] | None:
    """The visit of a link, and its proposal while it stands: None once it is answered, kept, or proposed anew.

    None for a link that this site never wrote.
    """
    sent = proposed_by(token, secret_key)
    if sent is None:
        return None
    reservation, salt = sent
    seen = await visit(reservation, scope=EVERYTHING)
    return None if seen is None else (seen, await proposal_of(reservation, salt=salt, now=now))
