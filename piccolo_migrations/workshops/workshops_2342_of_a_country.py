"""A lycée's workshops, and the visas that the coordination alone can settle, are found without a look at a country's."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-28T23:00:42:002342"
VERSION = "1.38.0"
DESCRIPTION = "Workshops by lycée, visas to settle"

STEPS = (
    "CREATE INDEX workshops_of_school ON workshops (school)",
    """CREATE INDEX schools_visa_to_settle ON schools (id)
  WHERE principal_confirmed_at IS NULL AND (principal_mail <> '' OR visa_end_link IS NOT NULL)""",
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
