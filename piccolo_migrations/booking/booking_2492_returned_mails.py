"""Mails that came back after they had left, and the addresses that are doubtful since."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import BigSerial, Integer, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow

from workshops.migration import check, column, makes, table

ID = "2026-11-29T17:24:52:002492"
VERSION = "1.38.0"
DESCRIPTION = "Mails that came back"

CREATED = [
    table(
        "DoubtfulAddress",
        "doubtful_addresses",
        column("id", BigSerial, primary_key=True),
        column("email", Varchar, length=254, default="", unique=True),
        column("said", Text, default=""),
        column("since", Timestamptz, default=TimestamptzNow()),
    )
]
GROWN = [
    table(
        "Notice",
        "notices",
        column("returned_at", Timestamptz, null=True),
        column("spoken_at", Timestamptz, null=True),
        column("spoken_by", Integer, null=True),
        check("notices_in_a_known_state", "state IN ('queued', 'sent', 'failed', 'dropped', 'returned')"),
        check("notices_returned_once_left", "(state = 'returned') = (returned_at IS NOT NULL)"),
    )
]


async def forwards() -> MigrationManager:
    manager = makes("booking", ID, DESCRIPTION, CREATED, grown=GROWN)
    manager.drop_constraint(table_class_name="Notice", tablename="notices", constraint_name="notices_known_state")
    return manager
