"""What waits for a lycée, or for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from booking.mails.digest.rules import DONE_WITHIN, EMPTY_WITHIN, LEFT_WITHIN, UNCONFIRMED_WITHIN, WaitingAtLycee
from booking.people.accounts.tables import Account
from booking.programme.coordination.queries import UNREAD
from booking.visits.principals.queries import year_of_outings
from booking.visits.reservations.whom_to_ask import NOBODY_ASKED
from workshops.cache.versions import VersionedCache
from workshops.database import rows, value
from workshops.database.row_types import rows_as
from workshops.slots.queries import HOST_CLOSED
from workshops.slots.rules import TO_COME_SQL

_SLOT = "s.id AS slot, s.school, h.name || ', ' || h.commune AS school_name, w.title AS workshop, s.starts_at"
_FROM = "slots s JOIN workshops w ON w.id = s.workshop JOIN schools h ON h.id = s.school"
_HERE = "($2::int IS NULL OR s.school = $2)"
# Its lycée waits for a group: not on a day on which it receives nobody.
_EMPTY_SOON = f"""s.state = 'open' AND s.groups_taken = 0 AND s.starts_at > $1
  AND s.starts_at < $1 + $3::interval AND NOT {HOST_CLOSED.format(slot="s")}"""
# Groups came, or were to come, and nobody has said so yet.
_PAST = f"""s.ends_at < $1 AND s.ends_at > $1 - greatest($5::interval, $6::interval) AND s.groups_taken > 0 AND (
  s.state IN {TO_COME_SQL} AND s.ends_at > $1 - $6::interval
  OR s.state = 'done' AND s.ends_at > $1 - $5::interval
    AND EXISTS (SELECT FROM turnouts t WHERE t.slot = s.id AND t.counted > 0))"""

# $1 now, $2 the lycée or none; $3 to $6 how far to look.
WAITING = f"""
SELECT 'empty' AS kind, {_SLOT}, '' AS detail FROM {_FROM}
WHERE {_HERE} AND {_EMPTY_SOON}
UNION ALL
SELECT 'unconfirmed', {_SLOT}, g.name || ', ' || c.name FROM {_FROM}
JOIN reservations r ON r.slot = s.id JOIN groups g ON g.id = r."group" JOIN schools c ON c.id = r.school
WHERE {_HERE} AND r.state = 'requested' AND s.starts_at > $1 AND s.starts_at < $1 + $4::interval
UNION ALL
SELECT 'unscanned', {_SLOT}, '' FROM {_FROM}
WHERE {_HERE} AND {_PAST} AND NOT EXISTS (SELECT FROM presences p WHERE p.slot = s.id)
  AND NOT EXISTS (SELECT FROM turnouts t WHERE t.slot = s.id AND t.scanned + t.declared > 0)
UNION ALL
SELECT 'unbuilt', {_SLOT}, '' FROM {_FROM}
WHERE {_HERE} AND {_PAST} AND NOT EXISTS (SELECT FROM builds b WHERE b.slot = s.id)
UNION ALL
SELECT DISTINCT 'undelivered', {_SLOT}, coalesce(nullif(n.to_name, ''), n.to_email) FROM {_FROM}
JOIN reservations r ON r.slot = s.id
JOIN notices n ON n.about_kind = 'reservation' AND n.about = r.id AND (n.state = 'failed' OR {UNREAD})
WHERE {_HERE} AND s.starts_at > $1
ORDER BY starts_at, slot, detail
"""  # noqa: S608 - constants only
# The soonest first of the lycées that have slots without a group, and how many they are; $1 to $3 as in WAITING.
EMPTY = f"""
SELECT * FROM (
  SELECT s.school, h.name || ', ' || h.commune AS school_name, h.department, count(*)::int AS slots,
    min(s.starts_at) AS first_at, count(*) OVER ()::int AS in_all, (sum(count(*)) OVER ())::int AS slots_in_all
  FROM slots s JOIN schools h ON h.id = s.school
  WHERE {_HERE} AND {_EMPTY_SOON}
    AND h.department = ANY ($5::varchar[])
  GROUP BY s.school, h.name, h.commune, h.department ORDER BY first_at, s.school LIMIT $4
) soonest ORDER BY first_at, school
"""  # noqa: S608 - constants only
EMPTY_DEPARTMENTS = f"""
SELECT DISTINCT h.department FROM slots s JOIN schools h ON h.id = s.school
WHERE {_HERE} AND {_EMPTY_SOON}
"""  # noqa: S608 - constants only
# From the lycées whose workshops nobody stands for any more, next to none, to their slots.
UNATTENDED = f"""
SELECT h.id AS school, h.uai, h.name || ', ' || h.commune AS school_name, ahead.slots, ahead.pupils, ahead.first_at,
  count(*) OVER ()::int AS in_all
