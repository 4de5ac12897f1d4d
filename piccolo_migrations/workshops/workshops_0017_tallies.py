"""Where a group counts, and the sums of closed visits."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean, Date, Integer, Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check, Unique

ID = "2026-11-25T10:00:00:000017"
VERSION = "1.38.0"
DESCRIPTION = "Sums of closed visits"
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
FIGURES = (
    *("visits", "groups", "pupils", "apart", "girls"),
    *("made", "finished", "working", "taken_home", "people"),
)
COLUMNS = (
    ("Turnout", "turnouts", "came", Boolean, {"default": False}),
    ("Tally", "tallies", "span", Varchar, {"length": 5, "default": ""}),
    ("Tally", "tallies", "begins", Date, {"default": None}),
    ("Tally", "tallies", "by", Varchar, {"length": 10, "default": ""}),
    ("Tally", "tallies", "lycee", Integer, {"default": 0}),
    ("Tally", "tallies", "college", Integer, {"default": 0}),
    ("Tally", "tallies", "key", Varchar, {"length": 14, "default": ""}),
    *(("Tally", "tallies", name, Integer, {"default": 0}) for name in FIGURES),
)
SPANS = "span = CASE WHEN by = 'whole' THEN 'day' ELSE 'month' END OR span = 'year'"
ONCE = ["span", "begins", "by", "lycee", "college", "key"]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="workshops", description=DESCRIPTION)
    manager.add_table(class_name="Tally", tablename="tallies", schema=None, columns=None)
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
    for name, kind, params in (
        ("tallies_once", Unique, {"columns": ONCE, "nulls_distinct": True}),
        ("tallies_known_span", Check, {"condition": SPANS}),
    ):
        manager.add_constraint(
            table_class_name="Tally",
            tablename="tallies",
            constraint_name=name,
            constraint_class=kind,
            params=params,
        )
    return manager
