"""Sending what waits: claim one, write it, send it, say what became of it. No mail leaves inside a transaction.

A mail is claimed by holding it for a while, in one statement that skips the rows other workers claim, and is held anew
when it is written and about to be sent: however many workers there are, and whatever their clocks show, each mail is
sent once. A worker that dies with a mail in hand leaves it to the next one that looks after the lease, under the same
Message-ID: at least once, never zero times. One that loses the database keeps its word until that is back: what was
sent is not sent again, what was not leaves at once, and so does what it claimed without hearing of it.

A server that is away is no mail's fault: the attempt is not counted. Once it is back, what had waited for it leaves in
its order, so many a minute: a relay refuses a rush of thousands. What is written since does not wait behind.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from booking.outbox.notices.envelope import envelope
from booking.outbox.notices.mail_files import Mailer
from booking.outbox.notices.rules import (
    LEASE,
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
from workshops.database import DatabaseAway, row, rows, value
from workshops.database.request_id import request_id
from workshops.database.row_types import row_as

logger = logging.getLogger(__name__)

BATCH = 10
RATE = 60
EVER = datetime(1970, 1, 1, tzinfo=UTC)
Word: TypeAlias = Callable[[], Awaitable[object]]

CLAIM = """UPDATE notices SET attempts = attempts + 1, held_until = now() + $2::interval, held_as = $3
WHERE id = (
  SELECT id FROM notices WHERE state = 'queued' AND next_try_at <= $1 AND (held_until IS NULL OR held_until <= now())
    AND created_at > $4
  ORDER BY next_try_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, kind, to_email, to_name, about, once, secret, attempts, also, about_kind, account, entry, created_at,
  reader, what,
  coalesce((SELECT e.request FROM events e WHERE e.id = event), request) AS request"""
# What was long to write may be another worker's by now.
HOLD = """UPDATE notices SET held_until = now() + $3::interval WHERE id = $1 AND attempts = $2 AND state = 'queued'
RETURNING id"""
# No server was met: the mail keeps its place and its attempts, and whoever looks next knows since when it is away.
UNMET = """UPDATE notices SET attempts = attempts - 1, held_until = NULL, last_error = $3
WHERE id = $1 AND attempts = $2 AND state = 'queued'"""
AWAY = """INSERT INTO turns (job, at) VALUES ('mail server away', $1)
ON CONFLICT (job) DO UPDATE SET at = greatest(turns.at, EXCLUDED.at)"""
# Until when mails waited for a server, and how many of those have left since $1; null where none ever waited.
WAITED = """SELECT t.at AS until, (SELECT count(*) FROM notices n
  WHERE n.state = 'sent' AND n.sent_at > $1 AND n.created_at <= t.at) AS left_lately
FROM turns t WHERE t.job = 'mail server away'"""
GIVEN_BACK = """UPDATE notices SET held_until = NULL WHERE id = $1 AND attempts = $2 AND state = 'queued'"""
# A claim whose answer was lost: which mail it holds, if any, is known by the mark that was drawn for it.
UNHEARD = """UPDATE notices SET held_until = NULL, attempts = attempts - 1 WHERE held_as = $1 AND state = 'queued'"""
SENT = """UPDATE notices SET state = 'sent', sent_at = $2, secret = '', last_error = '' WHERE id = $1"""
DROPPED = """UPDATE notices SET state = 'dropped', secret = '', last_error = '' WHERE id = $1"""
# A failure is only told of the attempt that failed: after a lease has run out, another worker's word counts.
LATER = """UPDATE notices SET next_try_at = $3, held_until = NULL, last_error = $4
WHERE id = $1 AND attempts = $2 AND state = 'queued'"""
FAILED = """UPDATE notices SET state = 'failed', held_until = NULL, last_error = $3
WHERE id = $1 AND attempts = $2 AND state = 'queued'"""
# What the database was away to hear of, from this process.
_unsaid: list[Word] = []


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
        return await row_as(Claimed, CLAIM, now, LEASE, mark, after)
    except DatabaseAway:
        _unsaid.append(lambda: rows(UNHEARD, mark))
        raise


async def _deliver_one(
    mailer: Mailer, build: Build, notice: Claimed, *, mail_from: str, reply_to: str, now: datetime
) -> bool:
    """Whether the next one may be tried on the same server."""
    if notice.attempts > TRIES:
        # Claimed too often with no answer kept: whatever sends it dies of it.
        await _say(lambda: rows(FAILED, notice.id, notice.attempts, "L'envoi s'interrompt à chaque essai."))
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
        # Written again, it would fail again: the coordinator sees it, the journal of errors says why.
        number = uuid.uuid4().hex[:8]
        logger.exception("notice %s (%s) could not be written, error %s", notice.id, notice.kind, number)
        await _say(
            lambda: rows(FAILED, notice.id, notice.attempts, f"Le message n'a pas pu être écrit (erreur {number}).")
        )
        return True
    if message is None:
        await _say(lambda: rows(DROPPED, notice.id))
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
    await _say(lambda: rows(SENT, notice.id, now))
    return True


async def _failed(notice: Claimed, error: MailRefused | MailDelayed, *, now: datetime) -> None:
    if isinstance(error, ServerUnreachable):
        logger.warning("notice %s met no server: %s", notice.id, error)
        await _say(lambda: rows(UNMET, notice.id, notice.attempts, str(error)[:500]))
        await _say(lambda: rows(AWAY, now))
        return
    permanent = isinstance(error, MailRefused)
    match after_failure(attempts=notice.attempts, permanent=permanent, now=now):
        case TryAgain(at=at):
            logger.warning("notice %s did not leave, again at %s: %s", notice.id, at.isoformat(), _reason(error))
            await _say(lambda: rows(LATER, notice.id, notice.attempts, at, str(error)[:500]))
        case GiveUp():
            logger.error("notice %s is given up: %s", notice.id, _reason(error))
            await _say(lambda: rows(FAILED, notice.id, notice.attempts, str(error)[:500]))


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
