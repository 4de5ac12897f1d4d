"""A demand says how many come, what they need, and what else would suit; what it got is kept with it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Array, Boolean, Bytea, Date, Integer, SmallInt, Timestamptz, Varchar

from workshops.migration import CASCADE, check, column, known, makes, refers, table

ID = "2026-11-30T10:00:04:002604"
VERSION = "1.38.0"
DESCRIPTION = "What demands say"

NUMBERS = {"base_column": Integer(default=0), "default": list}
GROWN = [
    table(
        "RankedDemand",
        "demands",
        refers("membership", known("Membership", "memberships"), CASCADE, null=True),
        column("level", Varchar, length=2, default=""),
        column("pupils", SmallInt, null=True),
        column("adults", SmallInt, null=True),
        column("needs", Varchar, length=200, default=""),
        column("needed", Array, base_column=Varchar(length=16), default=list),
        column("two_objects", Boolean, default=False),
        column("sentence", SmallInt, null=True),
        column("km", SmallInt, null=True),
        column("from_on", Date, null=True),
        column("to_on", Date, null=True),
        column("away", Varchar, length=3, default=""),
        column("department", Varchar, length=3, default=""),
        column("lycee", Varchar, length=8, default=""),
        refers("tech_object", known("TechObject", "tech_objects"), CASCADE, null=True),
        column("companies", Boolean, default=False),
        column("answer", Bytea, null=True),
        column("ended_at", Timestamptz, null=True),
        column("tells", Boolean, default=False),
        column("known", Array, **NUMBERS),
        column("slots", Array, **NUMBERS),
        column("ends_at", Timestamptz, null=True),
        column("met_at", Timestamptz, null=True),
        check("demands_tell_somebody", "NOT tells OR (membership IS NOT NULL AND level <> '' AND ends_at IS NOT NULL)"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
