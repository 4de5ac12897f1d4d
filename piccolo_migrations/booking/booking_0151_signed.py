"""What a visa was given for, and what is asked of the principal anew while the visit stands."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.column_types import Date, ForeignKey, Integer, SmallInt
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-26T10:00:01:000151"
VERSION = "1.38.0"
DESCRIPTION = "What a visa was given for"
MAYBE = {
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


COLUMNS = (
    (
        "replaces",
        ForeignKey,
        {
            **MAYBE,
            "references": "self",
            "on_delete": OnDelete.set_null,
            "on_update": OnUpdate.cascade,
            "target_column": None,
        },
    ),
    ("adults_asked", SmallInt, MAYBE),
    ("signed_host", Integer, MAYBE),
    ("signed_on", Date, MAYBE),
    ("signed_adults", SmallInt, MAYBE),
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)
    for name, kind, params in COLUMNS:
        manager.add_column(
            table_class_name="Reservation",
            tablename="reservations",
            column_name=name,
            db_column_name=name,
            column_class_name=kind.__name__,
            column_class=kind,
            params=params,
            schema=None,
        )
    return manager
