"""Groups that capitals and spaces alone told apart before keep their visits, each under a name of its own."""

from __future__ import annotations

from importlib import import_module

import pytest

from tests import builders
from workshops.database import rows, transaction

MIGRATION = import_module("piccolo_migrations.booking.booking_0161_groups_kept_once")


class TakenBackError(Exception):
    """Ends a transaction whose writes are not to be kept."""


async def test_the_later_ones_are_numbered_and_the_index_is_made(db):
    college = await builders.school()
    with pytest.raises(TakenBackError):
        async with transaction():
            await rows("DROP INDEX groups_told_apart")
            for name in ("4e F", "4e f", "4E-F", "4e G"):
                await builders.group(school=college, name=name)
            await builders.group(name="4e f")
            await rows(MIGRATION.TOLD_APART)
            await rows(MIGRATION.ONCE)
            found = [one["name"] for one in await rows("SELECT name FROM groups ORDER BY id")]
            raise TakenBackError
    assert found == ["4e F", "4e f (no 2)", "4E-F (no 3)", "4e G", "4e f"]
