"""The accounts, as the coordination reads them; who has the same role in the same school, or never came.

What a person sees of her own account: her hats, her open sessions, her keys.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from booking.people.accounts.queries import PLACE, PLACE_SEARCHED, PLACES
from booking.people.accounts.rules import SESSION_IDLE, hash_of
from booking.people.accounts.tables import SecondProof
from workshops.database.row_types import row_as, rows_as


class KnownAccount(Struct, frozen=True):
    """An account as the coordinator sees it, once for each of its `roles`; the next page starts at `membership`.

    `awaiting`: her collège has not said that she is its teacher. `alone`: nobody else receives at this host's lycée.
    """

    membership: int
    account: int
    email: str
    name: str
    role: str
    place: str
    last_seen_at: datetime | None
    disabled: bool
    example: bool
    roles: int
    awaiting: bool
    alone: bool


async def known_accounts(*, search: str = "", after: int = 0, limit: int = 100) -> list[KnownAccount]:
    """The accounts whose name, address or place holds the words searched for."""
    return await rows_as(
        KnownAccount,
        f"""SELECT m.id AS membership, a.id AS account, a.email, a.name, m.role,
                  {PLACE} AS place,
                  a.last_seen_at, a.disabled_at IS NOT NULL AS disabled, a.example,
                  (SELECT count(*) FROM memberships o WHERE o.account = a.id) AS roles, m.awaiting,
                  m.role = 'host' AND a.disabled_at IS NULL AND NOT EXISTS (
                    SELECT FROM memberships o JOIN accounts b ON b.id = o.account AND b.disabled_at IS NULL
                    WHERE o.school = m.school AND o.role = 'host' AND o.account <> a.id) AS alone
           FROM memberships m JOIN accounts a ON a.id = m.account
           {PLACES}
           WHERE m.id > $2 AND ($1 = '' OR
                 concat_ws(' ', a.name, a.email, {PLACE_SEARCHED}) ILIKE '%' || $1 || '%')
           ORDER BY m.id LIMIT $3""",  # noqa: S608 - constants only
        search,
        after,
        limit,
    )


COLLEAGUES = """SELECT m.id AS membership, a.id AS account, a.name, a.email, a.last_seen_at, m.created_at AS since
FROM memberships m JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL
WHERE m.school = $1 AND m.role = $2 AND NOT m.awaiting ORDER BY m.id"""


class Colleague(Struct, frozen=True):
    """Somebody who acts for the same school, `since` when; `last_seen_at` is None for one who was invited and never
    came."""

    membership: int
    account: int
    name: str
    email: str
    last_seen_at: datetime | None
    since: datetime


async def colleagues_of(school: int, *, role: str) -> list[Colleague]:
    """Those who act for a school in one role, the first first."""
    return await rows_as(Colleague, COLLEAGUES, school, role)


INVITED = f"""FROM memberships m JOIN accounts a ON a.id = m.account
{PLACES}"""
# Who never came in: a link was never used, and no key was ever made.
NEVER_CAME = """WHERE a.last_seen_at IS NULL AND a.disabled_at IS NULL AND NOT a.example AND NOT m.awaiting
  AND NOT EXISTS (SELECT FROM api_tokens t WHERE t.account = a.id)"""
OPEN = f"""SELECT m.id AS membership, a.id AS account, a.email, a.name, m.role,
  {PLACE} AS place, m.created_at AS invited_at,
  last.created_at AS sent_at, coalesce(last.state, '') AS mail_state
{INVITED}
LEFT JOIN LATERAL (SELECT n.created_at, n.state FROM notices n
  WHERE n.kind = 'invited' AND n.about_kind = 'account' AND n.about = a.id ORDER BY n.id DESC LIMIT 1) last ON true
{NEVER_CAME}
  AND m.id > $1 AND ($2::int IS NULL OR m.school = $2)
  AND ($3 = '' OR concat_ws(' ', a.name, a.email, {PLACE_SEARCHED}) ILIKE '%' || $3 || '%')
