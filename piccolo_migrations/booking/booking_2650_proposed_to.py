"""A teacher proposes one of her visits to a colleague, until she answers."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import UUID, Timestamptz

from workshops.migration import SET_NULL, column, known, makes, refers, table

ID = "2026-11-30T10:50:00:002650"
VERSION = "1.38.0"
DESCRIPTION = "To which colleague a visit is proposed, until when, and what makes her link"

GROWN = [
    table(
        "Reservation",
        "reservations",
        refers("handed_to", known("Account", "accounts"), SET_NULL, null=True),
        column("handed_until", Timestamptz, null=True),
        column("handed_salt", UUID, null=True),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
