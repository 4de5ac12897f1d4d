"""BTS+1: courses, steps, partners, feeders, intakes, mobilities."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.column_types import Boolean, Date, ForeignKey, Serial, SmallInt, Text, Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check, Unique
from piccolo.table import Table

ID = "2026-11-25T10:00:00:000009"
VERSION = "1.38.0"
DESCRIPTION = "BTS+1"
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


class Course(Table, tablename="bts1_courses", schema=None):
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
TO_COURSE = {**TO_SCHOOL, "references": Course}
COUNT = {**PLAIN, "default": None, "null": True}

TABLES = (
    ("Course", "bts1_courses"),
    ("Step", "bts1_steps"),
    ("CoursePartner", "bts1_partners"),
    ("Feeder", "bts1_feeders"),
    ("Intake", "bts1_intakes"),
    ("Mobility", "bts1_mobilities"),
)
COLUMNS = (
    ("Course", "school", ForeignKey, TO_SCHOOL),
    ("Course", "title", Varchar, {**PLAIN, "length": 120, "default": ""}),
    ("Course", "field", Varchar, {**PLAIN, "length": 120, "default": ""}),
    ("Course", "note", Text, {**PLAIN, "default": ""}),
    ("Course", "example", Boolean, {**PLAIN, "default": False}),
    ("Step", "course", ForeignKey, TO_COURSE),
    ("Step", "step", Varchar, {**PLAIN, "length": 18, "default": ""}),
    ("Step", "step_on", Date, {**PLAIN, "default": None}),
    ("Step", "planned", Boolean, {**PLAIN, "default": False}),
    ("CoursePartner", "course", ForeignKey, TO_COURSE),
    ("CoursePartner", "kind", Varchar, {**PLAIN, "length": 12, "default": ""}),
    ("CoursePartner", "name", Varchar, {**PLAIN, "length": 160, "default": ""}),
    ("CoursePartner", "company", ForeignKey, {**TO_COMPANY, "null": True, "index": True}),
    ("Feeder", "course", ForeignKey, {**TO_COURSE, "index": True}),
    ("Feeder", "bts", Varchar, {**PLAIN, "length": 160, "default": ""}),
    ("Feeder", "school", ForeignKey, {**TO_SCHOOL, "null": True}),
    ("Intake", "course", ForeignKey, TO_COURSE),
    ("Intake", "school_year", SmallInt, {**PLAIN, "default": 0}),
    ("Intake", "places", SmallInt, COUNT),
    ("Intake", "applicants", SmallInt, COUNT),
    ("Intake", "enrolled", SmallInt, COUNT),
    ("Intake", "apprentices", SmallInt, COUNT),
    ("Intake", "girls", SmallInt, COUNT),
    ("Intake", "completed", SmallInt, COUNT),
    ("Intake", "employed_6m", SmallInt, COUNT),
    ("Intake", "studying_6m", SmallInt, COUNT),
    ("Intake", "seeking_6m", SmallInt, COUNT),
    ("Intake", "unknown_6m", SmallInt, COUNT),
    ("Mobility", "course", ForeignKey, TO_COURSE),
    ("Mobility", "school_year", SmallInt, {**PLAIN, "default": 0}),
    ("Mobility", "country", Varchar, {**PLAIN, "length": 60, "default": ""}),
    ("Mobility", "kind", Varchar, {**PLAIN, "length": 8, "default": ""}),
    ("Mobility", "people", SmallInt, {**PLAIN, "default": 0}),
)
CHECKS = (
    (
        "Step",
        "bts1_steps_known_step",
        "step IN ('idee', 'montage', 'habilitee', 'ouverte', 'premiere_promotion', 'suspendue')",
    ),
    ("CoursePartner", "bts1_partners_known_kind", "kind IN ('universite', 'cnam', 'uimm', 'entreprise', 'autre')"),
    ("CoursePartner", "bts1_partners_known_company", "company IS NULL OR kind = 'entreprise'"),
    ("Intake", "bts1_intakes_known_year", "school_year BETWEEN 2000 AND 2110"),
    (
        "Intake",
        "bts1_intakes_counts",
        "least(places, applicants, enrolled, apprentices, girls, completed,"
        " employed_6m, studying_6m, seeking_6m, unknown_6m) >= 0"
        " AND greatest(places, enrolled) <= 500 AND applicants <= 5000",
    ),
    (
        "Intake",
        "bts1_intakes_add_up",
        "greatest(apprentices, girls, completed, 0) <= coalesce(enrolled, 0)"
        " AND coalesce(employed_6m, 0) + coalesce(studying_6m, 0) + coalesce(seeking_6m, 0)"
        " + coalesce(unknown_6m, 0) <= coalesce(completed, 0)",
    ),
    ("Mobility", "bts1_mobilities_known_kind", "kind IN ('stage', 'etudes', 'visite')"),
    ("Mobility", "bts1_mobilities_counts", "people BETWEEN 1 AND 500 AND school_year BETWEEN 2000 AND 2110"),
)
UNIQUES = (
    ("Course", "bts1_courses_once", ["school", "title"]),
    ("Step", "bts1_steps_once", ["course", "step"]),
    ("CoursePartner", "bts1_partners_once", ["course", "name"]),
    ("Intake", "bts1_intakes_once", ["course", "school_year"]),
    ("Mobility", "bts1_mobilities_once", ["course", "school_year", "country", "kind"]),
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="workshops", description=DESCRIPTION)
    names = dict(TABLES)
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
