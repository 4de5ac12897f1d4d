"""Mails about an account: the link that signs in, the word that an access is open."""

from __future__ import annotations

from datetime import datetime

from booking.accounts.own import hats_of
from booking.accounts.rules import hash_of
from booking.messages.draft import Draft, Drafts
from booking.notices.rules import Claimed
from booking.settings import Settings
from booking.wording import ROLES
from workshops.database import value

EXPIRY = """SELECT l.expires_at FROM sign_in_links l JOIN accounts a ON a.id = l.account
WHERE l.token_hash = $1 AND l.used_at IS NULL AND l.expires_at > $2 AND a.disabled_at IS NULL"""
ENABLED = "SELECT 1 FROM accounts WHERE id = $1 AND disabled_at IS NULL"


async def sign_in(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """The link; not sent once it is used or too old, for it would open nothing."""
    expires_at = await value(EXPIRY, hash_of(notice.secret), now)
    if expires_at is None:
        return None
    return Draft(words={"expires_at": expires_at}, link=f"{settings.base_url}/connexion/{notice.secret}")


async def invited(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """Someone may come in: as what, where, and how."""
    hats = await hats_of(notice.about)
    if not hats or await value(ENABLED, notice.about) is None:
        return None
    return Draft(
        words={"email": notice.to_email},
        link=f"{settings.base_url}/connexion",
        lines=tuple((ROLES[hat.role], hat.place) for hat in hats),
    )


KINDS: dict[str, Drafts] = {"sign_in": sign_in, "invited": invited}
