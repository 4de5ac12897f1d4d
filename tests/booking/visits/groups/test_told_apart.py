"""Groups that capitals and spaces alone would tell apart are one, whoever writes them."""

from __future__ import annotations

import pytest
from asyncpg.exceptions import UniqueViolationError

from tests import builders
from workshops.database import savepoint, transaction, value


@pytest.mark.parametrize("name", ["4e f", "4E-F", "4e  F"])
async def test_the_database_keeps_one_group_of_a_name_for_a_college_and_a_year(db, name: str):
    college = await builders.school()
    async with transaction():
        await builders.group(school=college, name="4e F")
        with pytest.raises(UniqueViolationError):
            async with savepoint():
                await builders.group(school=college, name=name)
    await builders.group(name=name)
    await builders.group(school=college, name=name, school_year="2027-2028")
    await builders.group(school=college, name="4e G")
    assert await value("SELECT count(*) FROM groups") == 4