FROM (
  SELECT teaching.school FROM (SELECT DISTINCT school FROM workshops) teaching WHERE NOT EXISTS (
    SELECT FROM memberships m JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL
    WHERE m.school = teaching.school AND m.role = 'host' AND NOT m.awaiting)
) alone JOIN schools h ON h.id = alone.school CROSS JOIN LATERAL (
  SELECT count(*)::int AS slots, coalesce(sum(s.seats_taken), 0)::int AS pupils, min(s.starts_at) AS first_at
  FROM slots s WHERE s.school = h.id AND s.state IN {TO_COME_SQL} AND s.starts_at > $1
) ahead WHERE ahead.slots > 0 ORDER BY ahead.first_at, h.id LIMIT $2
"""  # noqa: S608 - constants only
# Of the visits of this school year that a visa was given for; what was noted before its day was asked has its words.
ON_PAPER = """
SELECT s.id AS school, s.name AS school_name, s.commune, count(*)::int AS visas
FROM reservations r JOIN schools s ON s.id = r.school
WHERE r.starts_at >= $1 AND r.starts_at < $2 AND r.signed_host IS NOT NULL AND s.needs_approval
GROUP BY s.id HAVING bool_and(r.link_host IS NULL AND (r.visa_paper_on IS NOT NULL OR r.visa_note <> ''))
ORDER BY visas DESC, s.name, s.id
"""
# $1 now: those whose places go back first.
UNASKED = f"""
SELECT s.id AS school, s.name AS school_name, s.commune, count(*)::int AS visits, min(r.hold_until) AS held_until
FROM reservations r JOIN schools s ON s.id = r.school
WHERE r.state = 'requested' AND r.hold_until > $1 AND {NOBODY_ASKED.format(one="r")}
GROUP BY s.id ORDER BY held_until, s.name, s.id
"""  # noqa: S608 - constants only
READS = """
SELECT EXISTS (SELECT FROM memberships m JOIN accounts a ON a.id = m.account
WHERE a.email = $1 AND a.disabled_at IS NULL AND a.weekly_mail AND m.role = $2 AND ($3::int IS NULL OR m.school = $3))
"""


async def waiting(*, school: int | None, now: datetime) -> list[WaitingAtLycee]:
    """What waits for a lycée, or for every one, the earliest visit first: one statement."""
    return await rows_as(
        WaitingAtLycee, WAITING, now, school, EMPTY_WITHIN, UNCONFIRMED_WITHIN, DONE_WITHIN, LEFT_WITHIN
    )


class Empty(Struct, frozen=True):
    """A lycée with slots to come that no group has chosen: how many, the first one; how many are in all."""

    school: int
    school_name: str
    department: str
    slots: int
    first_at: datetime
    in_all: int
    slots_in_all: int


class Unattended(Struct, frozen=True):
    """A lycée with slots to come where no account is left to receive: how many, how many pupils, and the first one."""

    school: int
    uai: str
    school_name: str
    slots: int
    pupils: int
    first_at: datetime
    in_all: int


class CollegeOnPaper(Struct, frozen=True):
    """A collège whose principal has signed none of this school year's visas by her link, and how many are on paper."""

    school: int
    school_name: str
    commune: str
    visas: int


class Unasked(Struct, frozen=True):
    """A collège with demands whose visa was asked of nobody, how many they are, and when the first places go back."""

    school: int
    school_name: str
    commune: str
    visits: int
    held_until: datetime


async def all_unasked(*, now: datetime) -> list[Unasked]:
    """The collèges whose demands wait for a visa that nobody was asked for, the most pressing first."""
    return await rows_as(Unasked, UNASKED, now)


async def all_on_paper(*, now: datetime) -> list[CollegeOnPaper]:
    """The collèges where all visas of the school year are on paper, those with most of them first."""
    return await rows_as(CollegeOnPaper, ON_PAPER, *year_of_outings(now))


_unattended: VersionedCache[list[Unattended]] = VersionedCache(size=2)


async def unattended(*, now: datetime, most: int) -> list[Unattended]:
    """The lycées that receive soon and have nobody to do it, the soonest first: as they were within the minute."""
    minute = now.replace(second=0, microsecond=0)

    async def ask() -> list[Unattended]:
        return await rows_as(Unattended, UNATTENDED, minute, most)

    return await _unattended.answer((minute, most), ask)


_empty: VersionedCache[list[Empty]] = VersionedCache(size=2)


async def empty(*, now: datetime, most: int, departments: Sequence[str]) -> list[Empty]:
    """The lycées of these départements with slots that still lack a group, those whose slots are soonest first."""
    minute = now.replace(second=0, microsecond=0)

    async def ask() -> list[Empty]:
        return await rows_as(Empty, EMPTY, minute, None, EMPTY_WITHIN, most, departments)

    return await _empty.answer((minute, most, *departments), ask)


async def empty_departments(*, now: datetime) -> list[str]:
    """The départements in which a slot of the next three weeks lacks a group."""
    return [one["department"] for one in await rows(EMPTY_DEPARTMENTS, now, None, EMPTY_WITHIN)]


async def reads_weekly_mail(email: str, *, role: str, school: int | None = None) -> bool:
    """Whether this person still has the role and still wants the Monday mail."""
    return bool(await value(READS, email, role, school))


async def wants_weekly_mail(account: int) -> bool:
    """What a person chose on the account's page."""
    return await Account.exists().where(Account.id == account, Account.weekly_mail.eq(True))
