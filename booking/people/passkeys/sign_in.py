"""Signing in by a passkey: its device was unlocked by its person, which is worth the mail and the phone's code."""

from __future__ import annotations

import asyncio
from datetime import datetime

from asyncpg import Record

from booking.outbox.journal.count_refusal import count_refusal
from booking.people.accounts import tries
from booking.people.accounts.rules import hash_of
from booking.people.accounts.sign_in import Here, open_session, reopen_session
from booking.people.passkeys.rules import Answer, PasskeyRefused, Purpose, read_answer, says_whose
from booking.people.passkeys.verify import spend, verify_shown
from workshops.database import row, transaction, value

# The invented people of a trial ($2 whether this is one) are nobody elsewhere.
KNOWN = """SELECT p.id, p.account, p.public_key, p.sign_count, p.user_handle FROM passkeys p
JOIN accounts a ON a.id = p.account AND a.disabled_at IS NULL
WHERE p.credential_id = $1 AND ($2 OR NOT a.example)"""
# Of two answers that come at once with the same count, one at least is a copy's.
SERVE = """UPDATE passkeys SET sign_count = $2, used_at = $3, user_handle = coalesce(user_handle, $4)
WHERE id = $1 AND (sign_count < $2 OR ($2 = 0 AND sign_count = 0)) RETURNING account"""


async def recognise(
    shown: str,
    *,
    purpose: Purpose,
    account: int | None = None,
    origin: str,
    address: str,
    now: datetime,
    trial: bool = False,
) -> int:
    """Whose passkey this is; of `account` alone when somebody is known already.

    Raises PasskeyRefused, the same for whatever is wrong with it, and TooManyTries.
    """
    answer = read_answer(shown)
    known = await row(KNOWN, answer.credential_id, trial) if answer is not None else None
    tried = str(known["account"]) if known is not None else hash_of(shown).hex()[:32]
    async with tries.counted_if_wrong("passkey", account=tried, address=address, now=now):
        try:
            # The challenge is spent first: no answer is tried twice, right or wrong.
            if answer is None or not await spend(answer.challenge, purpose=purpose, account=account, now=now):
                raise PasskeyRefused()
            if known is None or account not in {None, known["account"]}:
                raise PasskeyRefused()
            if not says_whose(answer, known["user_handle"], purpose=purpose):
                raise PasskeyRefused()
            return await _serve(shown, answer, known, origin=origin, now=now)
        except PasskeyRefused:
            by = account if known is None else known["account"]
            await count_refusal("passkey_refused", account=by, about_kind="account", now=now)
            raise


async def _serve(shown: str, answer: Answer, known: Record, *, origin: str, now: datetime) -> int:
    count = await asyncio.to_thread(
        verify_shown,
        shown,
        challenge=answer.challenge,
        origin=origin,
        public_key=known["public_key"],
        sign_count=known["sign_count"],
    )
    owner = await value(SERVE, known["id"], count, now, answer.user_handle)
    if owner is None:
        raise PasskeyRefused()
    return int(owner)


async def sign_in_by_passkey(
    shown: str,
    *,
    origin: str,
    session_id: str,
    browser: str,
    address: str,
    now: datetime,
    trial: bool = False,
) -> None:
    """A new session is open under `session_id`, proved twice; raises PasskeyRefused, TooManyTries."""
    account = await recognise(shown, purpose="sign_in", origin=origin, address=address, now=now, trial=trial)
    async with transaction():
        await open_session(account, session_id=session_id, browser=browser, now=now, proved=True)


async def prove_by_passkey(
    account: int,
    *,
    shown: str,
    origin: str,
    here: Here,
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
        address=address,
        now=now,
        trial=trial,
    )
    async with transaction():
        await reopen_session(account, here, now=now)
