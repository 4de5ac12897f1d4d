"""Keeping the first answer to what is asked under a key, in the transaction of what it makes; and forgetting it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct
from piccolo.columns import Column

from booking.people.first_answers.rules import key_of
from booking.people.first_answers.tables import FirstAnswer
from workshops.database import confirm_what_was_read, value
from workshops.database.row_types import row_as

# Whoever asks at the same instant waits here for the end of the other's transaction.
BEGIN = """INSERT INTO first_answers (account, key, asked, status, location, body, created_at, program)
VALUES ($1, $2, $3, 0, '', '', $4, $5) ON CONFLICT DO NOTHING RETURNING id"""
FIRST = """SELECT asked, status, location, body FROM first_answers
WHERE key = $2 AND CASE WHEN $3::int IS NULL THEN account = $1 AND program IS NULL ELSE program = $3 END"""


class GivenAnswer(Struct, frozen=True):
    """What was answered to what was `asked`."""

    asked: bytes
    status: int
    location: str
    body: str


async def begin(account: int, key: str, *, program: int | None, asked: bytes, now: datetime) -> int | None:
    """The number under which the answer is kept; None where this person, or this program, has been answered under the
    key before."""
    number: int | None = await value(BEGIN, account, key_of(program, key), asked, now, program)
    return number


async def answer_given(account: int, key: str, *, program: int | None) -> GivenAnswer | None:
    """What was answered to this person, or this program, under the key, once nothing can undo it any more."""
    given = await row_as(GivenAnswer, FIRST, account, key_of(program, key), program)
    if given is not None:
        await confirm_what_was_read()
    return given


async def keep_answer(number: int, *, status: int, location: str, body: str) -> None:
    """Keep the answer beside what was made."""
    kept: dict[Column | str, Any] = {FirstAnswer.status: status, FirstAnswer.location: location, FirstAnswer.body: body}
    await FirstAnswer.update(kept).where(FirstAnswer.id == number)


async def forget_answers(*, before: datetime) -> int:
    """Erase the answers of before, and say how many they were."""
    return len(await FirstAnswer.delete().where(FirstAnswer.created_at < before).returning(FirstAnswer.id))
