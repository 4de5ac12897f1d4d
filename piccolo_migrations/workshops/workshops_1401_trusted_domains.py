"""Whose mail lets a teacher sign up by herself."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Array, Varchar

from workshops.migration import column, makes, table

ID = "2026-11-27T14:00:01:001401"
VERSION = "1.38.0"
DESCRIPTION = "Trusted mail domains"

GROWN = [
    table(
        "Academie",
        "academie",
        column("trusted_domains", Array, base_column=Varchar(length=120, default=""), default=list),
    ),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