ORDER BY m.id LIMIT $4"""  # noqa: S608 - constants only

OF_HOSTS = """SELECT i.id AS membership, 0 AS account, i.email, i.name, 'host' AS role,
  s.name || ', ' || s.commune AS place, i.asked_at AS invited_at, i.sent_at, coalesce(last.state, '') AS mail_state
FROM host_invitations i JOIN schools s ON s.id = i.school
LEFT JOIN LATERAL (SELECT n.state FROM notices n WHERE n.about_kind = 'host_invitation' AND n.about = i.id
  ORDER BY n.id DESC LIMIT 1) last ON true
WHERE i.school = $1 AND i.expires_at > $2 ORDER BY i.id"""
HOST_INVITED = """SELECT a.name AS by, s.name AS lycee, s.commune, i.expires_at
FROM host_invitations i JOIN accounts a ON a.id = i.invited_by JOIN schools s ON s.id = i.school
WHERE i.token_hash = $1 AND i.expires_at > $2"""


class OpenInvitation(Struct, frozen=True):
    """Somebody who was invited and never came; `sent_at` and `mail_state` are those of the last mail that said so."""

    membership: int
    account: int
    email: str
    name: str
    role: str
    place: str
    invited_at: datetime
    sent_at: datetime | None
    mail_state: str


async def open_invitations(
    *, after: int = 0, school: int | None = None, search: str = "", limit: int
) -> list[OpenInvitation]:
    """The invitations that wait, of one school or of all: at most `limit` that follow this one."""
    return await rows_as(OpenInvitation, OPEN, after, school, search, limit)


class HostInvited(Struct, frozen=True):
    """Who invites whoever holds a link, to receive with which lycée, and until when."""

    by: str
    lycee: str
    commune: str
    expires_at: datetime


async def host_invited(token: str, *, now: datetime) -> HostInvited | None:
    """What a colleague's link stands for; None for one that is used, withdrawn or too old."""
    return await row_as(HostInvited, HOST_INVITED, hash_of(token), now)


async def hosts_invited(school: int, *, now: datetime) -> list[OpenInvitation]:
    """Those whom a lycée's hosts invited and who have not accepted yet; `membership` is the invitation's number."""
    return await rows_as(OpenInvitation, OF_HOSTS, school, now)


class Hat(Struct, frozen=True):
    """One thing that an account may act as."""

    membership: int
    role: str
    place: str
    school: int | None
    awaiting: bool


async def hats_of(account: int) -> list[Hat]:
    """Everything that an account may act as, the oldest first."""
    return await rows_as(
        Hat,
        f"""SELECT m.id AS membership, m.role, m.school, m.awaiting, {PLACE} AS place
           FROM memberships m {PLACES} WHERE m.account = $1 ORDER BY m.id""",  # noqa: S608 - constants only
        account,
    )


class OpenSession(Struct, frozen=True):
    """A browser in which the account is signed in."""

    id: int
    browser: str
    created_at: datetime
    seen_at: datetime
    here: bool


async def open_sessions(account: int, *, here: bytes, now: datetime) -> list[OpenSession]:
    """Where an account is signed in now."""
    return await rows_as(
        OpenSession,
        """SELECT id, browser, created_at, seen_at, id_hash = $2 AS here FROM sessions
           WHERE account = $1 AND expires_at > $3 AND seen_at > $4 ORDER BY seen_at DESC""",
        account,
        here,
        now,
        now - SESSION_IDLE,
    )


class Key(Struct, frozen=True):
    """A key to the JSON API, as its owner sees it."""

    id: int
    label: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    writes: bool
    over: bool


async def keys_of(account: int, *, now: datetime) -> list[Key]:
    """The keys that nobody revoked; those whose end has come are `over`."""
    return await rows_as(
        Key,
        """SELECT id, label, created_at, expires_at, used_at, writes, expires_at <= $2 AS over
           FROM api_tokens WHERE account = $1 AND revoked_at IS NULL ORDER BY id""",
        account,
        now,
    )


async def has_second_proof(account: int) -> bool:
    """Whether signing in to this account asks for the code of a phone as well."""
    return await SecondProof.exists().where(SecondProof.account == account)
