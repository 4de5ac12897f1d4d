"""A visa on paper says on which day it was signed, and whoever signs for the collège has a link that takes it back.

What was noted before keeps its words; nobody knows its day.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean, Date

from workshops.migration import column, makes, table

ID = "2026-11-29T23:00:00:002440"
VERSION = "1.38.0"
DESCRIPTION = "The day on which a visa was signed on paper, and the link that takes it back"

GROWN = [
    table("Reservation", "reservations", column("visa_paper_on", Date, default=None, null=True)),
    table("Approval", "approvals", column("takes_back", Boolean, default=False)),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
