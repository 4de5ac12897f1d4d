"""The people of a company, found by it: each call of its program asks who answers for it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import indexes

ID = "2026-12-01T15:00:00:003172"
VERSION = "1.38.0"
DESCRIPTION = "People of companies"


async def forwards() -> MigrationManager:
    return indexes(
        "booking", ID, DESCRIPTION, ["CREATE INDEX memberships_of_company ON memberships (company)"]
    )
