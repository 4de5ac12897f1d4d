"""The marks that guests wear at a desk: a host who looks up must never see two groups alike."""

from __future__ import annotations

from collections.abc import Sequence

from booking.wording import MARKS


def marks_of_guests(home: Sequence[int], guests: Sequence[int]) -> list[int]:
    """The mark of each guest group at this desk, from the marks printed on its badges, in the order in which they came.

    A guest keeps its own where nobody here wears it; else it gets the first that shares neither shape nor colour with
    another here, or as little as there is left. Who came later changes nothing for who came before.
    """
    worn = [number % len(MARKS) for number in home]
    given: list[int] = []
    for own in guests:
        place = own % len(MARKS)
        if place in worn:
            free = [number for number in range(len(MARKS)) if number not in worn] or [place]
            place = min(free, key=lambda number: (_likeness(number, worn), number))
        worn.append(place)
        given.append(place)
    return given


def _likeness(number: int, worn: Sequence[int]) -> int:
    own, others = MARKS[number], [MARKS[other] for other in worn]
    return any(own.shape == one.shape for one in others) + any(own.colour == one.colour for one in others)
