"""The second proof: a code that a phone draws every half minute, or one of the codes kept on paper.

The mail of a new key or phone is one sentence, and a link by which its reader says « ce n'était pas moi ».
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from booking.outbox.journal.count_refusal import count_refusal
from booking.outbox.notices.queue import queue
from booking.people.accounts import tries
from booking.people.accounts.phone_secret import PHONE, PhoneUnreadable, sealed_secret, secrets_of
from booking.people.accounts.rules import (
    NOT_ME_LASTS,
    CodeWrong,
    NothingToForget,
    ProvedAlready,
    UnknownAccount,
    hash_of,
    rescue_hash,
    secret_of,
    step_of,
)
from booking.people.accounts.sign_in import Here, reopen_session
from booking.people.accounts.tables import Account, NotMeLink, RescueCode, SecondProof
from booking.process.secret_key import before_of, keys_of, unsealed
from workshops.acts import Act, typed
from workshops.database import rows, transaction, value
from workshops.events.record import record
from workshops.refusals import or_not_found

SPEND_NOT_ME = "DELETE FROM not_me_links WHERE token_hash = $1 AND expires_at > $2 RETURNING account, made_at"


async def tell_owner(what: str, account: int, *, about_kind: str, about: int, not_me: str, now: datetime) -> None:
    """Mail the account's person that it opens otherwise from now on; `not_me` is her link. In the caller's transaction.

    It is known by the hash of the link: nobody reads it again in the database.
    """
    owner = or_not_found(await Account.select(Account.email, Account.name).where(Account.id == account).first())
    link = NotMeLink(token_hash=hash_of(not_me), account=account, made_at=now, expires_at=now + NOT_ME_LASTS)
    await NotMeLink.insert(link)
    await queue(
        "access",
        to_email=owner["email"],
        to_name=owner["name"],
        about_kind=about_kind,
        about=about,
        once=f"access:{what}:{about}:{hash_of(not_me).hex()[:16]}",
        secret=not_me,
        what=what,
        now=now,
    )


KEEP = """INSERT INTO second_proofs (account, salt, last_step, since, sealed) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (account) DO NOTHING RETURNING id"""
KEEP_RESCUE = "INSERT INTO rescue_codes (account, code_hash) SELECT $1, unnest($2::bytea[])"
# The same code a second time, even seen over a shoulder, opens nothing.
FORGET = """WITH spent AS (DELETE FROM rescue_codes WHERE account = $1),
ended AS (DELETE FROM sessions WHERE account = $1),
phones AS (DELETE FROM second_proofs WHERE account = $1 RETURNING id),
keys AS (DELETE FROM passkeys WHERE account = $1 RETURNING id)
SELECT (SELECT count(*) FROM phones) + (SELECT count(*) FROM keys)"""

# Whoever added a phone or a passkey read the codes on paper that came with it: they go, whichever it was.
FORGET_PHONE_SINCE = """WITH spent AS (DELETE FROM rescue_codes WHERE account = $1)
DELETE FROM second_proofs WHERE account = $1 AND since >= $2"""


class GiveCode(Act, frozen=True, kw_only=True):
    """A code of a phone, or of paper with its dashes."""

    code: Annotated[str, typed("Code", "Six digits, or a code on paper.", most=60, least=1)]


class RegisterPhone(Act, frozen=True, kw_only=True):
    """The first code of a phone."""

    code: Annotated[str, typed("Les six chiffres que l'application montre", "Six digits.", most=20, least=1)]


async def enrol(
    account: int,
    *,
    code: str,
    salt: bytes,
    rescue_codes: Sequence[str],
    not_me: str,
    secret_key: str,
    here: Here,
    address: str,
    now: datetime,
) -> None:
    """From now on this account signs in with the phone that showed `code` as well, and its person is told by a mail
    whose link is `not_me`.

    Raises CodeWrong while the phone does not show the right code, ProvedAlready for an account that has a phone,
    TooManyTries.
    """
    async with tries.counted_if_wrong("proof", account=str(account), address=address, now=now):
        step, secret = _step_of(code, [secret_of(salt, key) for key in keys_of(secret_key)], now=now)
        if step is None:
            raise CodeWrong()
    async with transaction():
        kept = await value(KEEP, account, salt, step, now, sealed_secret(secret, secret_key))
        if kept is None:
            raise ProvedAlready()
        await keep_rescue_codes(account, rescue_codes)
        await record("second_proof_kept", by=account, about_kind="account", about=account, now=now)
        await tell_owner("phone", account, about_kind="phone", about=kept, not_me=not_me, now=now)
        await reopen_session(account, here, now=now)


async def prove(
    account: int,
    *,
    code: str,
    secret_key: str,
    here: Here,
    address: str,
    now: datetime,
) -> None:
    """Give the second proof: the session goes on under a new id, with all its rights.

    Raises CodeWrong, PhoneUnreadable, TooManyTries.
    """
    async with tries.counted_if_wrong("proof", account=str(account), address=address, now=now):
        unreadable: PhoneUnreadable | None = None
        async with transaction():
            try:
                spent = await _spend_step(account, code, secret_key, now)
            except PhoneUnreadable as no:
                spent, unreadable = None, no
            if spent or (spent is None and await _spend_rescue(account, code, now)):
                await reopen_session(account, here, now=now)
                return
        await count_refusal("second_proof_refused", account=account, about_kind="account", now=now)
        raise unreadable or CodeWrong()


async def keep_rescue_codes(account: int, codes: Sequence[str]) -> None:
    """Each opens the account once; in the caller's transaction."""
    kept = await asyncio.to_thread(lambda: [rescue_hash(account, one) for one in codes])
    await rows(KEEP_RESCUE, account, kept)


