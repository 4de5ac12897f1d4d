"""The state of the outbox: what waits, what was given up, and whether a worker lives."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from booking.outbox.notices.rules import Claimed
from booking.outbox.notices.tables import Notice
from booking.words.letters import letter_words
from workshops.database import value
from workshops.database.row_types import rows_as

FAILED = """SELECT n.id, kind, reader, what, to_email, to_name, about, attempts, last_error, created_at, mails.beside
FROM (
  SELECT min(id) AS id, count(*) - 1 AS beside FROM notices WHERE state = 'failed'
  GROUP BY coalesce(mail, id) ORDER BY min(id) DESC LIMIT 100
) mails JOIN notices n ON n.id = mails.id ORDER BY n.id DESC"""
# What its reader gets in the evening waits by her choice, and not for a server or a worker.
WAITS = "state = 'queued' AND NOT (daily AND next_try_at > now())"
OUTBOX = f"""SELECT
  (SELECT count(*) FROM notices WHERE {WAITS}) AS waiting,
  (SELECT count(DISTINCT coalesce(mail, id)) FROM notices WHERE state = 'failed') AS failed,
  (SELECT min(created_at) FROM notices WHERE {WAITS}) AS oldest_at,
  (SELECT max(beat_at) FROM heartbeats) AS beat_at"""  # noqa: S608 - constants only

# One that is being sent may have left, and so may one that a worker who died had in hand, but not one of the mail that
# tells this. What an act did to several at once is told by the mail of one of them.
NEVER_LEFT = """
WITH told_by AS (
  SELECT $1::int AS about, NULL::bigint AS event
  UNION ALL
  SELECT first.about, first.id FROM events also
  JOIN events first ON first.at = also.at AND first.about_kind = also.about_kind
    AND also.act IN (first.act || '_also', first.act || '_there')
  WHERE also.about = $1 AND also.about_kind = $2
)
SELECT count(*) > 0 AND NOT coalesce(bool_or(
  n.state = 'sent' OR (n.state = 'queued' AND n.attempts > 0 AND coalesce(n.mail <> $5, true))
  OR (n.state = 'dropped' AND n.attempts > 1)), false)
FROM told_by JOIN notices n ON n.about = told_by.about AND n.about_kind = $2 AND n.account = $3
  AND n.entry = 'REQUEST' AND n.id < $4 AND (told_by.event IS NULL OR n.event = told_by.event)"""


class FailedNotice(Struct, frozen=True):
    """A mail that the coordinator may send again (« Relancer »), by the first of its acts; so many others stand
    `beside` it. `last_error` is the server's own words."""

    id: int
    kind: str
    to_email: str
    to_name: str
    about: int
    attempts: int
    last_error: str
    created_at: datetime
    reader: str = ""
    what: str = ""
    beside: int = 0

    @property
    def letter(self) -> str:
        """What the coordination calls it."""
        return letter_words(self.kind, self.reader, self.what)


class Outbox(Struct, frozen=True):
    """How the mails are doing. `beat_at` is the last sign of life of any worker, None when none ever lived."""

    waiting: int
    failed: int
    oldest_at: datetime | None
    beat_at: datetime | None


async def failed_notices() -> list[FailedNotice]:
    """The mails that were given up, the newest first."""
    return await rows_as(FailedNotice, FAILED)


async def never_left(before: Claimed, about: int) -> bool:
    """Whether this person was to be invited to one of what a notice tells of, and no mail that did can have left."""
    told = (about, before.about_kind, before.account, before.id, before.mail)
    return bool(await value(NEVER_LEFT, *told))


async def told_before(again: Claimed) -> bool:
    """Whether this person has read a mail of this kind about the same thing."""
    same = Notice.exists().where(Notice.about == again.about, Notice.about_kind == again.about_kind)
    same = same.where(Notice.kind == again.kind, Notice.what == again.what, Notice.to_email == again.to_email)
    return await same.where(Notice.id < again.id, Notice.state == "sent")


async def outbox() -> Outbox:
    """The outbox in four figures, for the coordinator's page and for `technilab check`."""
    (found,) = await rows_as(Outbox, OUTBOX)
    return found
