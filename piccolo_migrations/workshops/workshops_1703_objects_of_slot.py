"""A slot may build only some of the objects of its workshop."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Array, Integer

from workshops.migration import column, makes, table

ID = "2026-11-27T17:00:03:001703"
VERSION = "1.38.0"
DESCRIPTION = "Objects of a slot"

GROWN = [
    table(
        "Slot",
        "slots",
        column("only_objects", Array, base_column=Integer(default=0), null=True, default=None),
    ),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
