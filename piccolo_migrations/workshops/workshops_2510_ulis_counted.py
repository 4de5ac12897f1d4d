"""Of the pupils of a group that came, how many are of ULIS."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Integer, SmallInt

from workshops.migration import check, column, makes, table

ID = "2026-11-29T18:30:00:002510"
VERSION = "1.38.0"
DESCRIPTION = "pupils of ULIS among those who came"

GROWN = [
    table(
        "Turnout",
        "turnouts",
        column("ulis", SmallInt, default=0),
        check("turnouts_ulis_counted", "ulis BETWEEN 0 AND counted"),
    ),
    table("Tally", "tallies", column("ulis", Integer, default=0)),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
