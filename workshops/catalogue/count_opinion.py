"""Count what one visit says of its workshop."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec

from workshops.acts import Act, labelled
from workshops.database import value

OPINION_QUESTIONS = ("built", "level", "again")
OpinionAnswer: TypeAlias = Literal["yes", "partly", "no"]


COUNT = """
WITH counted AS (
  INSERT INTO opinions (workshop, school_year, question, answer, visits)
  SELECT s.workshop, $2, said.question, said.answer, 1
  FROM slots s CROSS JOIN unnest($3::varchar[], $4::varchar[]) said (question, answer) WHERE s.id = $1
  ORDER BY said.question
  ON CONFLICT (workshop, school_year, question, answer) DO UPDATE SET visits = opinions.visits + 1
  RETURNING workshop
)
SELECT workshop FROM counted LIMIT 1"""


class GiveOpinion(Act, frozen=True, kw_only=True):
    """What the collège says of its visit: three closed answers."""

    built: Annotated[OpinionAnswer, labelled("Fabrication", "What was told was built.")] = msgspec.field(
        name="built_as_told"
    )
    level: Annotated[OpinionAnswer, labelled("Niveau", "The level suited the class.")] = msgspec.field(
        name="level_suited"
    )
    again: Annotated[OpinionAnswer, labelled("Retour", "She would come with another class.")] = msgspec.field(
        name="would_return"
    )


async def count_opinion(slot: int, given: GiveOpinion, *, school_year: int) -> int:
    """One more visit gave these answers about the slot's workshop, whose number is returned; the slot is not kept."""
    answers = [getattr(given, question) for question in OPINION_QUESTIONS]
    workshop: int = await value(COUNT, slot, school_year, list(OPINION_QUESTIONS), answers)
    return workshop
