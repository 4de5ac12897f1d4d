"""A teacher signs up by herself, and awaits her collège's word."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean, Bytea, Text, Timestamptz, Varchar

from workshops.migration import CASCADE, column, known, makes, refers, table, unique

ID = "2026-11-27T14:00:02:001402"
VERSION = "1.38.0"
DESCRIPTION = "Teachers sign up"

School = known("School", "schools")
Membership = known("Membership", "memberships")

CREATED = [
    table(
        "SignUp",
        "sign_ups",
        column("email", Varchar, length=254, default=""),
        column("name", Varchar, length=120, default=""),
        refers("school", School, CASCADE),
        column("token_hash", Bytea, null=True, unique=True),
        column("next_path", Text, default=""),
        column("asked_at", Timestamptz),
        column("expires_at", Timestamptz),
        column("proved_at", Timestamptz, null=True),
        refers("membership", Membership, CASCADE, null=True, unique=True),
        column("answer_hash", Bytea, null=True, unique=True),
        unique("sign_ups_once", "email", "school"),
    ),
]
GROWN = [table("Membership", "memberships", column("awaiting", Boolean, default=False))]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED, grown=GROWN)
