"""Keeping what an invited person's agenda answers."""

from __future__ import annotations

from datetime import datetime

from booking.calendar.replies.queries import known
from booking.calendar.replies.rules import ASIDE, AgendaAnswer, Aside, Word, believed, counts
from workshops.database import transaction, value
from workshops.events.record import record

# Two workers may read two answers of one person at once: the later one is kept, in whatever order they come, and the
# same one is news once.
KEEP = """INSERT INTO replies ({about}, account, answer, sequence, answered_at, received_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT ({about}, account) DO UPDATE SET answer = EXCLUDED.answer, sequence = EXCLUDED.sequence,
  answered_at = EXCLUDED.answered_at, received_at = EXCLUDED.received_at
WHERE (least(replies.sequence, EXCLUDED.sequence), least(replies.answered_at, $6))
  <= (EXCLUDED.sequence, EXCLUDED.answered_at)
  AND (replies.sequence, replies.answered_at, replies.answer)
    <> (EXCLUDED.sequence, EXCLUDED.answered_at, EXCLUDED.answer)
RETURNING id"""
KEEPS = {about: KEEP.format(about=about) for about in ("reservation", "attendance", "action")}


async def take(answer: AgendaAnswer | Aside | None, *, now: datetime) -> Word | Aside | None:
    """Keep an answer, and say which it is; None when it does not count, ASIDE for a mail that a person should see.

    « I do not come » is shown to the schools and written in the journal. It frees no seat: that takes a click.
    """
    if answer is None or answer == ASIDE:
        return answer
    async with transaction():
        person = await known(answer)
        if person is None or not counts(answer, person.invited, now=now):
            return None
        given = believed(answer, person.invited, now=now)
        news = await value(
            KEEPS[person.kind], person.about, person.account, given.word, given.sequence, given.answered_at, now
        )
        if news is not None and answer.word == "DECLINED":
            kind, about = person.kind, person.about
            await record("invitation_declined", by=person.account, about_kind=kind, about=about, now=now)
    return answer.word
