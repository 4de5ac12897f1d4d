"""Asking again under a key for what has no reservation that carries it gives the first answer."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-30T11:00:01:002751"
VERSION = "1.38.0"
DESCRIPTION = "Demands asked once under a key"

STEPS = (
    """CREATE UNIQUE INDEX demands_asked_once ON demands (asked_by, idempotency_key)
WHERE idempotency_key IS NOT NULL""",
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
