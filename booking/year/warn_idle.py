"""Accounts that serve no more: told first, erased a month later."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.notices.queue import MailToWrite, queue_all
from booking.people.accounts.sweep import WARNED
from booking.year.erase_account import erase_account
from booking.year.rules import ACCOUNTS_LAST, COMPANY_ACCOUNTS_LAST, INVITED_LAST, WARNED_BEFORE
from workshops.database import rows, transaction
from workshops.refusals import Refusal

# Coordinators are left to each other; whoever is expected somewhere is not idle. OFFSET 0: that is asked of the few who
# have not been seen for long, and not of all visits.
_IDLE = """
SELECT a.id, a.email, a.name, a.disabled_at, a.warned_at, a.seen_at, a.company, a.came FROM (
  SELECT o.*, greatest(o.created_at, o.last_seen_at, (SELECT max(used_at) FROM api_tokens t WHERE t.account = o.id))
      AS seen_at,
    coalesce((SELECT bool_or(m.role = 'company') FROM memberships m WHERE m.account = o.id), false) AS company,
    o.last_seen_at IS NOT NULL OR EXISTS (SELECT FROM api_tokens t WHERE t.account = o.id) AS came
  FROM accounts o WHERE o.erased_at IS NULL
    AND NOT EXISTS (SELECT FROM memberships m WHERE m.account = o.id AND m.role = 'coordinator')
) a
WHERE a.seen_at < CASE WHEN NOT a.came THEN $4::timestamptz WHEN a.company THEN $3::timestamptz
    ELSE $2::timestamptz END
  AND NOT EXISTS (SELECT FROM reservations r WHERE r.booked_by = a.id AND r.ends_at > $1 OFFSET 0)
  AND NOT EXISTS (SELECT FROM attendances t JOIN slots s ON s.id = t.slot
                  WHERE t.announced_by = a.id AND s.ends_at > $1 OFFSET 0)
"""
TO_WARN = f"{_IDLE} AND (a.warned_at IS NULL OR a.warned_at < a.seen_at) ORDER BY a.id"
TO_ERASE = f"{_IDLE} AND a.warned_at > a.seen_at AND a.warned_at <= $5 ORDER BY a.id"


async def warn_idle(*, now: datetime) -> int:
    """Tell those whose account will be erased in a month unless they sign in; returns how many."""
    soon = now + WARNED_BEFORE
    async with transaction():
        idle = await rows(TO_WARN, now, *_limits(soon))
        await rows(WARNED, [one["id"] for one in idle], now)
        told = [one for one in idle if one["disabled_at"] is None]
        await queue_all(
            [
                MailToWrite(
                    "account_idle",
                    one["email"],
                    one["name"],
                    "account",
                    one["id"],
                    f"account_idle:{one['id']}:{now:%Y%m%d}",
                )
                for one in told
            ],
            now=now,
        )
    return len(idle)


async def erase_idle(*, now: datetime) -> int:
    """Erase the accounts whose owner was told a month ago and gave no sign since; returns how many."""
    idle = await rows(TO_ERASE, now, *_limits(now), now - WARNED_BEFORE)
    erased = 0
    for one in idle:
        try:
            await erase_account(one["id"], by=None, now=now)
        except Refusal:
            continue
        erased += 1
    return erased


def _limits(at: datetime) -> tuple[datetime, datetime, datetime]:
    """Whose last sign is older is idle: of a school, of a company, invited and never come."""
    return at - ACCOUNTS_LAST, at - COMPANY_ACCOUNTS_LAST, at - INVITED_LAST
