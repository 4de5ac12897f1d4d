"""A person's profile: a telephone for the day of a visit, and the reminders that she does without."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Array, Timestamptz, Varchar

from workshops.migration import check, column, makes, table

ID = "2026-11-27T15:01:00:001501"
VERSION = "1.38.0"
DESCRIPTION = "A person's profile"

GROWN = [
    table(
        "Account",
        "accounts",
        column("phone", Varchar, length=20, default=""),
        column("phone_at", Timestamptz, null=True),
        column("unwanted", Array, base_column=Varchar(length=12, default=""), default=list),
        check("accounts_phone_dated", "(phone <> '') = (phone_at IS NOT NULL)"),
        check("accounts_known_unwanted", "unwanted <@ ARRAY['week_before', 'day_before']::varchar[]"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
