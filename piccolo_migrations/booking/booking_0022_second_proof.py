"""A second proof of identity, which coordinators must give (OWASP ASVS 5.0, 6.3.3)."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.column_types import BigInt, Boolean, Bytea, ForeignKey, Serial, Timestamptz
from piccolo.columns.indexes import IndexMethod
from piccolo.table import Table

ID = "2026-11-25T10:00:01:000022"
VERSION = "1.38.0"
DESCRIPTION = "Second proof of identity"
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


class Account(Table, tablename="accounts", schema=None):
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


TO_ACCOUNT = {
    **PLAIN,
    "default": None,
    "references": Account,
    "on_delete": OnDelete.cascade,
    "on_update": OnUpdate.cascade,
    "target_column": None,
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)
    manager.add_table(class_name="SecondProof", tablename="second_proofs", schema=None, columns=None)
    manager.add_table(class_name="RescueCode", tablename="rescue_codes", schema=None, columns=None)
    for table, tablename, name, column, params in (
        ("Session", "sessions", "proved", Boolean, {**PLAIN, "default": False}),
        ("SecondProof", "second_proofs", "account", ForeignKey, {**TO_ACCOUNT, "unique": True}),
        ("SecondProof", "second_proofs", "salt", Bytea, {**PLAIN, "default": b""}),
        ("SecondProof", "second_proofs", "last_step", BigInt, {**PLAIN, "default": 0}),
        ("SecondProof", "second_proofs", "since", Timestamptz, {**PLAIN, "default": None}),
        ("RescueCode", "rescue_codes", "account", ForeignKey, TO_ACCOUNT),
        ("RescueCode", "rescue_codes", "code_hash", Bytea, {**PLAIN, "default": b"", "unique": True}),
        ("RescueCode", "rescue_codes", "used_at", Timestamptz, {**PLAIN, "default": None, "null": True}),
    ):
        manager.add_column(
            table_class_name=table,
            tablename=tablename,
            column_name=name,
            column_class_name=column.__name__,
            column_class=column,
            params=params,
        )
    return manager
