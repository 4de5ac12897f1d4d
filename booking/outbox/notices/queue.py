"""Asking for a mail that no event can tell: it carries a secret, or goes to an address that the act erases.

A row in the transaction of the act that causes it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from workshops.database import rows

# Mails leave by the hour since which they are due: nothing else that waits is due for so long.
AHEAD = timedelta(days=1)
# $1 kinds, $2 to_emails, $3 to_names, $4 about_kinds, $5 abouts, $6 onces, $7 secrets, $8 readers, $9 whats, $10 since
# when they are due: arrays of one length; $11 now.
QUEUE = """INSERT INTO notices (kind, to_email, to_name, about_kind, about, once, secret, reader, what, next_try_at,
  created_at, request)
SELECT asked.*, $11, $request
FROM unnest($1::varchar[], $2::varchar[], $3::varchar[], $4::varchar[], $5::int[], $6::varchar[], $7::text[],
  $8::varchar[], $9::varchar[], $10::timestamptz[])
  AS asked (kind, to_email, to_name, about_kind, about, once, secret, reader, what, due_at)
ON CONFLICT (once) DO NOTHING"""


class MailToWrite(Struct, frozen=True):
    """One mail to write to one person. `once` names the fact told: asked for again, it changes nothing.

    `reader` is as what she is told, `what` which of the things that the letter tells, where it has several. `awaited`:
    she waits for it before a page, and it leaves before all that only tells.
    """

    kind: str
    to_email: str
    to_name: str
    about_kind: str
    about: int
    once: str
    secret: str = ""
    reader: str = ""
    what: str = ""
    awaited: bool = False


async def queue(
    kind: str,
    *,
    to_email: str,
    to_name: str,
    about_kind: str,
    about: int,
    once: str,
    secret: str = "",
    reader: str = "",
    what: str = "",
    awaited: bool = False,
    now: datetime,
) -> None:
    """Tell one person of what is being done: the mail leaves once the act is committed."""
    mail = MailToWrite(kind, to_email, to_name, about_kind, about, once, secret, reader, what, awaited)
    await queue_all([mail], now=now)


async def queue_all(mails: Sequence[MailToWrite], *, now: datetime) -> None:
    """Tell several people in one statement."""
    await rows(
        QUEUE,
        [one.kind for one in mails],
        [one.to_email for one in mails],
        [one.to_name[:160] for one in mails],
        [one.about_kind for one in mails],
        [one.about for one in mails],
        [one.once for one in mails],
        [one.secret for one in mails],
        [one.reader for one in mails],
        [one.what for one in mails],
        [now - AHEAD if one.awaited else now for one in mails],
        now,
    )
