"""What a group asks for is one demand with ordered lines, above the reservations that come of it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean, Bytea, Integer, SmallInt, Timestamptz, Varchar

from workshops.migration import RESTRICT, SET_NULL, check, column, known, makes, refers, table

ID = "2026-11-30T10:00:00:002600"
VERSION = "1.38.0"
DESCRIPTION = "Demands"

Account, Group, Opening = known("Account", "accounts"), known("Group", "groups"), known("Opening", "openings")
School, Slot = known("School", "schools"), known("Slot", "slots")
CREATED = [
    table(
        "RankedDemand",
        "demands",
        refers("group", Group, SET_NULL, null=True),
        refers("school", School, RESTRICT),
        refers("asked_by", Account, SET_NULL, null=True),
        column("lines", SmallInt, default=1),
        column("asked_at", Timestamptz),
        refers("opening", Opening, RESTRICT, null=True, index=True),
        column("number", Varchar, length=16, null=True, unique=True),
        column("weight", SmallInt, default=1),
        column("beyond", Boolean, default=False),
        column("rank", Integer, null=True),
        column("result", Varchar, length=8, default=""),
        refers("shown_slot", Slot, RESTRICT, null=True),
        column("salt", Varchar, length=32, default=""),
        column("digest", Bytea, null=True),
        check("demands_known_result", "result IN ('', 'placed', 'offered', 'waits', 'out', 'gone')"),
        check("demands_has_weight", "weight BETWEEN 1 AND 3"),
        check("demands_numbered", "(opening IS NULL) = (number IS NULL)"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED)
