"""Who reads the programme's figures: of some départements, or for a member of the consortium."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Array, Varchar

from workshops.migration import RESTRICT, column, known, makes, refers, table

ID = "2026-11-30T00:10:00:002570"
VERSION = "1.38.0"
DESCRIPTION = "The départements and the partner for which somebody reads"

GROWN = [
    table(
        "Membership",
        "memberships",
        column("departments", Array, base_column=Varchar(length=3), default=list),
        refers("partner", known("Partner", "partners"), RESTRICT, null=True),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
