"""The collèges that were invited to come, and who reads a weekly mail."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.column_types import Boolean, ForeignKey, Serial, SmallInt, Text, Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Unique
from piccolo.table import Table

ID = "2026-11-25T10:00:01:000021"
VERSION = "1.38.0"
DESCRIPTION = "Invited collèges, weekly mail"
PLAIN = {
    "null": False,
    "primary_key": False,
    "unique": False,
    "index": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
}
KEY = {**PLAIN, "primary_key": True, "db_column_name": "id"}


class School(Table, tablename="schools", schema=None):
    id = Serial(**KEY)


class Account(Table, tablename="accounts", schema=None):
    id = Serial(**KEY)


TO_SCHOOL = {
    **PLAIN,
    "default": None,
    "references": School,
    "on_delete": OnDelete.cascade,
    "on_update": OnUpdate.cascade,
    "target_column": None,
}
TO_ACCOUNT = {**TO_SCHOOL, "null": True, "references": Account, "on_delete": OnDelete.set_null}
COLUMNS = (
    ("school", ForeignKey, TO_SCHOOL),
    ("school_year", SmallInt, {**PLAIN, "default": 0}),
    ("words", Text, {**PLAIN, "default": ""}),
    ("invited_by", ForeignKey, TO_ACCOUNT),
    ("invited_at", Timestamptz, {**PLAIN, "default": TimestamptzNow()}),
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)
    manager.add_table(class_name="CollegeInvitation", tablename="college_invitations", schema=None, columns=None)
    for name, kind, params in COLUMNS:
        manager.add_column(
            table_class_name="CollegeInvitation",
            tablename="college_invitations",
            column_name=name,
            db_column_name=name,
            column_class_name=kind.__name__,
            column_class=kind,
            params=params,
            schema=None,
        )
    manager.add_constraint(
        table_class_name="CollegeInvitation",
        tablename="college_invitations",
        constraint_name="college_invitations_once",
        constraint_class=Unique,
        params={"columns": ["school", "school_year"], "nulls_distinct": True},
    )
    manager.add_column(
        table_class_name="Account",
        tablename="accounts",
        column_name="weekly_mail",
        column_class_name="Boolean",
        column_class=Boolean,
        params={**PLAIN, "default": True},
    )
    return manager
