"""What a workshop offers to a group that needs it, and what pupils wear and bring."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Array, Text, Varchar

from workshops.migration import check, column, makes, table

ID = "2026-11-27T16:01:01:001601"
VERSION = "1.38.0"
DESCRIPTION = "What a workshop offers, what to wear and bring"

GROWN = [
    table(
        "Workshop",
        "workshops",
        column("offers", Array, base_column=Varchar(length=12, default=""), default=list),
        column("bring", Text, default=""),
        check(
            "workshops_known_offers",
            "offers <@ ARRAY['step_free', 'chairs', 'loop', 'quiet', 'interpreter', 'meal']::varchar[]",
        ),
    ),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
