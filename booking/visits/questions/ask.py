"""Asking a lycée, before booking or about a visit: the first line of a conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from booking.visits.questions.rules import (
    COUNTED_OVER,
    AlreadyAsking,
    Side,
    TooManyQuestions,
    check_line,
    hash_of_link,
    may_begin,
)
from booking.visits.questions.tables import Question
from booking.visits.questions.write import Message, WishedOn
from booking.words.wording import paris
from workshops.acts import Act
from workshops.database import rows, transaction, value
from workshops.events.record import recorded

# Those of one teacher are counted one after the other.
LOCK = "SELECT id FROM memberships WHERE account = $1 AND school = $2 AND role = 'teacher' FOR NO KEY UPDATE"
ASK = f"""
WITH kept AS (
  INSERT INTO questions (college, lycee, asked_by, slot, workshop, reservation, state, lines, salt, teacher_hash,
    lycee_hash, asked_at, last_at)
  VALUES ($1, $2, $3, $4, $5, $12, 'asked', 1, $6, $7, $8, $11, $11)
  ON CONFLICT (asked_by, lycee, coalesce(reservation, 0)) WHERE state <> 'closed' DO NOTHING RETURNING id
), line AS (
  INSERT INTO question_lines (question, side, text, wished_on, at) SELECT id, 'teacher', $9, $10, $11 FROM kept
), {
    recorded(
        "kept", at="$11", act="'question_asked'", by="$3", about_kind="'question'", about="kept.id", state="'asked'"
    )
}
SELECT id FROM kept
"""  # noqa: S608 - constants only


class AskLycee(Act, frozen=True, kw_only=True):
    """A question, or a wished date, put to a lycée."""

    text: Annotated[Message, Meta(extra={"form": {"text": "Votre question"}})] = ""
    wished_on: WishedOn | None = None


async def ask(
    asked: AskLycee,
    *,
    college: int,
    lycee: int,
    by: int,
    awaiting: bool,
    slot: int | None,
    workshop: int | None,
    reservation: int | None = None,
    salt: UUID,
    secret_key: str,
    now: datetime,
) -> None:
    """Put a question or a wished date to a lycée, whose hosts are told that it is there, never its words.

    `reservation`: the visit of her collège that it is about. Raises Invalid, TooManyQuestions, AlreadyAsking.
    """
    text, wished_on = asked.text, asked.wished_on
    check_line(text, wished_on=wished_on, today=paris(now).date())
    hashes = [hash_of_link(salt, side, secret_key) for side in (Side.TEACHER, Side.LYCEE)]
    async with transaction():
        await rows(LOCK, by, college)
        begun = Question.count().where(Question.asked_by == by, Question.asked_at > now - COUNTED_OVER)
        if await begun >= (most := may_begin(awaiting=awaiting)):
            raise TooManyQuestions(most)
        kept = await value(ASK, college, lycee, by, slot, workshop, salt, *hashes, text, wished_on, now, reservation)
        if kept is None:
            raise AlreadyAsking()
