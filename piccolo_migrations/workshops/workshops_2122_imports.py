"""The last import, so that it can be undone whole."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Array, Integer, Text, Timestamptz, Varchar

from workshops.migration import check, column, makes, table

ID = "2026-11-28T12:00:02:002122"
VERSION = "1.38.0"
DESCRIPTION = "The last import"

CREATED = [
    table(
        "Import",
        "imports",
        column("kind", Varchar, length=12, default=""),
        column("at", Timestamptz),
        column("by", Integer, null=True),
        column("made", Array, base_column=Integer(default=0), default=list),
        column("before", Text, default="[]"),
        column("after", Text, default="[]"),
        check("imports_known_kind", "kind IN ('schools', 'head_counts', 'past_visits', 'invitations')"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, CREATED)
