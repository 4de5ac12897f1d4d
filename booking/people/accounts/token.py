"""Keys to the JSON API: shown once, kept as a hash, for one use, until a day or until they are revoked."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta

from booking.people.accounts.rules import KEY_LASTS, TRIAL_KEY_LASTS, UnknownAccount, hash_of
from booking.people.accounts.second_proof import tell_owner
from booking.people.accounts.tables import ApiToken
from workshops.acts import Act, typed
from workshops.database import row, transaction
from workshops.events.record import record
from workshops.refusals import NotFound

ACTS_AS = """SELECT m.id, m.account, a.example FROM memberships m JOIN accounts a ON a.id = m.account
WHERE a.email = $1 AND a.disabled_at IS NULL AND ($2::int IS NULL OR m.id = $2) ORDER BY m.id LIMIT 1"""


class KeyAllows(StrEnum):
    """What a machine may do with a key."""

    READ = "lire"
    ACT = "agir"


class MakeKey(Act, frozen=True, kw_only=True):
    """A person makes a key on her page."""

    label: Annotated[str, typed("Usage de la nouvelle clé", "What the key is for.", most=80, least=1)]
    acts: Annotated[KeyAllows, Meta(description="To read, or to act too.", extra={"label": "Ce qu'elle permet"})] = (
        KeyAllows.READ
    )
    days: Annotated[Literal["30", "90", "365"], Meta(description="For how many days.", extra={"label": "Durée"})] = "90"


async def issue_token(
    email: str,
    *,
    token: str,
    now: datetime,
    label: str = "",
    membership: int | None = None,
    lasts: timedelta = KEY_LASTS,
    writes: bool = True,
    not_me: str = "",
) -> None:
    """Let a machine that shows `token` read as this person, and act too if it `writes`; raises UnknownAccount.

    A key opens the JSON API, where no account, key, phone nor passkey is made or changed. One of an invented person
    ends within a day. Its person is told by a mail whose link is `not_me`; without one, nobody is.
    """
    async with transaction():
        acts_as = await row(ACTS_AS, email.strip().lower(), membership)
        if acts_as is None:
            raise UnknownAccount()
        fresh = ApiToken(
            token_hash=hash_of(token),
            account=acts_as["account"],
            membership=acts_as["id"],
            label=label[:80],
            created_at=now,
            expires_at=now + (min(lasts, TRIAL_KEY_LASTS) if acts_as["example"] else lasts),
            writes=writes,
        )
        (kept,) = await ApiToken.insert(fresh).returning(ApiToken.id)
        await record("token_issued", by=acts_as["account"], about_kind="token", about=kept["id"], now=now)
        if not_me:
            await tell_owner("key", acts_as["account"], about_kind="token", about=kept["id"], not_me=not_me, now=now)


async def revoke_token(token: int, *, account: int, now: datetime) -> None:
    """The key opens nothing any more."""
    async with transaction():
        own = ApiToken.update({ApiToken.revoked_at: now}).where(ApiToken.id == token, ApiToken.account == account)
        if not await own.where(ApiToken.revoked_at.is_null()).returning(ApiToken.id):
            raise NotFound()
        await record("token_revoked", by=account, about_kind="token", about=token, now=now)
