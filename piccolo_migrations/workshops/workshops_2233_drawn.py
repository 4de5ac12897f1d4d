"""An opening whose first hour is drawn."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Bytea, SmallInt, Timestamptz

from workshops.migration import check, column, makes, table

ID = "2026-11-28T18:00:33:002233"
VERSION = "1.38.0"
DESCRIPTION = "Openings that are drawn"

GROWN = [
    table(
        "Opening",
        "openings",
        column("draws_at", Timestamptz, null=True),
        column("seed", Bytea, null=True),
        column("first_weight", SmallInt, default=1),
        column("ranked_at", Timestamptz, null=True),
        column("drawn_at", Timestamptz, null=True),
        check("openings_drawn_by_a_seed", "(draws_at IS NULL) = (seed IS NULL)"),
        check("openings_known_weight", "first_weight BETWEEN 1 AND 3"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
