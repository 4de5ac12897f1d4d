"""A coming that its lycée never answered comes to its end."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.constraints import Check

ID = "2026-11-25T10:00:01:000025"
VERSION = "1.38.0"
DESCRIPTION = "Comings that nobody answered"
STATES = "state IN ('asked', 'announced', 'withdrawn', 'declined', 'called_off', 'lapsed')"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)
    manager.drop_constraint(
        table_class_name="Attendance", tablename="attendances", constraint_name="attendances_state_known"
    )
    manager.add_constraint(
        table_class_name="Attendance",
        tablename="attendances",
        constraint_name="attendances_known_state",
        constraint_class=Check,
        params={"condition": STATES},
    )
    return manager
