"""A principal's page of all outings of her collège, by link."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Bytea, Timestamptz

from workshops.migration import CASCADE, column, known, makes, refers, table

ID = "2026-11-27T15:04:00:001504"
VERSION = "1.38.0"
DESCRIPTION = "A collège's outings, by link"

School = known("School", "schools")

CREATED = [
    table(
        "OutingPage",
        "outing_pages",
        refers("school", School, CASCADE, index=True),
        column("token_hash", Bytea, default=b"", unique=True),
        column("given_at", Timestamptz),
        column("ends_at", Timestamptz),
        column("revoked_at", Timestamptz, null=True),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED)
