"""A demand says how many come, what they need, and what else would suit; what it got is kept with it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Array, Boolean, Bytea, Date, SmallInt, Timestamptz, Varchar

from workshops.migration import CASCADE, column, known, makes, refers, table

ID = "2026-11-30T10:00:04:002604"
VERSION = "1.38.0"
DESCRIPTION = "What demands say"

GROWN = [
    table(
        "RankedDemand",
        "demands",
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
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
