"""Slots that teachers show to their colleagues."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import SmallInt, Timestamptz, Varchar

from workshops.migration import CASCADE, SET_NULL, column, known, makes, refers, table, unique

ID = "2026-11-28T12:00:12:002112"
VERSION = "1.38.0"
DESCRIPTION = "Slots shown to a colleague"

Membership, Group, Slot = known("Membership", "memberships"), known("Group", "groups"), known("Slot", "slots")

CREATED = [
    table(
        "Share",
        "shares",
        refers("slot", Slot, CASCADE),
        refers("by_member", Membership, CASCADE),
        refers("to_member", Membership, CASCADE),
        refers("group", Group, SET_NULL, null=True),
        column("level", Varchar, length=2, default=""),
        column("pupils", SmallInt, null=True),
        column("shared_at", Timestamptz),
        unique("shares_once", "slot", "by_member", "to_member"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED)
