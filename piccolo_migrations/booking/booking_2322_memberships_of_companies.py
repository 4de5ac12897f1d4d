"""The people of a company are found without a look at everybody's."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-28T21:00:22:002322"
VERSION = "1.38.0"
DESCRIPTION = "Memberships by company"

STEPS = ("CREATE INDEX memberships_of_company ON memberships (company) WHERE company IS NOT NULL",)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
