"""The first answers to what programs ask under an Idempotency-Key."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Bytea, SmallInt, Text, Timestamptz, Varchar

from workshops.migration import CASCADE, column, known, makes, refers, table, unique

ID = "2026-12-01T13:00:00:003152"
VERSION = "1.38.0"
DESCRIPTION = "First answers"

CREATED = [
    table(
        "FirstAnswer",
        "first_answers",
        refers("account", known("Account", "accounts"), CASCADE),
        column("key", Varchar, length=80, default=""),
        column("asked", Bytea, default=b""),
        column("status", SmallInt, default=0),
        column("location", Varchar, length=200, default=""),
        column("body", Text, default=""),
        column("created_at", Timestamptz, index=True),
        unique("first_answers_once", "account", "key"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED)
