"""A collège's mailbox is told again of a newcomer whose demand ends sooner than what it was told of before."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.notices.queue import queue
from booking.people.accounts.rules import hash_of
from booking.people.sign_ups.rules import ANSWER_LASTS
from workshops.database import row
from workshops.schools.queries import MAILBOX

KEEP_LINK = f"""UPDATE sign_ups u SET more_hashes = u.more_hashes || $3::bytea
FROM memberships m JOIN schools s ON s.id = m.school
WHERE m.id = u.membership AND m.account = $1 AND m.school = $2 AND u.proved_at + $5::interval > $4::timestamptz
  AND {MAILBOX.format(school="s")} LIKE '%@%'
RETURNING u.id, s.name, {MAILBOX.format(school="s")} AS mailbox"""  # noqa: S608 - constants only


async def tell_sooner(account: int, *, school: int, until: datetime, token: str, now: datetime) -> None:
    """The mail has a link of its own, and those of before still answer; in the transaction of the demand."""
    kept = await row(KEEP_LINK, account, school, hash_of(token), until, ANSWER_LASTS)
    if kept is not None:
        await queue(
            "sign_up_to_answer",
            to_email=kept["mailbox"],
            to_name=kept["name"],
            about_kind="sign_up",
            about=kept["id"],
            once=f"sign_up_to_answer:{kept['id']}:{until:%Y%m%d%H%M}",
            secret=token,
            now=now,
        )
