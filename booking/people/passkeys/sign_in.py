"""Signing in by a passkey: its device was unlocked by its person, which is worth the mail and the phone's code."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.sign_in import open_session, reopen_session
from booking.people.passkeys.recognise import recognise
from workshops.database import transaction


async def sign_in_by_passkey(
    shown: str,
    *,
    origin: str,
    secret_key: str,
    session_id: str,
    browser: str,
    address: str,
    now: datetime,
    trial: bool = False,
) -> None:
    """A new session is open under `session_id`, proved twice; raises PasskeyRefused, TooManyTries."""
    account = await recognise(
        shown, purpose="sign_in", origin=origin, secret_key=secret_key, address=address, now=now, trial=trial
    )
    async with transaction():
        await open_session(account, session_id=session_id, browser=browser, now=now, proved=True)


async def prove_by_passkey(
    account: int,
    *,
    shown: str,
    origin: str,
    secret_key: str,
    old_session: str,
    new_session: str,
    membership: int | None,
    browser: str,
    address: str,
    now: datetime,
    trial: bool = False,
) -> None:
    """Give the second proof after a mailed link: the session goes on under a new id, with all its rights.

    Raises PasskeyRefused, TooManyTries.
    """
    await recognise(
        shown,
        purpose="prove",
        account=account,
        origin=origin,
        secret_key=secret_key,
        address=address,
        now=now,
        trial=trial,
    )
    async with transaction():
        await reopen_session(account, old=old_session, new=new_session, membership=membership, browser=browser, now=now)
