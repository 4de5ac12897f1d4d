"""« Ce n'était pas moi »: whatever opens the account is ended, and what was made since the mail's own is taken away."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.invite_host import WITHDRAW_SENT
from booking.people.accounts.not_me import SPEND_NOT_ME
from booking.people.accounts.rules import NotMeSpent, hash_of
from booking.people.accounts.second_proof import FORGET_PHONE_SINCE
from booking.people.accounts.sign_out import end_access
from booking.people.passkeys.tables import Passkey
from workshops.database import row, rows, transaction
from workshops.events.record import record


async def disavow(token: str, *, now: datetime) -> None:
    """Sessions, mailed links, keys and agenda links end at once; the phone and the passkeys added since then go,
    all codes on paper with them, and so do the colleagues whom it asked to receive and who have not accepted.

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
        await Passkey.delete().where(Passkey.account == account, Passkey.created_at >= since)
        await record("access_contested", by=account, about_kind="account", about=account, now=now)
