"""Groups that capitals and spaces alone would tell apart are one, whoever writes them."""

from __future__ import annotations

from importlib import import_module

import pytest
from asyncpg.exceptions import UniqueViolationError

from tests import builders
from tests.seen import seen
from workshops.database import owners_transaction, rows, savepoint, transaction, value


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


async def test_a_group_that_was_said_to_be_of_ulis_is_carried_on_as_one_whose_pupils_all_are(db):
    steps = import_module("piccolo_migrations.booking.booking_2513_ulis_no_section").STEPS
    clubs = import_module("piccolo_migrations.booking.booking_2622_held_back").STEPS
    college = await builders.school()
    async with owners_transaction():
        await rows("ALTER TABLE groups DROP CONSTRAINT groups_known_section")
        await rows(steps[1][1])
        for name, section in (("ULIS", "ULIS"), ("4e S", "SEGPA"), ("4e B", "")):
            await builders.group(school=college, name=name, section=section, pupils=11)
        for statement in (steps[0][0], steps[1][0], steps[2], *(forth for forth, _ in clubs[1:])):
            await rows(statement)
    assert await seen("SELECT name, level, section, pupils, ulis FROM groups ORDER BY id") == [
        ("ULIS", "4e", "", 11, 11),
        ("4e S", "4e", "SEGPA", 11, 0),
        ("4e B", "4e", "", 11, 0),
    ]
