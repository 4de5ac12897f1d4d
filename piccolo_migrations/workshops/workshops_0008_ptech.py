"""P-TECH: schemes, cohorts, censuses, mentors, mentoring actions, outcomes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.column_types import Boolean, Date, ForeignKey, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check, Unique
from piccolo.table import Table

ID = "2026-11-25T10:00:00:000008"
VERSION = "1.38.0"
DESCRIPTION = "P-TECH"
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


class Scheme(Table, tablename="ptech_schemes", schema=None):
    id = Serial(**KEY)


class Cohort(Table, tablename="ptech_cohorts", schema=None):
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
TO_SCHEME = {**TO_SCHOOL, "references": Scheme}
TO_COHORT = {**TO_SCHOOL, "references": Cohort}

TABLES = (
    ("Scheme", "ptech_schemes"),
    ("Cohort", "ptech_cohorts"),
    ("Census", "ptech_censuses"),
    ("Mentor", "ptech_mentors"),
    ("Action", "mentoring_actions"),
    ("Outcome", "ptech_outcomes"),
)
COLUMNS = (
    ("Scheme", "school", ForeignKey, {**TO_SCHOOL, "index": True}),
    ("Scheme", "title", Varchar, {**PLAIN, "length": 120, "default": ""}),
    ("Scheme", "field", Varchar, {**PLAIN, "length": 120, "default": ""}),
    ("Scheme", "bts_school", ForeignKey, {**TO_SCHOOL, "null": True}),
    ("Scheme", "bts_title", Varchar, {**PLAIN, "length": 120, "default": ""}),
    ("Scheme", "agreement_on", Date, {**PLAIN, "default": None, "null": True}),
    ("Scheme", "agreement_ref", Varchar, {**PLAIN, "length": 80, "default": ""}),
    ("Scheme", "opens_on", Date, {**PLAIN, "default": None}),
    ("Scheme", "closed_on", Date, {**PLAIN, "default": None, "null": True}),
    ("Scheme", "example", Boolean, {**PLAIN, "default": False}),
    ("Cohort", "scheme", ForeignKey, TO_SCHEME),
    ("Cohort", "entry_year", SmallInt, {**PLAIN, "default": 0}),
    ("Cohort", "label", Varchar, {**PLAIN, "length": 80, "default": ""}),
    ("Census", "cohort", ForeignKey, TO_COHORT),
    ("Census", "school_year", SmallInt, {**PLAIN, "default": 0}),
    ("Census", "term", Varchar, {**PLAIN, "length": 7, "default": ""}),
    ("Census", "present", SmallInt, {**PLAIN, "default": 0}),
    ("Census", "girls", SmallInt, {**PLAIN, "default": 0}),
    ("Census", "entered", SmallInt, {**PLAIN, "default": 0}),
    ("Census", "left_reoriented", SmallInt, {**PLAIN, "default": 0}),
    ("Census", "left_moved", SmallInt, {**PLAIN, "default": 0}),
    ("Census", "left_work", SmallInt, {**PLAIN, "default": 0}),
    ("Census", "left_dropout", SmallInt, {**PLAIN, "default": 0}),
    ("Census", "left_other", SmallInt, {**PLAIN, "default": 0}),
    ("Census", "note", Text, {**PLAIN, "default": ""}),
    ("Census", "recorded_at", Timestamptz, {**PLAIN, "default": TimestamptzNow()}),
    ("Mentor", "cohort", ForeignKey, {**TO_COHORT, "index": True}),
    ("Mentor", "company", ForeignKey, {**TO_COMPANY, "index": True}),
    ("Mentor", "from_on", Date, {**PLAIN, "default": None}),
    ("Mentor", "to_on", Date, {**PLAIN, "default": None, "null": True}),
    ("Action", "cohort", ForeignKey, {**TO_COHORT, "index": True}),
    ("Action", "company", ForeignKey, {**TO_COMPANY, "null": True, "index": True}),
    ("Action", "kind", Varchar, {**PLAIN, "length": 12, "default": ""}),
    ("Action", "title", Varchar, {**PLAIN, "length": 120, "default": ""}),
    ("Action", "place", Varchar, {**PLAIN, "length": 160, "default": ""}),
    ("Action", "starts_at", Timestamptz, {**PLAIN, "default": None}),
    ("Action", "minutes", SmallInt, {**PLAIN, "default": 0}),
    ("Action", "people", SmallInt, {**PLAIN, "default": 1}),
    ("Action", "pupils", SmallInt, {**PLAIN, "default": None, "null": True}),
    ("Action", "state", Varchar, {**PLAIN, "length": 10, "default": "planned"}),
    ("Action", "reason", Text, {**PLAIN, "default": ""}),
    ("Action", "uid", Varchar, {**PLAIN, "length": 255, "default": "", "unique": True}),
    ("Action", "sequence", SmallInt, {**PLAIN, "default": 0}),
    ("Action", "created_at", Timestamptz, {**PLAIN, "default": TimestamptzNow()}),
    ("Outcome", "cohort", ForeignKey, TO_COHORT),
    ("Outcome", "kind", Varchar, {**PLAIN, "length": 12, "default": ""}),
    ("Outcome", "pupils", SmallInt, {**PLAIN, "default": 0}),
    ("Outcome", "school_year", SmallInt, {**PLAIN, "default": 0}),
)
CHECKS = (
    ("Scheme", "ptech_schemes_ordered", "closed_on IS NULL OR closed_on >= opens_on"),
    ("Cohort", "ptech_cohorts_known_year", "entry_year BETWEEN 2000 AND 2100"),
    ("Census", "ptech_censuses_known_term", "term IN ('october', 'june') AND school_year BETWEEN 2000 AND 2110"),
    (
        "Census",
        "ptech_censuses_counts",
        "present BETWEEN 0 AND 500 AND girls BETWEEN 0 AND present AND entered BETWEEN 0 AND 500"
        " AND least(left_reoriented, left_moved, left_work, left_dropout, left_other) >= 0"
        " AND greatest(left_reoriented, left_moved, left_work, left_dropout, left_other) <= 500",
    ),
    ("Mentor", "ptech_mentors_ordered", "to_on IS NULL OR to_on >= from_on"),
    (
        "Action",
        "mentoring_actions_known_kind",
        "kind IN ('visite', 'stage', 'projet', 'temoignage', 'simulation', 'autre')",
    ),
    ("Action", "mentoring_actions_known_state", "state IN ('planned', 'held', 'called_off')"),
    (
        "Action",
        "mentoring_actions_counts",
        "minutes BETWEEN 5 AND 12000 AND people BETWEEN 0 AND 100 AND (pupils IS NULL OR pupils BETWEEN 0 AND 500)",
    ),
    ("Action", "mentoring_actions_held_counts", "(state = 'held') = (pupils IS NOT NULL)"),
    ("Action", "mentoring_actions_says_why", "state <> 'called_off' OR trim(reason) <> ''"),
    (
        "Outcome",
        "ptech_outcomes_known_kind",
        "kind IN ('bac_pro', 'bts_entered', 'bts_passed', 'employed', 'studying', 'other')",
    ),
    ("Outcome", "ptech_outcomes_counts", "pupils BETWEEN 0 AND 500 AND school_year BETWEEN 2000 AND 2110"),
)
UNIQUES = (
    ("Cohort", "ptech_cohorts_once", ["scheme", "entry_year"]),
    ("Census", "ptech_censuses_once", ["cohort", "school_year", "term"]),
    ("Outcome", "ptech_outcomes_once", ["cohort", "kind", "school_year"]),
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
