"""The mail of a new key or phone: one sentence, and a link by which its reader says « ce n'était pas moi »."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.notices.queue import queue
from booking.people.accounts.rules import NOT_ME_LASTS, hash_of
from booking.people.accounts.tables import Account, NotMeLink
from workshops.refusals import or_not_found

SPEND_NOT_ME = "DELETE FROM not_me_links WHERE token_hash = $1 AND expires_at > $2 RETURNING account, made_at"


async def tell_owner(kind: str, account: int, *, about_kind: str, about: int, not_me: str, now: datetime) -> None:
    """Mail the account's person that it opens otherwise from now on; `not_me` is her link. In the caller's transaction.

    It is known by the hash of the link: nobody reads it again in the database.
    """
    owner = or_not_found(await Account.select(Account.email, Account.name).where(Account.id == account).first())
    link = NotMeLink(token_hash=hash_of(not_me), account=account, made_at=now, expires_at=now + NOT_ME_LASTS)
    await NotMeLink.insert(link)
    await queue(
        kind,
        to_email=owner["email"],
        to_name=owner["name"],
        about_kind=about_kind,
        about=about,
        once=f"{kind}:{about}:{hash_of(not_me).hex()[:16]}",
        secret=not_me,
        now=now,
    )
