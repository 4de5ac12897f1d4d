"""A draw is frozen into a file when entries end; what is left is for a while of those who got nothing."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Bytea, Timestamptz

from workshops.migration import column, makes, table

ID = "2026-11-30T10:00:05:002605"
VERSION = "1.38.0"
DESCRIPTION = "Frozen draws"

GROWN = [
    table(
        "Opening",
        "openings",
        column("frozen_at", Timestamptz, null=True),
        column("file", Bytea, null=True),
        column("file_digest", Bytea, null=True),
        column("left_until", Timestamptz, null=True),
    ),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
