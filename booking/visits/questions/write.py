"""A conversation with a lycée, before booking or about a visit: its first line, one more from either side, its end."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from booking.visits.questions.queries import Conversation
from booking.visits.questions.rules import (
    COUNTED_OVER,
    TEXT_MOST,
    AlreadyAsking,
    QuestionClosed,
    QuestionFull,
    QuestionOver,
    Side,
    TooManyQuestions,
    check_line,
    hash_of_link,
    may_begin,
)
from booking.visits.questions.tables import Question
from booking.words.wording import paris
from workshops.acts import Act, chosen, labelled, typed
from workshops.database import rows, transaction, value
from workshops.events.record import recorded_of
from workshops.refusals import Invalid
from workshops.slots.tables import Slot

# $1 the question, $2 the side, $3 its state from now on, $4 the act, $5 who, $6 to $8 the line, $9 now. Its row is
# locked: two sides that write at once are counted one after the other.
WRITE = f"""
WITH kept AS (
  UPDATE questions SET lines = lines + 1, state = $3::varchar, last_at = $9
  WHERE id = $1 AND state <> 'closed' AND lines < 10 RETURNING id
), line AS (
  INSERT INTO question_lines (question, side, text, wished_on, slot, at)
  SELECT id, $2::varchar, $6::varchar, $7::date, $8::int, $9 FROM kept
), {recorded_of("question", "kept", entry=False, at="$9", act="$4::varchar", by="$5::int", state="$3::varchar")}
SELECT id FROM kept
"""  # noqa: S608 - constants only
CLOSE = f"""
WITH before AS (SELECT id, state FROM questions WHERE id = $1 AND state <> 'closed' FOR UPDATE), kept AS (
  UPDATE questions q SET state = 'closed' FROM before WHERE q.id = before.id RETURNING q.id, before.state AS was
), {
    recorded_of(
        "question", "kept", entry=False, at="$4", act="$2::varchar", by="$3::int", was="kept.was", state="'closed'"
    )
}
SELECT id FROM kept
"""  # noqa: S608 - constants only
FORGET_OF = "DELETE FROM questions WHERE asked_by = $1"
FORGET_OF_COLLEGE = f"{FORGET_OF} AND college = $2"
ACTS = {Side.TEACHER: "question_added", Side.LYCEE: "question_answered"}
ENDS = {Side.TEACHER: "question_withdrawn", Side.LYCEE: "question_closed"}


Message = Annotated[str, typed("Votre message", "What is said, without a person's name.", most=TEXT_MOST, lines=True)]
WishedOn = Annotated[
    date,
    labelled("Date souhaitée", "A day on which the group would come.", form={"wished_on": "Une date souhaitée"}),
]


class AddLine(Act, frozen=True, kw_only=True):
    """One more line: a teacher may say a wished date, a lycée one of its open slots."""

    text: Message = ""
    wished_on: WishedOn | None = None
    slot: (
        Annotated[
            int,
            chosen("Créneau", "An open slot of the lycée.", form={"slot": "Proposer un de vos créneaux"}),
        ]
        | None
    ) = None


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
), {recorded_of("question", "kept", entry=False, at="$11", act="'question_asked'", by="$3", state="'asked'")}
SELECT id FROM kept
"""  # noqa: S608 - constants only


class AskLycee(Act, frozen=True, kw_only=True):
    """A question, or a wished date, put to a lycée."""

    text: Annotated[Message, Meta(extra={"form": {"text": "Votre question"}})] = ""
    wished_on: WishedOn | None = None


async def write(told: Conversation, asked: AddLine, *, by: int | None, now: datetime) -> None:
    """Add this side's line: the other one is told that it is there. The lycée may propose one of its open slots, the
    teacher wish for a day.

    `by` is None for whoever holds the link and is not signed in. Raises Invalid, QuestionClosed, QuestionFull,
    QuestionOver.
    """
    side, text = Side(told.side), asked.text
    wished_on = asked.wished_on if side is Side.TEACHER else None
    slot = asked.slot if side is Side.LYCEE else None
    check_line(text, wished_on=wished_on, slot=slot, today=paris(now).date())
    if slot is not None:
        own = Slot.exists().where(Slot.id == slot, Slot.school == told.lycee)
        if not await own.where(Slot.state == "open", Slot.starts_at > now):
            raise Invalid({"slot": "Créneau : choisissez un de vos créneaux ouverts."})
    state = "asked" if side is Side.TEACHER else "answered"
    async with transaction():
        if await value(WRITE, told.id, side.value, state, ACTS[side], by, text, wished_on, slot, now) is None:
            match await Question.select(Question.state).where(Question.id == told.id).first():
                case None:
                    raise QuestionOver()
                case {"state": "closed"}:
                    raise QuestionClosed()
                case _:
                    raise QuestionFull()


async def close(told: Conversation, *, by: int | None, now: datetime) -> None:
    """Nothing is added from now on; closing it twice changes nothing."""
    await rows(CLOSE, told.id, ENDS[Side(told.side)], by, now)


async def forget_questions(*, before: datetime) -> int:
    """Erase the conversations whose last line is older; their links open nothing any more."""
    return len(await Question.delete().where(Question.last_at < before).returning(Question.id))


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
