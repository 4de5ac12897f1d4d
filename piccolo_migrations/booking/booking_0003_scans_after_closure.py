"""A scan made after the visit was closed is kept, with an answer of its own."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.constraints import Check

ID = "2026-11-25T10:00:01:000003"
VERSION = "1.38.0"
DESCRIPTION = "A scan may be answered closed"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)
    manager.drop_constraint(table_class_name="Scan", tablename="scans", constraint_name="scans_known_result")
    manager.add_constraint(
        table_class_name="Scan",
        tablename="scans",
        constraint_name="scans_known_answer",
        constraint_class=Check,
        params={
            "condition": "result IN ('present', 'already', 'unknown', 'wrong_slot', 'cancelled', 'closed', 'undone')",
        },
    )
    return manager
