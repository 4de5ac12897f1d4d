"""A scan keeps what its device's clock showed; one made before the visit's day has an answer of its own."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Timestamptz
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check

ID = "2026-11-26T10:00:01:000101"
VERSION = "1.38.0"
DESCRIPTION = "Clocks of phones, scans made too early"
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
    "result IN ('present', 'already', 'unknown', 'wrong_slot', 'cancelled', 'too_early', 'closed', 'undone', 'left',"
    " 'not_here')"
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Scan",
        tablename="scans",
        column_name="device_at",
        column_class_name=Timestamptz.__name__,
        column_class=Timestamptz,
        params=EMPTY,
    )
    manager.drop_constraint(table_class_name="Scan", tablename="scans", constraint_name="scans_answer_known")
    manager.add_constraint(
        table_class_name="Scan",
        tablename="scans",
        constraint_name="scans_known_result",
        constraint_class=Check,
        params={"condition": ANSWERS},
    )
    return manager
