"""A principal reached at the collège's own mailbox needs nobody else's word."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-27T15:03:00:001503"
VERSION = "1.38.0"
DESCRIPTION = "The collège's own mailbox confirms itself"

STEPS = (
    (
        """UPDATE schools SET principal_confirmed_at = now()
WHERE principal_mail <> '' AND lower(principal_mail) = lower(mail)""",
        "UPDATE schools SET principal_confirmed_at = NULL",
    ),
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
