"""Adding a passkey to one's account, or removing it: its device opens nothing any more.

« Ce n'était pas moi »: whatever opens the account is ended, and what was made since the mail's own is taken away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from booking.outbox.journal.count_refusal import count_refusal
from booking.outbox.notices.queue import queue
from booking.people.accounts import tries
from booking.people.accounts.invite_host import WITHDRAW_SENT
from booking.people.accounts.rules import NotMeSpent, hash_of
from booking.people.accounts.second_proof import FORGET_PHONE_SINCE, SPEND_NOT_ME, keep_rescue_codes, tell_owner
from booking.people.accounts.sign_in import Here, reopen_session
from booking.people.accounts.sign_out import end_access
from booking.people.applications.contest import end_contested
from booking.people.passkeys.ask import HANDLE
from booking.people.passkeys.rules import (
    MOST_PASSKEYS,
    PasskeyKnown,
    PasskeyNotKept,
    TooManyPasskeys,
    read_answer,
    user_handle,
)
from booking.people.passkeys.tables import Passkey
from booking.people.passkeys.verify import Made, spend, verify_made
from workshops.acts import Act, typed
from workshops.database import row, rows, transaction, value
from workshops.events.record import record
from workshops.refusals import or_not_found

OWNER = """SELECT (SELECT count(*) FROM passkeys p WHERE p.account = a.id) AS passkeys,
  EXISTS (SELECT FROM memberships m WHERE m.account = a.id AND m.role = 'coordinator')
  AND NOT EXISTS (SELECT FROM rescue_codes c WHERE c.account = a.id AND c.used_at IS NULL) AS needs_paper
FROM accounts a WHERE a.id = $1 FOR UPDATE"""
KEEP = f"""INSERT INTO passkeys (account, credential_id, public_key, sign_count, label, created_at, user_handle)
VALUES ($1, $2, $3, $4, $5, $6, coalesce(({HANDLE}), $7)) ON CONFLICT (credential_id) DO NOTHING RETURNING id"""  # noqa: S608 - constants only
REMOVE = """DELETE FROM passkeys p USING accounts a
WHERE p.id = $1 AND p.account = $2 AND a.id = p.account RETURNING a.email, a.name"""
FORGET_PASSKEYS = (
    "DELETE FROM passkeys WHERE account = $1",
    "DELETE FROM passkey_challenges WHERE account = $1",
)


class NamePasskey(Act, frozen=True, kw_only=True):
    """The device whose passkey is added."""

    label: Annotated[
        str, typed("Nom de l'appareil", "As its owner knows it.", most=80, form={"device": "Nom de l'appareil"})
    ] = ""


async def keep_passkey(
    account: int,
    *,
    made: str,
    label: str,
    rescue_codes: Sequence[str],
    not_me: str,
    origin: str,
    secret_key: str,
    here: Here,
    address: str,
    now: datetime,
) -> bool:
    """From now on this account signs in with the passkey that was just made; its session gets a new id, and its person
    is told by a mail whose link is `not_me`.

    Returns whether `rescue_codes` are kept: for a coordinator, who must prove herself, without any code on paper yet.
    Raises PasskeyNotKept, PasskeyKnown, TooManyPasskeys, TooManyTries.
    """
    async with tries.counted_if_wrong("passkey", account=str(account), address=address, now=now):
        try:
            new = await _believe(made, account, origin=origin, now=now)
        except PasskeyNotKept:
            await count_refusal("passkey_refused", account=account, about_kind="account", now=now)
            raise
    async with transaction():
        owner = or_not_found(await row(OWNER, account))
        if owner["passkeys"] >= MOST_PASSKEYS:
            raise TooManyPasskeys()
        handle = user_handle(account, secret_key)
        kept = await value(KEEP, account, new.credential_id, new.public_key, new.sign_count, label, now, handle)
        if kept is None:
            raise PasskeyKnown()
        if owner["needs_paper"]:
            await keep_rescue_codes(account, rescue_codes)
        await record("passkey_kept", by=account, about_kind="account", about=account, now=now)
        await tell_owner("passkey", account, about_kind="passkey", about=kept, not_me=not_me, now=now)
        await reopen_session(account, here, now=now)
        return bool(owner["needs_paper"])


async def _believe(made: str, account: int, *, origin: str, now: datetime) -> Made:
    answer = read_answer(made)
    if answer is None or not await spend(answer.challenge, purpose="make", account=account, now=now):
        raise PasskeyNotKept()
    return await asyncio.to_thread(verify_made, made, challenge=answer.challenge, origin=origin)


async def remove_passkey(passkey: int, *, account: int, now: datetime) -> None:
    """Forget one of the account's own passkeys, and tell its person by mail; raises NotFound."""
    async with transaction():
        owner = or_not_found(await row(REMOVE, passkey, account))
        await record("passkey_removed", by=account, about_kind="account", about=account, now=now)
        await queue(
            "access",
            to_email=owner["email"],
            to_name=owner["name"],
            about_kind="account",
            about=account,
            once=f"passkey_removed:{passkey}",
            what="passkey_removed",
            now=now,
        )


async def disavow(token: str, *, now: datetime) -> None:
    """Sessions, mailed links, keys and agenda links end at once; the phone and the passkeys added since then go,
    all codes on paper with them, and so do the keys that it gave to programs, and the colleagues whom it asked to
    receive and who have not accepted.

    What else the account had before stays: its owner comes in by it, or by a new link. Raises NotMeSpent.
    """
    async with transaction():
        spent = await row(SPEND_NOT_ME, hash_of(token), now)
        if spent is None:
            raise NotMeSpent()
        account, since = spent["account"], spent["made_at"]
        await end_access(account, now=now)
        await rows(WITHDRAW_SENT, account, None)
        await rows(FORGET_PHONE_SINCE, account, since)
        await end_contested(account, since=since, now=now)
        await Passkey.delete().where(Passkey.account == account, Passkey.created_at >= since)
        await record("access_contested", by=account, about_kind="account", about=account, now=now)
