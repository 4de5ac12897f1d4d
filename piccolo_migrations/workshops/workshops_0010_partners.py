"""The consortium: its partners, and which of them make a BTS+1 course."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.column_types import Boolean, Date, ForeignKey, Serial, Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check, Unique
from piccolo.table import Table

ID = "2026-11-25T10:00:00:000010"
VERSION = "1.38.0"
DESCRIPTION = "The consortium"
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


class Company(Table, tablename="companies", schema=None):
    id = Serial(**KEY)


class Partner(Table, tablename="partners", schema=None):
    id = Serial(**KEY)


TO_SCHOOL = {
    **PLAIN,
    "default": None,
    "references": School,
    "on_delete": OnDelete.restrict,
    "on_update": OnUpdate.cascade,
    "target_column": None,
}
TO_COMPANY = {**TO_SCHOOL, "references": Company}
TO_PARTNER = {**TO_SCHOOL, "references": Partner, "on_delete": OnDelete.set_null}

TABLES = (("Partner", "partners"),)
COLUMNS = (
    ("Partner", "kind", Varchar, {**PLAIN, "length": 12, "default": ""}),
    ("Partner", "name", Varchar, {**PLAIN, "length": 160, "default": ""}),
    ("Partner", "role", Varchar, {**PLAIN, "length": 200, "default": ""}),
    ("Partner", "school", ForeignKey, {**TO_SCHOOL, "null": True, "unique": True}),
    ("Partner", "company", ForeignKey, {**TO_COMPANY, "null": True, "unique": True}),
    ("Partner", "web", Varchar, {**PLAIN, "length": 200, "default": ""}),
    ("Partner", "from_on", Date, {**PLAIN, "default": None}),
    ("Partner", "to_on", Date, {**PLAIN, "default": None, "null": True}),
    ("Partner", "example", Boolean, {**PLAIN, "default": False}),
    ("CoursePartner", "partner", ForeignKey, {**TO_PARTNER, "null": True, "index": True}),
)
CHECKS = (
    (
        "Partner",
        "partners_known_kind",
        "kind IN ('rectorat', 'universite', 'cnam', 'uimm', 'cmqe', 'ecole', 'lycee', 'entreprise', 'autre')",
    ),
    (
        "Partner",
        "partners_known_place",
        "(kind = 'lycee') = (school IS NOT NULL) AND (kind = 'entreprise') = (company IS NOT NULL)",
    ),
    ("Partner", "partners_ordered", "to_on IS NULL OR to_on >= from_on"),
)
UNIQUES = (("Partner", "partners_once", ["kind", "name"]),)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="workshops", description=DESCRIPTION)
    names = {**dict(TABLES), "CoursePartner": "bts1_partners"}
    for table, name in TABLES:
        manager.add_table(class_name=table, tablename=name, schema=None, columns=None)
    for table, column, kind, params in COLUMNS:
        manager.add_column(
            table_class_name=table,
            tablename=names[table],
            column_name=column,
            db_column_name=column,
            column_class_name=kind.__name__,
            column_class=kind,
            params=params,
            schema=None,
        )
    for table, name, condition in CHECKS:
        manager.add_constraint(
            table_class_name=table,
            tablename=names[table],
            constraint_name=name,
            constraint_class=Check,
            params={"condition": condition},
        )
    for table, name, columns in UNIQUES:
        manager.add_constraint(
            table_class_name=table,
            tablename=names[table],
            constraint_name=name,
            constraint_class=Unique,
            params={"columns": columns, "nulls_distinct": True},
        )
    return manager
