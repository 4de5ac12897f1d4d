"""Refusals counted by person and hour, and the words of a journal's line beside it, to be forgotten before it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.column_types import BigSerial, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

ID = "2026-11-26T10:00:01:000123"
VERSION = "1.38.0"
DESCRIPTION = "Counted refusals and words that are forgotten"
PLAIN = {"null": False, "primary_key": False, "unique": False, "index": False}
KEY = {**PLAIN, "primary_key": True}
WORD = {**PLAIN, "default": ""}
MOMENT = {**PLAIN, "default": None}


class Entry(Table, tablename="journal", schema=None):
    id = BigSerial(**KEY)


TO_ENTRY = {
    **PLAIN,
    "unique": True,
    "default": None,
    "references": Entry,
    "on_delete": OnDelete.cascade,
    "on_update": OnUpdate.restrict,
    "target_column": None,
}
TABLES = (
    ("EntryWords", "journal_words", (("entry", ForeignKey, TO_ENTRY), ("words", Text, WORD))),
    (
        "RefusalCount",
        "refusal_counts",
        (
            ("id", BigSerial, KEY),
            ("hour", Timestamptz, MOMENT),
            ("at", Timestamptz, MOMENT),
            ("until", Timestamptz, MOMENT),
            ("account", Integer, {**PLAIN, "default": 0}),
            ("act", Varchar, {**WORD, "length": 40}),
            ("about_kind", Varchar, {**WORD, "length": 20}),
            ("detail", Text, WORD),
            ("often", Integer, {**PLAIN, "default": 1}),
        ),
    ),
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)
    for table, tablename, columns in TABLES:
        manager.add_table(class_name=table, tablename=tablename, schema=None, columns=None)
        for name, kind, params in columns:
            manager.add_column(
                table_class_name=table,
                tablename=tablename,
                column_name=name,
                db_column_name=name,
                column_class_name=kind.__name__,
                column_class=kind,
                params=params,
                schema=None,
            )
    manager.add_constraint(
        table_class_name="RefusalCount",
        tablename="refusal_counts",
        constraint_name="refusal_counts_once",
        constraint_class=Unique,
        params={"columns": ["hour", "account", "act"]},
        schema=None,
    )
    return manager
