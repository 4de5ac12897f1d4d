"""Ending sessions: this one, the others, or all of a disabled account's; changing roles, and taking one back."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.queries import DEPARTMENTS, PLACES
from booking.people.accounts.rules import LastCoordinator, NotYourself, OnlyRole, hash_of
from booking.people.accounts.sign_in import Here, move_session
from booking.people.accounts.tables import Account, Membership, Session
from workshops.database import row, rows, transaction
from workshops.events.record import record
from workshops.refusals import NotFound, or_not_found

# An account that opens again gets none of them back: whoever holds one may no longer be its person.
END_ACCESS = """
WITH ended AS (DELETE FROM sessions WHERE account = $1),
spent AS (DELETE FROM sign_in_links WHERE account = $1),
keys AS (UPDATE api_tokens SET revoked_at = $2 WHERE account = $1 AND revoked_at IS NULL)
UPDATE feeds f SET revoked_at = $2 FROM memberships m
WHERE m.id = f.membership AND m.account = $1 AND f.revoked_at IS NULL
"""


async def sign_out(account: int, *, session_id: str, now: datetime) -> None:
    """End the session of this browser."""
    async with transaction():
        await Session.delete().where(Session.id_hash == hash_of(session_id), Session.account == account)
        await record("signed_out", by=account, about_kind="account", about=account, now=now)


async def end_other_sessions(account: int, *, session_id: str, now: datetime) -> None:
    """End every session of the account but this one: for a phone that was lost."""
    async with transaction():
        await Session.delete().where(Session.account == account, Session.id_hash != hash_of(session_id))
        await record("other_sessions_ended", by=account, about_kind="account", about=account, now=now)


async def end_session(account: int, *, session: int, now: datetime) -> None:
    """End one session of the account, wherever it is open. Raises NotFound."""
    async with transaction():
        own = Session.delete().where(Session.id == session, Session.account == account)
        if not await own.returning(Session.id):
            raise NotFound()
        await record("session_ended", by=account, about_kind="account", about=account, now=now)


async def end_access(account: int, *, now: datetime) -> None:
    """Sessions, mailed links, keys and agenda links end at once and for good; inside the caller's transaction."""
    await rows(END_ACCESS, account, now)


async def disable(account: int, *, by: int, now: datetime) -> None:
    """Close an account: its sessions, keys and links end at once and for good, what it did stays.

    Its passkeys and its phone stay its own, and open nothing while it is closed. Raises NotYourself, so that a
    coordinator is always left, and NotFound.
    """
    if account == by:
        raise NotYourself()
    async with transaction():
        closing = Account.update({Account.disabled_at: now})
        if not await closing.where(Account.id == account, Account.disabled_at.is_null()).returning(Account.id):
            raise NotFound()
        await end_access(account, now=now)
        await record("account_disabled", by=by, about_kind="account", about=account, now=now)


async def enable(account: int, *, by: int, now: datetime) -> None:
    """Open a closed account again; it signs in by a new link."""
    async with transaction():
        opening = Account.update({Account.disabled_at: None})
        if not await opening.where(Account.id == account, Account.disabled_at.is_not_null()).returning(Account.id):
            raise NotFound()
        await record("account_enabled", by=by, about_kind="account", about=account, now=now)


async def change_role(account: int, here: Here, *, now: datetime) -> None:
    """Act from now on as another membership, in a session with a new id (rights changed)."""
    async with transaction():
        if not await Membership.exists().where(Membership.id == here.membership, Membership.account == account):
            raise NotFound()
        await move_session(account, here, now=now)


# In the order of their numbers: two coordinators who withdraw each other wait instead of both going.
COORDINATORS = """SELECT m.account FROM memberships m JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL
WHERE m.role = 'coordinator' ORDER BY m.id FOR UPDATE OF m"""
ROLE = f"""SELECT m.role, m.school, m.awaiting,
  coalesce(s.name, c.name, held_for.name, {DEPARTMENTS}, '') AS place
FROM memberships m {PLACES}
WHERE m.id = $1 AND m.account = $2 FOR UPDATE OF m"""  # noqa: S608 - constants only

WITHDRAW = "DELETE FROM memberships WHERE id = $1"


async def withdraw_role(account: int, *, membership: int, by: int, now: datetime) -> None:
    """It acts in this role no more: the sessions, keys and agenda links of the role end with it, at once.

    Raises NotFound, OnlyRole, LastCoordinator.
    """
    async with transaction():
        coordinators = {one["account"] for one in await rows(COORDINATORS)}
        held = or_not_found(await row(ROLE, membership, account))
        if not await Membership.exists().where(Membership.account == account, Membership.id != membership):
            raise OnlyRole()
        if held["role"] == "coordinator" and not coordinators - {account}:
            raise LastCoordinator()
        await rows(WITHDRAW, membership)
        detail = ", ".join(filter(None, (held["role"], held["place"])))
        await record("role_withdrawn", by=by, about_kind="account", about=account, detail=detail, now=now)
