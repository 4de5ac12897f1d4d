"""Passkeys, and the challenges that they have still to sign."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.column_types import BigInt, Bytea, ForeignKey, Serial, Timestamptz, Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check
from piccolo.table import Table

ID = "2026-11-25T10:00:01:000034"
VERSION = "1.38.0"
DESCRIPTION = "Passkeys"
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
MOMENT = {**PLAIN, "default": None}
MAYBE = {**MOMENT, "null": True}


class Account(Table, tablename="accounts", schema=None):
    id = Serial(**{**PLAIN, "primary_key": True, "db_column_name": "id"})


TO_ACCOUNT = {
    **PLAIN,
    "default": None,
    "references": Account,
    "on_delete": OnDelete.cascade,
    "on_update": OnUpdate.cascade,
    "target_column": None,
}
TABLES = (
    (
        "Passkey",
        "passkeys",
        (
            ("account", ForeignKey, {**TO_ACCOUNT, "index": True}),
            ("credential_id", Bytea, {**PLAIN, "default": b"", "unique": True}),
            ("public_key", Bytea, {**PLAIN, "default": b""}),
            ("sign_count", BigInt, {**PLAIN, "default": 0}),
            ("label", Varchar, {**PLAIN, "length": 80, "default": ""}),
            ("created_at", Timestamptz, MOMENT),
            ("used_at", Timestamptz, MAYBE),
        ),
        (("passkeys_count_grows", "sign_count >= 0"),),
    ),
    (
        "PasskeyChallenge",
        "passkey_challenges",
        (
            ("challenge_hash", Bytea, {**PLAIN, "default": b"", "unique": True}),
            ("purpose", Varchar, {**PLAIN, "length": 8, "default": ""}),
            ("account", ForeignKey, {**TO_ACCOUNT, "null": True}),
            ("expires_at", Timestamptz, {**MOMENT, "index": True}),
        ),
        (
            ("passkey_challenges_known_purpose", "purpose IN ('make', 'sign_in', 'prove')"),
            ("passkey_challenges_belongs", "(account IS NULL) = (purpose = 'sign_in')"),
        ),
    ),
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)
    for table, tablename, columns, checks in TABLES:
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
        for name, condition in checks:
            manager.add_constraint(
                table_class_name=table,
                tablename=tablename,
                constraint_name=name,
                constraint_class=Check,
                params={"condition": condition},
                schema=None,
            )
    return manager
