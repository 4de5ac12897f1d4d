"""The sums of closed visits are kept for ever too."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.constraints import Check

ID = "2026-11-25T10:00:00:000042"
VERSION = "1.38.0"
DESCRIPTION = "Spans of the sums"
SPANS = "CASE WHEN by = 'whole' THEN span = 'day' ELSE span IN ('month', 'year', 'ever') END"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="workshops", description=DESCRIPTION)
    manager.drop_constraint(table_class_name="Tally", tablename="tallies", constraint_name="tallies_known_span")
    manager.add_constraint(
        table_class_name="Tally",
        tablename="tallies",
        constraint_name="tallies_spans",
        constraint_class=Check,
        params={"condition": SPANS},
    )
    return manager
