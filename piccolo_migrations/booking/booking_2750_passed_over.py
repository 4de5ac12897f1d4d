"""A demand none of whose named slots can be had or waited for keeps its sentence, and what it is repeated by."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Array, Integer, Text, Varchar

from workshops.migration import column, makes, table

ID = "2026-11-30T11:00:00:002750"
VERSION = "1.38.0"
DESCRIPTION = "Demands of which the sentence alone is left"

GROWN = [
    table(
        "RankedDemand",
        "demands",
        column("passed_over", Array, base_column=Integer(default=0), default=list),
        column("passed_why", Text, default=""),
        column("idempotency_key", Varchar, length=80, null=True),
        column("asked", Varchar, length=64, default=""),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
