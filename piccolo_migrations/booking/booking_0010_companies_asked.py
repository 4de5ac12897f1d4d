"""A company may have to be accepted, is told why it is declined, and may be the only one of its trade."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Text, Timestamptz, Varchar
from piccolo.constraints import Check

ID = "2026-11-25T10:00:01:000010"
VERSION = "1.38.0"
DESCRIPTION = "Companies that ask to come"
PLAIN = {"null": False, "primary_key": False, "unique": False, "index": False}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)
    for name, column, params in (
        ("reason", Text, {**PLAIN, "default": ""}),
        ("trade_key", Varchar, {**PLAIN, "default": "", "length": 120}),
        ("confirmed_at", Timestamptz, {**PLAIN, "default": None, "null": True}),
    ):
        manager.add_column(
            table_class_name="Attendance",
            tablename="attendances",
            column_name=name,
            db_column_name=name,
            column_class_name=column.__name__,
            column_class=column,
            params=params,
        )
    manager.drop_constraint(
        table_class_name="Attendance", tablename="attendances", constraint_name="attendances_known_state"
    )
    for name, condition in (
        ("attendances_state_known", "state IN ('asked', 'announced', 'withdrawn', 'declined', 'called_off')"),
        ("attendances_asked_are_not_confirmed", "state <> 'asked' OR confirmed_at IS NULL"),
    ):
        manager.add_constraint(
            table_class_name="Attendance",
            tablename="attendances",
            constraint_name=name,
            constraint_class=Check,
            params={"condition": condition},
        )
    return manager
