"""A company asks to join."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Text, Timestamptz, Varchar

from workshops.migration import column, makes, table, unique

ID = "2026-11-27T14:00:03:001403"
VERSION = "1.38.0"
DESCRIPTION = "Companies ask to join"

CREATED = [
    table(
        "CompanyRequest",
        "company_requests",
        column("siret", Varchar, length=14, default=""),
        column("company_name", Varchar, length=160, default=""),
        column("commune", Varchar, length=80, default=""),
        column("contact_name", Varchar, length=120, default=""),
        column("email", Varchar, length=254, default=""),
        column("proposal", Text, default=""),
        column("asked_at", Timestamptz),
        unique("company_requests_once", "siret", "email"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED)
