"""Ending sessions: this one, the others, or all of a disabled account's."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.rules import NotYourself, hash_of
from booking.people.accounts.tables import Account, Session
from workshops.database import rows, transaction
from workshops.events.record import record
from workshops.refusals import NotFound

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
