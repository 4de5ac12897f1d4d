"""A badge may leave before the end; a departure has answers of its own."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import UUID, Timestamptz
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check

ID = "2026-11-25T10:00:01:000013"
VERSION = "1.38.0"
DESCRIPTION = "Early departures"
EMPTY = {
    "default": None,
    "null": True,
    "primary_key": False,
    "unique": False,
    "index": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
}
ANSWERS = (
    "result IN ('present', 'already', 'unknown', 'wrong_slot', 'cancelled', 'closed', 'undone', 'left', 'not_here')"
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)
    for column_name, column_class in (("left_at", Timestamptz), ("left_scan", UUID)):
        manager.add_column(
            table_class_name="Presence",
            tablename="presences",
            column_name=column_name,
            column_class_name=column_class.__name__,
            column_class=column_class,
            params=EMPTY,
        )
    manager.drop_constraint(table_class_name="Scan", tablename="scans", constraint_name="scans_known_answer")
    for table_class_name, tablename, name, condition in (
        ("Scan", "scans", "scans_answer_known", ANSWERS),
        ("Presence", "presences", "presences_left_by_a_scan", "(left_at IS NULL) = (left_scan IS NULL)"),
    ):
        manager.add_constraint(
            table_class_name=table_class_name,
            tablename=tablename,
            constraint_name=name,
            constraint_class=Check,
            params={"condition": condition},
        )
    return manager
