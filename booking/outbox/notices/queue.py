"""Asking for a mail: a row in the transaction of the act that causes it, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workshops.database import rows

# $1 kinds, $2 to_emails, $3 to_names, $4 abouts, $5 onces, $6 secrets: arrays of one length; $7 now.
QUEUE = """INSERT INTO notices (kind, to_email, to_name, about, once, secret, next_try_at, created_at)
SELECT asked.kind, asked.to_email, asked.to_name, asked.about, asked.once, asked.secret, $7, $7
FROM unnest($1::varchar[], $2::varchar[], $3::varchar[], $4::int[], $5::varchar[], $6::text[])
  AS asked (kind, to_email, to_name, about, once, secret)
ON CONFLICT (once) DO NOTHING"""


@dataclass(frozen=True)
class Asked:
    """One mail to write to one person. `once` names the fact told: asked for again, it changes nothing."""

    kind: str
    to_email: str
    to_name: str
    about: int
    once: str
    secret: str = ""


async def queue(
    kind: str, *, to_email: str, to_name: str, about: int, once: str, secret: str = "", now: datetime
) -> None:
    """Tell one person of what is being done: the mail leaves once the act is committed."""
    await queue_all([Asked(kind, to_email, to_name, about, once, secret)], now=now)


async def queue_all(asked: Sequence[Asked], *, now: datetime) -> None:
    """Tell several people in one statement."""
    await rows(
        QUEUE,
        [one.kind for one in asked],
        [one.to_email for one in asked],
        [one.to_name[:160] for one in asked],
        [one.about for one in asked],
        [one.once for one in asked],
        [one.secret for one in asked],
        now,
    )
