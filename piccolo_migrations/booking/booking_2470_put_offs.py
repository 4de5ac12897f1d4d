"""What the coordination put off to a day."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import OnDelete
from piccolo.columns.column_types import Date, Integer, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow

from workshops.migration import check, column, known, makes, refers, table

ID = "2026-11-29T00:24:10:002470"
VERSION = "1.38.0"
DESCRIPTION = "What the coordination put off to a day"

ACCOUNT = known("Account", "accounts")
CREATED = [
    table(
        "PutOff",
        "put_offs",
        column("subject", Varchar, length=20, default="", unique=True),
        column("until_on", Date),
        column("number", Integer, default=0),
        refers("put_off_by", ACCOUNT, OnDelete.set_null, null=True),
        column("put_off_at", Timestamptz, default=TimestamptzNow()),
        check("put_offs_of_something", "number > 0"),
    )
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED)