async def forget_proof(email: str, *, now: datetime) -> None:
    """The phone is lost and the paper too: the account enrols again at its next sign-in, its sessions end.

    Its passkeys are forgotten as well, for the lost phone may hold some. Raises UnknownAccount, NothingToForget.
    """
    async with transaction():
        known = await Account.select(Account.id).where(Account.email == email.strip().lower()).first()
        if known is None:
            raise UnknownAccount()
        account = known["id"]
        if not await value(FORGET, account):
            raise NothingToForget()
        await record("second_proof_forgotten", by=None, about_kind="account", about=account, now=now)


async def _spend_step(account: int, code: str, secret_key: str, now: datetime) -> bool | None:
    """Whether the phone shows this code and it has not served yet; None where the phone does not show it.

    Its secret is sealed by the key that the site has now. Raises PhoneUnreadable.
    """
    phone = await SecondProof.select(SecondProof.salt, SecondProof.sealed).where(SecondProof.account == account).first()
    if phone is None:
        return None
    step, secret = _step_of(code, secrets_of(phone["salt"], phone["sealed"], secret_key), now=now)
    if step is None:
        return None
    spent = SecondProof.update({SecondProof.last_step: step, SecondProof.sealed: sealed_secret(secret, secret_key)})
    its = SecondProof.account == account, SecondProof.last_step < step
    return bool(await spent.where(*its).returning(SecondProof.id))


def _step_of(code: str, secrets: Sequence[str], *, now: datetime) -> tuple[int | None, str]:
    """At which half minute a phone with one of these secrets shows this code, and with which."""
    steps = ((step_of(code, secret, now=now), secret) for secret in secrets)
    return next(((step, secret) for step, secret in steps if step is not None), (None, ""))


async def _spend_rescue(account: int, code: str, now: datetime) -> bool:
    known = await asyncio.to_thread(rescue_hash, account, code)
    its = RescueCode.account == account, RescueCode.code_hash == known
    rescue = RescueCode.update({RescueCode.used_at: now}).where(*its, RescueCode.used_at.is_null())
    return bool(await rescue.returning(RescueCode.id))


RESEAL = """UPDATE second_proofs p SET sealed = n.sealed FROM unnest($1::int[], $2::bytea[]) AS n (id, sealed)
WHERE p.id = n.id"""


async def reseal_phones(secret_key: str) -> Counter[str]:
    """Seal the phones' secrets by the site's key, so that those before it may go; how many are `sealed` anew, how many
    `wait` for their person's next code, which tells the key that they are of, and how many no key opens (`lost`)."""
    told, fresh = Counter[str](), dict[int, bytes]()
    async with transaction():
        for phone in await SecondProof.select(SecondProof.id, SecondProof.salt, SecondProof.sealed):
            before = before_of(secret_key)
            if phone["sealed"] is None:
                if len(before) == 1:
                    fresh[phone["id"]] = sealed_secret(secret_of(phone["salt"], before[0]), secret_key)
                elif before:
                    told["wait"] += 1
            elif (opened := unsealed(phone["sealed"], purpose=PHONE, secret_key=secret_key)) is None:
                told["lost"] += 1
            elif opened[1] != secret_key:
                fresh[phone["id"]] = sealed_secret(opened[0].decode(), secret_key)
        await rows(RESEAL, list(fresh), list(fresh.values()))
    told["sealed"] = len(fresh)
    return told
