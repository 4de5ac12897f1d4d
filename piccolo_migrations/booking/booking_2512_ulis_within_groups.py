"""Pupils of ULIS are counted within a group."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import SmallInt

from workshops.migration import check, column, makes, table

ID = "2026-11-29T18:30:02:002512"
VERSION = "1.38.0"
DESCRIPTION = "pupils of ULIS within a group"

GROWN = [
    table(
        "Group",
        "groups",
        column("ulis", SmallInt, default=0),
        check("groups_ulis_of_pupils", "ulis BETWEEN 0 AND pupils"),
    )
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
