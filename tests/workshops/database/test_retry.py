"""Acts that wait for each other: the one that PostgreSQL ends starts again, or says so in words."""

from __future__ import annotations

import pytest
from asyncpg.exceptions import DeadlockDetectedError, SerializationError

from workshops.database import transaction
from workshops.database.retry import ConcurrentUpdate, retried


class Act:
    """An act that crosses another one some times before it is done."""

    def __init__(self, crossings: list[type[Exception]]) -> None:
        self.crossings = crossings
        self.begun = 0

    async def __call__(self) -> str:
        self.begun += 1
        if self.begun <= len(self.crossings):
            raise self.crossings[self.begun - 1]
        return "done"


async def test_an_act_that_was_ended_for_another_starts_again(db):
    act = Act([DeadlockDetectedError, SerializationError])
    assert (await retried(act.__call__)(), act.begun) == ("done", 3)


async def test_an_act_that_always_crosses_another_is_refused_in_words(db):
    act = Act([DeadlockDetectedError] * 9)
    with pytest.raises(ConcurrentUpdate) as no:
        await retried(act.__call__)()
    assert act.begun == 3
    assert no.value.sentence == (
        "Quelqu'un a changé les mêmes places au même moment. Rien n'a été enregistré : recommencez."
    )


async def test_inside_a_larger_act_only_the_whole_may_start_again(db):
    act = Act([DeadlockDetectedError])
    with pytest.raises(DeadlockDetectedError):
        async with transaction():
            await retried(act.__call__)()
    assert act.begun == 1
