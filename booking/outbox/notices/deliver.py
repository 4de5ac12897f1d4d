"""Sending what waits: claim one, write it, send it, say what became of it. No mail leaves inside a transaction.

A mail is claimed by holding it for a while, in one statement that skips the rows other workers claim, and is held anew
when it is written and about to be sent: however many workers there are, and whatever their clocks show, each mail is
sent once. A worker that dies with a mail in hand leaves it to the next one that looks after the lease, under the same
Message-ID: at least once, never zero times. One that loses the database keeps its word until that is back: what was
sent is not sent again, what was not leaves at once, and so does what it claimed without hearing of it.

Notices to one mailbox about one visit leave as one mail, so do those of one evening's mail: the first of them that is
due takes the others with it, once for all. However often that mail is tried, it tells the same and has one Message-ID.

A server that is away is no mail's fault: the attempt is not counted. Once it is back, what had waited for it leaves in
its order, so many a minute: a relay refuses a rush of thousands. What is written since does not wait behind.
"""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from msgspec.structs import replace

from booking.outbox.notices.envelope import envelope
from booking.outbox.notices.mail_files import Mailer
from booking.outbox.notices.rules import (
    LEASE,
    OF_A_VISIT,
    TRIES,
    Build,
    Claimed,
    GiveUp,
    MailDelayed,
    MailRefused,
    ServerLost,
    ServerUnreachable,
    TryAgain,
    after_failure,
)
from booking.process.counting import MAILS_DELAYED, MAILS_GIVEN_UP, MAILS_SENT, count
from workshops.database import DatabaseAway, row, rows, value
from workshops.database.request_id import request_id
from workshops.database.row_types import rows_as

logger = logging.getLogger(__name__)

BATCH = 10
RATE = 60
EVER = datetime(1970, 1, 1, tzinfo=UTC)
Word: TypeAlias = Callable[[], Awaitable[object]]

# The queue is empty whenever PostgreSQL looks at the table: to read all that is queued seems as good to it as to find
# what one mailbox or one mail has, and on the day when thousands wait each claim would read them all. Expressions keep
# it from the indexes of the queue and of what acts told, a subquery for each line from a join with all of them.
_QUEUED = "{one}.state || '' = 'queued'"
# Never in hand yet, and told by an act: what carries a secret leaves alone.
_NEW = f"{_QUEUED} AND {{one}}.attempts = 0 AND {{one}}.mail IS NULL AND coalesce({{one}}.event, 0) > 0"
_TOGETHER = f"""{_NEW.format(one="first")} AND {_NEW.format(one="other")} AND other.to_email = first.to_email
  AND other.account IS NOT DISTINCT FROM first.account AND other.id <> first.id
  AND (other.about = first.about AND other.about_kind = first.about_kind AND first.about_kind IN {OF_A_VISIT}
    OR other.daily AND first.daily AND other.next_try_at <= $1)"""
# The first that is due of those that leave together: two workers never begin two mails of them. What is left of a mail
# whose first has gone is a mail of its own.
CLAIM = f"""
WITH first AS (
  SELECT first.* FROM notices first WHERE first.state = 'queued' AND first.next_try_at <= $1
    AND (first.held_until IS NULL OR first.held_until <= now()) AND first.created_at > $4
    AND (first.mail IS NULL OR first.mail = first.id OR NOT EXISTS (SELECT FROM notices lead
      WHERE lead.mail = first.mail AND {_QUEUED.format(one="lead")} AND (lead.id = first.mail OR lead.id < first.id)))
    AND (SELECT true FROM notices other WHERE {_TOGETHER} AND other.created_at > $4
      AND (other.next_try_at, other.id) < (first.next_try_at, first.id) LIMIT 1) IS NULL
  ORDER BY first.next_try_at, first.id LIMIT 1 FOR UPDATE SKIP LOCKED
), joining AS (
  SELECT found.id FROM first,
    LATERAL (SELECT other.id FROM notices other WHERE {_TOGETHER} FOR UPDATE OF other SKIP LOCKED) found
), taken AS (
  SELECT id FROM first UNION ALL SELECT id FROM joining
  UNION ALL SELECT rest.id FROM first, LATERAL (SELECT other.id FROM notices other
    WHERE other.mail = first.mail AND other.id <> first.id AND {_QUEUED.format(one="other")} OFFSET 0) rest
)
UPDATE notices n SET attempts = n.attempts + 1, held_until = now() + $2::interval, held_as = $3, mail = first.id
FROM first, taken WHERE n.id = taken.id
RETURNING n.id, n.kind, n.to_email, n.to_name, n.about, n.once, n.secret, n.attempts, n.also, n.about_kind, n.account,
  n.entry, n.created_at, n.mail, n.daily, n.reader, n.what, n.event,
  coalesce((SELECT e.request FROM events e WHERE e.id = n.event), n.request) AS request"""  # noqa: S608 - constants only
