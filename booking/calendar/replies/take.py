"""Keeping what an invited person's agenda answers, and answering the date that it proposes."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from booking.calendar.replies.queries import KnownInvited, known
from booking.calendar.replies.rules import (
    ASIDE,
    AgendaAnswer,
    Answer,
    Aside,
    CounterProposal,
    Word,
    believed,
    counts,
    is_answered,
)
from booking.outbox.notices.queue import queue
from booking.outbox.returns.mark import mark
from booking.outbox.returns.rules import ReturnReport
from booking.words.wording import paris
from workshops.database import transaction, value
from workshops.events.record import record

# Two workers may read two answers of one person at once: the later one is kept, in whatever order they come, and the
# same one is news once.
KEEP = """INSERT INTO replies ({about}, account, answer, comment, sequence, answered_at, received_at)
VALUES ($1, $2, $3, $7, $4, $5, $6)
ON CONFLICT ({about}, account) DO UPDATE SET answer = EXCLUDED.answer, comment = EXCLUDED.comment,
  sequence = EXCLUDED.sequence, answered_at = EXCLUDED.answered_at, received_at = EXCLUDED.received_at
WHERE (least(replies.sequence, EXCLUDED.sequence), least(replies.answered_at, $6))
  <= (EXCLUDED.sequence, EXCLUDED.answered_at)
  AND (replies.sequence, replies.answered_at, replies.answer)
    <> (EXCLUDED.sequence, EXCLUDED.answered_at, EXCLUDED.answer)
RETURNING id"""
KEEPS = {about: KEEP.format(about=about) for about in ("reservation", "attendance", "action")}

Took: TypeAlias = Word | Literal["COUNTER", "RETURNED"] | Aside | None


async def take(answer: Answer, *, secret_key: str, now: datetime) -> Took:
    """Keep an answer, and say which it is; None when it does not count, ASIDE for a mail that a person should see.

    « I do not come » is shown to the schools and written in the journal. It frees no seat: that takes a click. Another
    date is not taken either: a mail leads whoever proposed it to where dates are changed, one a day for each entry. A
    report marks the mail that came back, which `secret_key` tells from a forged one.
    """
    if answer is None or answer == ASIDE:
        return answer
    if isinstance(answer, ReturnReport):
        return "RETURNED" if await mark(answer, secret_key=secret_key, now=now) else None
    async with transaction():
        person = await known(answer.uid, answer.email)
        if person is None:
            return None
        if isinstance(answer, CounterProposal):
            return await _lead(answer, person, now=now)
        return await _keep(answer, person, now=now)


async def _keep(answer: AgendaAnswer, person: KnownInvited, *, now: datetime) -> Word | None:
    if not counts(answer, person.invited, now=now):
        return None
    given = believed(answer, person.invited, now=now)
    news = await value(
        KEEPS[person.kind],
        *(person.about, person.account, given.word, given.sequence, given.answered_at, now, given.comment),
    )
    if news is not None and answer.word == "DECLINED":
        kind, about = person.kind, person.about
        await record("invitation_declined", by=person.account, about_kind=kind, about=about, now=now)
    return answer.word


async def _lead(proposal: CounterProposal, person: KnownInvited, *, now: datetime) -> Literal["COUNTER"] | None:
    if not is_answered(proposal, person.invited):
        return None
    await queue(
        "counter_declined",
        to_email=proposal.email,
        to_name=person.name,
        about_kind=person.kind,
        about=person.about,
        once=f"counter:{person.kind}:{person.about}:{paris(now):%Y-%m-%d}",
        now=now,
    )
    return "COUNTER"
