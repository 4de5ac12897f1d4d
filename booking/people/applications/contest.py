"""« Ce n'était pas moi »: what was given to programs in somebody's name, by whoever held her account, is taken back."""

from __future__ import annotations

from datetime import datetime

from booking.people.applications.tables import ApplicationSecret
from workshops.database import rows
from workshops.events.record import record

END_MADE = """WITH ended AS (
  UPDATE applications SET ended_at = $3 WHERE made_by = $1 AND made_at >= $2 AND ended_at IS NULL RETURNING id
), secrets AS (
  UPDATE application_secrets s SET ended_at = $3 FROM ended WHERE s.application = ended.id AND s.ended_at IS NULL
)
SELECT id FROM ended ORDER BY id"""


async def end_contested(account: int, *, since: datetime, now: datetime) -> None:
    """The programs that this account gave a key since then, and the secrets that it added, open nothing any more.

    In the caller's transaction.
    """
    for made in await rows(END_MADE, account, since, now):
        await record("application_ended", by=account, about_kind="application", about=made["id"], now=now)
    # One that she added to a program that was there before; its other one stays.
    hers = (
        ApplicationSecret.made_by == account,
        ApplicationSecret.made_at >= since,
        ApplicationSecret.ended_at.is_null(),
    )
    ending = ApplicationSecret.update({ApplicationSecret.ended_at: now}).where(*hers)
    for added in await ending.returning(ApplicationSecret.application):
        number = added["application"]
        await record("application_secret_ended", by=account, about_kind="application", about=number, now=now)
