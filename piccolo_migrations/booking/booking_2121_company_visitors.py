"""The adult visitors whom a company names for the lycée's register, and why a coming was withdrawn."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Text, Varchar

from workshops.migration import check, column, makes, table

ID = "2026-11-28T12:00:01:002121"
VERSION = "1.38.0"
DESCRIPTION = "A company's visitors, and why it withdraws"

GROWN = [
    table(
        "Attendance",
        "attendances",
        column("visitors", Text, default=""),
        column("withdrawn_why", Varchar, length=12, default=""),
        check(
            "attendances_known_withdrawal",
            "withdrawn_why IN ('', 'last_minute', 'too_far', 'mistake', 'other')"
            " AND (withdrawn_why = '' OR state = 'withdrawn')",
        ),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