# What was long to write may be another worker's by now.
HOLD = """UPDATE notices SET held_until = now() + $3::interval WHERE mail = $1 AND attempts = $2 AND state = 'queued'
RETURNING id"""
# As if it had not been in hand; what was in hand for the first time may leave with what is told meanwhile.
_NOT_TRIED = "attempts = attempts - 1, mail = CASE WHEN attempts > 1 THEN mail END"
# No server was met: the mail keeps its place and its attempts, and whoever looks next knows since when it is away.
UNMET = f"""UPDATE notices SET {_NOT_TRIED}, held_until = NULL, last_error = $3
WHERE mail = $1 AND attempts = $2 AND state = 'queued'"""  # noqa: S608 - constants only
AWAY = """INSERT INTO turns (job, at) VALUES ('mail server away', $1)
ON CONFLICT (job) DO UPDATE SET at = greatest(turns.at, EXCLUDED.at)"""
# Until when mails waited for a server, and how many of those have left since $1; null where none ever waited.
WAITED = """SELECT t.at AS until, (SELECT count(DISTINCT coalesce(n.mail, n.id)) FROM notices n
  WHERE n.state = 'sent' AND n.sent_at > $1 AND n.created_at <= t.at) AS left_lately
FROM turns t WHERE t.job = 'mail server away'"""
GIVEN_BACK = """UPDATE notices SET held_until = NULL WHERE mail = $1 AND attempts = $2 AND state = 'queued'"""
# A claim whose answer was lost: which mail it holds, if any, is known by the mark that was drawn for it.
UNHEARD = f"UPDATE notices SET held_until = NULL, {_NOT_TRIED} WHERE held_as = $1 AND state = 'queued'"  # noqa: S608
SENT = """UPDATE notices SET state = CASE WHEN id = ANY ($3::bigint[]) THEN 'dropped' ELSE 'sent' END,
  sent_at = CASE WHEN id = ANY ($3::bigint[]) THEN NULL ELSE $2::timestamptz END, secret = '', last_error = ''
WHERE id = ANY ($1::bigint[])"""
DROPPED = "UPDATE notices SET state = 'dropped', secret = '', last_error = '' WHERE id = ANY ($1::bigint[])"
# One of several cannot be written: each leaves alone, and it fails alone.
APART = "UPDATE notices SET mail = id, held_until = NULL WHERE mail = $1 AND attempts = $2 AND state = 'queued'"
# A failure is only told of the attempt that failed: after a lease has run out, another worker's word counts.
LATER = """UPDATE notices SET next_try_at = $3, held_until = NULL, last_error = $4
WHERE mail = $1 AND attempts = $2 AND state = 'queued'"""
FAILED = """UPDATE notices SET state = 'failed', held_until = NULL, last_error = $3
WHERE mail = $1 AND attempts = $2 AND state = 'queued'"""
# What the database was away to hear of, from this process.
_unsaid: list[Word] = []


