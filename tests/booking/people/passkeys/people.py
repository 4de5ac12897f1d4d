"""People who have passkeys, and the acts of their browsers."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from booking.people.accounts.calling import person_of_session
from booking.people.accounts.rules import hash_of
from booking.people.accounts.sign_in import Here, open_session
from booking.people.passkeys.ask import ask_for_new, ask_to_prove, ask_to_sign_in
from booking.people.passkeys.keep import keep_passkey
from booking.people.passkeys.sign_in import prove_by_passkey, sign_in_by_passkey
from tests import builders
from tests.authenticator import ORIGIN, Device
from tests.builders import NOW

KEY = "the site's key"
HERE = {"browser": "Firefox", "address": "10.0.0.1"}


def paper_of(account: int) -> list[str]:
    """The codes on paper that this account is given."""
    return [f"aaaaaa{account:06}", f"bbbbbb{account:06}"]


async def someone(role: str = "teacher", *, session: str = "s1", **more: Any) -> int:
    """Nadia Benali, signed in by a mailed link."""
    account = await builders.account(name="Nadia Benali", **more)
    school = {"school": await builders.school()} if role == "teacher" else {}
    await builders.membership(account, role, **school)
    await open_session(account, session_id=session, browser="Firefox", now=NOW)
    return account


async def asked_for_new(account: int, *, now: datetime = NOW) -> dict[str, Any]:
    return await ask_for_new(account, challenge=secrets.token_bytes(32), origin=ORIGIN, secret_key=KEY, now=now)


async def asked_to_sign_in(*, now: datetime = NOW) -> dict[str, Any]:
    return await ask_to_sign_in(challenge=secrets.token_bytes(32), origin=ORIGIN, now=now)


async def asked_to_prove(account: int, *, now: datetime = NOW) -> dict[str, Any]:
    return await ask_to_prove(account, challenge=secrets.token_bytes(32), origin=ORIGIN, now=now)


async def keep(
    account: int, made: str, *, old: str = "s1", new: str = "s2", label: str = "Téléphone", now: datetime = NOW
) -> bool:
    return await keep_passkey(
        account,
        made=made,
        label=label,
        rescue_codes=paper_of(account),
        not_me=secrets.token_urlsafe(32),
        origin=ORIGIN,
        secret_key=KEY,
        here=Here(old, new, "Firefox"),
        address=HERE["address"],
        now=now,
    )


async def a_passkey_of(account: int, *, old: str = "s1", new: str = "s2", now: datetime = NOW, **lies: Any) -> Device:
    """A device whose passkey this account keeps."""
    device = Device(**lies)
    await keep(account, device.make(await asked_for_new(account, now=now)), old=old, new=new, now=now)
    return device


async def sign_in(shown: str, *, session: str = "s9", now: datetime = NOW) -> None:
    await sign_in_by_passkey(shown, origin=ORIGIN, session_id=session, now=now, **HERE)


async def prove(account: int, shown: str, *, old: str, new: str, now: datetime = NOW) -> None:
    await prove_by_passkey(
        account,
        shown=shown,
        origin=ORIGIN,
        here=Here(old, new, "Firefox"),
        address=HERE["address"],
        now=now,
    )


async def proof_of(session: str) -> str | None:
    """What a session's person has proved; None for a session that is not."""
    person = await person_of_session(hash_of(session), csrf="c", now=NOW)
    return None if person is None else person.proof
