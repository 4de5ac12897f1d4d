"""A company says that it comes to a slot."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from asyncpg.exceptions import UniqueViolationError

from booking.visits.attendance.acts import TellComing
from booking.visits.attendance.rules import (
    AlreadyAnnounced,
    CompanyPlacesFull,
    CompanyTradeTaken,
    refuse_announcement,
)
from booking.visits.attendance.sessions import places_of
from booking.visits.badge_codes.issue import badges_issued
from booking.visits.badge_codes.rules import issue_rows
from workshops.companies.queries import TRADE_KEY
from workshops.database import value
from workshops.events.record import recorded_of
from workshops.refusals import or_not_found
from workshops.slots.seats import company_places_taken

# The slot's row is locked by its UPDATE; the unique indexes then hold one coming a company, one company a trade.
EACH = """(SELECT 'company', number, token_hash, short_code
  FROM unnest($10::bytea[], $11::varchar[]) WITH ORDINALITY AS told (token_hash, short_code, number))"""
ANNOUNCE = f"""
WITH taken AS (
  {company_places_taken("$1", people="$3", now="$8")}
), made AS (
  INSERT INTO attendances (uid, sequence, slot, company, announced_by, state, people, role, message, created_at,
                           confirmed_at, trade_key, badge_salt, warned_of, warned_on)
  SELECT $7, 0, taken.id, $2, $6, taken.state, $3, $4, $5, $8, CASE WHEN taken.state = 'announced' THEN $8 END,
         CASE WHEN taken.one_per_trade THEN {TRADE_KEY.format(trade="c.trade")} ELSE '' END, $9, taken.warned_of,
         taken.warned_on
  FROM taken, companies c WHERE c.id = $2 RETURNING id, state
), badged AS (
  {badges_issued("made", each=EACH)}
), {
    recorded_of(
        "attendance",
        "made",
        sequence="0",
        at="$8",
        by="$6",
        act="'attendance_' || made.state",
        state="made.state",
        detail="$3 || CASE WHEN $3 = 1 THEN ' personne' ELSE ' personnes' END",
    )
}
SELECT id FROM made
"""  # noqa: S608 - constants only


async def announce(
    asked: TellComing,
    *,
    slot: int,
    company: int,
    by: int,
    uid: str,
    badge_salt: UUID,
    secret_key: str,
    now: datetime,
) -> int:
    """Sign a company up for a slot with some people and a role (témoignage, démonstration, mentorat).

    Each of its people has a badge, made from `badge_salt`, that says the company and never a person.

    Raises NotFound, NoMoreAnnouncements, AlreadyAnnounced, CompanyPlacesFull; nothing is written then.
    """
    people = asked.people
    seen = or_not_found(await places_of(slot, company=company))
    refuse_announcement(seen, people=people, now=now)
    try:
        badges = issue_rows(secret_key, badge_salt, "company", range(1, people + 1))
        made = await value(
            ANNOUNCE, slot, company, people, asked.role, asked.message, by, uid, now, badge_salt, *badges
        )
    except UniqueViolationError as twice:
        if twice.constraint_name == "attendances_one_per_trade":
            raise CompanyTradeTaken() from None
        raise AlreadyAnnounced() from None
    if made is None:
        raise CompanyPlacesFull()
    return int(made)
