"""What was signed and is on no paper was signed by the link."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-29T23:31:00:002551"
VERSION = "1.38.0"
DESCRIPTION = "The visas that were given by the link before"

STEPS = (
    (
        """UPDATE reservations SET link_host = signed_host, link_on = signed_on, link_adults = signed_adults
  WHERE signed_host IS NOT NULL AND visa_paper_on IS NULL AND visa_note = ''""",
        "UPDATE reservations SET link_host = NULL, link_on = NULL, link_adults = NULL WHERE link_host IS NOT NULL",
    ),
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
