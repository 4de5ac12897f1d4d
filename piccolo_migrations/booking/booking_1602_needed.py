"""What a group needs to be received, as boxes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Array, Varchar

from workshops.migration import check, column, makes, table

ID = "2026-11-27T16:02:01:001602"
VERSION = "1.38.0"
DESCRIPTION = "What a group needs, as boxes"

GROWN = [
    table(
        "Reservation",
        "reservations",
        column("needed", Array, base_column=Varchar(length=16, default=""), default=list),
        check(
            "reservations_known_needs",
            "array_to_string(needed, ' ') ~ '^((step_free|chairs):[1-9][0-9]?|loop|quiet|interpreter|meal| )*$'",
        ),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
