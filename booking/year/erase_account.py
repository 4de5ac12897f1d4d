"""Erasing a person: her account, her rights, her address; the visits that she booked stay, without her."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.journal.write import write
from booking.wording import moment
from booking.year.rules import LastCoordinator, StillExpected
from workshops.database import row, rows, transaction, value
from workshops.refusals import NotFound

NOBODY = "Compte effacé"
THE_LYCEE = "La direction du lycée"
SHOWN = 5

LOCK = "SELECT id, email, name FROM accounts WHERE id = $1 AND erased_at IS NULL FOR UPDATE"
# In the order of their numbers: two who leave together do not both find the other still there.
LOCK_COORDINATORS = """
SELECT a.id FROM accounts a WHERE a.disabled_at IS NULL
  AND EXISTS (SELECT FROM memberships m WHERE m.account = a.id AND m.role = 'coordinator') ORDER BY a.id FOR UPDATE
"""
EXPECTED = """
SELECT * FROM (
  SELECT g.name AS what, r.starts_at FROM reservations r JOIN groups g ON g.id = r."group"
  WHERE r.booked_by = $1 AND r.ends_at > $2
    AND r.state IN ('requested', 'confirmed', 'locked', 'offered', 'waiting')
  UNION ALL
  SELECT 'venue de ' || c.name, s.starts_at FROM attendances a
  JOIN companies c ON c.id = a.company JOIN slots s ON s.id = a.slot
  WHERE a.announced_by = $1 AND s.ends_at > $2 AND a.state IN ('asked', 'announced')
  UNION ALL
  SELECT 'accueil de ' || w.title, s.starts_at FROM memberships m
  JOIN slots s ON s.school = m.school JOIN workshops w ON w.id = s.workshop
  WHERE m.account = $1 AND m.role = 'host' AND s.ends_at > $2 AND s.state IN ('open', 'closed') AND s.groups_taken > 0
    AND NOT EXISTS (SELECT FROM memberships o JOIN accounts h ON h.id = o.account AND h.disabled_at IS NULL
                    WHERE o.school = m.school AND o.role = 'host' AND o.account <> $1)
) expected ORDER BY starts_at, what
"""
# Each forgets one kind of trace; what a session, a key or an agenda's link hangs on goes with it.
FORGET = (
    "DELETE FROM memberships WHERE account = $1",
    "DELETE FROM sessions WHERE account = $1",
    "DELETE FROM api_tokens WHERE account = $1",
    "DELETE FROM sign_in_links WHERE account = $1",
    "DELETE FROM second_proofs WHERE account = $1",
    "DELETE FROM rescue_codes WHERE account = $1",
    "DELETE FROM passkeys WHERE account = $1",
    "DELETE FROM passkey_challenges WHERE account = $1",
    "DELETE FROM drafts WHERE account = $1",
    "DELETE FROM replies WHERE account = $1",
    "UPDATE groups SET teacher = NULL WHERE teacher = $1",
)
FORGET_ADDRESS = (
    "DELETE FROM tries WHERE right(bucket, length($1) + 1) = ':' || $1",
    """UPDATE notices SET to_email = '', to_name = '', secret = '', last_error = '',
         state = CASE WHEN state = 'sent' THEN state ELSE 'dropped' END
       WHERE to_email = $1""",
)
# Her name on a lycée's safety sheets, and in a collège's demand of a visa. Before her rights, which say where.
UNNAME_RESPONSIBLE = """
UPDATE workshops SET responsible = $3 WHERE lower(responsible) = lower($2)
  AND school IN (SELECT school FROM memberships WHERE account = $1)
"""
UNNAME_PRINCIPAL = "UPDATE schools SET principal_name = '', principal_mail = '' WHERE principal_mail = $1"
POINTED_AT = """
SELECT EXISTS (SELECT FROM reservations WHERE booked_by = $1) OR EXISTS (
  SELECT FROM attendances WHERE announced_by = $1)
"""
BURY = """
UPDATE accounts SET email = 'compte-' || id || '@efface.invalid', name = $3, last_seen_at = NULL, warned_at = NULL,
  disabled_at = $2, erased_at = $2, example = false
WHERE id = $1
"""


async def erase_account(account: int, *, by: int | None, now: datetime) -> None:
    """Nothing of this person is left; where a visit points to the account, a row says « Compte effacé ».

    Raises NotFound, StillExpected with what is to be cancelled first, LastCoordinator.
    """
    async with transaction():
        coordinators = [one["id"] for one in await rows(LOCK_COORDINATORS)]
        known = await row(LOCK, account)
        if known is None:
            raise NotFound
        if coordinators == [account]:
            raise LastCoordinator
        if expected := await visits_ahead(account, now=now):
            raise StillExpected(expected)
        pointed_at = await value(POINTED_AT, account)
        await rows(UNNAME_RESPONSIBLE, account, known["name"], THE_LYCEE)
        await rows(UNNAME_PRINCIPAL, known["email"])
        for statement in FORGET:
            await rows(statement, account)
        for statement in FORGET_ADDRESS:
            await rows(statement, known["email"])
        if pointed_at:
            await rows(BURY, account, now, NOBODY)
        else:
            await rows("DELETE FROM accounts WHERE id = $1", account)
        await write("account_erased", account=by, about_kind="account", about=account, now=now)


async def visits_ahead(account: int, *, now: datetime) -> list[str]:
    """What this person booked or announced and is not over yet, in words, the soonest first."""
    found = await rows(EXPECTED, account, now)
    told = [f"{one['what']}, {moment(one['starts_at'])}" for one in found[:SHOWN]]
    return told + ([f"et {len(found) - SHOWN} de plus"] if len(found) > SHOWN else [])
