"""Sending what waits: claim one, write it, send it, say what became of it. No mail leaves inside a transaction.

A mail is claimed by holding it for a while, in one statement that skips the rows other workers claim, and is held anew
when it is written and about to be sent: however many workers there are, and whatever their clocks show, each mail is
sent once. A worker that dies with a mail in hand leaves it to the next one that looks after the lease, under the same
Message-ID: at least once, never zero times. One that loses the database keeps its word until that is back: what was
sent is not sent again, what was not leaves at once, and so does what it claimed without hearing of it.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeAlias

from booking.outbox.notices.envelope import envelope
from booking.outbox.notices.mailer import Mailer
from booking.outbox.notices.rules import (
    LEASE,
    TRIES,
    Build,
    Claimed,
    GiveUp,
    MailDelayed,
    MailRefused,
    ServerUnreachable,
    TryAgain,
    after_failure,
)
from workshops.database import DatabaseAway, rows, value
from workshops.requests import request_id
from workshops.shapes import row_as

logger = logging.getLogger(__name__)

BATCH = 10
Word: TypeAlias = Callable[[], Awaitable[object]]

CLAIM = """UPDATE notices SET attempts = attempts + 1, held_until = now() + $2::interval, held_as = $3
WHERE id = (
  SELECT id FROM notices WHERE state = 'queued' AND next_try_at <= $1 AND (held_until IS NULL OR held_until <= now())
  ORDER BY next_try_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, kind, to_email, to_name, about, once, secret, attempts, also, about_kind, account, entry,
  coalesce((SELECT e.request FROM events e WHERE e.id = event), request) AS request"""
# What was long to write may be another worker's by now.
HOLD = """UPDATE notices SET held_until = now() + $3::interval WHERE id = $1 AND attempts = $2 AND state = 'queued'
RETURNING id"""
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
    mailer: Mailer, build: Build, *, mail_from: str, now: datetime, reply_to: str = "", limit: int = BATCH
) -> int:
    """Send the mails that are due, the oldest first; returns how many were handled, `limit` when more may wait.

    A server that does not answer ends the batch: the other mails keep their turn and their attempts.
    """
    while _unsaid:
        await _say(_unsaid.pop(0))
    handled = 0
    async with mailer:
        while handled < limit:
            notice = await _claimed(now)
            if notice is None:
                break
            handled += 1
            before = request_id.set(notice.request)
            try:
                if not await _deliver_one(mailer, build, notice, mail_from=mail_from, reply_to=reply_to, now=now):
                    break
            finally:
                request_id.reset(before)
    return handled


async def _claimed(now: datetime) -> Claimed | None:
    mark = uuid.uuid4()
    try:
        return await row_as(Claimed, CLAIM, now, LEASE, mark)
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
        return not isinstance(error, ServerUnreachable)
    await _say(lambda: rows(SENT, notice.id, now))
    return True


async def _failed(notice: Claimed, error: MailRefused | MailDelayed, *, now: datetime) -> None:
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
    return str(error) if isinstance(error, ServerUnreachable) else code[0] if code else type(error).__name__
