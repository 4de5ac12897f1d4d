"""The demands of a draw, and the rank that a group waits with."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Integer, SmallInt, Varchar

from workshops.migration import RESTRICT, check, column, known, makes, refers, table

ID = "2026-11-28T18:00:34:002234"
VERSION = "1.38.0"
DESCRIPTION = "Draws"

Opening, Slot = known("Opening", "openings"), known("Slot", "slots")
CREATED = [
    table(
        "DrawDemand",
        "draw_demands",
        refers("opening", Opening, RESTRICT, index=True),
        column("reservation", Integer, default=0, unique=True),
        refers("slot", Slot, RESTRICT),
        column("number", Varchar, length=16, default="", unique=True),
        column("weight", SmallInt, default=0),
        column("rank", Integer, null=True),
        column("result", Varchar, length=8, default=""),
        check("draw_demands_known_result", "result IN ('', 'placed', 'waits', 'out')"),
        check("draw_demands_has_weight", "weight BETWEEN 1 AND 3"),
    ),
]
GROWN = [table("Reservation", "reservations", column("drawn_rank", Integer, null=True))]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED, grown=GROWN)
