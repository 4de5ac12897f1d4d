"""Visits held before Technilab, declared afterwards; the sums say how much of them is declared."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.column_types import (
    Array,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Serial,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check
from piccolo.table import Table

ID = "2026-11-26T10:00:01:000171"
VERSION = "1.38.0"
DESCRIPTION = "Visits held before Technilab"
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
TO = {"default": None, "on_delete": OnDelete.restrict, "on_update": OnUpdate.cascade, "target_column": None}


class School(Table, tablename="schools", schema=None):
    id = Serial(**KEY)


class TechObject(Table, tablename="tech_objects", schema=None):
    id = Serial(**KEY)


COLUMNS = (
    ("PastVisit", "past_visits", "held_on", Date, {"default": None}),
    ("PastVisit", "past_visits", "lycee", ForeignKey, {**TO, "references": School, "null": False}),
    ("PastVisit", "past_visits", "college", ForeignKey, {**TO, "references": School, "null": False}),
    ("PastVisit", "past_visits", "level", Varchar, {"length": 2, "default": ""}),
    ("PastVisit", "past_visits", "group_label", Varchar, {"length": 60, "default": ""}),
    ("PastVisit", "past_visits", "pupils", SmallInt, {"default": 0}),
    ("PastVisit", "past_visits", "girls", SmallInt, {"default": None, "null": True}),
    ("PastVisit", "past_visits", "tech_object", ForeignKey, {**TO, "references": TechObject, "null": True}),
    ("PastVisit", "past_visits", "companies", Array, {"default": list, "base_column": Varchar(length=14)}),
    ("PastVisit", "past_visits", "source", Varchar, {"length": 200, "default": ""}),
    ("PastVisit", "past_visits", "reference", Varchar, {"length": 60, "default": ""}),
    ("PastVisit", "past_visits", "example", Boolean, {"default": False}),
    ("PastVisit", "past_visits", "recorded_at", Timestamptz, {"default": TimestamptzNow()}),
    ("Tally", "tallies", "declared_visits", Integer, {"default": 0}),
    ("Tally", "tallies", "declared_pupils", Integer, {"default": 0}),
)
CHECKS = {
    "past_visits_counts": "pupils BETWEEN 1 AND 200 AND girls BETWEEN 0 AND pupils",
    "past_visits_known_level": "level IN ('6e', '5e', '4e', '3e')",
    "past_visits_says_who": "trim(source) <> ''",
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="workshops", description=DESCRIPTION)
    manager.add_table(class_name="PastVisit", tablename="past_visits", schema=None, columns=None)
    for table, tablename, name, column, params in COLUMNS:
        manager.add_column(
            table_class_name=table,
            tablename=tablename,
            column_name=name,
            db_column_name=name,
            column_class_name=column.__name__,
            column_class=column,
            params={**PLAIN, **params},
            schema=None,
        )
    for name, condition in CHECKS.items():
        manager.add_constraint(
            table_class_name="PastVisit",
            tablename="past_visits",
            constraint_name=name,
            constraint_class=Check,
            params={"condition": condition},
        )
    return manager
