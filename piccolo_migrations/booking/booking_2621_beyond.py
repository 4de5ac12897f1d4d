"""A demand beyond its collège's classes waits behind the others until it is let through."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean

from workshops.migration import column, makes, table

ID = "2026-11-30T10:21:00:002621"
VERSION = "1.38.0"
DESCRIPTION = "Demands beyond their collège's classes"

GROWN = [
    table(
        "Reservation",
        "reservations",
        column("beyond", Boolean, default=False),
        column("let_through", Boolean, default=False),
    )
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
