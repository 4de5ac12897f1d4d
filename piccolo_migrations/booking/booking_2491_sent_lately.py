"""How many mails have left since a minute ago, of those that waited for a server."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-29T17:24:51:002491"
VERSION = "1.38.0"
DESCRIPTION = "The mails that left lately are found without reading them all"

STEPS = (("CREATE INDEX notices_left ON notices (sent_at) WHERE (state = 'sent')", "DROP INDEX notices_left"),)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
