"""What waits for a receiver is found at once, and so is what is old enough to go."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-26T20:30:01:000402"
VERSION = "1.38.0"
DESCRIPTION = "Webhooks, found at once"

STEPS = (
    "CREATE INDEX webhooks_of_membership ON webhooks (membership)",
    "CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (webhook, id) WHERE (state = 'waiting')",
    """CREATE INDEX webhook_deliveries_first ON webhook_deliveries (webhook, about_kind, about, id)
  WHERE (state = 'waiting')""",
    "CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (id) WHERE (state = 'failed')",
    "CREATE INDEX webhook_deliveries_since ON webhook_deliveries (since)",
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
