"""A collège says what happened at the visits to which it did not come, and the coordination has read it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from booking.visits.absences.rules import WORDS_MOST, NothingAsked
from booking.visits.absences.tables import AbsenceQuestion
from booking.words.wording import counted
from workshops.acts import Act, typed
from workshops.acts.health import says_of_pupil
from workshops.database import transaction
from workshops.events.record import record
from workshops.refusals import Invalid

LABEL = "Ce qui s'est passé"


class AnswerAbsences(Act, frozen=True, kw_only=True):
    """What happened, in a line that the coordination reads."""

    words: Annotated[
        str,
        typed(
            LABEL,
            "What happened, without a person's name: the coordination reads it.",
            most=WORDS_MOST,
            least=1,
            form={"absences": LABEL},
        ),
    ]


async def answer_absences(asked: AnswerAbsences, *, school: int, by: int, now: datetime) -> int:
    """From now on the demands of this collège are taken again, whatever it says; returns how many visits it was about.

    Raises Invalid for a line that names somebody or tells a child's health, NothingAsked.
    """
    if told := says_of_pupil(LABEL, asked.words, instead="Écrivez ce qui s'est passé, sans nom."):
        raise Invalid({"words": told})
    answering = AbsenceQuestion.update({AbsenceQuestion.answered_at: now}).where(AbsenceQuestion.school == school)
    answering = answering.where(AbsenceQuestion.answered_at.is_null(), AbsenceQuestion.until > now)
    async with transaction():
        answered = await answering.returning(AbsenceQuestion.id, AbsenceQuestion.no_shows)
        if not answered:
            raise NothingAsked()
        no_shows = int(answered[0]["no_shows"])
        detail = f"{counted(no_shows, 'visite')} sans personne"
        event = await record(
            "absences_answered",
            by=by,
            about_kind="school",
            about=school,
            detail=detail,
            words=asked.words,
            now=now,
        )
        await AbsenceQuestion.update({AbsenceQuestion.event: event}).where(AbsenceQuestion.id == answered[0]["id"])
    return no_shows


async def mark_read(school: int, *, by: int, now: datetime) -> None:
    """The coordination has read what this collège said; reading it twice changes nothing."""
    answered = AbsenceQuestion.update({AbsenceQuestion.read_at: now}).where(AbsenceQuestion.school == school)
    unread = answered.where(AbsenceQuestion.answered_at.is_not_null(), AbsenceQuestion.read_at.is_null())
    async with transaction():
        if await unread.returning(AbsenceQuestion.id):
            await record("absences_read", by=by, about_kind="school", about=school, now=now)