@dataclass
class Delivery:
    """Whether this process is delivering mails, and whether it was woken again meanwhile."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    woken: bool = False


async def deliver(
    mailer: Mailer,
    build: Build,
    *,
    mail_from: str,
    now: datetime,
    reply_to: str = "",
    rate: int = RATE,
    limit: int = BATCH,
) -> int:
    """Send the mails that are due, the oldest first; returns how many were handled, `limit` when more may wait.

    A server that does not answer ends the batch, and no mail pays for it. Of those that waited for it, `rate` leave a
    minute.
    """
    while _unsaid:
        await _say(_unsaid.pop(0))
    handled, backlog = 0, await _backlog(rate, now)
    async with mailer:
        while handled < limit:
            notice = await _claimed(now, after=backlog.left_out)
            if notice is None:
                break
            handled += 1
            backlog.count(notice)
            before = request_id.set(notice.request)
            try:
                if not await _deliver_one(mailer, build, notice, mail_from=mail_from, reply_to=reply_to, now=now):
                    break
            finally:
                request_id.reset(before)
    return handled


@dataclass
class _Backlog:
    """The mails written up to `until` waited for a server that was away: `room` of them may leave this minute."""

    until: datetime
    room: int

    @property
    def left_out(self) -> datetime:
        return EVER if self.room > 0 else self.until

    def count(self, notice: Claimed) -> None:
        self.room -= notice.created_at is not None and notice.created_at <= self.until


async def _backlog(rate: int, now: datetime) -> _Backlog:
    found = await row(WAITED, now - timedelta(minutes=1))
    return _Backlog(EVER, 1) if found is None else _Backlog(found["until"], rate - found["left_lately"])


async def _claimed(now: datetime, *, after: datetime) -> Claimed | None:
    mark = uuid.uuid4()
    try:
        taken = await rows_as(Claimed, CLAIM, now, LEASE, mark, after)
    except DatabaseAway:
        _unsaid.append(lambda: rows(UNHEARD, mark))
        raise
    first = next((notice for notice in taken if notice.id == notice.mail), None)
    if first is None:
        return None
    return replace(first, beside=tuple(notice for notice in taken if notice is not first))


async def _deliver_one(
    mailer: Mailer, build: Build, notice: Claimed, *, mail_from: str, reply_to: str, now: datetime
) -> bool:
    """Whether the next one may be tried on the same server."""
    if notice.attempts > TRIES:
        # Claimed too often with no answer kept: whatever sends it dies of it.
        await _given_up(notice, "L'envoi s'interrompt à chaque essai.")
        return True
    try:
        letter = await build(notice, now)
        message = None
        if letter is not None:
            message = envelope(letter, notice, mail_from=mail_from, reply_to=reply_to, now=now)
    except DatabaseAway:
        # Not this mail's fault.
        _give_back_later(notice)
        raise
    except Exception:
        await _not_written(notice)
        return True
    if message is None:
        await _say(lambda: rows(DROPPED, notice.ids))
        return True
    try:
        held = await value(HOLD, notice.id, notice.attempts, LEASE)
    except DatabaseAway:
        _give_back_later(notice)
        raise
    if held is None:
        return True
    try:
        await mailer.send(message)
    except (MailRefused, MailDelayed) as error:
        await _failed(notice, error, now=now)
        return not isinstance(error, ServerLost | ServerUnreachable)
    count(MAILS_SENT)
    await _say(lambda: rows(SENT, notice.ids, now, [] if letter is None else letter.untold))
    return True


async def _not_written(notice: Claimed) -> None:
    """Written again, it would fail again: the coordinator sees it, the journal of errors says why. Of several, each is
    tried alone."""
    if notice.beside:
        await _say(lambda: rows(APART, notice.id, notice.attempts))
        return
    number = uuid.uuid4().hex[:8]
    logger.exception("notice %s (%s) could not be written, error %s", notice.id, notice.kind, number)
    await _given_up(notice, f"Le message n'a pas pu être écrit (erreur {number}).")


async def _failed(notice: Claimed, error: MailRefused | MailDelayed, *, now: datetime) -> None:
    if isinstance(error, ServerUnreachable):
        logger.warning("notice %s met no server: %s", notice.id, error)
        await _say(lambda: rows(UNMET, notice.id, notice.attempts, str(error)[:500]))
        await _say(lambda: rows(AWAY, now))
        return
    permanent = isinstance(error, MailRefused)
    match after_failure(attempts=notice.attempts, permanent=permanent, now=now):
        case TryAgain(at=at):
            count(MAILS_DELAYED)
            logger.warning("notice %s did not leave, again at %s: %s", notice.id, at.isoformat(), _reason(error))
            await _say(lambda: rows(LATER, notice.id, notice.attempts, at, str(error)[:500]))
        case GiveUp():
            logger.error("notice %s is given up: %s", notice.id, _reason(error))
            await _given_up(notice, str(error)[:500])


async def _given_up(notice: Claimed, error: str) -> None:
    count(MAILS_GIVEN_UP)
    await _say(lambda: rows(FAILED, notice.id, notice.attempts, error))


def _give_back_later(notice: Claimed) -> None:
    _unsaid.append(lambda: rows(GIVEN_BACK, notice.id, notice.attempts))


async def _say(word: Word) -> None:
    """What became of a mail; kept for later while the database is away, which is raised."""
    try:
        await word()
    except DatabaseAway:
        _unsaid.append(word)
        raise


def _reason(error: MailRefused | MailDelayed) -> str:
    """For the logs: a server's own words name whom it refuses, its code does not."""
    code = re.match(r"\d{3}\b", str(error))
    return str(error) if isinstance(error, ServerLost) else code[0] if code else type(error).__name__
