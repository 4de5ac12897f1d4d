"""One shape for a school, wherever an answer names one: its national number, its name, its commune."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from workshops.schools.queries import names_of


class NamedSchool(msgspec.Struct, kw_only=True):
    """A school as it is named beside something else; other calls take its `id`."""

    id: int
    uai: str
    name: str
    commune: str


Naming = Callable[[int], NamedSchool]
"""A school by its number."""


async def naming(numbers: Iterable[int | None]) -> Naming:
    """How the schools of an answer are named: all of them are read at once."""
    names = await names_of(numbers)

    def named(number: int) -> NamedSchool:
        return msgspec.convert(names[number], NamedSchool, from_attributes=True)

    return named
