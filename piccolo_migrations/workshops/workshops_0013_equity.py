"""Girls among those counted at a closing, and whether a school stands in the country."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean, SmallInt
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check

ID = "2026-11-25T10:00:00:000013"
VERSION = "1.38.0"
DESCRIPTION = "Equity"
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


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="workshops", description=DESCRIPTION)
    for table, tablename, name, column in (
        ("Turnout", "turnouts", "girls", SmallInt),
        ("School", "schools", "rural", Boolean),
    ):
        manager.add_column(
            table_class_name=table,
            tablename=tablename,
            column_name=name,
            column_class_name=column.__name__,
            column_class=column,
            params=EMPTY,
        )
    manager.add_constraint(
        table_class_name="Turnout",
        tablename="turnouts",
        constraint_name="turnouts_girls_counted",
        constraint_class=Check,
        params={"condition": "girls BETWEEN 0 AND counted"},
    )
    return manager
