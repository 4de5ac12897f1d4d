"""What is wrong with one part, and what to type."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias, TypeVar

from msgspec import Struct

Facts = TypeVar("Facts")


class Finding(Struct, frozen=True):
    """One thing that is not as it should be: of which part, what is wrong, what to do about it."""

    part: str
    wrong: str
    do: str

    @property
    def line(self) -> str:
        return f"NON  {self.part} : {self.wrong}. {self.do}."


Rule: TypeAlias = Callable[[Facts], Finding | None]


def judged(rules: Iterable[Rule[Facts]], facts: Facts) -> list[Finding]:
    """What these rules find, in their order."""
    return [found for rule in rules if (found := rule(facts)) is not None]
