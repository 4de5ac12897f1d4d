"""What the host says of several people in one act: a class of another visit, the visitors of a company."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from booking.day.badges.issue_due import issue_of
from booking.day.checkin.check_in import check_in
from booking.day.checkin.rules import RECEPTION, ScanAsked, ScanResult
from booking.day.checkin.undo import take_back_declarations
from booking.visits.badge_codes.issue import add_missing_of_company
from booking.visits.badge_codes.rules import HASH_PREFIX
from workshops.database import row, rows, value
from workshops.refusals import NotFound, or_not_found

# Whom no visit has received yet, of a class that the lycée expects at another one.
OF_CLASS = """SELECT b.token_hash FROM badges b JOIN reservations r ON r.id = b.reservation
JOIN slots home ON home.id = r.slot AND home.school = $2
WHERE r.id = $1 AND r.slot <> $3 AND b.kind <> 'spare' AND b.revoked_at IS NULL
  AND NOT EXISTS (SELECT FROM presences p WHERE p.badge = b.id) ORDER BY b.kind DESC, b.number"""
COMING = """SELECT a.id, a.people FROM attendances a JOIN slots s ON s.id = a.slot AND s.school = $3
WHERE a.slot = $1 AND a.company = $2 AND a.state = 'announced'"""
NEXT_VISITOR = """SELECT b.token_hash FROM badges b WHERE b.attendance = $1 AND b.revoked_at IS NULL
  AND b.number <= $2 AND NOT EXISTS (SELECT FROM presences p WHERE p.badge = b.id) ORDER BY b.number LIMIT 1"""
LAST_DECLARED = """SELECT p.scan FROM badges b JOIN presences p ON p.badge = b.id AND p.slot = $2
WHERE b.attendance = $1 AND p.scan = p.declaration ORDER BY b.number DESC LIMIT 1"""


async def receive_class(
    slot: int, reservation: int, *, account: int, school: int, secret_key: str, now: datetime
) -> list[ScanResult]:
    """A class that has its other visit's sheet is here, whole: each of its badges counts at this slot, by the host's
    word, those that a visit has received already excepted.

    Raises NotFound for a class that this lycée does not expect elsewhere, or of whom nobody is left to receive.
    """
    await issue_of([reservation], secret_key=secret_key, school=school)
    left = await rows(OF_CLASS, reservation, school, slot)
    if not left:
        raise NotFound()
    asked = [_said(slot, one["token_hash"], now, RECEPTION) for one in left]
    return await check_in(asked, account=account, school=school, now=now)


async def receive_visitor(
    slot: int, company: int, *, account: int, school: int, secret_key: str, now: datetime
) -> ScanResult | None:
    """One more of a company's people is here, by the host's word; None when all of them are. Raises NotFound."""
    coming = or_not_found(await row(COMING, slot, company, school))
    await add_missing_of_company(coming["id"], people=coming["people"], secret_key=secret_key)
    badge = await value(NEXT_VISITOR, coming["id"], coming["people"])
    if badge is None:
        return None
    (told,) = await check_in([_said(slot, badge, now, "declaration")], account=account, school=school, now=now)
    return told


async def visitor_left_out(slot: int, company: int, *, account: int, school: int, now: datetime) -> None:
    """The last of a company's people whom the host said to be here is not. Raises NotFound."""
    coming = or_not_found(await row(COMING, slot, company, school))
    scan: UUID | None = await value(LAST_DECLARED, coming["id"], slot)
    if scan is not None:
        await take_back_declarations([scan], account=account, school=school, now=now)


def _said(slot: int, token_hash: bytes, now: datetime, act: str) -> ScanAsked:
    return ScanAsked(uuid4(), slot, f"{HASH_PREFIX}{token_hash.hex()}", now, act)
