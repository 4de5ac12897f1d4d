"""Count what one visit says of its workshop."""

from __future__ import annotations

from collections.abc import Mapping

from workshops.database import value
from workshops.opinions.rules import ANSWERS, QUESTIONS
from workshops.refusals import Invalid

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


async def count_opinion(slot: int, answers: Mapping[str, str], *, school_year: int) -> int:
    """One more visit gave these answers about the slot's workshop, whose number is returned; the slot is not kept.

    `answers` by question. Raises Invalid for one that is missing or is none of the three.
    """
    wrong = {one: "Choisissez une réponse." for one in QUESTIONS if answers.get(one) not in ANSWERS}
    if wrong:
        raise Invalid(wrong)
    workshop: int = await value(COUNT, slot, school_year, list(QUESTIONS), [answers[one] for one in QUESTIONS])
    return workshop
