"""A question may be about a visit."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import SET_NULL, known, makes, refers, table

ID = "2026-11-29T18:20:00:002510"
VERSION = "1.38.0"
DESCRIPTION = "the visit that a question is about"

GROWN = [
    table(
        "Question",
        "questions",
        refers("reservation", known("Reservation", "reservations"), SET_NULL, null=True, index=True),
    )
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, grown=GROWN)
