"""What is counted of an act is counted once it has committed, and never of one that is taken back."""

from __future__ import annotations

from functools import partial

import pytest
from asyncpg.exceptions import ForeignKeyViolationError

from tests.owner import by_owner
from workshops.database import rows, savepoint, transaction
from workshops.database.afterwards import once_committed


class Taken(Exception):
    """Something goes wrong in the middle of an act."""


@pytest.fixture
async def done(db) -> list[str]:
    return []


async def test_outside_an_act_it_is_counted_at_once(done):
    once_committed(partial(done.append, "alone"))
    assert done == ["alone"]


async def test_within_an_act_it_is_counted_with_its_commit_however_deep(done):
    async with transaction():
        once_committed(partial(done.append, "outer"))
        async with transaction():
            once_committed(partial(done.append, "inner"))
        assert done == []
    assert done == ["outer", "inner"]


async def test_an_act_that_fails_is_not_counted_and_the_next_one_is(done):
    with pytest.raises(Taken):
        async with transaction():
            once_committed(partial(done.append, "taken back"))
            raise Taken
    async with transaction():
        once_committed(partial(done.append, "kept"))
    assert done == ["kept"]


async def test_of_an_act_only_the_part_that_stays_is_counted(done):
    async with transaction():
        once_committed(partial(done.append, "first"))
        with pytest.raises(Taken):
            async with savepoint():
                once_committed(partial(done.append, "taken back"))
                raise Taken
        async with savepoint():
            once_committed(partial(done.append, "second"))
    assert done == ["first", "second"]


async def test_an_act_whose_commit_is_refused_is_not_counted(done):
    await by_owner("CREATE TABLE parents (id int PRIMARY KEY)")
    await by_owner("CREATE TABLE children (parent int REFERENCES parents DEFERRABLE INITIALLY DEFERRED)")
    try:
        with pytest.raises(ForeignKeyViolationError):
            async with transaction():
                await rows("INSERT INTO children VALUES (7)")
                once_committed(partial(done.append, "refused"))
    finally:
        await by_owner("DROP TABLE children, parents")
    assert done == []
