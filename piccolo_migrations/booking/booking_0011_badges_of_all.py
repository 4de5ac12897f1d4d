"""Badges of companies, « pas de photo », and first names where a group opted in."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.column_types import UUID, Boolean, ForeignKey, Serial, Varchar
from piccolo.columns.defaults.uuid import UUID4
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check, Unique
from piccolo.table import Table

ID = "2026-11-25T10:00:01:000011"
VERSION = "1.38.0"
DESCRIPTION = "Badges of companies, no photo, first names"
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


class Attendance(Table, tablename="attendances", schema=None):
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
        table_class_name="Group",
        tablename="groups",
        column_name="first_names",
        column_class_name="Boolean",
        column_class=Boolean,
        params={"default": False, **PLAIN},
    )
    manager.add_column(
        table_class_name="Attendance",
        tablename="attendances",
        column_name="badge_salt",
        column_class_name="UUID",
        column_class=UUID,
        params={"default": UUID4(), **PLAIN},
    )
    manager.add_column(
        table_class_name="Badge",
        tablename="badges",
        column_name="attendance",
        column_class_name="ForeignKey",
        column_class=ForeignKey,
        params={
            **PLAIN,
            "default": None,
            "null": True,
            "references": Attendance,
            "on_delete": OnDelete.restrict,
            "on_update": OnUpdate.cascade,
            "target_column": None,
        },
    )
    manager.add_column(
        table_class_name="Badge",
        tablename="badges",
        column_name="no_photo",
        column_class_name="Boolean",
        column_class=Boolean,
        params={"default": False, **PLAIN},
    )
    manager.add_column(
        table_class_name="Badge",
        tablename="badges",
        column_name="first_name",
        column_class_name="Varchar",
        column_class=Varchar,
        params={"length": 30, "default": "", **PLAIN},
    )
    manager.alter_column(
        table_class_name="Badge",
        tablename="badges",
        column_name="reservation",
        column_class=ForeignKey,
        old_column_class=ForeignKey,
        params={"null": True},
        old_params={"null": False},
    )
    manager.drop_constraint(table_class_name="Badge", tablename="badges", constraint_name="badges_known_kind")
    for name, condition in (
        ("badges_of_a_kind", "kind IN ('pupil', 'adult', 'spare', 'company')"),
        (
            "badges_of_one_thing",
            "(reservation IS NULL) <> (attendance IS NULL) AND (kind = 'company') = (attendance IS NOT NULL)",
        ),
        ("badges_name_pupils_only", "first_name = '' OR kind = 'pupil'"),
    ):
        manager.add_constraint(
            table_class_name="Badge",
            tablename="badges",
            constraint_name=name,
            constraint_class=Check,
            params={"condition": condition},
        )
    manager.add_constraint(
        table_class_name="Badge",
        tablename="badges",
        constraint_name="badges_numbered_once_in_a_company",
        constraint_class=Unique,
        params={"columns": ["attendance", "number"], "nulls_distinct": True},
    )
    return manager
