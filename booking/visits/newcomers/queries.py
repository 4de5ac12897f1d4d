"""Who waits for the word of her collège, and what she asked for meanwhile."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from booking.people.accounts.rules import hash_of
from booking.people.sign_ups.rules import ANSWER_LASTS
from booking.people.sign_ups.tables import SignUp
from workshops.database import value
from workshops.database.row_types import row_as, rows_as
from workshops.schools.queries import MAILBOX


class WaitingSignUp(Struct, frozen=True):
    """A sign-up that waits for its answer; `inside`: of a trusted domain, she has `asked` for so many visits.

    The first of them holds its places until `held_until`. `mailbox` is the collège's official address, empty when the
    annuaire gives none.
    """

    id: int
    email: str
    name: str
    school: int
    school_name: str
    commune: str
    uai: str
    mailbox: str
    proved_at: datetime
    inside: bool
    asked: int
    held_until: datetime | None


_WAITING = f"""
SELECT u.id, u.email, u.name, u.school, s.name AS school_name, s.commune, s.uai,
  {MAILBOX.format(school="s")} AS mailbox,
  coalesce(u.proved_at, u.asked_at) AS proved_at,
  u.membership IS NOT NULL AS inside, held.asked, held.held_until
FROM sign_ups u JOIN schools s ON s.id = u.school CROSS JOIN LATERAL (
  SELECT count(*) AS asked, min(r.hold_until) AS held_until
  FROM memberships m JOIN reservations r ON r.booked_by = m.account AND r.school = m.school
  WHERE m.id = u.membership AND r.state = 'requested') held WHERE u.proved_at IS NOT NULL"""  # noqa: S608 - constants only
OF_COLLEGE = f"{_WAITING} AND u.school = $1 ORDER BY u.proved_at, u.id"
AFTER = f"{_WAITING} AND u.id > $1 ORDER BY u.id LIMIT $2"
OF_LINK = f"{_WAITING} AND (u.answer_hash = $1 OR $1 = ANY (u.more_hashes)) AND u.proved_at > $2"
BEHIND = "SELECT id FROM sign_ups WHERE answer_hash = $1 OR $1 = ANY (more_hashes)"
# Alive or over: what she reads on "Mes visites".
HAS_ASKED = """SELECT EXISTS (SELECT FROM accounts a JOIN reservations r ON r.booked_by = a.id
WHERE a.email = $1 AND r.school = $2)"""
OF_ADDRESS = """SELECT u.id FROM sign_ups u JOIN schools s ON s.id = u.school
WHERE u.email = $1 AND s.uai = $2 AND u.proved_at IS NOT NULL"""


async def waiting_in(school: int) -> list[WaitingSignUp]:
    """Those who say that they teach in this collège, the first first."""
    return await rows_as(WaitingSignUp, OF_COLLEGE, school)


async def waiting_after(number: int = 0, *, limit: int) -> list[WaitingSignUp]:
    """Those of every collège by number: at most `limit` that follow this one."""
    return await rows_as(WaitingSignUp, AFTER, number, limit)


async def waiting_at(email: str, *, uai: str) -> int | None:
    """The sign-up of this address in this collège, if it waits."""
    found: int | None = await value(OF_ADDRESS, email, uai)
    return found


async def has_asked(email: str, *, school: int) -> bool:
    """Whether the teacher of this address has asked for a visit in this collège's name."""
    return bool(await value(HAS_ASKED, email, school))


async def count_waiting() -> int:
    """How many wait for an answer."""
    return int(await SignUp.count().where(SignUp.proved_at.is_not_null()))


async def sign_up_behind(token: str) -> int | None:
    """The sign-up that a link in a collège's mailbox answers, however old."""
    found: int | None = await value(BEHIND, hash_of(token))
    return found


async def waiting_behind(token: str, *, now: datetime) -> WaitingSignUp | None:
    """Whom the link in a collège's mailbox is about; None when it is unknown, answered or too old."""
    return await row_as(WaitingSignUp, OF_LINK, hash_of(token), now - ANSWER_LASTS)


async def waited_too_long(*, now: datetime) -> list[int]:
    """Those whom nobody answered in time."""
    late = SignUp.select(SignUp.id).where(SignUp.proved_at <= now - ANSWER_LASTS).order_by(SignUp.id)
    return [one["id"] for one in await late]
