"""Who reads in one mail a day what needs no answer the same day: who chose it, and hosts whose week is full."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.notices.release import release_daily
from booking.people.accounts.tables import Account
from workshops.database import transaction, value
from workshops.events.record import record
from workshops.slots.rules import TO_COME_SQL

DAILY = "daily mail"
LEAVES_AT_HOUR = 18
VISITS_A_WEEK = 5
# Of the lycées where somebody receives.
VISITS_THIS_WEEK = f"""(SELECT coalesce(sum(daily_week.groups_taken), 0)::int FROM memberships daily_at
  JOIN slots daily_week ON daily_week.school = daily_at.school AND daily_week.state IN {TO_COME_SQL}
    AND daily_week.starts_at >= {{now}} AND daily_week.starts_at < {{now}} + interval '7 days'
  WHERE daily_at.account = {{account}}.id AND daily_at.role = 'host')"""  # noqa: S608 - constants only
# `reads_daily`, for many readers at once.
READS_DAILY = f"coalesce({{account}}.daily_mail, {VISITS_THIS_WEEK} > {VISITS_A_WEEK})"
VISITS_OF = f"SELECT {VISITS_THIS_WEEK.format(account='a', now='$2')} FROM accounts a WHERE a.id = $1"  # noqa: S608


def reads_daily(chosen: bool | None, *, visits_this_week: int) -> bool:
    """Whether one mail a day tells what may wait: what a person chose, else whether more than 5 visits come within a
    week to the lycée where she receives."""
    return visits_this_week > VISITS_A_WEEK if chosen is None else chosen


async def end_daily_mail(account: int, *, now: datetime) -> None:
    """From now on one letter tells this person of each act, whatever she chose and however many visits come; what
    waited for the evening leaves."""
    async with transaction():
        daily = Account.update({Account.daily_mail: False}).where(Account.id == account)
        if await daily.where(Account.daily_mail.is_null() | Account.daily_mail.eq(True)).returning(Account.id):
            await record("profile_changed", by=None, about_kind="account", about=account, detail="lettres", now=now)
            await release_daily(account, now=now)


async def visits_this_week(account: int, *, now: datetime) -> int:
    """How many groups come within seven days to the lycées where this person receives."""
    return int(await value(VISITS_OF, account, now))
