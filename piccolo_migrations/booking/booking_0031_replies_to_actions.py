"""An agenda may also answer the invitation to a mentoring action."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.column_types import ForeignKey, Serial
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check, Unique
from piccolo.table import Table

ID = "2026-11-25T10:00:01:000031"
VERSION = "1.38.0"
DESCRIPTION = "Replies to mentoring actions"


class Action(Table, tablename="mentoring_actions", schema=None):
    id = Serial(
        null=False,
        primary_key=True,
        unique=False,
        index=False,
        index_method=IndexMethod.btree,
        choices=None,
        db_column_name="id",
        secret=False,
    )


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Reply",
        tablename="replies",
        column_name="action",
        db_column_name="action",
        column_class_name="ForeignKey",
        column_class=ForeignKey,
        params={
            "references": Action,
            "on_delete": OnDelete.cascade,
            "on_update": OnUpdate.cascade,
            "target_column": None,
            "default": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
    )
    manager.drop_constraint(table_class_name="Reply", tablename="replies", constraint_name="replies_about_one_thing")
    manager.add_constraint(
        table_class_name="Reply",
        tablename="replies",
        constraint_name="replies_about_one",
        constraint_class=Check,
        params={"condition": "num_nonnulls(reservation, attendance, action) = 1"},
    )
    manager.add_constraint(
        table_class_name="Reply",
        tablename="replies",
        constraint_name="replies_one_to_an_action",
        constraint_class=Unique,
        params={"columns": ["action", "account"], "nulls_distinct": True},
    )
    return manager
