"""The three questions after a visit, and the three answers of each."""

from typing import Literal, TypeAlias, get_args

QUESTIONS = ("built", "level", "again")
FEWEST = 5
"""From so many visits on are the answers of a year told: nobody's can be read in them."""
Answer: TypeAlias = Literal["yes", "partly", "no"]
ANSWERS: tuple[str, ...] = get_args(Answer)
