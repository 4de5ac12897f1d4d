"""A mentoring action says when agendas were last told of it: its entry's date, and how long a cancelled one is kept."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-25T10:00:00:000015"
VERSION = "1.38.0"
DESCRIPTION = "When an action was last changed"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="workshops", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Action",
        tablename="mentoring_actions",
        column_name="changed_at",
        db_column_name="changed_at",
        column_class_name="Timestamptz",
        column_class=Timestamptz,
        params={
            "default": TimestamptzNow(),
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
    )
    return manager
