"""What the night erases is found without a look at all that it erased before: normally these hold next to nothing."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-28T23:00:40:002340"
VERSION = "1.38.0"
DESCRIPTION = "What visits have left to erase"

STEPS = (
    "CREATE INDEX badges_to_erase ON badges (reservation) WHERE first_name <> '' OR no_photo",
    """CREATE INDEX reservations_to_erase ON reservations (ends_at)
  WHERE needs <> '' OR needed <> '{}' OR visa_note <> '' OR reason <> ''""",
    "CREATE INDEX attendances_to_erase ON attendances (slot) WHERE visitors <> '' OR message <> '' OR reason <> ''",
    # Only a key can bring a demand again.
    ("UPDATE reservations SET asked = '' WHERE asked <> '' AND idempotency_key IS NULL", "SELECT 1"),
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
